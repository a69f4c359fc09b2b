"""Moves that are made from the studio: confirmed by the rules that decide, made once, refused where the command line refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from kit.studio import Studio, ask, studio
from playwright.sync_api import Browser, Page, expect
from system.test_studio_page import Opened

import routing
from repl.example import copy_example

GESTOR = "formulas/repasse_gestor.formula"
KEY = "1;1;43"


def shown(running: Studio, key: str = KEY) -> dict[str, Any]:
    """The ticket as the folder's own desk tells it."""
    with routing.open_desk(running.folder) as desk:
        return desk.show(key)


def refused(client: httpx.Client, job: str, **given: Any) -> tuple[int, str]:
    """Status and code of a question that is not answered."""
    answer = client.post(f"/api/ask/{job}", json=given)
    return answer.status_code, answer.json()["code"]


def test_every_action_says_the_parts_that_it_takes(shared):
    _, client = shared
    actions = {one["action"]: one for one in ask(client, "look")["actions"]}
    assert actions["change"]["parts"] == ["copy_from", "set"]
    assert actions["note"]["parts"] == ["kind", "publishable", "text"]
    assert [one["value"] for one in actions["note"]["kinds"]] == ["log", "request", "solution", "possible-solution"]
    assert actions["schedule"]["parts"] == ["deadline", "justification", "reason", "wake_up"]
    assert "origem" in {one["value"] for one in actions["relate"]["kinds"]}
    found = ask(client, "ticket", ticket=KEY)
    assert {"PRIORIDADE", "FILIAL", "PARAMETRO.VALOR"} <= set(found["changeable"])
    assert not {"ETAPA", "STATUS", "CODIGO", "RELACIONADOS.CHAVES", "ANEXO.PESQUISA.NOTA"} & set(found["changeable"])


def test_a_change_is_planned_confirmed_and_made_once(shared):
    running, client = shared
    given = {"ticket": KEY, "action": "change", "set": {"PRIORIDADE": "Baixa", "FILIAL": "NE", "PARAMETRO.VALOR": "12,50"}}
    before = shown(running)
    plan = ask(client, "plan", **given)
    assert plan["status"] == "planned"
    assert plan["hypothesis"] is None
    assert "PRIORIDADE: Normal → Baixa" in plan["shown"]["changes"]
    confirmed = ask(client, "confirm", **given)
    assert confirmed["shown"]["changes"] == plan["shown"]["changes"]
    assert shown(running) == before
    once = {**given, "version": confirmed["before"]["version"], "key": "uma-vez"}
    made = ask(client, "move", **once)
    assert made["status"] == "moved"
    assert ask(client, "move", **once)["decision"] == made["decision"]
    after = shown(running)
    assert [(one["field"], one["new"], one["by"]) for one in after["changes"]] == [
        ("PRIORIDADE", "Baixa", "1;2"), ("PARAMETRO.VALOR", "12,5", "1;2"), ("FILIAL", "NE", "1;2"),
    ]  # fmt: skip
    assert after["ticket"]["version"] == before["ticket"]["version"] + 1
    assert ask(client, "move", **{**once, "key": "outra"})["gate"] == "G2"
    emptied = ask(client, "confirm", ticket=KEY, action="change", set={"FILIAL": ""})
    assert "FILIAL: NE → –" in emptied["shown"]["changes"]
    assert "FILIAL: NE → –" not in str(ask(client, "ticket", ticket=KEY)["histories"])


@pytest.mark.parametrize(
    ("kind", "place", "text"),
    [("log", "discussion", "ligou hoje"), ("possible-solution", "discussion", "trocar o fornecedor"), ("solution", "ticket", "trocado"),
     ("request", "ticket", "e uma caixa a mais")],
)  # fmt: skip
def test_notes_of_every_kind(shared, kind: str, place: str, text: str):
    running, client = shared
    given = {"ticket": "1;1;47", "action": "note", "kind": kind, "text": text, "publishable": place == "discussion"}
    confirmed = ask(client, "confirm", **given)
    assert confirmed["status"] == "planned", confirmed["reason"]
    assert text in " ".join(confirmed["shown"]["changes"])
    made = ask(client, "move", **given, version=confirmed["before"]["version"], key=f"nota-{kind}")
    assert made["status"] == "moved"
    after = shown(running, "1;1;47")
    if place == "discussion":
        assert after["discussion"][-1]["text"] == text
        assert after["discussion"][-1]["publishable"]
    else:
        assert text in after["ticket"][kind]
    assert text in str(ask(client, "ticket", ticket="1;1;47")["histories"])


def test_what_may_not_be_changed_is_told_in_words(shared):
    running, client = shared
    before = shown(running)
    for given, gate, words in (
        ({"action": "change", "set": {"PRIORIDADE": "Baixa"}, "actor": "1;7"}, "G4", "não"),
        ({"action": "change", "set": {"NADA": "1"}}, "G9", "não existe"),
        ({"action": "change", "set": {"PARAMETRO.VALOR": "muito"}}, "G9", "não aceita 'muito'"),
        ({"action": "change", "set": {}}, "G6", "não diz o que mudar"),
        ({"action": "note", "text": " "}, "G6", "não tem texto"),
        ({"action": "note", "kind": "solution", "text": "x", "publishable": True}, "G6", "só da discussão"),
    ):
        made = ask(client, "confirm", ticket=KEY, **given)
        assert (made["status"], made["gate"]) == ("refused", gate), made
        assert words in made["reason"]["message"]
        assert (
            ask(client, "move", ticket=KEY, **given, version=before["ticket"]["version"], key=f"nao-{gate}")["status"] == "refused"
        )
    assert shown(running) == before


def test_nothing_is_written_by_texts_of_the_page_or_on_a_hypothesis(shared):
    running, client = shared
    before = shown(running)
    texts = {GESTOR: "'1;3'"}
    move = {"ticket": KEY, "action": "advance", "version": before["ticket"]["version"], "key": "k"}
    for job in ("confirm", "move"):
        assert refused(client, job, **move, texts=texts) == (409, "nao-gravado")
        assert refused(client, job, **move, set={"FILIAL": "NE"}) == (409, "so-hipotese")
        assert refused(client, job, **move, now="2030-01-01T00:00") == (409, "so-hipotese")
    assert refused(client, "move", **{**move, "version": None}) == (422, "corpo-invalido")
    assert refused(client, "move", **{**move, "key": ""}) == (422, "corpo-invalido")
    assert shown(running) == before


def test_another_action_is_made_too_and_relations_are_seen_from_both_sides(shared):
    running, client = shared
    made = {}
    for key in ("1;1;44", "1;1;45"):
        made[key] = shown(running, key)["ticket"]["version"]
    related = {"ticket": "1;1;44", "action": "relate", "to": "1;1;45", "kind": "origem", "actor": "1;1"}
    assert ask(client, "move", **related, version=made["1;1;44"], key="r1")["status"] == "moved"
    (one,) = ask(client, "ticket", ticket="1;1;44")["relations"]
    (other,) = ask(client, "ticket", ticket="1;1;45")["relations"]
    assert (one["ticket"], one["is"], one["this"]) == ("1;1;45", "origem", "derivado")
    assert (other["ticket"], other["is"], other["this"]) == ("1;1;44", "derivado", "origem")
    assert one["subject"] == "Empilhadeira para a filial"
    advanced = {"ticket": KEY, "action": "advance", "version": shown(running)["ticket"]["version"], "key": "a1"}
    assert ask(client, "move", **advanced)["status"] == "moved"
    assert shown(running)["ticket"]["step"] != 1


def test_a_formula_with_errors_moves_nothing(tmp_path: Path):
    copy_example(tmp_path / "w")
    with studio(tmp_path / "w") as running, running.client() as client:
        before = shown(running)
        (running.folder / GESTOR).write_text("DECL ;", encoding="utf-8")
        made = ask(client, "move", ticket=KEY, action="advance", version=before["ticket"]["version"], key="k")
        assert made["status"] == "fault"
        assert shown(running) == before
        (running.folder / "repasse.toml").write_text("nada", encoding="utf-8")
        assert refused(client, "confirm", ticket=KEY, action="advance") == (422, "pasta-com-erros")


# ---------------------------------------------------------------- the form


def look(page: Page) -> None:
    """Nothing serious for a screen reader, and nothing beyond the page's edge."""
    assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def make(page: Page, seen: Callable[[Page], None] | None = None) -> None:
    """Make the move that the form shows, by the keyboard; ``seen`` looks at what is asked before."""
    page.locator("#do-move").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#do-it")).to_be_focused(timeout=30_000)
    if seen is not None:
        seen(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=30_000)


@pytest.mark.browser
@pytest.mark.parametrize(("key", "language", "scheme", "width"), [("1;1;42", "pt", "light", 1280), ("2;1;7", "en", "dark", 390)])
def test_the_form_changes_by_keyboard(shared, browser: Browser, key: str, language: str, scheme: str, width: int):
    running, client = shared
    before = shown(running, key)
    opening = client.post("/api/token").json()["address"]
    made = Opened(browser, opening, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = made.page
    if language == "en":
        page.locator(".menu summary").click()
        page.locator("#language").click()
        expect(page.locator("html")).to_have_attribute("lang", "en", timeout=30_000)
    made.ticket(key)
    assert page.locator("#ask-justification").is_hidden(), "an advance takes no justification"
    page.locator("#ask-action").select_option("change")
    page.get_by_label("ASSUNTO").fill("Outro assunto")
    page.locator("#field-PRIORIDADE").select_option("Alta")
    expect(page.locator("#answer .chain").first).to_contain_text("ASSUNTO", timeout=30_000)
    assert page.locator(".hypothesis, #field-ETAPA").count() == 0
    look(page)
    make(page, look)
    expect(page.locator(".ticket-name")).to_contain_text("Outro assunto", timeout=30_000)
    expect(page.locator(f'[id="ticket-{key}"]')).to_contain_text("Outro assunto")
    after = shown(running, key)
    assert (after["ticket"]["subject"], after["ticket"]["priority"]) == ("Outro assunto", "Alta")
    assert after["ticket"]["version"] == before["ticket"]["version"] + 1
    assert made.errors == []
    made.context.close()


@pytest.mark.browser
def test_the_form_annotates_and_relates(shared, browser: Browser):
    running, client = shared
    made = Opened(browser, client.post("/api/token").json()["address"], color_scheme="dark")
    page, key = made.page, "1;1;46"
    made.ticket(key)
    page.locator("#ask-action").select_option("note")
    page.locator("#ask-kind").select_option("possible-solution")
    page.locator("#ask-text").fill("trocar o fornecedor")
    page.locator("#ask-publishable").check()
    expect(page.locator("#answer .chain").first).to_contain_text("trocar o fornecedor", timeout=30_000)
    page.locator("#ask-kind").select_option("solution")
    assert page.locator("#ask-publishable").is_hidden(), "only what goes into the discussion may be published"
    page.locator("#ask-kind").select_option("possible-solution")
    expect(page.locator("#answer .chain").first).to_contain_text("publicável", timeout=30_000)
    make(page)
    page.locator("#past summary").click()
    expect(page.locator("#past")).to_contain_text("trocar o fornecedor", timeout=30_000)
    assert shown(running, key)["discussion"][-1]["publishable"]
    page.locator("#ask-action").select_option("relate")
    page.locator("#ask-to").fill("1;1;42")
    expect(page.locator("#do-move")).to_be_visible(timeout=30_000)
    make(page)
    page.locator("#relations button").first.click()
    expect(page.locator(".ticket-name")).to_contain_text("1;1;42", timeout=30_000)
    expect(page.locator("#relations")).to_contain_text(key)
    look(page)
    assert made.errors == []
    made.context.close()


AGAIN = """async ([name, words]) => {
  const before = document.querySelector(name);
  document.querySelector("#ask-action").dispatchEvent(new Event("change"));
  before.focus();
  if (words) document.execCommand("insertText", false, words);
  while (before.isConnected) await new Promise((next) => setTimeout(next, 10));
}"""
"""Asks the same again and waits, in the page itself, until the answer has drawn anew what has the focus."""


@pytest.mark.browser
def test_an_answer_that_comes_late_takes_neither_focus_nor_what_is_half_typed(shared, browser: Browser):
    _, client = shared
    made = Opened(browser, client.post("/api/token").json()["address"])
    page = made.page
    made.ticket("1;1;46")
    page.locator("#ask-action").select_option("note")
    page.locator("#ask-text").fill("trocar o fornecedor")
    expect(page.locator("#do-move")).to_be_visible(timeout=30_000)
    page.locator("#case-name").fill("meio nome")
    page.evaluate(AGAIN, ["#why-not", "Bea"])
    expect(page.locator("#why-not")).to_be_focused()
    page.keyboard.type("triz")
    assert (page.locator("#why-not").input_value(), page.locator("#case-name").input_value()) == ("Beatriz", "meio nome")
    page.evaluate(AGAIN, ["#do-move", ""])
    page.keyboard.press("Enter")
    expect(page.locator("#do-it")).to_be_focused(timeout=30_000)
    assert made.errors == []
    made.context.close()


@pytest.mark.browser
def test_a_supposed_value_cannot_be_written(shared, browser: Browser):
    running, client = shared
    made = Opened(browser, client.post("/api/token").json()["address"])
    before = shown(running, "1;1;46")
    made.ticket("1;1;46")
    made.page.locator("#ask-action").select_option("note")
    made.page.locator("#ask-text").fill("sobre uma hipótese")
    made.click(".what-if summary")
    made.page.locator("#field-ASSUNTO").fill("suposto")
    expect(made.page.locator(".hypothesis")).to_be_visible(timeout=30_000)
    made.click("#do-move")
    dialog = made.page.get_by_role("dialog")
    expect(dialog).to_contain_text("não movo sobre uma hipótese", timeout=30_000)
    expect(made.page.locator("#do-it")).to_be_disabled()
    made.page.locator("#do-not").click()
    expect(dialog).to_have_count(0)
    assert shown(running, "1;1;46") == before
    made.context.close()

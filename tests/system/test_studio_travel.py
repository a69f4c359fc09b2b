"""One line of travel through all formulas of a move in the studio: what is told of it, and how the editor follows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from kit.studio import ask
from playwright.sync_api import Browser, expect
from system.test_studio_page import Opened

KEY = "1;1;43"
COMPRAS, GESTOR = "formulas/repasse_compras.formula", "formulas/repasse_gestor.formula"
LABEL, GHOSTS = "#travel-label", ".cm-content .ghost"


def opening(client: httpx.Client) -> str:
    """A fresh address."""
    address: str = client.post("/api/token").json()["address"]
    return address


def fields_of(run: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Each field as people read it, and as it was for the formula before where it changed."""
    return {one["name"]: (one["value"]["display"], one["was"] and one["was"]["display"]) for one in run["fields"]}


def test_the_way_goes_through_all_formulas_with_fields_and_effects(shared):
    _, client = shared
    made = ask(client, "travel", ticket=KEY, action="advance")
    assert [(one["code"], one["first"]) for one in made["runs"]] == [
        ("repasse_compras", 0), ("repasse_gestor", 7), ("avisa_gestor", 13),
    ]  # fmt: skip
    assert (made["size"], made["first"], made["at"], len(made["places"])) == (17, 0, 0, 17)
    assert [one["path"] for one in made["frames"]] == [COMPRAS, GESTOR, "formulas/avisa_gestor.formula"]
    assert [one["skipped"] for one in made["frames"]] == [[11, 14, 15], [11, 12, 14], []]
    assert [one["effects"] for one in made["places"]] == [0] * 5 + [1] * 6 + [2] * 4 + [3, 4]
    assert [(one["line"], one["comes"]) for one in made["places"][6:9]] == [(22, False), (4, True), (4, False)]
    assert made["places"][8]["changes"]["VALOR"]["display"] == "184900"
    assert made["effects"][2] == "Muda PRIORIDADE: Normal → Alta"
    assert fields_of(made["runs"][0])["FILIAL"] == ("MG", None)
    assert fields_of(made["runs"][2])["ETAPA"] == ("2", "1")
    assert fields_of(made["runs"][2])["ATENDENTE"] == ("1;1", "1;2")


def test_the_run_of_one_formula_tells_the_lines_that_it_never_came_to(shared):
    _, client = shared
    assert ask(client, "run", code="repasse_gestor", ticket=KEY)["skipped"] == [11, 12, 14]


def test_texts_of_the_page_and_what_is_supposed_are_travelled(shared):
    _, client = shared
    made = ask(client, "travel", ticket=KEY, action="advance", set={"FILIAL": "NE"})
    assert [one["code"] for one in made["runs"]] == ["repasse_compras", "repasse_filial"]
    assert fields_of(made["runs"][0])["FILIAL"] == ("NE", None)
    made = ask(client, "travel", ticket=KEY, action="advance", texts={GESTOR: "DECL X; SETVAR(X, '1;3'); X"})
    assert made["state"]["edited"] == [GESTOR]
    assert [one["text"] for one in made["places"] if made["frames"][one["frame"]]["path"] == GESTOR][-1] == "X"
    assert made["runs"][1]["code"] == "repasse_gestor"


def test_called_formulas_lie_inside_and_a_fault_is_where_one_begins(shared):
    _, client = shared
    texts = {COMPRAS: "DECL A; SETVAR(A, 7); SE FORMULA('avisa_gestor') = '' ENTAO AVANCARETAPA('Gestor') FIMSE;\nA / 0"}
    made = ask(client, "travel", ticket=KEY, action="advance", texts=texts)
    called = next(one for one in made["frames"] if one["path"] == "formulas/avisa_gestor.formula")
    assert called["callers"] == [{"code": "repasse_compras", "line": 1}]
    own = made["frames"][made["places"][-1]["frame"]]
    assert (made["at"], made["places"][-1]["line"], made["places"][-1]["failed"]) == (made["size"] - 1, 2, True)
    assert own["end"]["status"] == "fault"
    assert not any(one["failed"] for one in made["places"][:-1])


def test_a_long_way_is_told_around_the_place_asked_for(shared):
    _, client = shared
    loop = "DECL A; SETVAR(A, 0); ENQUANTO A < 4000 FACA SETVAR(A, A + 1) FIMENQ; AVANCARETAPA('Gestor'); '5'"
    made = ask(client, "travel", ticket=KEY, action="advance", texts={COMPRAS: loop}, at=5000)
    assert made["size"] > 8000
    assert (made["first"], len(made["places"])) == (4400, 1201)
    known = {**made["frames"][0]["variables"]}
    for one in made["places"][: 5000 - 4400 + 1]:
        known |= one["changes"]
    assert known["A"]["display"] in {"2499", "2500"}
    assert ask(client, "travel", ticket=KEY, action="advance", texts={COMPRAS: loop}, at=10**9)["at"] == made["size"] - 1


def test_a_move_without_formulas_has_no_way(shared):
    _, client = shared
    made = ask(client, "travel", ticket="1;1;47", action="advance")
    assert (made["size"], made["places"], made["runs"]) == (0, [], [])
    assert client.post("/api/ask/travel", json={"ticket": "1;1;999", "action": "advance"}).status_code == 422


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    [("pt-BR", 1280, "light"), ("en-US", 1280, "dark"), ("pt-BR", 1920, "dark"), ("en-US", 390, "light"), ("pt-BR", 390, "dark")],
)
def test_the_editor_follows_by_keyboard(shared, browser: Browser, locale: str, width: int, scheme: str):
    _, client = shared
    made = Opened(browser, opening(client), locale=locale, viewport={"width": width, "height": 860}, color_scheme=scheme)
    page = made.page
    if locale.startswith("en"):
        page.evaluate("localStorage.setItem('repasse.language', 'en')")
        page.reload()
    made.ticket(KEY)
    page.locator("#travel-name").focus()
    page.keyboard.press("Enter")
    expect(page.locator(LABEL)).to_contain_text("repasse_compras", timeout=15_000)
    page.locator("#travel-slider").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator(LABEL)).to_contain_text("fórmula 2 de 3" if locale == "pt-BR" else "formula 2 of 3")
    assert page.evaluate("document.activeElement.id") == "travel-slider"
    if width > 900:
        expect(page.locator(".at-step")).to_contain_text("SETVAR(APROVADOR, '1;1')")
        expect(page.locator(GHOSTS)).to_have_text(["VALOR = 184900", "VERDADE", "APROVADOR = 1;1"])
        expect(page.locator(".not-run")).to_have_count(3)
    else:
        expect(page.locator("#view-answer")).to_have_attribute("aria-pressed", "true")
    page.locator("#travel-next").focus()
    page.keyboard.press("Enter")
    expect(page.locator(LABEL)).to_contain_text("avisa_gestor")
    expect(page.locator("#travel .changed")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator("#travel-effects li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    serious = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert serious == []
    page.locator("#travel-back").click()
    expect(page.locator(LABEL)).to_contain_text("Muda PRIORIDADE" if locale == "pt-BR" else "Changes PRIORIDADE")
    made.context.close()
    assert made.errors == []


@pytest.mark.browser
def test_other_answers_take_the_lines_back(shared, browser: Browser):
    """The values in the editor are those of one thing: the travel, or the run of the open formula."""
    _, client = shared
    made = Opened(browser, opening(client))
    page = made.page
    made.ticket(KEY)
    page.locator("#travel-name").click()
    expect(page.locator(".at-step")).to_contain_text("SETVAR(VALOR", timeout=15_000)
    expect(page.locator(GHOSTS)).to_have_count(0)
    page.wait_for_timeout(1200)  # the run of the open formula has come by now, and writes nothing
    expect(page.locator(GHOSTS)).to_have_count(0)
    page.locator("#travel-on").click()
    expect(page.locator(GHOSTS)).to_have_text(["VALOR = 184900"])
    page.locator("#field-FILIAL").evaluate("one => one.closest('details').open = true")
    page.locator("#field-FILIAL").fill("NE")
    expect(page.locator("#headline")).to_contain_text("Filial", timeout=15_000)
    page.locator("#travel-next").click()
    expect(page.locator(LABEL)).to_contain_text("repasse_filial", timeout=15_000)
    page.locator("#tab-run").click()
    page.get_by_label("Passo da execução").focus()
    page.keyboard.press("Home")
    expect(page.locator("#travel")).not_to_have_attribute("open", "")
    expect(page.locator(".at-step")).to_have_count(0)
    page.locator("#tab-ticket").click()
    page.locator("#travel-name").click()
    expect(page.locator(LABEL)).to_contain_text("repasse_compras", timeout=15_000)
    made.ticket("1;1;47")
    expect(page.locator("#travel")).not_to_have_attribute("open", "")
    page.locator("#travel-name").click()
    expect(page.locator("#travel-none")).to_be_visible(timeout=15_000)
    made.context.close()
    assert made.errors == []


@pytest.mark.browser
def test_an_edit_on_the_way_keeps_the_place(shared, browser: Browser):
    _, client = shared
    made = Opened(browser, opening(client))
    page = made.page
    made.ticket(KEY)
    page.locator("#travel-name").click()
    expect(page.locator(LABEL)).to_be_visible(timeout=15_000)
    page.locator("#travel-next").click()
    expect(page.locator(".text .cm-content")).to_contain_text("APROVADOR", timeout=15_000)
    made.write("DECL X;\nSETVAR(X, '1;3');\nX")
    expect(page.locator("#headline")).to_contain_text("Ana Lima", timeout=15_000)
    expect(page.locator(LABEL)).to_contain_text("SETVAR(X, '1;3')", timeout=15_000)
    page.locator("#travel-on").click()
    expect(page.locator(GHOSTS)).to_have_text(["X = 1;3"])
    page.locator("#discard").click()
    expect(page.locator("#headline")).to_contain_text("Beatriz", timeout=15_000)
    made.context.close()
    assert made.errors == []

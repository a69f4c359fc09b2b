"""The studio under ``repasse serve``: behind a key that reads, as far as its attendant may see, and without anything that writes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from kit.chromium import FLAGS, chromium
from kit.service import served
from playwright.sync_api import expect, sync_playwright

import routing
from repl.example import copy_example
from routing.http.keys import new_key

KEY = "1;1;43"
EDITOR = ".text .cm-content"


@attrs.frozen
class Place:
    """A served folder with a key of the site, one that belongs to a person, and one that may do everything but read."""

    folder: Path
    url: str
    reads: str
    fabio: str
    runs: str

    def ask(self, job: str, secret: str, /, **given: Any) -> httpx.Response:
        """A question with a key."""
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "pt"}
        return httpx.post(f"{self.url}/studio/ask/{job}", json=given, headers=headers, timeout=90)

    def told(self, job: str, **given: Any) -> Any:
        """The answer to the site's key."""
        answer = self.ask(job, self.reads, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("servido") / "compras"
    copy_example(folder)
    settings = folder / "repasse.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[servico]\nmascarar = ["FILIAL"]\n', encoding="utf-8")
    with routing.open_desk(folder) as desk:
        keys = (
            new_key(desk.store, ["read"]),
            new_key(desk.store, ["read", "move"], attendant="1;6"),
            new_key(desk.store, ["run", "move"]),
        )
    with served("--workspace", str(folder)) as (_process, url, _lines):
        yield Place(folder, url, *keys)


def test_without_a_key_that_reads_nothing_is_told(place: Place):
    page = httpx.get(f"{place.url}/studio")
    assert page.status_code == 200
    assert "data-served" in page.text
    assert "nonce-" in page.headers["content-security-policy"]
    for job in ("rules", "look", "ticket", "plan", "move"):
        assert httpx.post(f"{place.url}/studio/ask/{job}", json={}).status_code == 401
        assert place.ask(job, "rp_nada_nada").json()["code"] == "chave-invalida"
        assert place.ask(job, place.runs).json()["code"] == "escopo-ausente"


@pytest.mark.parametrize("job", ["move", "confirm", "case", "publish", "cases", "impact", "properties", "run", "check", "save"])
def test_what_writes_is_refused_whatever_the_key(place: Place, job: str):
    with routing.open_desk(place.folder) as desk:
        before = desk.show(KEY)
    for key in (place.reads, place.fabio):
        answer = place.ask(job, key, ticket=KEY, action="advance", version=1, key="k")
        assert (answer.status_code, answer.json()["code"]) == (403, "so-leitura")
    with routing.open_desk(place.folder) as desk:
        assert desk.show(KEY) == before


def test_files_of_the_folder_are_not_reached(place: Place):
    headers = {"Authorization": f"Bearer {place.reads}"}
    for method, path in (
        ("PUT", "/api/file"),
        ("GET", "/api/file?path=repasse.toml"),
        ("POST", "/api/ask/move"),
        ("PUT", "/studio"),
    ):
        assert httpx.request(method, place.url + path, headers=headers).status_code in {404, 405}
    rules = place.told("rules")
    assert {one["path"].partition("/")[0] for one in rules["files"]} == {"formulas"}
    assert "APROVADOR" in str(rules["files"])
    assert set(rules["faults"]) == {one["path"] for one in rules["files"]}


def test_a_person_sees_what_this_person_may(place: Place):
    every = {one["key"] for one in place.told("look")["tickets"]}
    looked = place.ask("look", place.fabio).json()
    seen = {one["key"] for one in looked["tickets"]}
    assert looked["viewer"] == {"key": "1;6", "name": "Fábio Teles (1;6)"}
    assert seen < every
    (hidden, *_) = sorted(every - seen)
    for job in ("ticket", "plan"):
        answer = place.ask(job, place.fabio, ticket=hidden, action="advance")
        unknown = place.ask(job, place.fabio, ticket="9;9;9", action="advance")
        assert (
            (answer.status_code, answer.json()["code"])
            == (unknown.status_code, unknown.json()["code"])
            == (404, "atendimento-desconhecido")
        )
        assert place.ask(job, place.fabio, ticket=min(seen), action="advance").status_code == 200
    other = place.ask("plan", place.fabio, ticket=min(seen), action="advance", actor="1;1")
    assert other.json()["code"] == "chave-de-outro-atendente"


def test_masked_fields_are_hidden_in_every_answer(place: Place):
    found = place.told("ticket", ticket=KEY)
    assert {one["name"]: one["value"] for one in found["fields"]}["FILIAL"] == "•••"
    assert found["ticket"]["fields"]["FILIAL"] == "•••"
    plan = place.told("plan", ticket=KEY, action="advance", set={"FILIAL": "NE"})
    assert plan["status"] == "planned"
    assert plan["hypothesis"]["set"]["FILIAL"] == "•••"
    assert "'MG'" not in str(plan), "what the ticket has, told beside what is supposed"
    changed = place.told("plan", ticket=KEY, action="change", set={"FILIAL": "SP"})
    assert "FILIAL: ••• → •••" in changed["shown"]["changes"]


def test_plans_are_those_of_the_service(place: Place):
    headers = {"Authorization": f"Bearer {place.reads}", "Accept-Language": "pt"}
    body = {"ticket": KEY, "action": "advance", "expected": "Filial"}
    own = httpx.post(f"{place.url}/v1/plans", json=body, headers=headers, timeout=90).json()
    page = place.told("plan", **body)
    assert {name: page[name] for name in ("status", "headline", "why_not", "rules")} == {
        name: own[name] for name in ("status", "headline", "why_not", "rules")
    }
    assert page["state"] == {"revision": own["rules"], "edited": [], "served": True}
    assert page["flow"].startswith("<svg")


def test_strange_bodies_are_refused(place: Place):
    headers = {"Authorization": f"Bearer {place.reads}", "Content-Type": "application/json"}
    url = f"{place.url}/studio/ask/plan"
    for content, status in ((b"[]", 422), (b"{", 422), (b'{"ticket":"\\u0000"}', 422), (b"x" * 3_000_000, 413)):
        assert httpx.post(url, content=content, headers=headers).status_code == status
    assert httpx.post(url, content=b"{}", headers={**headers, "Content-Type": "text/plain"}).status_code == 415
    assert place.ask("plan", place.reads, ticket=KEY, action="voar").json()["code"] == "pedido-recusado"


def test_many_at_once_are_all_answered_or_told_to_wait(place: Place):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: place.ask("plan", place.reads, ticket=KEY, action="advance").status_code, range(16)))
    assert set(answers) <= {200, 429, 503}
    assert 200 in answers


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_page_shows_and_offers_nothing_that_writes(place: Place, scheme: str, width: int):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(locale="pt-BR", color_scheme=scheme, viewport={"width": width, "height": 860})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{place.url}/studio")
        page.locator("#key").fill("rp_errada_errada")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("a chave não vale", timeout=30_000)
        page.locator("#key").fill(place.reads)
        page.keyboard.press("Enter")
        page.locator(f'[id="ticket-{KEY}"]').click(timeout=60_000)
        expect(page.locator("#headline")).to_contain_text("Beatriz Nogueira", timeout=30_000)
        page.locator(".what-if summary").click()
        page.locator('[id="field-PARAMETRO.VALOR"]').fill("6000")
        expect(page.locator("#headline")).to_contain_text("Ana Lima", timeout=30_000)
        page.locator("#why-not").fill("Filial")
        page.keyboard.press("Enter")
        expect(page.locator("#why-not-answer")).to_contain_text("Filial", timeout=30_000)
        expect(page.locator(".picture svg")).to_be_visible()
        assert page.locator("#do-move, #keep-case, #publish, #new-formula, #tab-cases, #tab-impact").count() == 0
        assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
        if width <= 900:
            page.locator("#view-files").click()
        page.locator('[id="file-formulas/repasse_gestor.formula"]').click()
        expect(page.locator(EDITOR)).to_contain_text("APROVADOR", timeout=30_000)
        text = page.locator(EDITOR).inner_text()
        page.locator(EDITOR).click()
        page.keyboard.type("x")
        assert page.locator(EDITOR).inner_text() == text
        assert page.locator("#save").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
        assert errors == []
        browser.close()

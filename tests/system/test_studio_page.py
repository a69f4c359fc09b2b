"""The studio's page in a real Chromium: what a consultant does with a folder, and what must not happen to it."""

from __future__ import annotations

import gzip
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import attrs
import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from kit.studio import Studio, studio
from playwright.sync_api import Browser, Page, expect
from system.test_page import STATIC

import routing
from repl.example import EXAMPLE, copy_example
from routing.clock import now_in

pytestmark = pytest.mark.browser

GESTOR = "formulas/repasse_gestor.formula"
EDITOR = ".text .cm-content"


@pytest.fixture
def running(shared: tuple[Studio, httpx.Client]) -> Studio:
    """The studio with a fresh address, its folder's files as they were shipped."""
    made, client = shared
    for path in made.folder.glob("*/*"):
        if not (EXAMPLE / path.relative_to(made.folder)).exists():
            path.unlink()
    for path in EXAMPLE.glob("**/*.*"):
        target = made.folder / path.relative_to(EXAMPLE)
        if path.is_file() and path.suffix in {".toml", ".formula"} and target.read_bytes() != path.read_bytes():
            target.write_bytes(path.read_bytes())
    return attrs.evolve(made, opening=client.post("/api/token").json()["address"])


class Opened:
    """A browser on the studio, with what went wrong in it and how often somebody did something."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.context = browser.new_context(**{"locale": "pt-BR", "viewport": {"width": 1280, "height": 860}, **options})
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.done = 0
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.note(said.type, said.text))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        self.page.goto(address)
        expect(self.page.locator(".dot.on")).to_be_visible(timeout=30_000)
        expect(self.page.locator(".entry.ticket").first).to_be_visible(timeout=30_000)

    def note(self, kind: str, text: str) -> None:
        """Keep an error, but the policy's refusal of Chromium's own styles in editable text, and answers that say no."""
        if kind == "error" and not text.startswith(("Applying inline style", "Failed to load resource")):
            self.errors.append(text)

    def file(self, path: str) -> None:
        """Open a file from the tree."""
        self.click(f'[id="file-{path}"]')
        expect(self.page.locator(EDITOR)).to_have_attribute("aria-label", re.compile(re.escape(path)), timeout=15_000)

    def ticket(self, key: str) -> None:
        """Open a ticket from the tree."""
        self.click(f'[id="ticket-{key}"]')
        expect(self.page.locator("#headline")).to_be_visible(timeout=15_000)

    def click(self, what: str) -> None:
        """One thing that somebody does."""
        self.done += 1
        self.page.locator(what).click()

    def write(self, text: str) -> None:
        """Put a text in the open file's place."""
        self.done += 1
        self.page.locator(EDITOR).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def press(self, keys: str) -> None:
        """One thing that somebody does."""
        self.done += 1
        self.page.keyboard.press(keys)

    @property
    def text(self) -> str:
        """The open file's text."""
        return self.page.locator(f"{EDITOR} .cm-line").evaluate_all("lines => lines.map((one) => one.textContent).join('\\n')")


@pytest.fixture
def opened(browser: Browser, running: Studio) -> Iterator[Opened]:
    made = Opened(browser, running.opening)
    yield made
    made.context.close()
    assert made.errors == []
    assert made.hosts == {running.url.partition("//")[2]}


def source(running: Studio) -> str:
    return (running.folder / GESTOR).read_text(encoding="utf-8")


def test_the_address_leaves_the_token_and_a_second_browser_is_refused(opened: Opened, browser: Browser, running: Studio):
    assert "token" not in opened.page.url
    other = browser.new_context().new_page()
    answer = other.goto(running.opening)
    assert answer is not None
    assert answer.status == 403
    expect(other.get_by_role("heading")).to_contain_text("já foi usado")
    other.context.close()


def test_an_edit_is_checked_as_typed_planned_and_saved(opened: Opened, running: Studio):
    opened.ticket("1;1;43")
    expect(opened.page.locator("#headline")).to_contain_text("Beatriz Nogueira")
    opened.file(GESTOR)
    opened.write("DECL A; SETVAR(B, 1); '1;3'")
    expect(opened.page.locator(".text .cm-lintRange-error").first).to_be_visible(timeout=15_000)
    expect(opened.page.locator(f'[id="file-{GESTOR}"] .error')).to_contain_text("erro", timeout=15_000)
    expect(opened.page.locator("#answer .badge")).to_have_text("falha na fórmula", timeout=15_000)
    opened.write(source(running).replace("'1;1'", "'1;3'"))
    expect(opened.page.locator("#headline")).to_contain_text("Ana Lima", timeout=15_000)
    expect(opened.page.locator(".computed").first).to_contain_text("ainda não gravado")
    before = source(running)
    opened.press("Control+S")
    expect(opened.page.locator("#impact-summary")).to_contain_text("1 de 9", timeout=20_000)
    expect(opened.page.locator("#holders")).to_contain_text("recebe mais")
    assert source(running) == before
    opened.click("#save-anyway")
    expect(opened.page.locator(".said")).to_contain_text("gravado", timeout=15_000)
    assert source(running) == before.replace("'1;1'", "'1;3'")
    expect(opened.page.locator("#save")).to_be_disabled()


def test_files_of_tables_are_checked_too(opened: Opened):
    opened.file("tipos/compras.toml")
    opened.page.locator(EDITOR).click()
    opened.page.keyboard.press("Control+Home")
    opened.page.keyboard.insert_text("nada\n")
    expect(opened.page.locator(".text .cm-lint-marker-error").first).to_be_attached(timeout=15_000)
    expect(opened.page.locator('[id="file-tipos/compras.toml"] .error')).to_be_visible()
    opened.press("Control+Z")
    expect(opened.page.locator('[id="file-tipos/compras.toml"] .error')).to_have_count(0, timeout=15_000)


def test_a_supposed_value_changes_who_receives(opened: Opened):
    opened.ticket("1;1;43")
    opened.page.locator(".what-if summary").click()
    opened.page.get_by_label("PARAMETRO.VALOR").fill("6000")
    expect(opened.page.locator("#headline")).to_contain_text("Ana Lima", timeout=15_000)
    expect(opened.page.locator(".hypothesis")).to_contain_text("PARAMETRO.VALOR = 6000 (era 184900)")
    opened.page.locator("#field-FILIAL").fill("NE")
    expect(opened.page.locator("#headline")).to_contain_text("Filial", timeout=15_000)
    expect(opened.page.locator(".picture .going")).to_have_count(1)
    opened.page.locator("#undo-supposed").click()
    expect(opened.page.locator("#headline")).to_contain_text("Beatriz", timeout=15_000)
    expect(opened.page.locator(".hypothesis")).to_have_count(0)


def test_why_not_offers_a_change_that_leads_there(opened: Opened):
    opened.ticket("1;1;43")
    opened.page.locator("#why-not").fill("Filial")
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator("#why-not-answer")).to_be_visible(timeout=15_000)
    opened.page.locator(".try").click()
    expect(opened.page.locator("#headline")).to_contain_text("Filial", timeout=15_000)


def test_a_click_on_the_flow_asks_why_the_ticket_does_not_go_there(opened: Opened):
    opened.ticket("1;1;43")
    branch = opened.page.locator(".picture [role=button][aria-label$='5 Filial']")
    branch.click()
    answer = opened.page.locator("#why-not-answer")
    expect(answer).to_contain_text("Filial", timeout=15_000)
    expect(opened.page.locator("#why-not")).to_be_focused()
    opened.page.locator(".picture [data-box='4']").focus()
    opened.page.keyboard.press("Enter")
    expect(answer).to_contain_text("Cotação", timeout=15_000)
    assert opened.page.locator(".picture .aim[role]").count() == 0


def test_values_of_the_run_stand_in_the_text_and_travel(opened: Opened):
    opened.ticket("1;1;47")
    opened.file(GESTOR)
    expect(opened.page.locator(".ghost").first).to_have_text("VALOR = 11400", timeout=15_000)
    opened.page.locator("#tab-run").click()
    expect(opened.page.locator("#run-value")).to_contain_text("1;3 Ana Lima")
    slider = opened.page.get_by_label("Passo da execução")
    slider.focus()
    opened.page.keyboard.press("Home")
    expect(opened.page.locator(".ghost")).to_have_count(0)
    opened.page.keyboard.press("ArrowRight")
    expect(opened.page.locator(".at-step")).to_contain_text("SETVAR(VALOR")
    opened.write("DECL X; SETVAR(X, 7); X")
    expect(opened.page.locator(".ghost")).to_contain_text("7", timeout=15_000)
    took = opened.page.evaluate("performance.getEntriesByName('repasse-run').map((one) => one.duration)")
    assert statistics.median(took) <= 200, took


def test_undo_and_unsaved_text_outlive_a_reload(opened: Opened, running: Studio):
    opened.file(GESTOR)
    opened.page.locator(EDITOR).click()
    opened.page.keyboard.press("Control+End")
    opened.page.keyboard.insert_text("/* meu */")
    opened.page.wait_for_timeout(400)
    opened.page.reload()
    expect(opened.page.locator(EDITOR)).to_contain_text("/* meu */", timeout=30_000)
    opened.page.locator(EDITOR).click()
    opened.page.keyboard.press("Control+Z")
    expect(opened.page.locator(EDITOR)).not_to_contain_text("/* meu */")
    assert "meu" not in source(running)


def test_what_another_program_wrote_is_shown_beside_ours(opened: Opened, running: Studio):
    opened.page.locator(".menu summary").click()
    opened.page.locator("#look-first").uncheck()
    opened.page.locator(".menu summary").click()
    opened.file(GESTOR)
    opened.write("'1;4'")
    (running.folder / GESTOR).write_text("'1;9'", encoding="utf-8")
    opened.press("Control+S")
    dialog = opened.page.get_by_role("dialog")
    expect(dialog).to_contain_text("mudou na pasta", timeout=15_000)
    expect(dialog.locator(".cm-merge-a")).to_contain_text("'1;9'")
    expect(dialog.locator(".cm-merge-b")).to_contain_text("'1;4'")
    dialog.get_by_text("Como era quando foi aberto").click()
    expect(dialog.locator("pre")).to_contain_text("SETVAR(APROVADOR")
    assert source(running) == "'1;9'"
    dialog.locator("#keep-mine").click()
    expect(opened.page.locator(".said")).to_contain_text("gravado", timeout=15_000)
    assert source(running) == "'1;4'"
    # a clean file is read again by itself
    (running.folder / GESTOR).write_text("'1;1'", encoding="utf-8")
    expect(opened.page.locator(EDITOR)).to_contain_text("'1;1'", timeout=15_000)


def test_two_browsers_on_one_file_lose_nothing(opened: Opened, browser: Browser, running: Studio):
    opened.page.locator(".menu summary").click()
    opened.page.locator("#another").click()
    expect(opened.page.locator(".said")).to_contain_text("http://")
    address = opened.page.locator(".said").inner_text().split()[-1]
    other = Opened(browser, address)
    opened.page.locator("#look-first").uncheck()
    opened.page.locator(".menu summary").click()
    for one, text in ((opened, "'1;1'"), (other, "'1;3'")):
        one.file("formulas/avisa_gestor.formula")
        one.write(text)
    opened.press("Control+S")
    expect(opened.page.locator("#save")).to_be_disabled(timeout=20_000)
    expect(other.page.locator(".text .warn")).to_contain_text("mudou na pasta", timeout=15_000)
    other.page.locator("#compare").click()
    other.page.locator("#keep-mine").click()
    expect(opened.page.locator(EDITOR)).to_contain_text("'1;3'", timeout=15_000)
    other.context.close()


def test_a_studio_that_ends_is_told_and_nothing_written_is_lost(browser: Browser, tmp_path: Path):
    copy_example(tmp_path / "compras")
    with studio(tmp_path / "compras") as first:
        opened = Opened(browser, first.opening)
        opened.file(GESTOR)
        opened.write("'1;4' /* ainda não gravado */")
        assert first.interrupt() == 0
        expect(opened.page.locator(".banner")).to_contain_text("não responde", timeout=15_000)
        port = first.url.rpartition(":")[2]
    with studio(tmp_path / "compras", "--port", port) as second:
        expect(opened.page.locator(".banner")).to_contain_text("abra o endereço", timeout=15_000)
        opened.page.goto(second.opening)
        expect(opened.page.locator(EDITOR)).to_contain_text("ainda não gravado", timeout=30_000)
        assert "ainda" not in source(second)
        opened.press("Control+S")
        opened.context.close()


def test_cases_run_show_failures_in_place_and_coverage(opened: Opened, running: Studio):
    opened.file(GESTOR)
    opened.click("#tab-cases")
    opened.click("#run-cases")
    expect(opened.page.locator("#cases-summary")).to_contain_text("0 falharam", timeout=60_000)
    assert opened.page.locator(".reach.reached").count() > 5
    opened.write(source(running).replace("20000", "200000"))
    expect(opened.page.locator("#panel-cases .stale-note")).to_be_visible()
    opened.click("#run-cases")
    expect(opened.page.locator(".case-list .failed").first).to_be_visible(timeout=60_000)
    opened.page.locator(".case-list .failed button").first.click()
    expect(opened.page.locator(EDITOR)).to_have_attribute("aria-label", re.compile("casos/"), timeout=15_000)


def test_a_failing_property_is_shown_beside_the_formula_with_its_ticket_and_kept_as_a_case(opened: Opened, running: Studio):
    opened.file(GESTOR)
    opened.write(source(running).replace("VALOR > 20000", "VALOR > 25000"))
    opened.click("#tab-properties")
    expect(opened.page.locator("#about-open")).to_be_checked()
    opened.click("#ask-properties")
    expect(opened.page.locator("#properties-summary")).to_contain_text("1 não valem", timeout=150_000)
    failing = opened.page.locator("#panel-properties .case-list .failed")
    expect(failing).to_have_count(1)
    expect(failing).to_contain_text("compra grande avisa a controladoria antes da Diretoria")
    expect(failing.locator(".ticket-told")).to_contain_text("VALOR = 2")
    expect(failing.locator("ol").first).to_contain_text("avançar")
    failing.locator("button.where").first.click()
    expect(opened.page.locator(EDITOR)).to_have_attribute("aria-label", re.compile("formulas/repasse_"), timeout=15_000)
    failing.locator(".keep-way").click()
    expect(opened.page.locator(".said")).to_contain_text("casos/gravados-property-1.casos.toml", timeout=30_000)
    expect(opened.page.locator(EDITOR)).to_contain_text("compra grande avisa a controladoria")
    kept = (running.folder / "casos" / "gravados-property-1.casos.toml").read_text(encoding="utf-8")
    assert "movimentos = [" in kept
    opened.click("#tab-cases")
    opened.click("#run-cases")
    expect(opened.page.locator("#cases-summary")).to_be_visible(timeout=60_000)
    expect(opened.page.locator(".case-list .passed", has_text="gravados-property-1")).to_have_count(1)
    opened.click("#tab-properties")
    opened.file(GESTOR)
    opened.write(source(running))
    expect(opened.page.locator("#panel-properties .stale-note")).to_be_visible()


def test_a_newcomer_finds_mends_proves_and_publishes(opened: Opened, running: Studio):
    """The task list of issue 24 in at most twelve interactions: why 1;1;47 stands still, what mends it, a case, a release."""
    opened.ticket("1;1;47")
    expect(opened.page.locator("#headline")).to_contain_text("2 mensagens na caixa postal")
    opened.click(".what-if summary")
    opened.done += 1
    opened.page.locator("#field-CAIXAPOSTAL").fill("0")
    expect(opened.page.locator("#headline")).to_contain_text("o fluxo não vai da etapa", timeout=15_000)
    opened.done += 1
    opened.page.locator("#ask-to").fill("Conferência")
    expect(opened.page.locator("#answer .badge")).to_have_text("permitido", timeout=15_000)
    opened.click("#keep-case")
    expect(opened.page.locator(".said")).to_contain_text("gravado em casos/gravados.casos.toml", timeout=30_000)
    opened.click("#tab-cases")
    opened.click("#run-cases")
    expect(opened.page.locator("#cases-summary")).to_contain_text("0 falharam", timeout=60_000)
    opened.click("#publish")
    expect(opened.page.locator(".said")).to_contain_text("Publicada", timeout=60_000)
    assert (running.folder / "casos" / "gravados.casos.toml").read_text(encoding="utf-8").startswith("[[caso]]")
    assert opened.done <= 12


def test_a_new_formula_is_made_from_the_tree(opened: Opened, running: Studio):
    opened.page.locator("#new-formula").fill("../fora")
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator("#new-formula")).to_have_attribute("aria-invalid", "true")
    opened.page.locator("#new-formula").fill("plantao")
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(EDITOR)).to_contain_text("'5'", timeout=15_000)
    opened.press("Control+S")
    expect(opened.page.locator(".said")).to_contain_text("gravado", timeout=15_000)
    assert (running.folder / "formulas" / "plantao.formula").read_text(encoding="utf-8") == "'5';\n"


def test_data_is_shown_as_text(browser: Browser, tmp_path: Path):
    copy_example(tmp_path / "w")
    script = "<img src=x onerror=document.title=1>"
    for name in ("tipos/compras.toml", "atendimentos/compras.toml"):
        path = tmp_path / "w" / name
        text = path.read_text(encoding="utf-8").replace('nome = "Gestor"', f'nome = "{script}"')
        path.write_text(text.replace("Notebooks para o almoxarifado", script), encoding="utf-8")
    with studio(tmp_path / "w") as running:
        opened = Opened(browser, running.opening)
        opened.ticket("1;1;47")
        assert opened.page.locator("img[src=x], image").count() == 0
        assert "repasse" in opened.page.title()
        assert opened.errors == []
        opened.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_access(browser: Browser, running: Studio, scheme: str):
    """Every state: tree, ticket, hypothesis, run, cases, proofs, impact, search and fault panels, menu, conflict, refusal."""
    made = Opened(browser, running.opening, color_scheme=scheme)
    found: list[object] = []

    def look(state: str) -> None:
        for fault in Axe().run(made.page).response["violations"]:
            if fault["impact"] in {"serious", "critical"}:
                found.append((state, fault["id"], [node["html"][:160] for node in fault["nodes"]]))

    made.ticket("1;1;43")
    made.page.locator(".what-if summary").click()
    made.page.locator("#field-FILIAL").fill("NE")
    expect(made.page.locator("#headline")).to_contain_text("Filial", timeout=15_000)
    look("ticket")
    made.file(GESTOR)
    expect(made.page.locator(".ghost").first).to_be_visible(timeout=15_000)
    made.page.keyboard.press("Control+F")
    look("search")
    made.page.keyboard.press("Escape")
    made.page.locator("#tab-run").click()
    look("run")
    made.page.locator("#tab-cases").click()
    made.page.locator("#run-cases").click()
    expect(made.page.locator("#cases-summary")).to_be_visible(timeout=60_000)
    look("cases")
    made.write(source(running).replace("'1;1'", "'1;3'"))
    look("stale")
    made.page.locator("#tab-properties").click()
    made.page.locator("#ask-properties").click()
    expect(made.page.locator("#properties-summary")).to_be_visible(timeout=150_000)
    look("properties")
    made.page.locator("#tab-impact").click()
    made.page.locator("#see-impact").click()
    expect(made.page.locator("#impact-table")).to_be_visible(timeout=20_000)
    look("impact")
    made.write("DECL A; SETVAR(B, 1)")
    expect(made.page.locator(".cm-lintRange-error").first).to_be_attached(timeout=15_000)
    made.page.keyboard.press("Control+Shift+M")
    look("faults")
    made.page.keyboard.press("Escape")
    made.page.locator(".menu summary").click()
    look("menu")
    made.page.locator("#look-first").uncheck()
    (running.folder / GESTOR).write_text("'1;9'", encoding="utf-8")
    made.page.locator("#save").click()
    expect(made.page.get_by_role("dialog")).to_be_visible(timeout=15_000)
    look("conflict")
    assert found == []
    made.context.close()


@pytest.mark.parametrize("width", [390, 768, 1024, 1920])
def test_nothing_is_cut_off_at_any_width(browser: Browser, running: Studio, width: int):
    made = Opened(browser, running.opening, viewport={"width": width, "height": 800})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert made.page.evaluate(wide) <= 0
    made.ticket("1;1;43")
    expect(made.page.locator("#headline")).to_be_in_viewport()
    assert made.page.evaluate(wide) <= 0
    if width <= 900:
        made.page.locator("#view-files").click()
    made.file(GESTOR)
    expect(made.page.locator(EDITOR)).to_be_in_viewport()
    assert made.page.evaluate(wide) <= 0
    made.context.close()


def test_an_approval_says_who_is_missing_and_what_each_voice_would_do(browser: Browser, tmp_path: Path):
    folder = tmp_path / "compras"
    copy_example(folder)
    with routing.open_desk(folder) as desk:
        for request in (ADVANCE, ADVANCE, routing.Request(action="approve", actor="1;3", justification="preço bom")):
            assert desk.move("1;1;50", request, now_in(desk.site.zone)).status == "moved"
    with studio(folder) as running:
        made = Opened(browser, running.opening)
        made.ticket("1;1;50")
        page, headline = made.page, made.page.locator("#headline")
        expect(page.locator("#approval")).to_contain_text("Ana Lima (1;3) aprovou")
        expect(page.locator("#approval")).to_contain_text("falta: Beatriz Nogueira (1;1), grupo Cotação (1;5)")
        expect(headline).to_contain_text("etapa Assinatura", timeout=15_000)
        made.click('[id="reject-1;6"]')
        expect(headline).to_contain_text("é preciso informar a justificativa", timeout=15_000)
        expect(page.locator("#approval-after")).to_have_count(0)
        page.keyboard.type("sem garantia")
        expect(page.locator("#approval-after")).to_contain_text("Fábio Teles (1;6) rejeitou", timeout=15_000)
        expect(page.locator("#approval-after")).to_contain_text("falta: Beatriz Nogueira (1;1)")
        assert page.locator('[id="approve-1;2"]').count() == 0, "who opened the ticket has no voice"
        assert not [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
        made.context.close()
        assert made.errors == []
    with routing.open_desk(folder) as desk:
        assert len(desk.show("1;1;50")["approvals"]) == 1, "a plan is no voice"


ADVANCE = routing.Request(action="advance")


def test_the_keyboard_does_it_all(opened: Opened):
    opened.page.locator('[id="ticket-1;1;43"]').focus()
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator("#headline")).to_be_visible(timeout=15_000)
    opened.page.locator(f'[id="file-{GESTOR}"]').focus()
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator(EDITOR)).to_be_focused(timeout=15_000)
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Tab")
    expect(opened.page.locator(EDITOR)).not_to_be_focused()
    opened.page.locator("#tab-ticket").focus()
    for name in ("run", "cases", "properties", "impact"):
        opened.page.keyboard.press("ArrowRight")
        expect(opened.page.locator(f"#tab-{name}")).to_be_focused()
        expect(opened.page.locator(f"#panel-{name}")).to_be_visible()


def test_english_is_complete(opened: Opened):
    opened.page.locator(".menu summary").click()
    opened.page.locator("#language").click()
    expect(opened.page.locator("html")).to_have_attribute("lang", "en", timeout=15_000)
    opened.ticket("1;1;47")
    expect(opened.page.locator("#headline")).to_contain_text("voicemail")
    shown = opened.page.locator("#page").inner_text().splitlines()
    names = {"Luvas de proteção", "Tinta para sinalização", "4 Cotação", "Cotação"}  # the example's own subjects, steps and groups
    assert {line for line in shown if "ção" in line} <= names


USABLE = """async () => {
  const said = () => performance.getEntriesByName("repasse-usable")[0];
  while (!said()) await new Promise((next) => setTimeout(next, 20));
  return said().startTime;
}"""
"""Waits in the page itself: the driver's own waiting builds code from a text, which the page's policy forbids."""


def test_the_page_is_usable_within_a_second_and_a_half(browser: Browser, running: Studio):
    made = Opened(browser, running.opening)
    times = []
    for _ in range(5):
        made.page.reload()
        times.append(made.page.evaluate(USABLE))
    made.context.close()
    assert statistics.median(times) <= 1500, times


def test_a_key_in_a_thousand_lines_is_painted_within_fifty_milliseconds(opened: Opened):
    opened.file(GESTOR)
    opened.write("DECL A;\n" + "SETVAR(A, 1);\n" * 998 + "A;")
    opened.page.wait_for_timeout(2_500)
    opened.page.evaluate(
        """() => { window.took = []; document.addEventListener('keydown', () => {
            const began = performance.now();
            requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => window.took.push(performance.now() - began); c.port2.postMessage(0); });
        }, true); }"""
    )
    for letter in "/* uma linha */":
        opened.page.keyboard.press("Space" if letter == " " else letter)
        opened.page.wait_for_timeout(60)
    took = opened.page.evaluate("window.took")
    assert statistics.median(took) <= 50, took


def test_what_is_sent_is_small():
    names = ("studio.js", "studio.css", "page.css", "studio.html", "icon.svg")
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names) <= 400_000

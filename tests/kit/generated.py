"""Everything that is written by program and kept: pages of the documentation and the parser's table.

``./go generate`` writes them all; tests compare, so a change of the code without its pages fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from kit import catalogue
from kit.paths import ROOT
from kit.reference import settings_page, undescribed, workspace_page

import formula
from formula.builtins.page import page as functions_page
from formula.codes.row import Code
from formula.codes.table import TABLE
from formula.diagnostics import in_language
from formula.parser import fingerprint, save_grammar
from formula.printing.render import SEVERITIES, render
from formula.source import Source
from routing import load_workspace
from routing.domain.gates import GATES
from routing.refusals import REFUSED
from routing.refusals import TABLE as SITE_TABLE
from routing.workspace.drawing import draw, draw_statuses

DOCS = ROOT / "docs"

CONTEXT = formula.Context(now=datetime(2026, 11, 24, 10), user="mestre")

SECTIONS: Mapping[str, tuple[str, str]] = {
    "L": ("Palavras", "Words"),
    "P": ("Forma", "Form"),
    "V": ("Variáveis", "Variables"),
    "C": ("Controle", "Control"),
    "O": ("Operadores", "Operators"),
    "T": ("Valores", "Values"),
    "F": ("Funções e outras fórmulas", "Functions and other formulas"),
    "S": ("Falhas e limites", "Faults and limits"),
}


ABOUT: Mapping[str, tuple[str, ...]] = {
    "pt": (
        "# Diagnósticos",
        "",
        "Página gerada das tabelas de códigos; `./go generate` a refaz. Cada exemplo é executado, e o que aparece",
        "abaixo dele é o que a pessoa lê. O código não muda de uma versão para outra; a frase pode melhorar.",
        "",
        "Gravidade: {severities}. Só um erro impede a fórmula de rodar.",
        "",
    ),
    "en": (
        "# Diagnostics",
        "",
        "Page made from the tables of codes (`./go generate`). Each example is run, and what stands below it is what people read.",
        "A code does not change from version to version; its sentence may get better.",
        "",
        "Severities: {severities}. Only an error keeps a formula from running.",
        "",
    ),
}
GATES_TITLE = {"pt": "## Verificações de um movimento", "en": "## Gates of a move"}
FILES_TITLE = {"pt": "## Arquivos de um ambiente", "en": "## Files of a workspace"}
REFUSED_TITLE = {"pt": "## Recusas, falhas e respostas do serviço", "en": "## Refusals, failures and answers of the service"}


def diagnostics_page(language: str = "pt") -> str:
    """docs/diagnostics.md: every code of formulas with what it looks like, the gates of a move, the codes of site files and of refusals."""
    lines = [line.replace("{severities}", severity_words(language)) for line in ABOUT[language]]
    at = list(ABOUT).index(language)
    for letter, titles in SECTIONS.items():
        rows = [row for row in TABLE.values() if row.rule[0] == letter]
        lines += [f"## {titles[at]}", ""]
        for row in rows:
            lines += section(row, language)
    lines += [GATES_TITLE[language], ""]
    lines += [f"- `{gate.id}` ({gate.name.text(language)}): {gate.refuses.text(language)}." for gate in GATES]
    lines += ["", FILES_TITLE[language], ""]
    lines += [
        f"- `{row.code}` ({in_language(SEVERITIES[row.severity], language)}): {row.title.text(language)}."
        for row in SITE_TABLE.values()
    ]
    lines += ["", REFUSED_TITLE[language], ""]
    lines += [f"- `{code}`: {title.text(language)}." for code, title in sorted(REFUSED.items())]
    return "\n".join(lines) + "\n"


def severity_words(language: str) -> str:
    """The names of the severities."""
    return ", ".join(in_language(word, language) for word in SEVERITIES.values())


def section(row: Code, language: str) -> Iterator[str]:
    """One code."""
    yield f"### `{row.code}`"
    yield ""
    rule = {"pt": "regra", "en": "rule"}[language]
    severity = in_language(SEVERITIES[row.severity], language)
    explanation = in_language(row.explanation, language)
    yield f"{in_language(row.title, language)}: {severity}, {rule} {row.rule.replace('S8', '§8')}. {explanation}"
    yield ""
    if row.example and len(row.example) < 200:
        yield "```text"
        yield from shown(row, language).splitlines()
        yield "```"
        yield ""


def shown(row: Code, language: str) -> str:
    """The example's fault as people read it."""
    found = formula.check(row.example)
    if not any(fault.code == row.code for fault in found):
        found = list(formula.compile(row.example).run(CONTEXT, limits=formula.Limits(steps=2_000)).diagnostics)
    fault = next(fault for fault in found if fault.code == row.code)
    return in_language(render(Source(row.example), [fault], language), language)


PAGES: Mapping[str, Callable[[], str]] = {
    "diagnostics.md": diagnostics_page,
    "diagnostics.en.md": lambda: diagnostics_page("en"),
    "functions.md": lambda: functions_page("pt"),
    "functions.en.md": lambda: functions_page("en"),
    "workspace.md": lambda: workspace_page("pt"),
    "workspace.en.md": lambda: workspace_page("en"),
    "settings.md": lambda: settings_page("pt"),
    "settings.en.md": lambda: settings_page("en"),
    "routing-status.svg": draw_statuses,
    "routing-flow.svg": lambda: draw(load_workspace(ROOT / "examples" / "compras").types[10]),
}


def main() -> None:
    """Write all. Ends with code 1 when a key of a workspace's files has no description."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
    table = ROOT / "formula" / "grammar.bin"
    if not table.exists() or not table.read_bytes().startswith(fingerprint()):
        table.write_bytes(save_grammar())
    catalogue.main()
    nameless = undescribed()
    if nameless:
        sys.exit("missing in tests/kit/workspace_keys.toml: " + ", ".join(nameless))


if __name__ == "__main__":
    main()

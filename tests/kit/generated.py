"""Everything that is written by program and kept: pages of the documentation and the parser's table.

``./go generate`` writes them all; tests compare, so a change of the code without its pages fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from kit import catalogue
from kit.paths import ROOT

import formula
from formula.builtins.page import page as functions_page
from formula.codes.row import Code
from formula.codes.table import TABLE
from formula.parser import fingerprint, save_grammar
from formula.printing.render import SEVERITIES, render
from formula.source import Source
from routing.refusals import TABLE as SITE_TABLE

DOCS = ROOT / "docs"

CONTEXT = formula.Context(now=datetime(2026, 11, 24, 10), user="mestre")

SECTIONS: Mapping[str, str] = {
    "L": "Palavras",
    "P": "Forma",
    "V": "Variáveis",
    "C": "Controle",
    "O": "Operadores",
    "T": "Valores",
    "F": "Funções e outras fórmulas",
    "S": "Falhas e limites",
}


def diagnostics_page() -> str:
    """docs/diagnostics.md: every code of formulas with what it looks like, then the codes of site files."""
    lines = [
        "# Diagnósticos",
        "",
        "Página gerada da tabela de códigos; `python tests/generated.py` a refaz. Cada exemplo é executado, e o que aparece",
        "abaixo dele é o que a pessoa lê. O código não muda de uma versão para outra; a frase pode melhorar.",
        "",
        f"Gravidade: {severity_words()}. Só um erro impede a fórmula de rodar.",
        "",
    ]
    for letter, title in SECTIONS.items():
        rows = [row for row in TABLE.values() if row.rule[0] == letter]
        lines += [f"## {title}", ""]
        for row in rows:
            lines += section(row)
    lines += ["## Arquivos de um ambiente", ""]
    lines += [f"- `{row.code}` ({SEVERITIES[row.severity]}): {row.title}." for row in SITE_TABLE.values()]
    return "\n".join(lines) + "\n"


def severity_words() -> str:
    """The names of the severities."""
    return ", ".join(str(word) for word in SEVERITIES.values())


def section(row: Code) -> Iterator[str]:
    """One code."""
    yield f"### `{row.code}`"
    yield ""
    yield f"{row.title}: {SEVERITIES[row.severity]}, regra {row.rule.replace('S8', '§8')}. {row.explanation}"
    yield ""
    if row.example and len(row.example) < 200:
        yield "```"
        yield from shown(row).splitlines()
        yield "```"
        yield ""


def shown(row: Code) -> str:
    """The example's fault as people read it."""
    found = formula.check(row.example)
    if not any(fault.code == row.code for fault in found):
        found = list(formula.compile(row.example).run(CONTEXT, limits=formula.Limits(steps=2_000)).diagnostics)
    return render(Source(row.example), [next(fault for fault in found if fault.code == row.code)])


PAGES: Mapping[str, Callable[[], str]] = {
    "diagnostics.md": diagnostics_page,
    "functions.md": lambda: functions_page("pt"),
    "functions.en.md": lambda: functions_page("en"),
}


def main() -> None:
    """Write all."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
    table = ROOT / "formula" / "grammar.bin"
    if not table.exists() or not table.read_bytes().startswith(fingerprint()):
        table.write_bytes(save_grammar())
    catalogue.main()


if __name__ == "__main__":
    main()

"""docs/language.md is the specification: every example runs and shows what the page says; every rule has its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from kit.corpus import RULES
from kit.paths import ROOT

import formula
from formula.values import display

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")

CONTEXT = formula.Context(
    fields={"PRIORIDADE": "Urgente", "ABERTURA": datetime(2026, 11, 20)},
    now=datetime(2026, 11, 24, 10),
    formulas={"LIMITE": "100 * 2"},
    sql={"PEDIDOS": [{"VALOR": 10}]},
)
WORDS = {"error": "erro", "warning": "aviso", "lint": "sugestão"}


def examples() -> Iterator[object]:
    """Text and what is shown, of each example, with the line of the page."""
    for found in re.finditer(r"^```formula\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL):
        lines = found[1].splitlines()
        text = "\n".join(line for line in lines if not line.startswith("→"))
        shown = [line.removeprefix("→ ") for line in lines if line.startswith("→")]
        yield pytest.param(text, shown, id=f"line {PAGE.count(chr(10), 0, found.start()) + 1}")


def seen(text: str) -> list[str]:
    """What the page would say of a formula."""
    schema = formula.Schema.of(CONTEXT)
    found = formula.check(text, schema)
    lines = [f"{WORDS[fault.severity]} {fault.code}" for fault in found]
    if any(fault.severity == "error" for fault in found):
        return lines
    outcome = formula.compile(text, schema).run(CONTEXT)
    if outcome.status == "fault":
        return [*lines, f"falha {outcome.diagnostics[-1].code}"]
    if outcome.status == "stopped":
        return [*lines, f"mensagem {outcome.message}"]
    return [*lines, "Vazio" if outcome.value is None else display(outcome.value)]


@pytest.mark.parametrize(("text", "shown"), list(examples()))
def test_example(text: str, shown: list[str]) -> None:
    assert shown
    assert seen(text) == shown


def test_every_rule_is_on_the_page() -> None:
    assert [rule for rule in RULES if rule != "S8" and f"**{rule}.**" not in PAGE] == []

"""Slips of pasted and habitual kinds: the first message names the cause, and the fixes that are offered give what was meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pytest
from kit.paths import TESTS

import formula
from formula.diagnostics import Diagnostic
from formula.printing.printer import format_text

SCHEMA = formula.Schema(parameters={"VALOR": "numero", "APROVADOR": "texto"})
SLIPS: list[Mapping[str, str]] = tomllib.loads((TESTS / "formula" / "mending" / "slips.toml").read_text(encoding="utf-8"))["slip"]
STEPS = 12


def canonical(text: str) -> str | None:
    """A text as it is printed, one kind of quotes."""
    printed = format_text(text).text
    return None if printed is None else " ".join(printed.replace('"', "'").split())


def faults(text: str) -> list[Diagnostic]:
    return formula.check(text, SCHEMA)


def followed(text: str) -> str:
    """A text after the first message's fix, again and again."""
    for _ in range(STEPS):
        found = faults(text)
        if not found or found[0].fix is None:
            break
        fix = found[0].fix
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return text


@pytest.mark.parametrize("slip", SLIPS, ids=[slip["name"] for slip in SLIPS])
def test_first_message_names_the_cause_and_mends(slip: Mapping[str, str]) -> None:
    first = faults(slip["text"])[0]
    said = f"{first.message} · {first.hint} · {first.fix.text if first.fix else ''}"
    assert re.search(slip["names"], said), said
    if slip["meant"]:
        mended = followed(slip["text"])
        assert canonical(mended) == canonical(slip["meant"])
        assert [fault.code for fault in faults(mended) if fault.severity != "lint"] == []

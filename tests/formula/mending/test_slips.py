"""Slips of pasted and habitual kinds: the first message names the cause, and the fixes that are offered give what was meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pytest
from kit.followed import canonical, followed
from kit.paths import TESTS

import formula
from formula.diagnostics import Diagnostic

SCHEMA = formula.Schema(parameters={"VALOR": "numero", "APROVADOR": "texto"})
SLIPS: list[Mapping[str, str]] = tomllib.loads((TESTS / "formula" / "mending" / "slips.toml").read_text(encoding="utf-8"))["slip"]


def faults(text: str) -> list[Diagnostic]:
    return formula.check(text, SCHEMA)


@pytest.mark.parametrize("slip", SLIPS, ids=[slip["name"] for slip in SLIPS])
def test_first_message_names_the_cause_and_mends(slip: Mapping[str, str]) -> None:
    first = faults(slip["text"])[0]
    said = f"{first.message} · {first.hint} · {first.fix.text if first.fix else ''}"
    assert re.search(slip["names"], said), said
    if slip["meant"]:
        mended = followed(slip["text"], SCHEMA)
        assert canonical(mended) == canonical(slip["meant"])
        assert [fault.code for fault in faults(mended) if fault.severity != "lint"] == []

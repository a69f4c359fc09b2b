"""Typing slips are found where they were made, and most answers mend them (issue, Numbers)."""

from __future__ import annotations

import re

import pytest
from kit.mutants import Mutant, mutants, valid_formulas

import formula
from formula.diagnostics import Diagnostic

MUTANTS = list(mutants())


def errors(text: str) -> list[Diagnostic]:
    return [fault for fault in formula.check(text) if fault.severity == "error"]


def near(mutant: Mutant) -> list[Diagnostic]:
    """Errors and warnings within one line of the slip."""
    found = [fault for fault in formula.check(mutant.text) if fault.severity != "lint"]
    return [fault for fault in found if abs(fault.start.line - mutant.line) <= 1]


def mends(fault: Diagnostic, mutant: Mutant) -> bool:
    """Whether the fix gives a text without errors, or the hint names the cure."""
    if fault.fix is not None:
        span = fault.fix.span
        if not errors(mutant.text[: span.start] + fault.fix.text + mutant.text[span.end :]):
            return True
    return fault.hint is not None and re.search(mutant.cure, fault.hint) is not None


@pytest.mark.parametrize("name", valid_formulas())
def test_no_false_error(name: str) -> None:
    assert [fault.code for fault in formula.check(valid_formulas()[name]) if fault.severity != "lint"] == []


def test_there_are_enough() -> None:
    assert len(MUTANTS) >= 200
    assert len({mutant.formula for mutant in MUTANTS}) >= 25
    assert all(mutant.text != mutant.original for mutant in MUTANTS)


def test_slips_are_reported_within_one_line() -> None:
    missed = [mutant for mutant in MUTANTS if not near(mutant)]
    assert len(missed) <= 0.05 * len(MUTANTS), missed[:5]


def test_answers_mend() -> None:
    unmended = [mutant for mutant in MUTANTS if not any(mends(fault, mutant) for fault in near(mutant))]
    assert len(unmended) <= 0.2 * len(MUTANTS), unmended[:5]


def test_one_slip_gives_few_messages() -> None:
    counts = [len(errors(mutant.text)) for mutant in MUTANTS]
    assert sum(count == 1 for count in counts) >= 0.8 * len(counts)
    assert max(counts) <= 4

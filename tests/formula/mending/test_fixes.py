"""A fix never changes what a text means, and never asks for another action (issue: never wrong in silence)."""

from __future__ import annotations

import pytest
from kit.fixes import OTHER_READING, fixes, meaning

from formula.codes.table import ERROR, TABLE

COUNT = 1_500
"""``python -m kit.fixes 25000`` follows more of them."""


@pytest.mark.slow
def test_no_fix_changes_the_meaning_of_a_text() -> None:
    found = list(fixes(COUNT, seed=11))
    assert [(one.text, one.fault.code, one.after, one.wrong) for one in found if one.wrong] == []
    assert len({one.fault.code for one in found}) >= 40


def test_other_readings_are_those_of_texts_that_run() -> None:
    """Only a warning or a proposal may offer another reading; each says so itself."""
    assert [code for code in OTHER_READING if TABLE[code].severity == ERROR] == []


def test_meaning_sees_values_effects_and_faults() -> None:
    assert meaning("'5'") != meaning("'6'")
    assert meaning("ADICIONARDISCUSSAO('a'); 1") != meaning("ADICIONARDISCUSSAO('b'); 1")
    assert meaning("10 / NIVELACESSO") != meaning("0")
    assert meaning("SE PRIORIDADE = 'Alta' ENTAO 1 SENAO 2 FIMSE") == meaning("SE PRIORIDADE <> 'Alta' ENTAO 2 SENAO 1 FIMSE")
    assert meaning("1 +") is None

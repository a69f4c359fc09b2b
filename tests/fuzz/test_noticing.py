"""The figures of what cases notice: seeded changes of twelve formulas and of whole workspaces."""

from __future__ import annotations

import pytest
from fuzz.noticing import CHANGES, REGRESSIONS, suites, tables


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_proposed_tables_notice_57_of_60_changes_of_twelve_formulas(seed: int) -> None:
    tried, missed = tables(seed)
    assert tried == CHANGES == 60
    assert len(missed) <= 3, missed


@pytest.mark.slow
def test_complete_suites_miss_two_of_60_regressions_at_most() -> None:
    tried, missed, left = suites(1)
    assert left == []
    assert tried == REGRESSIONS == 60
    assert len(missed) <= 2, missed

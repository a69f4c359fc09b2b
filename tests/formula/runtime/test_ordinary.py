"""The hand-written twins of ``benchmarks/ordinary.py`` answer as the formulas do, whatever kind a host passes."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("ordinary")


def test_formulas_and_twins_agree(ordinary) -> None:
    found = [(case.name, kind.name, ordinary.differences(case, kind, 100)[:1]) for case, kind in ordinary.cases()]
    assert len({name for name, *_ in found}) >= 30
    assert [one for one in found if one[2]] == []


def test_functions_and_twins_agree(ordinary) -> None:
    calls = ordinary.functions.CALLS
    assert [(call, wrong) for _, call, expression in calls if (wrong := ordinary.function_difference(call, expression))] == []


def test_every_global_function_is_measured(ordinary) -> None:
    table = ordinary.formula.Schema().table
    assert {row.name for row in table.values() if row.contexts == {"global"}} <= {name for name, *_ in ordinary.functions.CALLS}

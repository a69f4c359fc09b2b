"""A recorded run keeps a record of each formula that it called, at the step that called it (F6)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import formula
from formula.context import Context
from formula.schema import Schema

CALLER = """DECL VOLTA, SOMA;
SETVAR(VOLTA, 1);
SETVAR(SOMA, 0);
REPITA
  SETVAR(SOMA, SOMA + FORMULA('ALCADA') + FORMULA('TAXA'));
  SE SOMA > LIMITE ENTAO ENVIAEMAILREPASSE('rm@exemplo.com.br', 'financeiro@exemplo.com.br', '', '1;2') FIMSE;
  SETVAR(VOLTA, VOLTA + 1);
ATE VOLTA > 2;
SOMA"""
ALCADA = "DECL X;\nSETVAR(X, FORMULA('TAXA') * 2);\nX"
SCHEMA = Schema(fields={"LIMITE": formula.types.INTEGER}, formulas=("ALCADA", "TAXA"))


def context(taxa: str = "3", limit: int = 100) -> Context:
    return Context(fields={"LIMITE": limit}, formulas={"ALCADA": ALCADA, "TAXA": taxa})


def shape(record: formula.runtime.record.Record) -> list[object]:
    """The names and values of what each step called."""
    return [
        [(child.source.name, child.outcome.value, shape(child)) for child in record.called(index)] for index in range(len(record))
    ]


def test_each_step_has_the_records_of_what_it_called() -> None:
    record = formula.compile(CALLER, SCHEMA).record(context())
    inside = [[("TAXA", 3, [[]])], []]
    call = [("ALCADA", 6, inside), ("TAXA", 3, [[]])]
    assert shape(record) == [[], [], call, [], [], [], call, [], [], [], []]


def test_a_fault_in_a_called_formula_has_its_own_place() -> None:
    record = formula.compile(CALLER, SCHEMA).record(context("1 / (LIMITE - 100)"))
    (alcada,) = record.called(len(record) - 1)
    (taxa,) = alcada.called(len(alcada) - 1)
    found = taxa.outcome.diagnostics[0]
    assert (found.code, found.start.column, len(record), len(alcada)) == ("divisao-por-zero", 1, 3, 1)
    assert record.outcome == formula.compile(CALLER, SCHEMA).run(context("1 / (LIMITE - 100)"))


def test_a_stop_in_a_called_formula_can_be_passed() -> None:
    rule = formula.compile(CALLER, SCHEMA)
    stopped = rule.record(context("ANALISAR(1, 2, 3, 4); 5"))
    passed = rule.record(context("ANALISAR(1, 2, 3, 4); 5"), past_stops=True)
    assert (stopped.outcome.status, stopped.calls[0].outcome.status) == ("stopped", "stopped")
    assert (passed.outcome.status, [child.outcome.value for child in passed.calls]) == ("ok", [10, 5, 10, 5])


def test_effects_of_a_called_formula_are_its_own() -> None:
    mails = "ENVIAEMAILREPASSE('rm@exemplo.com.br', 'rh@exemplo.com.br', '', '1;2'); ENVIAEMAILREPASSE('rm@exemplo.com.br', 'rh@exemplo.com.br', '', '1;2'); 4"
    record = formula.compile(CALLER, SCHEMA).record(context(mails, limit=0))
    second = record.calls[3]
    assert [len(child.asked) for child in record.calls] == [2, 2, 2, 2]
    assert [second.effects_after(index) for index in range(len(second))] == [1, 2, 2]
    assert len(record.asked) == 10


@given(
    st.sampled_from(["3", "VOLTA", "1 / (LIMITE - 7)", "ANALISAR(1, 2, 3, 4)", "LIMITE * 2", "FORMULA('ALCADA')"]),
    st.integers(0, 20),
)
def test_recording_calls_changes_nothing(taxa: str, limit: int) -> None:
    rule = formula.compile(CALLER, SCHEMA)
    assert rule.record(context(taxa, limit)).outcome == rule.run(context(taxa, limit))

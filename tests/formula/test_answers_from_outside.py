"""What stand-ins and plugins answer may be of another kind than was said: nothing is taken on trust (T11, F2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

import formula
from formula.builtins import TABLE
from formula.builtins.table import function
from formula.types import Number

TEXTS = [
    "SALARIO * 2",
    "MAIUSCULA(SALARIO)",
    "SUBSTR(SALARIO, 1, 1)",
    "TAMANHO(SALARIO)",
    "SE SALARIO > '1' ENTAO 1 SENAO 2 FIMSE",
    "DIFDIAS(SALARIO, SALARIO)",
    "CONCAT(SALARIO, 1)",
    "DECL A; SETVAR(A, SALARIO); REPITA SETVAR(A, A + SALARIO); ATE A > 3; A",
]
ANSWERS = [5, "5", "x", Decimal("2.5"), None, True, datetime(2026, 1, 1)]


@pytest.mark.parametrize("kind", ["texto", "numero", "inteiro", "data", "logico"])
@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_a_stand_in_of_another_kind_is_converted_or_refused_as_any_value(kind: str, answer: Any) -> None:
    context = formula.Context(functions={"SALARIO": answer})
    limits = formula.Limits(steps=200)
    for text in TEXTS:
        anything = formula.compile(text, formula.Schema(functions={"SALARIO": formula.types.ANY}))
        schema = formula.Schema(functions={"SALARIO": kind})
        if any(fault.severity == "error" for fault in formula.check(text, schema)):
            continue
        rule = formula.compile(text, schema)
        assert rule.run(context, limits) == anything.run(context, limits) == rule.record(context, limits).outcome


def test_a_number_written_as_text_stays_a_number() -> None:
    rule = formula.compile("BONUS * 2", formula.Schema(functions={"BONUS": "numero"}))
    assert rule.run(formula.Context(functions={"BONUS": "1200.50"})).value == Decimal(2401)


ANSWER: list[Any] = [0]


@function(origin="extension")
def saldo() -> Number:
    """The balance of an account."""
    return ANSWER[0]


SCHEMA = formula.Schema(table={**TABLE, "SALDO": saldo})


@pytest.mark.parametrize("text", ["SALDO * 2", "SE SALDO > 10 ENTAO SALDO SENAO 0 FIMSE", "FORMULA(CONCAT('SAL', 'DO')) * 2"])
@pytest.mark.parametrize("answer", ["12", None, True], ids=repr)
def test_a_plugin_that_breaks_its_word_is_a_fault(text: str, answer: object) -> None:
    ANSWER[0] = answer
    got = formula.compile(text, SCHEMA).run(formula.Context())
    assert (got.status, got.diagnostics[0].code) == ("fault", "funcao-falhou")
    assert "SALDO" in got.diagnostics[0].message


def test_what_a_plugin_gives_is_made_ours() -> None:
    ANSWER[0] = 12.5
    assert formula.compile("SALDO * 2", SCHEMA).run(formula.Context()).value == 25

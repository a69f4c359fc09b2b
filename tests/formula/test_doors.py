"""Values that a host hands over, and formulas at the edge of what Python's own compiler takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

import formula

SCHEMA = formula.Schema(fields={"VALOR": "numero"})


@pytest.mark.parametrize("text", ["VALOR", "VALOR + 1", "CONCAT(VALOR, 'x')", "VALOR * VALOR", "ARRED(VALOR)"])
@pytest.mark.parametrize("value", [Decimal("1E+999999"), Decimal("1E-999999"), 10**200_000], ids=["alto", "fino", "inteiro"])
def test_a_number_too_long_to_work_with_is_a_fault(text: str, value: Decimal | int) -> None:
    outcome = formula.compile(text, SCHEMA).run(formula.Context(fields={"VALOR": value}))
    assert [fault.code for fault in outcome.diagnostics] == ["valor-estranho"]


@pytest.mark.parametrize("text", ["VALOR", "VALOR > 1", "VALOR = 1", "VALOR + 1"])
def test_what_is_no_number_is_said(text: str) -> None:
    outcome = formula.compile(text, SCHEMA).run(formula.Context(fields={"VALOR": Decimal("NaN")}))
    assert [fault.code for fault in outcome.diagnostics] == ["valor-estranho"]


def test_the_deepest_loops_around_long_chains_compile() -> None:
    chain = "".join(f"SE PRIORIDADE = 'P{n}' E VALOR > {n} ENTAO {n} SENAO " for n in range(14)) + "0" + " FIMSE" * 14
    other = "".join(f"SE VALOR = {n} ENTAO {n} SENAO " for n in range(14)) + "0" + " FIMSE" * 14
    body = f"{chain}; {other}"
    for _ in range(16):
        body = f"REPITA {body}; {chain}; {other} ATE VERDADE"
    outcome = formula.compile(f"{body}; 7", SCHEMA).run(formula.Context(fields={"PRIORIDADE": "P3", "VALOR": 5}))
    assert (outcome.status, outcome.value) == ("ok", 7)


def test_chains_inside_arms_inside_loops_compile() -> None:
    inner = "1"
    for depth in range(6):
        arms = "".join(f"SE PRIORIDADE = 'P{n}' E VALOR > {n} ENTAO REPITA {inner} ATE VERDADE SENAO " for n in range(5))
        inner = arms + str(depth) + " FIMSE" * 5
        if len(inner) > 20_000:
            break
    outcome = formula.compile(inner, SCHEMA).run(formula.Context(fields={"PRIORIDADE": "P3", "VALOR": 5}))
    assert outcome.status == "ok"

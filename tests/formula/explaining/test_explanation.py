"""The chain of a run: what led to its value, what kept it from being another, and what called formulas gave."""

from __future__ import annotations

import pytest

import formula
from formula.context import Context
from formula.explaining.explanation import MOST_LINES, explain
from formula.schema import Schema


def chain(text: str, *, fields: dict[str, object] | None = None, **formulas: str) -> list[str]:
    context = Context(fields=fields or {}, formulas=formulas)
    record = formula.compile(text, Schema.of(context)).record(context)
    return [str(line.text) for line in explain(record)]


def test_a_branch_that_was_not_taken_says_what_it_would_have_set() -> None:
    text = "DECL D; SETVAR(D, '5'); SE P = 'Urgente' ENTAO SETVAR(D, '1;3') FIMSE; D"
    assert chain(text, fields={"P": "Baixa"}) == [
        "P vale 'Baixa'",
        "D recebe '5': SETVAR(D, '5')",
        "P = 'Urgente' é FALSO (P = 'Baixa'): não há SENAO, nada acontece; por isso D fica como estava",
        "D dá '5' (D = '5')",
        "a fórmula vale '5'",
    ]


def test_the_test_before_the_latest_setting_does_not_matter() -> None:
    text = "DECL D; SE P = 'Urgente' ENTAO SETVAR(D, '1;3') FIMSE; SETVAR(D, '5'); D"
    assert chain(text, fields={"P": "Baixa"}) == ["D recebe '5': SETVAR(D, '5')", "D dá '5' (D = '5')", "a fórmula vale '5'"]


def test_a_branch_that_sets_something_else_is_left_out() -> None:
    text = "DECL D, X; SETVAR(D, '5'); SE P = 'Urgente' ENTAO SETVAR(X, 1) FIMSE; D"
    assert chain(text, fields={"P": "Baixa"}) == ["D recebe '5': SETVAR(D, '5')", "D dá '5' (D = '5')", "a fórmula vale '5'"]


def test_a_loop_that_was_not_entered_is_told_and_one_that_ended_is_not() -> None:
    assert any(
        "o laço termina; por isso A fica como estava" in line
        for line in chain("DECL A; ENQUANTO A > 3 FACA SETVAR(A, 1) FIMENQ; A")
    )
    assert not any("termina" in line for line in chain("DECL A; ENQUANTO A < 3 FACA SETVAR(A, A + 1) FIMENQ; A"))


def test_the_outermost_test_that_led_elsewhere_is_the_one_told() -> None:
    text = "DECL D; SETVAR(D, '5'); SE P = 'Alta' ENTAO SE V > 10 ENTAO SETVAR(D, '1;3') FIMSE FIMSE; D"
    found = chain(text, fields={"P": "Alta", "V": 3})
    assert [line for line in found if "fica como estava" in line] == [
        "V > 10 é FALSO (V = 3): não há SENAO, nada acontece; por isso D fica como estava"
    ]


def test_the_chain_of_a_called_formula_stands_before_the_step_that_called_it() -> None:
    assert chain("DECL N; SETVAR(N, FORMULA('NIVEL') + 1); N", NIVEL="DECL A; SETVAR(A, 2); A") == [
        "A recebe 2: SETVAR(A, 2)",
        "A dá 2 (A = 2)",
        "a fórmula NIVEL vale 2",
        "N recebe 3: SETVAR(N, FORMULA('NIVEL') + 1) (FORMULA('NIVEL') = 2)",
        "N dá 3 (N = 3)",
        "a fórmula vale 3",
    ]


def test_a_fault_in_a_called_formula_shows_where_it_broke() -> None:
    assert chain("1 + FORMULA('TAXA')", TAXA="1 / 0")[:2] == [
        "aqui a execução parou: 1 / 0",
        "aqui a execução parou: 1 + FORMULA('TAXA')",
    ]


@pytest.mark.parametrize("turns", [5, 30, 300])
def test_a_long_chain_with_calls_keeps_to_its_length(turns: int) -> None:
    found = chain(
        f"DECL I, S; REPITA SETVAR(I, I + 1); SETVAR(S, S + FORMULA('TAXA')) ATE I > {turns}; S", TAXA="DECL A; SETVAR(A, 2); A"
    )
    assert len(found) <= MOST_LINES + 1
    assert any("omitidos" in line for line in found) == (len(found) == MOST_LINES + 1)

"""The chain of a run: what led to its value, what kept it from being another, and what called formulas gave."""

from __future__ import annotations

from time import process_time

import pytest

import formula
from formula.context import Context
from formula.explaining.explanation import MOST_LINES, explain
from formula.limits import Limits
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


def test_a_loop_that_was_not_entered_says_so_and_one_that_ended_says_after_how_many_turns() -> None:
    assert any(
        "o laço termina; por isso A fica como estava" in line
        for line in chain("DECL A; ENQUANTO A > 3 FACA SETVAR(A, 1) FIMENQ; A")
    )
    assert "A < 3 é FALSO (A = 3): o laço termina depois de 3 voltas" in chain(
        "DECL A; ENQUANTO A < 3 FACA SETVAR(A, A + 1) FIMENQ; A"
    )
    assert any(
        "S >= 3 é VERDADE (S = 1500): o laço termina depois de 1 volta" in line
        for line in chain("DECL S; REPITA SETVAR(S, S + 1500) ATE S >= 3; S")
    )


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


LOOPING = """DECL N; SETVAR(N, 0);
SE COLIGADA = 1 ENTAO
  ENQUANTO N < 99000 FACA SETVAR(N, N + 1); FIMENQ;
FIMSE; N"""
RUNAWAY = """DECL FIM, TOTAL; SETVAR(TOTAL, 0); SETVAR(FIM, FALSO);
SE COLIGADA = 1 ENTAO
  REPITA SE FIM = FALSO ENTAO SETVAR(TOTAL, TOTAL + 1); FIMSE; ATE FIM;
FIMSE; TOTAL"""


@pytest.mark.parametrize("text", [LOOPING, RUNAWAY])
def test_a_hundred_thousand_turns_are_explained_in_time_and_in_few_lines(text: str) -> None:
    """In proportion to the record: ten times the turns take about ten times as long, and the lines do not grow."""
    rule = formula.compile(text)
    record = rule.record(Context(), Limits(steps=100_000))
    began = process_time()
    lines = explain(record)
    assert process_time() - began <= 2.0
    assert len(lines) <= 20
    told = " ".join(str(line.text) for line in lines)
    assert "o laço termina depois de 99000 voltas" in told or "o laço não terminou: FIM foi testado" in told


@pytest.mark.parametrize(
    ("text", "fields", "remark"),
    [
        ("SE P = 'NE' ENTAO 1 SENAO 2 FIMSE", {"P": "NE "}, "só difere em um branco no fim"),
        ("SE P = 'NE' ENTAO 1 SENAO 2 FIMSE", {"P": " NE"}, "só difere em um branco no começo"),
        ("SE P = 'A B' ENTAO 1 SENAO 2 FIMSE", {"P": "A  B"}, "só difere em brancos"),
        ("SE P <> 'alta' ENTAO 1 SENAO 2 FIMSE", {"P": "Alta"}, "só difere em maiúsculas e minúsculas"),
        ("SE P = 'Cotacao' ENTAO 1 SENAO 2 FIMSE", {"P": "Cotação"}, "só difere em acentos"),
        ("SE P = 'COTACAO' ENTAO 1 SENAO 2 FIMSE", {"P": "Cotação"}, "só difere em acentos e maiúsculas"),
        ("SE P = 'N0RTE' ENTAO 1 SENAO 2 FIMSE", {"P": "NORTE"}, "só difere em letras que parecem números (O e 0, l e 1)"),
        (
            "SE P > '20000' ENTAO 1 SENAO 2 FIMSE",
            {"P": "860.4"},
            "são dois textos: comparados letra a letra, não como números ou datas",
        ),
        ("SE P < '01/02/2026' ENTAO 1 SENAO 2 FIMSE", {"P": "15/01/2099"}, "são dois textos: comparados letra a letra"),
        ("SE P > 20.000 ENTAO 1 SENAO 2 FIMSE", {"P": 860}, "20.000 é 20: o ponto é decimal"),
        ("SE P > 3 ENTAO 1 SENAO 2 FIMSE", {"P": None}, "P está vazio"),
        ("DECL U; SETVAR(U, P = 'Urgente'); SE U ENTAO 1 SENAO 2 FIMSE", {"P": "URGENTE"}, "só difere em maiúsculas e minúsculas"),
    ],
)
def test_what_is_easily_overlooked_stands_beside_the_comparison(text: str, fields: dict[str, object], remark: str) -> None:
    assert any(remark in line for line in chain(text, fields=fields))


def test_texts_that_simply_differ_get_no_remark() -> None:
    assert "P = 'NE' é FALSO (P = 'MG'): segue por SENAO" in chain("SE P = 'NE' ENTAO 1 SENAO 2 FIMSE", fields={"P": "MG"})


def test_a_replaced_value_says_who_had_set_it_and_who_replaced_it() -> None:
    text = "DECL D;\nSE V > 1 ENTAO SETVAR(D, '1;4') SENAO SETVAR(D, '1;3') FIMSE;\nSETVAR(D, '1;9');\nD"
    assert "D tinha '1;4' (linha 2); a linha 3 pôs '1;9' no lugar" in chain(text, fields={"V": 5})

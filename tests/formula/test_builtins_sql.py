"""EXECSQL, RESULTSQL and PROXREGSQL over stand-in rows, and what an unanswered question says (F4, §8)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

import formula
from formula.outcome import Outcome
from routing.workspace.contexts import ContextFault, context_of, read_context

ROWS = [{"NOME": "Bia", "IDADE": 7, "VALOR": Decimal("10.50")}, {"NOME": None, "IDADE": 12, "VALOR": Decimal("4.5")}]


def run(text: str, limits: formula.Limits | None = None, **given: Any) -> Outcome:
    context = formula.Context(**{"sql": {"dependentes": ROWS, "VAZIA": []}, **given})
    return formula.compile(text).run(context, limits or formula.Limits())


def test_a_cursor_loop_reads_every_row() -> None:
    text = """
        DECL TOTAL; SETVAR(TOTAL, 0);
        SE EXECSQL('DEPENDENTES') ENTAO
          REPITA
            SETVAR(TOTAL, TOTAL + RESULTSQL('DEPENDENTES', 'valor'));
          ATE NAO PROXREGSQL('DEPENDENTES');
        FIMSE;
        TOTAL
    """
    assert run(text).value == 15


def test_null_reads_as_vazio() -> None:
    assert run("EXECSQL('DEPENDENTES'); PROXREGSQL('DEPENDENTES'); RESULTSQL('DEPENDENTES', 'NOME') = ''").value is True


def test_reading_past_the_end_is_vazio() -> None:
    twice = "PROXREGSQL('DEPENDENTES'); PROXREGSQL('DEPENDENTES');"
    assert run(f"EXECSQL('DEPENDENTES'); {twice} RESULTSQL('DEPENDENTES', 'IDADE') + 1").value == 1


def test_running_again_starts_at_the_first_row() -> None:
    text = "EXECSQL('DEPENDENTES'); PROXREGSQL('DEPENDENTES'); EXECSQL('DEPENDENTES'); RESULTSQL('DEPENDENTES', 'NOME')"
    assert run(text).value == "Bia"


def test_two_sentences_keep_their_own_rows() -> None:
    context = {"A": [{"X": 1}, {"X": 2}], "B": [{"X": 10}, {"X": 20}]}
    text = "EXECSQL('A'); EXECSQL('B'); PROXREGSQL('A'); RESULTSQL('A', 'X') + RESULTSQL('B', 'X')"
    assert run(text, sql=context).value == 12


def test_the_right_side_is_not_asked_when_there_are_no_rows() -> None:
    assert run("EXECSQL('VAZIA') E RESULTSQL('OUTRA', 'X') = 1").value is False


def test_an_unknown_field_offers_the_near_one() -> None:
    (fault,) = run("EXECSQL('DEPENDENTES'); RESULTSQL('DEPENDENTES', 'IDADES')").diagnostics
    assert (fault.code, fault.hint) == ("sql-campo-desconhecido", "você quis dizer IDADE?")


def test_an_unknown_field_far_from_all_lists_them() -> None:
    (fault,) = run("EXECSQL('DEPENDENTES'); RESULTSQL('DEPENDENTES', 'SEXO')").diagnostics
    assert fault.hint == "os campos são: NOME, IDADE, VALOR"


def test_reading_first_says_what_to_do() -> None:
    (fault,) = run("RESULTSQL('DEPENDENTES', 'NOME')").diagnostics
    assert (fault.code, fault.hint) == (
        "sql-sem-execsql",
        "execute a sentença primeiro: SE EXECSQL('DEPENDENTES') ENTAO …",
    )


def pasted(hint: str | None) -> str:
    """The context file one has after doing what a hint says."""
    found = re.fullmatch(r"acrescente (?:ao contexto, em (\[.*?\])|no começo do contexto): (.*)", hint or "", re.DOTALL)
    assert found is not None, hint
    return "\n".join(part for part in found.groups() if part)


def test_the_hint_of_an_unanswered_sentence_is_a_context_that_answers_it() -> None:
    text = "EXECSQL('MINHA SENTENCA')"
    (fault,) = run(text).diagnostics
    assert fault.code == "sentenca-sem-linhas"
    assert formula.compile(text).run(read_context(pasted(fault.hint)).context).value is True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CAMPOATENDIMENTO('ASSUNTO')", "campo-sem-valor"),
        ("PARAMETROATENDIMENTO('Centro de custo')", "parametro-sem-valor"),
        ("HOJE", "sem-relogio"),
        ("GETIDDAREQUISICAO", "sem-requisicao"),
        ("RETORNAPROXIMAHIERARQUIARH(1, '1;2')", "sem-diretorio"),
    ],
)
def test_the_hint_of_an_unanswered_question_is_a_context_that_answers_it(text: str, code: str) -> None:
    (fault,) = run(text).diagnostics
    assert fault.code == code
    given = read_context(pasted(fault.hint)).context
    assert [d.code for d in formula.compile(text).run(given).diagnostics if d.code == code] == []


@pytest.mark.parametrize(("limits", "named"), [({"rows": 3}, "rows = 3"), ({"cells": 8}, "cells = 8"), ({"text": 7}, "text = 7")])
def test_rows_cells_and_text_are_counted_over_the_whole_run(limits: dict[str, int], named: str) -> None:
    outcome = run(
        "EXECSQL('A'); EXECSQL('A'); EXECSQL('A')",
        formula.Limits(**limits),
        sql={"A": [{"X": "abc", "Y": 1, "Z": 2}] * 2},
    )
    assert [d.code for d in outcome.diagnostics] == ["limite-sql"]
    assert named in outcome.diagnostics[0].message


def test_a_strange_value_names_its_field() -> None:
    (fault,) = run("EXECSQL('A'); RESULTSQL('A', 'X')", sql={"A": [{"X": b"\x00"}]}).diagnostics
    assert fault.code == "valor-estranho"
    assert "X" in fault.message


@pytest.mark.parametrize("number", [Decimal("1E+5000"), Decimal("1E-5000"), 10**5000], ids=["high", "deep", "long"])
def test_a_number_too_long_to_work_with_stops_at_the_door(number: Any) -> None:
    (fault,) = run("EXECSQL('A'); RESULTSQL('A', 'X') * 2", sql={"A": [{"X": number}]}).diagnostics
    assert (fault.code, fault.message) == ("valor-estranho", "o número de X é longo demais")
    with pytest.raises(ContextFault, match="o número de 'X' é longo demais"):
        context_of({"campos": {"X": number}})

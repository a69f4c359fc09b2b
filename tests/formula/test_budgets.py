"""Everything that a formula reads, keeps or carries counts against its budget, and long texts are read in bounded time."""

from __future__ import annotations

import json
import time

import pytest

import formula

LONG = "DECL A, T; SETVAR(T, PREENCHE('5', 1000000, '{pad}')); ENQUANTO A < {turns} FACA {body}; SETVAR(A, A + 1) FIMENQ"
READING = (
    "ATRIBUI(T, 1)", "ATRIBUI('M', T)", "MEMORIA(T)", "FORMULA(T)", "REPASSARATENDIMENTO(T)", "CAMPOATENDIMENTO(T)",
    "PARAMETROATENDIMENTO(T)", "ENVIAEMAILREPASSE('a@exemplo.com.br', T, '', '1;3')", "ENVIAEMAILREPASSE(T, T, T, '1;3')",
    "ADICIONARDISCUSSAO(T)", "ADICIONARSOLICITACAO(T)", "ADICIONARSOLUCAO(T)", "REPASSARATENDIMENTO('1;3', -1, T)",
    "REPASSARDEVOLTA(T)", "CANCELARATENDIMENTO(1, T)", "AVANCARETAPA(T)", "ALTERARCAMPOATENDIMENTO(CONCAT('ASSUNTO=', T))",
    "AGENDARARESPONDER('1/1/2027', '2/1/2027', -1, T)", "ADICIONARDISCUSSAOATENDIMENTO(1, 1, 1, T)", "TRIM(T)", "POSICAO('z', T)",
    "PARTE(T, ';', 2)", "SUBSTITUI(T, 'z', '')", "MAIUSCULA(T)", "SE T < CONCAT(T, 'x') ENTAO 1 FIMSE", "NVD(T)",
    "SECAOPAI(1, T, 1)", "RESULTSQL(T, 'N')", "PROXREGSQL(T)",
)  # fmt: skip
SCHEMA = formula.Schema(fields={"ASSUNTO": "texto"}, functions={"NVD": "numero"}, formulas=["OUTRA"])
CONTEXT = formula.Context(fields={"ASSUNTO": "a"}, functions={"NVD(*)": 0}, formulas={"OUTRA": "1"})


@pytest.mark.parametrize("pad", ["x", " "])
@pytest.mark.parametrize("body", READING)
def test_reading_a_long_text_costs_its_length(body: str, pad: str) -> None:
    rule = formula.compile(LONG.format(pad=pad, turns=2_000, body=body), SCHEMA)
    begun = time.process_time()
    outcome = rule.run(CONTEXT)
    spent = time.process_time() - begun
    assert outcome.status == "fault", outcome.status
    assert spent < 0.5, spent
    assert len(json.dumps(outcome.as_json())) < 10_000


@pytest.mark.parametrize("body", ["ADICIONARDISCUSSAO('{}')", "ATRIBUI('{}', 1)", "MEMORIA('{}')", "REPASSARDEVOLTA('{}')"])
def test_a_long_literal_costs_its_length_at_each_turn(body: str) -> None:
    rule = formula.compile(f"DECL A; ENQUANTO A < 25000 FACA {body.format('x' * 100_000)}; SETVAR(A, A + 1) FIMENQ")
    assert rule.run(CONTEXT).diagnostics[0].code == "limite-texto"


def test_effects_are_bounded_also_without_texts() -> None:
    rule = formula.compile("DECL A; ENQUANTO A < 30000 FACA EMANDAMENTO; SETVAR(A, A + 1) FIMENQ")
    assert rule.run(CONTEXT).diagnostics[0].code == "limite-texto"


def test_a_thousand_effects_are_no_fault() -> None:
    outcome = formula.compile("DECL A; ENQUANTO A < 1000 FACA ADICIONARDISCUSSAO('visto'); SETVAR(A, A + 1) FIMENQ").run(CONTEXT)
    assert (outcome.status, len(outcome.effects)) == ("ok", 1_000)


@pytest.mark.parametrize("body", ["SETVAR(U, T)", "T", "SETVAR(U, CONCAT(SUBSTR(T, 1, 10), ASSUNTO)); T"])
def test_a_trace_is_bounded_as_the_run_is(body: str) -> None:
    text = f"DECL A, T, U; SETVAR(T, PREENCHE('', 900000, 'x')); ENQUANTO A < 60 FACA {body}; SETVAR(A, A + 1) FIMENQ"
    record = formula.compile(text, SCHEMA).record(CONTEXT)
    assert record.outcome.status == "ok"
    assert len(json.dumps(record.trace())) < 6_000_000


@pytest.mark.parametrize(
    "text",
    ["1" + "+1" * 200_000, "1=1" + " OU 1=1" * 60_000, "1;" * 400_000, "DECL A; " + "SETVAR(A, A + 1);" * 50_000, "A " * 400_000],
    ids=["soma", "ou", "comandos", "atribuicoes", "nomes"],
)
def test_a_text_of_too_many_words_is_refused_before_it_costs(text: str) -> None:
    begun = time.process_time()
    found = formula.check(text)
    assert time.process_time() - begun < 2.0
    assert found[-1].code in {"texto-longo", "erros-demais"}


def test_a_fault_quotes_briefly_and_shows_what_a_screen_would_obey() -> None:
    outcome = formula.compile("CAMPOATENDIMENTO(PREENCHE('', 100000, 'x'))").run(CONTEXT)
    assert outcome.message is not None
    assert len(outcome.message) < 1_000
    found = formula.check("'a\x1b]0;T\x07b\u202e' + 1")
    assert found
    assert all(not set("\x1b\x07\u202e") & set(one.message) for one in found)
    assert any("␛" in one.message for one in found)

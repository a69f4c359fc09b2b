"""Slips of habit whose first message names the cause and whose fix mends them: what three fresh trials of eighty found."""

from __future__ import annotations

import pytest

import formula
from formula.schema import Schema

SCHEMA = Schema(fields={"FILIAL": "texto"}, parameters={"VALOR": "numero"})

MENDED = {
    "SE PARAMETROATENDIMENTO('VALOR','V' > 1000 ENTAO '1;3' SENAO '5' FIMSE": (
        "falta-parentese", "SE PARAMETROATENDIMENTO('VALOR','V') > 1000 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE TAMANHO(ASSUNTO > 3 E NIVELACESSO = 1 ENTAO '1;3' SENAO '5' FIMSE": (
        "falta-parentese", "SE TAMANHO(ASSUNTO) > 3 E NIVELACESSO = 1 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "DECL A := 10; CONCAT(A, '')": ("decl-com-mais", "DECL A ; SETVAR(A, 10); CONCAT(A, '')"),
    "AVANCARETAPA 2; '5'": ("falta-parentese", "AVANCARETAPA(2); '5'"),
    "ALTERARCAMPOATENDIMENTO(PRIORIDADE = 'Alta'); '5'": ("tipo-errado", "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '5'"),
    "ALTERARCAMPOATENDIMENTO('PRIORIDADE', 'Alta'); '5'": ("argumentos-demais", "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '5'"),
    "ALTERARCAMPOATENDIMENTO(PRIORIDADE, 'Alta'); '5'": ("argumentos-demais", "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '5'"),
    "ALTERARCAMPOATENDIMENTO('PRIORIDADE: Alta'); '5'": ("atribuicao-invalida", "ALTERARCAMPOATENDIMENTO('PRIORIDADE= Alta'); '5'"),
    "ALTERARCAMPOATENDIMENTO('PARAMETRO1.VALOR -> 10'); '5'": (
        "atribuicao-invalida", "ALTERARCAMPOATENDIMENTO('PARAMETRO1.VALOR = 10'); '5'",
    ),
    "CONCAT(CAMPOATENDIMENTO(PRIORIDADE), '')": ("nome-sem-aspas", "CONCAT(CAMPOATENDIMENTO('PRIORIDADE'), '')"),
    "SE HOJE > DATA() ENTAO '1;3' SENAO '5' FIMSE": ("funcao-desconhecida", "SE HOJE > HOJE() ENTAO '1;3' SENAO '5' FIMSE"),
    "TOTAL = NIVELACESSO + 1; '5'": ("nome-desconhecido", "DECL TOTAL; SETVAR(TOTAL, NIVELACESSO + 1); '5'"),
    "CONCAT(RESULTSQL('CHEFES'.'CODIGO'), '')": ("separador-de-argumentos", "CONCAT(RESULTSQL('CHEFES', 'CODIGO'), '')"),
    "SE ASSUNTO & 'x' = 'ax' ENTAO '1;3' SENAO '5' FIMSE": (
        "e-comercial", "SE CONCAT(ASSUNTO, 'x') = 'ax' ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE NIVELACESSO >= 1 <= 5 ENTAO '1;3' SENAO '5' FIMSE": (
        "comparacao-em-cadeia", "SE NIVELACESSO >= 1 E NIVELACESSO <= 5 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE PRIORIDADE = 'Alta' OU = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE": (
        "sintaxe", "SE PRIORIDADE = 'Alta' OU PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE PRIORIDADE = ('Alta' OU 'Urgente') ENTAO '1;3' SENAO '5' FIMSE": (
        "sintaxe", "SE PRIORIDADE = 'Alta' OU PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE NIVELACESSO EH 1 ENTAO '1;3' SENAO '5' FIMSE": (
        "operador-de-outra-linguagem", "SE NIVELACESSO = 1 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE STATUS <> a ENTAO '1;3' SENAO '5' FIMSE": ("nome-desconhecido", "SE STATUS <> 'A' ENTAO '1;3' SENAO '5' FIMSE"),
    "CONCAT('1;'. 3)": ("separador-de-argumentos", "CONCAT('1;', 3)"),
    "SE FILIAL <> VAZIO ENTAO '1;3' SENAO '5' FIMSE": ("palavra-de-outra-linguagem", "SE FILIAL <> '' ENTAO '1;3' SENAO '5' FIMSE"),
    "SE VAZIO(FILIAL) ENTAO '1;3' SENAO '5' FIMSE": ("palavra-de-outra-linguagem", "SE (FILIAL = '') ENTAO '1;3' SENAO '5' FIMSE"),
    "SE FILIAL.trim() = 'NE' ENTAO '1;3' SENAO '5' FIMSE": ("membro-fora-de-chamada", "SE TRIM(FILIAL) = 'NE' ENTAO '1;3' SENAO '5' FIMSE"),
    "SE ASSUNTO.length > 2 ENTAO '1;3' SENAO '5' FIMSE": ("membro-fora-de-chamada", "SE TAMANHO(ASSUNTO) > 2 ENTAO '1;3' SENAO '5' FIMSE"),
    "SE ABERTURA > #24/11/2026# ENTAO '1;3' SENAO '5' FIMSE": ("texto-de-fora", "SE ABERTURA > '24/11/2026' ENTAO '1;3' SENAO '5' FIMSE"),
    "SE ABERTURA > DATE '2026-11-24' ENTAO '1;3' SENAO '5' FIMSE": ("texto-de-fora", "SE ABERTURA > '24/11/2026' ENTAO '1;3' SENAO '5' FIMSE"),
    "SE DATEDIFF(day, ABERTURA, AGORA) > 5 ENTAO '1;3' SENAO '5' FIMSE": (
        "funcao-desconhecida", "SE DIFDIAS(AGORA, ABERTURA) > 5 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "SE PARAMETROATENDIMENTO.VALOR > 10 ENTAO '1;3' SENAO '5' FIMSE": (
        "membro-fora-de-chamada", "SE PARAMETROATENDIMENTO('VALOR') > 10 ENTAO '1;3' SENAO '5' FIMSE",
    ),
    "ENVIAEMAILREPASSE('a@exemplo.com.br', ana.lima+x@exemplo.com.br, '', '1;3'); '5'": (
        "texto-de-fora", "ENVIAEMAILREPASSE('a@exemplo.com.br', 'ana.lima+x@exemplo.com.br', '', '1;3'); '5'",
    ),
    "'1';'3'": ("destino-sem-aspas", "'1;3'"),
    "SE ASSUNTO || 'x' <> \"ax\" ENTAO '1;3' SENAO '5' FIMSE": (
        "barra-vertical", "SE CONCAT(ASSUNTO, 'x') <> \"ax\" ENTAO '1;3' SENAO '5' FIMSE",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", MENDED)
def test_the_first_message_names_the_cause_and_mends_it(text):
    code, better = MENDED[text]
    first = formula.check(text, SCHEMA)[0]
    assert (first.code, first.fix and text[: first.fix.span.start] + first.fix.text + text[first.fix.span.end :]) == (code, better)
    assert [one.message for one in formula.check(better, SCHEMA) if one.severity in {"error", "warning"}] == []


@pytest.mark.parametrize(
    "text",
    [
        "SE NIVELACESSO = 1 && FILIAL = 'NE' ENTAO '1;3' SENAO '5' FIMSE",
        "SE FILIAL = 'x' & PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '5' FIMSE",
        "SE FILIAL = 'x' || 'y' = FILIAL ENTAO '1;3' SENAO '5' FIMSE",
        "SE NIVELACESSO > 1 && (FILIAL = 'x' || FILIAL = 'y') ENTAO '1;3' SENAO '5' FIMSE",
    ],
)
def test_conditions_stay_conditions(text):
    assert "CONCAT(" not in str(formula.check(text, SCHEMA)[0].fix)


def test_a_loop_of_another_language_ends_as_loops_do():
    text = "ENQUANTO NIVELACESSO < 3 FACA ADICIONARDISCUSSAO('x'); END; '5'"
    (first, *_) = formula.check(text, SCHEMA)
    assert first.fix is not None
    assert first.fix.text == "FIMENQ"


@pytest.mark.parametrize(
    "text",
    [
        "ENVIAEMAILREPASSE('a@exemplo.com.br; b@exemplo.com.br', '(c@exemplo.com.br, d@exemplo.com.br)', '', '1;3'); '5'",
        "ADICIONARDISCUSSAO('veja #12/11/2026# e PARAMETROATENDIMENTO.VALOR, DATE x'); '5'",
        "/* FILIAL.trim() = ('a' OU 'b'), x@exemplo.com.br */ '5'",
        "SE FILIAL = ('x') ENTAO '1;3' SENAO '5' FIMSE",
        "'5'; ADICIONARDISCUSSAO('x')",
    ],
)
def test_what_stands_in_texts_and_comments_is_left_alone(text):
    assert [one.code for one in formula.check(text, SCHEMA) if one.code != "endereco-duvidoso"] == []


def test_a_text_before_another_is_told():
    assert [one.code for one in formula.check("'1;3'; '5'")] == ["comando-sem-efeito"]
    assert [one.code for one in formula.check("SE FILIAL = '  ' ENTAO '1;3' SENAO '5' FIMSE", SCHEMA)] == ["branco-na-ponta"]


@pytest.mark.parametrize("text", ["RESULTSQL(PRIORIDADE, 'X')", "PARAMETROATENDIMENTO(FILIAL)", "FORMULA(FILIAL)"])
def test_a_field_that_holds_a_name_is_no_slip(text):
    assert "nome-sem-aspas" not in {one.code for one in formula.check(text, SCHEMA)}

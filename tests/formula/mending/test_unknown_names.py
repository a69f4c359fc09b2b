"""Names that mean nothing: what was meant, whose they are, and never another action (V5, F1, F2)."""

from __future__ import annotations

import pytest

import formula
from formula.builtins import TABLE
from formula.checking.near_names import distance
from formula.fields import STANDARD_FIELDS
from formula.other_modules import OTHERS
from formula.other_systems import COLUMNS, NO_FIELDS, OTHERWISE, SAME

SCHEMA = formula.Schema(parameters={"VALOR": "numero"})

MENDED = [
    ("UPPER('a')", "MAIUSCULA('a')"),
    ("LEN('abc')", "TAMANHO('abc')"),
    ("GETDATE()", "AGORA()"),
    ("NOW", "AGORA"),
    ("MES(HOJE)", "MESDT(HOJE)"),
    ("ANO(ABERTURA)", "ANODT(ABERTURA)"),
    ("VALORPARAMETRO('VALOR')", "PARAMETROATENDIMENTO('VALOR')"),
    ("CAMPO('CODIGO')", "CAMPOATENDIMENTO('CODIGO')"),
    ("CODATENDIMENTO", "CODIGO"),
    ("CODCOLIGADA", "COLIGADA"),
    ("CAMPOATENDIMENTO('CODETAPA')", "CAMPOATENDIMENTO('ETAPA')"),
    ("ATRIBUI(CONT, 2)", "ATRIBUI('CONT', 2)"),
    ("PARAMETROATENDIMENTO(VALOR)", "PARAMETROATENDIMENTO('VALOR')"),
    ("EXECSQL(CHEFES)", "EXECSQL('CHEFES')"),
    ("CANCELARATENDIMETO(1, 'x'); '5'", "CANCELARATENDIMENTO(1, 'x'); '5'"),
]


@pytest.mark.parametrize(("text", "meant"), MENDED)
def test_one_message_whose_fix_writes_what_was_meant(text: str, meant: str) -> None:
    (fault,) = formula.check(text, SCHEMA)
    assert fault.fix is not None
    assert text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :] == meant


TOLD = [
    ("CONCLUIRATENDIMENTO()", "CONCLUIDOCONFIRMADO, CONCLUIDORESPONDIDO ou CONCLUIRARESPONDER"),
    ("CONCLUIRATENDIMENTO", "CONCLUIDOCONFIRMADO, CONCLUIDORESPONDIDO ou CONCLUIRARESPONDER"),
    ("CONCLUIDORESPONDER()", "CONCLUIDORESPONDIDO"),
    ("REPASSAR('1;3')", "REPASSARATENDIMENTO ou REPASSARDEVOLTA"),
    ("ENVIAEMAIL('a')", "ENVIAEMAILREPASSE"),
    ("MIX(1, 2)", "MIN ou MAX"),
    ("CHAPA = '00123'", 'CHAPA = "texto"'),
    ("SALARIO > 1000", "[funcoes]: SALARIO = 0"),
    ("TABMOV('VALORLIQUIDO', 'V')", '"TABMOV(*)" = 1500.00'),
    ("CAMPOBEMCOMPL('A')", '"CAMPOBEMCOMPL(*)" = "texto"'),
    ("DESCONHECIDA(1)", '"DESCONHECIDA(*)" = 0'),
    ("TRIM(ISNULL(ASSUNTO, 'sem assunto'))", "SE A = ''"),
    ("EXECSQL('SELECT 1 FROM X')", "sentencas/CODIGO.sql"),
    ("CAMPOATENDIMENTO('XYZW')", "ABERTO_POR"),
]


@pytest.mark.parametrize(("text", "hint"), TOLD)
def test_what_is_not_sure_is_told_and_not_put_in(text: str, hint: str) -> None:
    (fault,) = formula.check(text, SCHEMA)
    assert hint in (fault.hint or "")
    assert fault.fix is None


def test_a_name_that_is_set_is_declared() -> None:
    (first, *_) = formula.check("SETVAR(CONTA, 3); CONTA")
    assert first.fix is not None
    assert first.fix.text == "DECL CONTA;\n"


def test_a_function_of_another_module_is_told_once_with_its_places() -> None:
    (found,) = formula.check("MES + MES;\nMES")
    assert "(usada 3 vezes; também nas linhas 1, 2)" in found.message


def test_a_former_name_says_what_it_is_called_today() -> None:
    (found,) = formula.check("STATUSCURSO(1)")
    assert "BUSCACAMPOCURSOALUNO" in found.message


def test_a_stand_in_comes_before_a_standard_field() -> None:
    context = formula.Context(fields={"STATUS": "A"}, functions={"STATUS": "Z"})
    assert formula.compile("STATUS", formula.Schema.of(context)).run(context).value == "Z"


def test_what_other_systems_call_things_is_no_name_of_ours() -> None:
    names = {*SAME, *OTHERWISE, *COLUMNS, *NO_FIELDS}
    assert sorted(names & {*TABLE, *STANDARD_FIELDS}) == []
    assert sorted(names & set(OTHERS)) == []
    assert sorted({*SAME.values(), *NO_FIELDS.values()} - set(TABLE)) == []
    assert sorted(set(COLUMNS.values()) - set(STANDARD_FIELDS)) == []


ACTIONS = [name for name, row in TABLE.items() if row.effect]
VERBS = (
    "ABRIR",
    "AVANCAR",
    "CANCELAR",
    "CONCLUIR",
    "ENCERRAR",
    "FECHAR",
    "REABRIR",
    "REPASSAR",
    "DEVOLVER",
    "AGENDAR",
    "ADICIONAR",
    "ALTERAR",
)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("rest", sorted({name[5:] for name in ACTIONS} | {"ATENDIMENTO", "ETAPA", "SOLICITACAO"}))
def test_no_fix_turns_one_action_into_another(verb: str, rest: str) -> None:
    name = verb + rest
    for text in (f"{name}()", name):
        for fault in formula.check(text):
            if fault.fix is not None and fault.fix.text in ACTIONS:
                assert distance(name, fault.fix.text) <= 2

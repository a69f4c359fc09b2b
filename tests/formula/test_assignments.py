"""The pair language of ALTERARCAMPOATENDIMENTO."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula import Schema, check
from formula.diagnostics import Fault
from formula.field_changes import parse_assignments, read_assignments

SCHEMA = Schema(parameters={"VALOR": "numero"})


@pytest.mark.parametrize(
    ("text", "fields", "parameters"),
    [
        ("PRIORIDADE=Alta", {"PRIORIDADE": "Alta"}, {}),
        (" PRIORIDADE = Alta ; ", {"PRIORIDADE": "Alta"}, {}),
        ("PARAMETRO1.VALOR=1500.00", {}, {"VALOR": "1500.00"}),
        ("PARAMETRO.VALOR=1;parametro12.CENTRO=01.02", {}, {"VALOR": "1", "CENTRO": "01.02"}),
        ("ASSUNTO='a;b';PRODUTO=x", {"ASSUNTO": "a;b", "PRODUTO": "x"}, {}),
        ("ASSUNTO=' com brancos '", {"ASSUNTO": " com brancos "}, {}),
        ('ASSUNTO="diz ""oi"""', {"ASSUNTO": 'diz "oi"'}, {}),
        ("ASSUNTO='d''água'", {"ASSUNTO": "d'água"}, {}),
        ("ASSUNTO=", {"ASSUNTO": ""}, {}),
        ("ASSUNTO=a=b", {"ASSUNTO": "a=b"}, {}),
        ("ASSUNTO=d'água", {"ASSUNTO": "d'água"}, {}),
        (";;PRIORIDADE=Alta;;", {"PRIORIDADE": "Alta"}, {}),
    ],
)
def test_pairs(text: str, fields: dict[str, str], parameters: dict[str, str]) -> None:
    assert parse_assignments(text) == (fields, parameters)


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("PRIORIDADE Alta", "falta '=' em 'PRIORIDADE Alta'", (0, 15)),
        ("A=1;B", "falta '=' em 'B'", (4, 5)),
        ("=1", "falta o nome antes de '='", (0, 2)),
        ("PARAMETRO1.=1", "falta o nome antes de '='", (0, 13)),
        ("ASSUNTO='aberto", "não se entende o valor em 'ASSUNTO='aberto'", (0, 15)),
        ("A=1;a=2", "'a' recebe valor duas vezes", (4, 7)),
        ("STATUS=F", "'STATUS' não se altera como campo", (0, 8)),
        ("etapa=2", "'etapa' não se altera como campo", (0, 7)),
        ("ABERTURA=01/01/2026", "'ABERTURA' não muda depois da abertura", (0, 19)),
        ("", "o texto não altera nenhum campo", (0, 0)),
        (" ; ", "o texto não altera nenhum campo", (0, 3)),
    ],
)
def test_problems(text: str, said: str, place: tuple[int, int]) -> None:
    (problem,) = read_assignments(text).problems
    assert (problem.message, (problem.span.start, problem.span.end)) == (said, place)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A=1; PRIO\u00adRIDADI = Alta", "PRIO\u00adRIDADI"),
        ("PRIORIDADI\u200b=Alta", "PRIORIDADI\u200b"),
        ("SITUAC\u0327A\u0303O=x", "SITUAC\u0327A\u0303O"),
        ("PARAMETRO1.CEN\u200bTRA=1", "CEN\u200bTRA"),
        ("PARAMETRO2 . VALOX=1", "VALOX"),
        ("PARA\u200bMETRO2.VALOX=1", "PARA\u200bMETRO2.VALOX"),
    ],
)
def test_a_name_has_its_place_also_when_it_is_written_with_what_nobody_sees(text: str, named: str) -> None:
    pair = read_assignments(text).assignments[-1]
    assert text[pair.named.start : pair.named.end] == named
    (found,) = [one for one in check(f"ALTERARCAMPOATENDIMENTO('{text}'); '5'", SCHEMA) if one.code.endswith("-desconhecido")][-1:]
    start = len("ALTERARCAMPOATENDIMENTO('") + pair.named.start
    assert (found.span.start, found.span.end) == (start, start + len(named))


def test_every_problem_is_told_and_good_pairs_stay() -> None:
    parsed = read_assignments("A;B=1;C;=2")
    assert [pair.name for pair in parsed.assignments] == ["B"]
    assert len(parsed.problems) == 3


def test_a_parameter_and_a_field_may_share_a_name() -> None:
    assert parse_assignments("VALOR=1;PARAMETRO1.VALOR=2") == ({"VALOR": "1"}, {"VALOR": "2"})


@given(st.text(alphabet="AB=;'\" .1x", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    parsed = read_assignments(text)
    assert parsed.assignments or parsed.problems
    if parsed.problems:
        with pytest.raises(Fault) as caught:
            parse_assignments(text)
        assert caught.value.message == parsed.problems[0].message
    else:
        assert sum(map(len, parse_assignments(text))) == len(parsed.assignments)


@given(st.dictionaries(st.sampled_from(["ASSUNTO", "PRODUTO", "CLIENTE"]), st.text(max_size=20), min_size=1))
def test_any_value_can_be_written_between_quotes(values: dict[str, str]) -> None:
    text = ";".join(f"{name}='{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items())
    assert parse_assignments(text) == (values, {})


def test_a_long_text_is_read_quickly() -> None:
    text = "A=" + "'" * 20_001 + ";" + "=" * 20_000
    assert read_assignments(text).problems

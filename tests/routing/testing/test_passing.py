"""Time that passes in a case, and what becomes due meanwhile."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from kit.timed import timed_desk

from formula.working_calendar import WorkingCalendar
from routing.testing.bench import Bench
from routing.testing.cases import cases_of
from routing.testing.passing import spans_of, time_after
from routing.testing.run import run_case

FRIDAY = datetime(2026, 11, 27, 15, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2 horas", datetime(2026, 11, 27, 17, 0)),
        ("1 hora", datetime(2026, 11, 27, 16, 0)),
        ("90 minutos", datetime(2026, 11, 27, 16, 30)),
        ("1,5 horas", datetime(2026, 11, 27, 16, 30)),
        ("1 dia", datetime(2026, 11, 28, 15, 0)),
        ("2 semanas", datetime(2026, 12, 11, 15, 0)),
        ("1 dia útil", datetime(2026, 11, 30, 15, 0)),
        ("3 DIAS UTEIS", datetime(2026, 12, 2, 15, 0)),
        ("4 horas úteis", datetime(2026, 11, 30, 9, 0)),
        ("30 minutos úteis", datetime(2026, 11, 27, 15, 30)),
        ("1 dia útil e 4 horas úteis", datetime(2026, 12, 1, 9, 0)),
        ("999999 semanas", datetime.combine(date.max, time(15))),
    ],
)
def test_how_long(text, wanted):
    assert time_after(WorkingCalendar(), FRIDAY, spans_of(text)) == wanted


@pytest.mark.parametrize(
    "text", ["", "3", "dias", "3 dia uteiss", "-1 dia", "0 dias", "1 ano", "1,5 dias úteis", "2 semanas úteis", "1 dia, 2 horas"]
)
def test_what_is_no_time(text):
    assert spans_of(text) is None


HEAD = """
tipo = 10
atendimento = { coligada = 1, localidade = 1, codigo = 1, etapa = 3, atendente = "1;3", aberto_por = "1;2", parametros = { VALOR = 1 } }
contexto.agora = 2026-11-23T09:00:00
[[caso]]
nome = "caso"
"""


@pytest.fixture
def run(tmp_path):
    with timed_desk(tmp_path / "pasta") as desk:
        bench = Bench(tmp_path / "pasta", desk.site)

        def one(text, head=HEAD):
            path = tmp_path / "pasta" / "x.casos.toml"
            (case,) = cases_of(head + text, path).cases
            return run_case(case, bench)

        yield one


PASSING = {
    "nothing yet": 'depois = "5 horas úteis"\nespera = { portao = "G1", falha = "nada-vencido" }',
    "the reminder": 'depois = "6 horas úteis"\nespera = { emails = ["ana@exemplo.com.br"], recebedor = "1;3" }',
    "the end": 'depois = "1 dia útil"\nespera = { recebedor = "1;2", campos = { PRIORIDADE = "Alta" } }',
    "then the move": 'depois = "3 dias úteis"\nacao = "advance"\npara = 1\nator = "1;2"\nespera = { portao = "G7" }',
    "the handoff was done": 'depois = "1 dia"\nacao = "conclude"\nator = "1;3"\nespera = { portao = "G4" }',
    "up to the reminder": 'depois = "3 dias"\nacao = "remind"\nespera = { recebedor = "1;3", emails = 1 }',
    "up to the end": 'depois = "3 dias"\nacao = "expire"\nespera = { recebedor = "1;2", explicacao = "a duração da etapa" }',
    "on time": 'depois = "3 dias"\nacao = "expire"\nespera = { nao = { explicacao = "com atraso" } }',
    "a calendar of the case": 'contexto.calendario = { dias = ["qua"], horas = "08:00-12:00" }\ndepois = "1 dia"\nespera = { portao = "G1" }',
    "several": """movimentos = [
      { acao = "schedule", motivo = 1, justificativa = "x", despertamento = 2026-11-25, prazo = 2026-11-26, espera = { status = "G" } },
      { depois = "1 dia", espera = { status = "G", recebedor = "1;2" } },
      { depois = "1 dia", espera = { status = "A" } },
      { depois = "1 semana", espera = { explicacao = "o prazo passou" } },
    ]""",
}

PASSING |= {
    f"in Portuguese: {name}": text.replace(f'"{english}"', f'"{verb}"')
    for name, english, verb in (
        ("the handoff was done", "conclude", "Concluir"),
        ("then the move", "advance", "avancar etapa"),
        ("up to the reminder", "remind", "lembrar"),
        ("up to the end", "expire", "vencer"),
        ("several", "schedule", "agendar"),
    )
    for text in (PASSING[name],)
}


@pytest.mark.parametrize("name", PASSING)
def test_time_passes(run, name):
    result = run(PASSING[name])
    assert result.status == "passed", (result.mismatches, result.faults)


def test_a_time_that_is_none_is_told_with_its_place(run):
    (fault,) = run('depois = "três dias"\nespera = { status = "A" }').faults
    assert "'depois' precisa de um tempo" in str(fault.message)
    assert fault.start.line == 7


def test_time_alone_is_no_reason_to_do_without_an_action(run):
    (fault,) = run('acao = "dançar"\ndepois = "1 dia"\nespera = { status = "A" }').faults
    assert "a ação 'dançar' não existe" in str(fault.message)


def test_a_word_like_none_is_told_all_actions(run):
    (fault,) = run('acao = "xyz"\nespera = { status = "A" }').faults
    assert str(fault.hint).startswith("as ações são: abrir, avançar, repassar")


def test_a_misspelt_verb_is_proposed_as_it_was_meant(run):
    (fault,) = run('acao = "aprovarr"\nespera = { status = "A" }').faults
    assert str(fault.hint) == "você quis dizer 'aprovar'?"

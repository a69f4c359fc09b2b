"""[calendario]: read from repasse.toml and from contexts, obeyed by formulas at every door, refused where it cannot be."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import holidays
import pytest
from kit import sites

import formula
from formula.working_calendar import STATES_OF_BRAZIL, WorkingCalendar
from routing import Request, plan
from routing.releases.release import settings_text, taken
from routing.testing.bench import open_bench
from routing.testing.cases import cases_of
from routing.testing.run import run_case
from routing.workspace.contexts import ContextFault, context_of, read_context
from routing.workspace.folder import read_workspace

WHOLE = """coligada = 1
[calendario]
dias = ["seg", "Terça", "quarta-feira", "sáb"]
horas = "07:30-12:00, 13h00-17h30"
feriados = "br-mg"
folgas = [2026-12-24, "31/12/2026", 2027-01-02T10:00:00]
"""
READ = WorkingCalendar(
    weekdays=frozenset({0, 1, 2, 5}),
    hours=((450, 720), (780, 1050)),
    holidays="BR-MG",
    days_off=frozenset({date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 2)}),
)
PEOPLE = '[[atendente]]\ncoligada = 1\ncodigo = 1\nnome = "Ana"\nemail = "ana@exemplo.com.br"\n'


def folder(tmp_path: Path, settings: str) -> Path:
    (tmp_path / "repasse.toml").write_text(settings, "utf-8")
    (tmp_path / "diretorio.toml").write_text(PEOPLE, "utf-8")
    return tmp_path


def faults(tmp_path: Path, lines: str) -> list[tuple[int, str, str | None]]:
    _, found = read_workspace(folder(tmp_path, f"[calendario]\n{lines}\n"))
    assert all(one.severity == "error" for _, every in found for one in every)
    return [
        (one.start.line, one.message.text("pt"), one.hint and one.hint.text("pt"))
        for path, every in found
        for one in every
        if path.name == "repasse.toml"
    ]


def test_a_whole_calendar_is_read(tmp_path: Path) -> None:
    site, found = read_workspace(folder(tmp_path, WHOLE))
    assert (site.calendar, found) == (READ, [])


@pytest.mark.parametrize("settings", ["", "coligada = 1\n[calendario]\n"])
def test_without_one_the_week_is_worked(tmp_path: Path, settings: str) -> None:
    assert read_workspace(folder(tmp_path, settings))[0].calendar == WorkingCalendar()


@pytest.mark.parametrize(
    ("lines", "said", "hint"),
    [
        ("dias = []", "o calendário não tem nenhum dia útil", 'escreva ao menos um dia, como dias = ["seg", "ter", "qua", "qui", "sex"]'),
        ('dias = ["seg", "terc"]', "'terc' não é um dia da semana", "você quis dizer 'ter'?"),
        ('dias = ["xyz"]', "'xyz' não é um dia da semana", "os dias são: seg, ter, qua, qui, sex, sab, dom"),
        ('dias = "seg"', "'dias' precisa de uma lista de textos, mas tem \"seg\"", 'escreva entre colchetes: dias = ["seg"]'),
        (
            'horas = "18:00-08:00"',
            "as horas '18:00-08:00' terminam antes de começar",
            "o fim vem depois do começo, no mesmo dia; a meia-noite do fim é 24:00",
        ),
        (
            'horas = "08:00-08:00"',
            "as horas '08:00-08:00' terminam antes de começar",
            "o fim vem depois do começo, no mesmo dia; a meia-noite do fim é 24:00",
        ),
        ('horas = "o dia todo"', "'o dia todo' não são horas", 'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"'),
        ('horas = ""', "'' não são horas", 'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"'),
        ('horas = "08:00-25:00"', "'08:00-25:00' não são horas de um dia", 'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"'),
        ('horas = "08:00-17:75"', "'08:00-17:75' não são horas de um dia", 'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"'),
        (
            'horas = "08:00-12:00, 11:00-18:00"',
            "os períodos de '08:00-12:00, 11:00-18:00' se sobrepõem",
            'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"',
        ),
        ("horas = 8", "'horas' precisa de um texto entre aspas, mas tem 8", 'escreva as horas como "08:00-18:00", ou "08:00-12:00, 13:00-18:00"'),
        ('feriados = "BR-MGG"', "'MGG' não é um estado de BR", 'você quis dizer "BR-MG"?'),
        (
            'feriados = "PE"',
            "'PE' é um estado do Brasil, e pode ser também um país",
            'escreva "BR-PE"; um país com esse código se escreve com as três letras dele',
        ),
        ('feriados = "BR-Minas Gerais"', "'Minas Gerais' não é um estado de BR", 'você quis dizer "BR-MG"?'),
        ('feriados = "BRAZ"', "não há feriados de 'BRAZ'", 'você quis dizer "BRA"?'),
        ('feriados = "Brasília-42"', "não há feriados de 'Brasília-42'", 'escreva um país, como "BR", ou um estado dele, como "BR-MG"'),
        ("folgas = [2026-12-24, 3]", "3 não é uma data", "escreva folgas = [2026-12-24, 2026-12-31]"),
        ('folgas = ["30/02/2026"]', '"30/02/2026" não é uma data', "escreva folgas = [2026-12-24, 2026-12-31]"),
        ("folgas = 2026-12-24", "'folgas' precisa de uma lista de datas, mas tem 2026-12-24", "escreva folgas = [2026-12-24, 2026-12-31]"),
        ('feriado = "BR"', "a chave 'feriado' não existe aqui", "você quis dizer 'feriados'?"),
    ],
)  # fmt: skip
def test_what_no_calendar_says(tmp_path: Path, lines: str, said: str, hint: str | None) -> None:
    assert faults(tmp_path, lines) == [(2, said, hint)]


def test_a_table_is_needed(tmp_path: Path) -> None:
    _, found = read_workspace(folder(tmp_path, "calendario = 5\n"))
    assert [one.code for _, every in found for one in every] == ["valor-invalido"]


def test_the_states_known_by_heart_are_the_librarys() -> None:
    assert frozenset(holidays.country_holidays("BR").subdivisions) == STATES_OF_BRAZIL


CONTEXT = """agora = 2026-12-23T17:00:00
[calendario]
feriados = "BR"
folgas = [2026-12-24]
"""


def test_a_context_file_brings_its_own() -> None:
    given = read_context(CONTEXT).context
    rule = formula.compile("CONCAT(DIASUTEIS(HOJE, HOJE + 5), '|', SOMADIASUTEIS(HOJE, 1), '|', HORASUTEIS(AGORA, AGORA + 5))")
    assert rule.run(given).value == "1|28/12/2026|10"


def test_json_brings_the_same() -> None:
    tables = {"calendario": {"feriados": "BR", "folgas": ["2026-12-24"]}, "agora": "2026-12-23T17:00:00"}
    assert context_of(tables).context.calendar == read_context(CONTEXT).context.calendar


def test_a_wrong_one_in_a_context_is_refused() -> None:
    with pytest.raises(ContextFault) as caught:
        read_context('[calendario]\ndias = ["feriado"]\n')
    assert [(one.code, one.start.line) for one in caught.value.diagnostics] == [("valor-invalido", 2)]


def test_a_move_counts_by_the_sites_calendar() -> None:
    text = "SE DIASUTEIS('24/11/2026', '27/11/2026') = 2 ENTAO '1;8' SENAO '1;9' FIMSE"
    calendar = WorkingCalendar(days_off=frozenset({date(2026, 11, 25)}))
    for own, receiver in (({}, "1;9"), ({"calendar": calendar}, "1;8")):
        site = sites.site(
            formulas={"prazo": text},
            steps=(sites.STEPS[0], sites.Step(code=2, name="Prazo", handoff="formula", formula="prazo")),
            edges=(sites.Edge(1, 2),),
            **own,
        )
        made = plan(site, sites.ticket(), Request(action="advance", to=2, actor="1;2"), datetime(2026, 11, 24, 10))
        assert made.after.holder.key == receiver


CASES = """formula = "prazo"
[[caso]]
nome = "o calendário do ambiente"
espera.valor = 1
[[caso]]
nome = "o calendário do caso"
contexto.calendario.folgas = [2026-11-25, 2026-11-26]
espera.valor = 2
"""


def test_rule_tests_count_by_the_sites_calendar_and_by_their_own(tmp_path: Path) -> None:
    made = folder(tmp_path, "[calendario]\nfolgas = [2026-11-25, 2026-11-26, 2026-11-27]\n")
    (made / "formulas").mkdir()
    (made / "formulas" / "prazo.formula").write_text("DIASUTEIS('24/11/2026', '30/11/2026')", "utf-8")
    bench = open_bench(made)
    assert [run_case(case, bench).status for case in cases_of(CASES, made / "casos" / "prazo.casos.toml").cases] == ["passed"] * 2


def test_the_calendar_is_part_of_a_release(tmp_path: Path) -> None:
    with_it, _ = read_workspace(folder(tmp_path, WHOLE))
    revision = taken(tmp_path, with_it).revision
    again = tmp_path / "de-novo"
    again.mkdir()
    site, found = read_workspace(folder(again, settings_text(with_it)))
    assert (site.calendar, found) == (READ, [])
    without, _ = read_workspace(folder(tmp_path, WHOLE.replace("31/12/2026", "30/12/2026")))
    assert taken(tmp_path, without).revision != revision


@pytest.mark.parametrize("code", ["BRA", "pt", "PER", "US-CA"])
def test_other_countries_the_library_knows(tmp_path: Path, code: str) -> None:
    site, found = read_workspace(folder(tmp_path, f'[calendario]\nferiados = "{code}"\n'))
    assert (site.calendar.holidays, found) == (code.upper(), [])

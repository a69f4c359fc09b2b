"""fuso: whatever enters with an offset is turned to the site's clock at every door, and times leave with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from kit.paths import ROOT
from kit.workspaces import make_workspace

from formula.limits import Limits
from routing import Request, Ticket, open_desk, plan
from routing.desk.desk import Desk
from routing.desk.listing import decision_list
from routing.http.workers.jobs import Asked, DeskJobs, FormulaJobs, carried_out
from routing.testing.bench import open_bench
from routing.testing.cases import cases_of
from routing.testing.run import run_case
from routing.workspace.contexts import context_of, read_context
from routing.workspace.folder import read_workspace

PAULO = ZoneInfo("America/Sao_Paulo")
EVENING = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"""22:30 of the 24th in São Paulo."""
TODAY = "SE HOJE = '24/11/2026' ENTAO '1;3' SENAO '1;4' FIMSE"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = 'fuso = "America/Sao_Paulo"\n[campos]\nENTREGA = "data"\n'
    with open_desk(make_workspace(tmp_path, settings=settings, formula=TODAY)) as made:
        yield made


def asked(desk: Desk, job: str, **body: Any) -> Any:
    answer = carried_out(getattr(DeskJobs(desk), job), Asked({"ticket": "1;1;1", "actor": "1;2", **body}, "pt", {}, EVENING))
    return answer.status, json.loads(answer.body)


def test_today_is_the_sites_wherever_the_machine_stands(desk: Desk) -> None:
    plan = desk.plan("1;1;1", Request(action="advance", actor="1;2"), now=EVENING)
    assert (plan.after.holder.key, plan.now) == ("1;3", datetime(2026, 11, 24, 22, 30))


def test_a_move_keeps_the_sites_clock(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="advance", actor="1;2"), now=EVENING)
    assert desk.ticket("1;1;1").steps[-1].at == datetime(2026, 11, 24, 22, 30)


def test_a_supposed_now_is_turned(desk: Desk) -> None:
    for now, receiver in (("2026-11-25T02:59:00Z", "1;3"), ("2026-11-25T03:00:00Z", "1;4"), ("2026-11-24T23:30", "1;3")):
        status, plan = asked(desk, "plan", action="advance", now=now)
        assert (status, plan["after"]["holder"]) == (200, {"attendant": receiver})


def test_times_of_a_schedule_are_turned_and_leave_with_the_offset(desk: Desk) -> None:
    status, plan = asked(
        desk, "move", action="schedule", wake_up="2026-12-01T13:00:00Z", deadline="2026-12-02T10:00:00+09:00",
        reason=1, justification="férias",
    )  # fmt: skip
    assert (status, plan["status"]) == (200, "moved"), plan["reason"]
    ticket = desk.ticket("1;1;1")
    assert (ticket.wake_up, ticket.deadline) == (datetime(2026, 12, 1, 10), datetime(2026, 12, 1, 22))
    assert [one["at"] for one in plan["entries"]] == ["2026-11-24T22:30:00-03:00"]
    times = {one["wake_up"] for one in plan["effects"] if one["type"] == "schedule"}
    assert times <= {"2026-12-01T10:00:00-03:00"}


def test_the_same_moment_in_another_offset_is_the_same_request(desk: Desk) -> None:
    def request(wake_up: str) -> Request:
        return Request(
            action="schedule",
            actor="1;2",
            key="k",
            wake_up=datetime.fromisoformat(wake_up),
            deadline=datetime(2026, 12, 9),
            justification="x",
            reason=1,
        )

    first = desk.move("1;1;1", request("2026-12-01T13:00:00+00:00"), now=EVENING)
    again = desk.move("1;1;1", request("2026-12-01T10:00:00-03:00"), now=EVENING)
    assert (first.status, again.decision) == ("moved", first.decision), first.reason


DRAFT = {"tipo": 10, "assunto": "z", "aberto_por": "1;2", "campos": {"ENTREGA": "2026-12-01T00:30:00Z"}}


@pytest.mark.parametrize("opened", ["2026-11-25T01:00:00Z", "2026-11-24T22:00:00-03:00", "2026-11-24T22:00", "24/11/2026 22:00"])
def test_a_draft_may_bring_offsets(desk: Desk, opened: str) -> None:
    status, plan = asked(desk, "move", ticket="1;1;99", action="open", draft=DRAFT | {"aberto_em": opened})
    assert (status, plan["status"]) == (200, "moved"), plan
    ticket = desk.ticket("1;1;99")
    assert ticket.opened_at == datetime(2026, 11, 24, 22, 30)
    assert ticket.fields["ENTREGA"] == datetime(2026, 11, 30, 21, 30)


def test_a_draft_in_python_too(desk: Desk) -> None:
    draft = Ticket(
        coligada=1, locality=1, code=98, type=10, status="", opener="1;2", subject="z",
        first_contact_at=EVENING, deadline=EVENING, fields={"ENTREGA": EVENING}, parameters={"PEDIDO": "P"},
    )  # fmt: skip
    made = desk.move("1;1;98", Request(action="open", actor="1;2", draft=draft), now=EVENING)
    ticket = desk.ticket("1;1;98")
    assert made.status == "moved"
    assert {ticket.first_contact_at, ticket.deadline, ticket.fields["ENTREGA"]} == {datetime(2026, 11, 24, 22, 30)}
    assert plan(desk.site, draft, Request(action="open", actor="1;2"), EVENING).after.deadline == datetime(2026, 11, 24, 22, 30)


def test_values_with_an_offset_that_are_data_are_turned(desk: Desk) -> None:
    moment = {"kind": "data", "value": "2026-12-01T00:30:00Z"}
    draft = DRAFT | {"aberto_em": moment, "campos": {"ENTREGA": moment}}
    status, plan = asked(desk, "plan", ticket="1;1;99", action="open", draft=draft)
    assert (status, plan["after"]["fields"]) == (200, {"ENTREGA": "2026-11-30T21:30:00"})


def test_a_change_turns_what_it_sets(desk: Desk) -> None:
    status, plan = asked(
        desk, "move", action="change", set={"ENTREGA": "2026-12-01T00:30:00Z", "PRIMEIROCONTATO": "2026-11-25T01:00:00Z"}
    )
    assert (status, plan["status"]) == (200, "moved"), plan["reason"]
    ticket = desk.ticket("1;1;1")
    assert (ticket.fields["ENTREGA"], ticket.first_contact_at) == (datetime(2026, 11, 30, 21, 30), datetime(2026, 11, 24, 22))


def test_decisions_since_a_time_with_an_offset(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="advance", actor="1;2"), now=EVENING)
    for since, count in (("2026-11-25T01:30:00Z", 1), ("2026-11-25T01:31:00Z", 0), ("2026-11-24T22:30", 1)):
        assert len(decision_list(desk, {"since": since})["decisions"]) == count


@pytest.mark.parametrize("now", ["2026-11-25T01:30:00Z", "2026-11-24T22:30:00-03:00", "2026-11-24T22:30:00"])
def test_a_run_of_the_service_sees_the_sites_clock(now: str) -> None:
    jobs = FormulaJobs(Limits(), PAULO)
    body = {"text": "CONCAT(AGORA, '|', D)", "context": {"agora": now, "campos": {"D": {"kind": "data", "value": now}}}}
    answer = carried_out(jobs.run, Asked(body, "pt", {}, EVENING))
    assert json.loads(answer.body)["value"]["value"] == "24/11/2026 22:30:00|24/11/2026 22:30:00"


def test_a_run_without_a_time_goes_by_the_sites_clock() -> None:
    answer = carried_out(FormulaJobs(Limits(), PAULO).run, Asked({"text": "AGORA"}, "pt", {}, EVENING))
    assert json.loads(answer.body)["value"]["value"] == "2026-11-24T22:30:00"


def test_context_files_turn_every_time() -> None:
    text = """agora = 2026-11-25T01:30:00Z
    campos.A = 2026-11-25T01:30:00Z
    parametros.B = 2026-11-24T22:30:00-03:00
    memorias.C = 2026-11-25T01:30:00+00:00
    [sql.S]
    linhas = [{ D = 2026-11-25T01:30:00Z }]
    """
    seen = read_context(text, zone=PAULO).context
    evening = datetime(2026, 11, 24, 22, 30)
    assert (seen.now, seen.fields["A"], seen.parameters["B"], seen.memories["C"], seen.sql["S"][0]["D"]) == (evening,) * 5
    assert context_of({"agora": "2026-11-25T01:30:00Z"}, zone=PAULO).context.now == evening


def test_files_of_a_workspace_turn_every_time(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, settings='fuso = "America/Sao_Paulo"\n', formula=TODAY)
    tickets = folder / "atendimentos" / "pedidos.toml"
    tickets.write_text(
        tickets.read_text("utf-8").replace('status = "A"', 'status = "A"\naberto_em = 2026-11-25T01:30:00Z'), "utf-8"
    )
    directory = folder / "diretorio.toml"
    away = '\nausente = { de = 2026-11-25T01:00:00Z, ate = 2026-11-26T02:00:00Z, substituto = "1;4" }\n'
    directory.write_text(directory.read_text("utf-8").replace('nome = "Ana Lima"', 'nome = "Ana Lima"' + away), "utf-8")
    site, found = read_workspace(folder)
    assert found == []
    assert site.tickets["1;1;1"].opened_at == datetime(2026, 11, 24, 22, 30)
    absence = site.people.attendants["1;3"].absence
    assert (absence.start.isoformat(), absence.end.isoformat()) == ("2026-11-24", "2026-11-25")
    text = 'tipo = 10\nacao = "advance"\nator = "1;2"\ncontexto.agora = 2026-11-25T02:59:00Z\n[[caso]]\nnome = "a"\nespera.destino = "1;3"\n'
    for one in cases_of(text, folder / "casos" / "a.casos.toml").cases:
        made = run_case(one, open_bench(folder))
        assert one.given.context.now == datetime(2026, 11, 24, 23, 59)
        assert made.status == "passed", made.mismatches


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo", "America/Sao_Paulo"])
def test_the_machines_zone_decides_nothing(tmp_path: Path, machine: str) -> None:
    folder = make_workspace(tmp_path, settings='fuso = "America/Sao_Paulo"\n', formula=TODAY)
    code = (
        "import sys, routing; from datetime import datetime, UTC\n"
        "desk = routing.open_desk(sys.argv[1]); now = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)\n"
        "plan = desk.plan('1;1;1', routing.Request(action='advance', actor='1;2'), now); print(plan.after.holder.key, plan.now)\n"
        "from routing.clock import now_in; from zoneinfo import ZoneInfo\n"
        "print(abs((now_in(desk.site.zone) - datetime.now(ZoneInfo('America/Sao_Paulo')).replace(tzinfo=None)).total_seconds()) < 5)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        env=os.environ | {"TZ": machine},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["1;3 2026-11-24 22:30:00", "True"]


@pytest.mark.parametrize(
    ("written", "said", "hint"),
    [
        ('"America/Sao Paulo"', "o fuso 'America/Sao Paulo' não existe", 'você quis dizer "America/Sao_Paulo"?'),
        ('"Brasília"', "o fuso 'Brasília' não existe", 'escreva o nome de uma região, como fuso = "America/Sao_Paulo"'),
        ('"-03:00"', "o fuso '-03:00' não existe", 'escreva o nome de uma região, como fuso = "America/Sao_Paulo"'),
        ('""', "o fuso '' não existe", 'escreva o nome de uma região, como fuso = "America/Sao_Paulo"'),
        (
            "-3",
            "'fuso' precisa de um texto entre aspas, mas tem -3",
            'escreva o nome de uma região, como fuso = "America/Sao_Paulo"',
        ),
    ],
)
def test_zones_that_do_not_exist(tmp_path: Path, written: str, said: str, hint: str | None) -> None:
    _, found = read_workspace(make_workspace(tmp_path, settings=f"fuso = {written}\n"))
    ((path, (fault,)),) = found
    assert (path.name, fault.start.line, fault.severity) == ("repasse.toml", 3, "error")
    assert (fault.message.text("pt"), fault.hint and fault.hint.text("pt")) == (said, hint)


def test_stored_times_stay_as_they_are(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, formula=TODAY)
    with open_desk(folder) as desk:
        desk.move("1;1;1", Request(action="advance", actor="1;2"), now=datetime(2026, 11, 24, 10))
    settings = folder / "repasse.toml"
    settings.write_text('fuso = "Asia/Tokyo"\n' + settings.read_text("utf-8"), "utf-8")
    with open_desk(folder) as desk:
        assert desk.ticket("1;1;1").steps[-1].at == datetime(2026, 11, 24, 10)


def test_without_a_zone_the_machines_counts(tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path, formula=TODAY)) as desk:
        assert desk.site.zone is None
        plan = desk.plan("1;1;1", Request(action="advance", actor="1;2"), now=EVENING)
        assert plan.now == EVENING.astimezone().replace(tzinfo=None)
        assert attrs.evolve(desk.site, zone=PAULO).zone is PAULO


SANDBOX = """
import json, sys
from datetime import UTC, datetime
from routing.http.workers.child import set_up
from routing.http.workers.jobs import Asked
setup = {"nice": 0, "place": None, "limits": {}, "memory": 1024, "zone": "America/Sao_Paulo"}
run = set_up(setup)["run"]
for place in ("BR", "BR-SP", "PT", "US-CA", "CN", "SA", "IL"):
    context = {"calendario": {"feriados": place}, "agora": "2027-01-01T01:30:00Z"}
    body = {"text": "DIASUTEIS(HOJE - 400, HOJE) + SOMADIASUTEIS(HOJE, 1) - HOJE", "context": context}
    print(place, json.loads(run(Asked(body, "pt", {}, datetime.now(UTC))).body)["status"])
"""


def test_processes_for_strangers_texts_know_holidays_and_the_zone() -> None:
    done = subprocess.run([sys.executable, "-c", SANDBOX], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["ok"] * 7, done.stdout


SHEET = "nome,campos.QUANDO,agora,valor\na,2026-11-25T01:30:00Z,2026-11-25T01:30:00Z,24/11/2026 22:30:00|24/11/2026 22:30:00\n"
TABLE = 'texto = "CONCAT(QUANDO, \'|\', AGORA)"\n[[caso]]\nnome = "t"\ntabela = "t.csv"\n'


def test_cases_of_a_sheet_turn_every_time(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, settings='fuso = "America/Sao_Paulo"\n[campos]\nQUANDO = "data"\n')
    (folder / "casos").mkdir()
    (folder / "casos" / "t.csv").write_text(SHEET, "utf-8")
    found = cases_of(TABLE, folder / "casos" / "t.casos.toml")
    assert [run_case(one, open_bench(folder)).status for one in found.cases] == ["passed"], found.every_fault

"""What comes due: on both databases, done once, late, refused, listed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from kit.stores import database  # noqa: F401 - a fixture
from kit.timed import MONDAY, at, ticket, timed_desk

from formula.diagnostics import in_language
from routing import Request, open_desk
from routing.desk.clock import do_due, due_list
from routing.desk.listing import decision_list
from routing.desk.worker import clock_of
from routing.domain.model import attendant_holder, group_holder
from routing.exchange.cases import case_text
from routing.failures import WrongFilter
from routing.releases.asking import ask_again
from routing.reports.ticket_lines import TicketPage
from routing.store.clock import Question, statement
from routing.store.statements import prepare
from routing.testing.bench import Bench
from routing.testing.cases import cases_of
from routing.testing.run import run_case


@pytest.fixture
def timed(tmp_path: Path):
    """Opens one on SQLite."""
    return lambda *tickets, **more: timed_desk(tmp_path / "pasta", *tickets, **more)


@pytest.fixture
def everywhere(database: str, tmp_path: Path):
    """Opens one on each database."""
    return lambda *tickets, **more: timed_desk(tmp_path / "pasta", *tickets, settings=f'banco = "{database}"\n', **more)


def kinds(desk, now=MONDAY, **given):
    return [(row["ticket"], row["kind"], row["at"][:16], row["overdue"]) for row in due_list(desk, given, now)["due"]]


def test_a_step_reminds_and_ends_each_once(everywhere):
    with everywhere(ticket()) as desk:
        assert kinds(desk) == [("1;1;50", "remind", "2026-11-23T15:00", False), ("1;1;50", "expire", "2026-11-23T17:00", False)]
        assert do_due(desk, at(MONDAY + timedelta(hours=5))) == 0
        assert do_due(desk, at(MONDAY + timedelta(hours=6))) == 1
        shown = desk.show("1;1;50")
        assert [(one["kind"], one["to"]) for one in shown["mails"]] == [("reminder", "ana@exemplo.com.br")]
        assert do_due(desk, at(MONDAY + timedelta(hours=9))) == 1
        shown = desk.show("1;1;50")
        assert shown["ticket"]["priority"] == "Alta"
        assert shown["ticket"]["holder"] == {"attendant": "1;2"}
        assert shown["handoffs"][-1] == {
            "from": {"attendant": "1;3"}, "to": {"attendant": "1;2"}, "by": "0;0", "reason": None, "justification": "venceu",
            "at": "2026-11-23T18:00:00",
        }  # fmt: skip
        assert do_due(desk, at(MONDAY + timedelta(days=30))) == 0
        assert [(one["action"], one["status"], one["actor"]) for one in decision_list(desk, {})["decisions"]] == [
            ("expire", "moved", "0;0"), ("remind", "moved", "0;0"),
        ]  # fmt: skip


def test_a_scheduled_ticket_is_in_hand_again_and_its_deadline_passes(everywhere):
    with everywhere(ticket(step=1)) as desk:
        request = Request(
            action="schedule", reason=1, justification="espera", wake_up=date(2026, 11, 25), deadline=date(2026, 11, 27)
        )
        assert desk.move("1;1;50", request, MONDAY).status == "moved"
        assert kinds(desk) == [("1;1;50", "wake", "2026-11-25T00:00", False), ("1;1;50", "deadline", "2026-11-28T00:00", False)]
        assert do_due(desk, at(datetime(2026, 11, 24, 23, 59))) == 0
        assert do_due(desk, at(datetime(2026, 11, 25, 0, 0))) == 1
        shown = desk.show("1;1;50")
        assert (shown["ticket"]["status"], shown["ticket"]["wake_up"]) == ("A", "2026-11-25")
        assert [(one["status"], one["by"]) for one in shown["statuses"]] == [("G", "1;3"), ("A", "0;0")]
        assert do_due(desk, at(datetime(2026, 11, 27, 23, 59))) == 0
        assert do_due(desk, at(datetime(2026, 11, 28, 0, 0))) == 1
        assert do_due(desk, at(datetime(2026, 12, 28, 0, 0))) == 0
        assert [one["kind"] for one in desk.show("1;1;50")["mails"]] == ["reminder"]
        again_later = attrs.evolve(request, wake_up=date(2026, 12, 1), deadline=date(2026, 12, 2))
        assert desk.move("1;1;50", again_later, datetime(2026, 11, 28, 1, 0)).status == "moved"
        assert do_due(desk, at(datetime(2026, 12, 28, 0, 0))) == 2


def test_what_is_done_late_says_so_and_can_be_decided_again(timed):
    with timed(ticket()) as desk:
        made = []
        assert do_due(desk, at(MONDAY + timedelta(days=3)), report=made.append) == 2
        told = [[str(line.text) for line in plan.explanation if line.kind in ("decision", "note")] for plan in made]
        assert told[0] == [
            "chegou a hora do lembrete da etapa 'Compras', 23/11/2026 15:00", "com atraso de 2 dias: era para 23/11/2026 15:00",
        ]  # fmt: skip
        assert str(made[1].headline().text).startswith(
            "Vai para Bruno Prado (1;2), porque a duração da etapa 'Compras' acabou em 23/11/2026 17:00"
        )
        assert all(plan.rules for plan in made)
        assert all(ask_again(desk.store, desk.site, plan.decision).equal for plan in made)


def test_what_the_clock_did_becomes_a_case_that_passes(timed, tmp_path):
    made = []
    with timed(ticket(step_told=1, holder=group_holder("1;5"), priority="Baixa")) as desk:
        do_due(desk, at(MONDAY + timedelta(days=3)), report=made.append)
        path = tmp_path / "pasta" / "x.casos.toml"
        (case,) = cases_of(case_text(desk.decision(made[0].decision), "venceu"), path).cases
        assert run_case(case, Bench(tmp_path / "pasta", desk.site)).status == "passed"


def test_two_workers_do_each_thing_once(everywhere):
    tickets = [ticket(code) for code in range(100, 160)]
    with everywhere(*tickets) as desk, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: do_due(desk, at(MONDAY + timedelta(days=1))), range(4)))
        assert do_due(desk, at(MONDAY + timedelta(days=1))) == 0
        for one in tickets:
            shown = desk.show(one.key)
            assert [mail["kind"] for mail in shown["mails"]] == ["reminder", "handoff"]
            assert shown["ticket"]["version"] == 3


def test_what_a_gate_refuses_waits_and_is_told(everywhere):
    with everywhere(ticket(step_told=1, voicemail=2), ticket(51, step_told=1)) as desk:
        now = MONDAY + timedelta(hours=9)
        assert do_due(desk, at(now)) == 1
        (row,) = due_list(desk, {}, now)["due"]
        assert (row["ticket"], row["overdue"], row["again_at"]) == ("1;1;50", True, "2026-11-23T19:00:00")
        assert row["reason"].startswith("há 2 mensagens na caixa postal")
        assert [(one["status"], one["gate"]) for one in decision_list(desk, {"ticket": "1;1;50"})["decisions"]] == [
            ("refused", "G3")
        ]
        assert do_due(desk, at(now + timedelta(minutes=30))) == 0
        assert len(decision_list(desk, {"ticket": "1;1;50"})["decisions"]) == 1
        request = Request(action="change", actor="1;3", set=(("CAIXAPOSTAL", "0"),))
        assert desk.move("1;1;50", request, now + timedelta(minutes=31)).status == "moved"
        assert do_due(desk, at(now + timedelta(minutes=31))) == 1


def test_what_is_refused_is_told_once_however_many_workers_look(everywhere):
    tickets = [ticket(code, step_told=1, voicemail=2) for code in range(50, 60)]
    with everywhere(*tickets) as desk, ThreadPoolExecutor(4) as pool:
        now = MONDAY + timedelta(hours=9)
        assert list(pool.map(lambda _: do_due(desk, at(now)), range(4))) == [0] * 4
        told = [row["ticket"] for row in decision_list(desk, {"limit": 100})["decisions"]]
        assert sorted(told) == [one.key for one in tickets]
        assert do_due(desk, at(now + timedelta(minutes=61))) == 0
        assert len(decision_list(desk, {"limit": 100})["decisions"]) == 20


def test_a_clock_set_back_does_nothing_twice(timed):
    with timed(ticket()) as desk:
        assert do_due(desk, at(MONDAY + timedelta(days=1))) == 2
        assert do_due(desk, at(MONDAY - timedelta(days=1))) == 0
        assert do_due(desk, at(MONDAY + timedelta(days=2))) == 0


def test_a_clock_set_back_is_explained(timed):
    made = []
    with timed(ticket(step=1)) as desk:
        request = Request(action="schedule", reason=1, justification="x", wake_up=date(2026, 11, 20), deadline=date(2026, 12, 1))
        assert desk.move("1;1;50", request, MONDAY).status == "moved"
        assert do_due(desk, at(MONDAY - timedelta(days=1)), report=made.append) == 1
        told = [str(line.text) for line in made[0].explanation if line.kind == "note"]
        assert "o relógio está atrás da última mudança do atendimento, de 23/11/2026 09:00" in told


def test_a_step_or_type_that_is_gone_has_no_end(timed):
    with timed(ticket(step=9), ticket(51, type=99)) as desk:
        assert kinds(desk) == []
        assert do_due(desk, at(MONDAY + timedelta(days=9))) == 0


def test_a_deadline_in_the_past_is_warned_of_and_due_at_once(timed):
    with timed(ticket(step=1)) as desk:
        day = MONDAY.date() - timedelta(days=2)
        request = Request(action="schedule", reason=1, justification="x", wake_up=day, deadline=day)
        made = desk.move("1;1;50", request, MONDAY)
        assert [one.code for one in made.warnings] == ["despertamento-no-passado", "prazo-no-passado"]
        assert do_due(desk, at(MONDAY)) == 2
        assert desk.show("1;1;50")["ticket"]["status"] == "A"


def test_a_formula_that_keeps_something_due_does_not_hold_up_the_others(timed):
    keeps = "AGENDARARESPONDER('20/11/2026', '21/11/2026 10:00', -1, 'de novo')"
    with timed(ticket(step_told=1), ticket(51, step=1), formula=keeps) as desk:
        request = Request(action="schedule", reason=1, justification="x", wake_up=date(2026, 11, 24), deadline=date(2026, 12, 1))
        desk.move("1;1;51", request, MONDAY)
        now = MONDAY + timedelta(days=1)
        while do_due(desk, at(now)):
            pass
        assert desk.show("1;1;51")["ticket"]["status"] == "A"
        assert {row["gate"] for row in decision_list(desk, {"status": "refused"})["decisions"]} == {"G13"}


def test_the_list_is_in_order_and_ends_where_asked(timed):
    with timed(*(ticket(60 + n, entered_at=MONDAY + timedelta(hours=n)) for n in range(5))) as desk:
        wanted = [f"1;1;{60 + n}" for n in range(5)]
        rows = [row for row in kinds(desk, until=datetime(2026, 11, 25)) if row[1] == "remind"]
        assert [row[0] for row in rows] == wanted
        assert len(kinds(desk, limit=3)) == 3
        assert kinds(desk, until=datetime(2026, 11, 23, 15, 0)) == [("1;1;60", "remind", "2026-11-23T15:00", False)]


@pytest.mark.parametrize("action", ["wake", "deadline", "expire"])
def test_finding_what_is_due_is_no_scan(everywhere, action):
    with everywhere() as desk:
        made = prepare(desk.store.engine, statement(Question(action, MONDAY, 10, 3, 0), True, True))
        values = dict.fromkeys(("until", "today", "after_at"), MONDAY) | {
            "type": 10,
            "step": 3,
            "told": 0,
            "after_id": 1,
            "most": 1,
        }
        values |= {"now": MONDAY, "rules": "", "action": action}
        with desk.store.reading() as unit:
            if desk.store.is_sqlite:
                plan = [row[3] for row in unit.driver.execute(f"EXPLAIN QUERY PLAN {made.text}", made.values(values))]
            else:  # an empty table is read whole unless told not to be
                unit.driver.execute("SET LOCAL enable_seqscan = off")
                unit.driver.execute("SET LOCAL enable_bitmapscan = off")
                unit.driver.execute("SET LOCAL enable_sort = off")
                plan = [row[0] for row in unit.driver.execute(f"EXPLAIN {made.text}", made.values(values))]
        index = {"wake": "ix_ticket_wake_up", "deadline": "ix_ticket_deadline", "expire": "ix_ticket_step_clock"}[action]
        assert any(f"INDEX {index}" in line or f"Index Scan using {index}" in line for line in plan), plan
        assert not any("TEMP B-TREE" in line or "Sort" in line for line in plan), plan


def test_the_time_of_a_step_is_counted_by_the_calendar(timed):
    calendar = '[calendario]\ndias = ["seg", "ter"]\nhoras = "08:00-12:00"\nfolgas = [2026-11-24]\n'
    with timed(ticket(), settings=calendar) as desk:
        assert [row[2] for row in kinds(desk)] == ["2026-11-30T11:00", "2026-12-01T09:00"]
        assert do_due(desk, at(datetime(2026, 11, 30, 10, 59))) == 0
        assert do_due(desk, at(datetime(2026, 11, 30, 11, 0))) == 1
        assert do_due(desk, at(datetime(2026, 12, 1, 9, 0))) == 1


def test_the_list_is_asked_for_as_doors_do(timed):
    with timed(ticket(access_level=9), ticket(51, entered_at=MONDAY + timedelta(days=1))) as desk:
        assert [row[0] for row in kinds(desk, until="2026-11-23", limit="10")] == ["1;1;50", "1;1;50"]
        desk.add(ticket(52, access_level=10, holder=attendant_holder("1;2")))
        assert {row[0] for row in kinds(desk, viewer="Ana Lima")} == {"1;1;50", "1;1;51"}
        for wrong in ({"until": "ontem"}, {"limit": "0"}, {"limit": "x"}):
            with pytest.raises(WrongFilter):
                due_list(desk, wrong, MONDAY)


def test_a_sample_without_dates_is_in_its_step_since_it_was_seen(tmp_path):
    folder = tmp_path / "pasta"
    timed_desk(folder).close()
    head = '[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 9\ntipo = 10\netapa = 3\nstatus = "A"\naberto_por = "1;2"\n'
    (folder / "atendimentos" / "x.toml").write_text(head, "utf-8")
    with open_desk(folder) as desk:
        (entered,) = {desk.ticket("1;1;9").entered_at}
        assert entered is not None
        assert [row["kind"] for row in due_list(desk, {}, entered)["due"]] == ["remind", "expire"]


def test_the_worker_goes_by_the_clock_of_the_site(tmp_path):
    early, late = (
        clock_of(timed_desk(tmp_path / zone.rpartition("/")[2], settings=f'fuso = "{zone}"\n'))()
        for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati")
    )
    assert timedelta(hours=24, minutes=59) < late - early < timedelta(hours=25, minutes=1)


def test_a_list_ends_at_a_time_with_an_offset(timed):
    with timed(ticket(step_told=1), settings='fuso = "America/Sao_Paulo"\n') as desk:
        assert kinds(desk, until="2026-11-23T19:59:00Z") == []
        assert len(kinds(desk, until="2026-11-23T20:00:00Z")) == 1


def test_nobody_else_makes_time_pass(timed):
    with timed(ticket()) as desk:
        made = desk.move("1;1;50", Request(action="expire", actor="1;2"), MONDAY)
        assert (made.status, made.gate, made.reason.code) == ("refused", "G4", "acao-do-relogio")
        made = desk.move("1;1;50", Request(action="expire"), MONDAY)
        assert (made.status, made.gate, made.reason.code) == ("refused", "G1", "nada-vencido")


def test_pages_for_people_say_when_the_step_ends(timed):
    with timed(ticket()) as desk:
        shown = desk.show("1;1;50")
        assert shown["due"] == [{"kind": "remind", "at": "2026-11-23T15:00:00"}, {"kind": "expire", "at": "2026-11-23T17:00:00"}]
        page = list(TicketPage(shown, desk.site).lines())
        place = page.index("Vencimentos")
        assert page[place + 1 : place + 3] == [
            "  sai o lembrete da etapa em 23/11/2026 15:00", "  a etapa acaba em 23/11/2026 17:00",
        ]  # fmt: skip
        assert in_language(page[place + 2], "en") == "  the step ends on 23/11/2026 17:00"

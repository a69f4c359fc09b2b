"""SQLite: a move is decided before its turn to write. Whatever another one writes in between, the outcome is that of one after
the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Timer
from time import sleep
from typing import Any

import attrs
import pytest
from kit.stores import OpenDesk, database, desk_of  # noqa: F401
from kit.workspaces import make_workspace

from formula.builtins import TABLE
from routing.deciding import planner
from routing.desk.ahead import CARE, LONG, Ahead, Pace
from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request
from routing.domain.site import SentenceText
from routing.store.sqlite.turnstile import TIDY

NOW = datetime(2026, 11, 24, 10, 0)
ADVANCE = Request(action="advance", actor="1;2")
TYPE = 10
PLENTY = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n"

Pair = Callable[..., tuple[Desk, Desk]]


@pytest.fixture(params=["in its turn", "before its turn"])
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two desks over one workspace, as two processes have them. The first one decides in a view at the beginning of its turn, or in
    one before it."""
    opened: list[Desk] = []

    def make(settings: str = "", **options: Any) -> tuple[Desk, Desk]:
        folder = make_workspace(tmp_path / "pasta", 4, settings, **options)
        opened.extend(open_desk(folder) for _ in range(2))
        opened[0].pace.careful[TYPE] = 0 if request.param == "in its turn" else CARE
        opened[1].pace.careful[TYPE] = 0
        return opened[0], opened[1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], list[bool]]]:
    """Has something done once, after a move was decided and before its turn; gives whether each decision still held."""
    held: list[bool] = []
    waiting: list[Callable[[], object]] = []
    decide, holds = Desk.ahead, Ahead.holds

    def decide_and_wait(self: Desk, *given: Any, **named: Any) -> Any:
        found = decide(self, *given, **named)
        if waiting:
            waiting.pop()()
        return found

    def watched(self: Ahead, unit: Any) -> bool:
        held.append(holds(self, unit))
        return held[-1]

    def arrange(what: Callable[[], object]) -> list[bool]:
        waiting.append(what)
        return held

    monkeypatch.setattr(Desk, "ahead", decide_and_wait)
    monkeypatch.setattr(Ahead, "holds", watched)
    yield arrange
    assert not waiting


def test_nothing_in_between_and_the_move_is_decided_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _ = pair()
    plan, decided = planner.plan, []
    monkeypatch.setattr(planner, "plan", lambda *given, **named: decided.append(1) or plan(*given, **named))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert decided == [1]


def test_a_type_that_takes_long_leaves_its_turn_to_be_decided(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _ = pair()
    desk.pace.careful = {TYPE: CARE, 99: 0}
    plan, decided = planner.plan, []
    monkeypatch.setattr(planner, "plan", lambda *given, **named: decided.append(turn.locked()) or plan(*given, **named))
    turn = desk.store.turnstile.turn
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert (decided, desk.ticket("1;1;1").version) == ([False], 2)


def test_alone_in_its_turn_a_move_looks_at_nothing_twice(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _ = pair()
    desk.pace.careful[TYPE] = 0
    monkeypatch.setattr(Ahead, "holds", None)
    monkeypatch.setattr(Desk, "move_within", None)
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert desk.ticket("1;1;1").version == 2


def test_another_process_is_writing(pair: Pair, between: Any) -> None:
    desk, other = pair()
    end = Event()

    def hold() -> None:
        with other.store.writing() as unit:
            unit.driver.execute("UPDATE ticket SET subject = 'de outro' WHERE code = 3")
            inside.set()
            end.wait(20)
            unit.commit()

    inside = Event()
    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(hold)
        assert inside.wait(20)
        held = between(lambda: Timer(0.1, end.set).start())
        assert pool.submit(desk.move, "1;1;1", ADVANCE, NOW).result(20).status == "moved"
        writer.result(20)
    assert held == [True]
    assert (desk.ticket("1;1;1").version, desk.ticket("1;1;3").subject) == (2, "de outro")


def test_a_move_in_the_transaction_of_another_thread_sees_what_that_wrote(pair: Pair) -> None:
    desk, _ = pair()
    with ThreadPoolExecutor(1) as pool:
        with desk.store.writing() as unit:
            unit.driver.execute("UPDATE ticket SET version = 7 WHERE code = 1")
            moved = pool.submit(desk.move, "1;1;1", ADVANCE, NOW)
            while not desk.store.turnstile.waiting:
                sleep(0.001)
            if desk.pace.careful[TYPE]:
                sleep(0.2)  # time to decide, by what it was
            unit.commit()
        answer = moved.result(20)
    assert (answer.status, answer.before.version, desk.ticket("1;1;1").version) == ("moved", 7, 8)


def test_slow_decisions_of_a_type_are_made_before_their_turn_for_a_while() -> None:
    pace = Pace(foreign=False)
    assert not pace.is_quick(TYPE), "the first move compiles its formulas"
    assert not pace.may_be_quick()
    for kind in (TYPE, 20):
        pace.took(kind, LONG / 2)
        assert pace.is_quick(kind)
    pace.took(20, 2 * LONG)
    for _ in range(CARE):
        assert (pace.is_quick(TYPE), pace.is_quick(20), pace.may_be_quick()) == (True, False, True)
        pace.took(20, LONG / 2)
    assert pace.is_quick(20)
    pace.care(TYPE)
    pace.care(20)
    assert not pace.may_be_quick()


def test_a_plugin_s_code_never_runs_in_the_turn(pair: Pair) -> None:
    desk, _ = pair()
    foreign = attrs.evolve(TABLE["HOJE"], call=lambda *_: None)
    guests = attrs.evolve(desk, site=attrs.evolve(desk.site, functions={**TABLE, "ALHEIA": foreign}))
    guests.pace.took(TYPE, 0)
    assert (guests.pace.is_quick(TYPE), guests.pace.may_be_quick()) == (True, False)


def test_a_sentence_is_read_before_the_turn(pair: Pair) -> None:
    asked = []

    class Sentences:
        def rows(self, code: str, *_: Any) -> Any:
            asked.append((code, desk.store.turnstile.turn.locked()))
            return iter([{"CODIGO": "1;3"}])

    desk, _ = pair(formula="EXECSQL('QUEM'); RESULTSQL('QUEM', 'CODIGO')")
    site = attrs.evolve(desk.site, sentences={"QUEM": SentenceText("QUEM", "SELECT")})
    desk = attrs.evolve(desk, site=site, sentences=Sentences())
    desk.pace.careful[TYPE] = 0
    for number in range(2):
        assert desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=number)).status == "moved"
        assert not desk.pace.is_quick(TYPE)
    assert asked == [("QUEM", False)] * 2


def test_another_move_of_the_same_ticket(pair: Pair, between: Any) -> None:
    desk, other = pair()
    held = between(lambda: other.move("1;1;1", ADVANCE, NOW))
    moved = desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=1))
    assert held == [False]
    assert (moved.status, moved.before.version, moved.before.step, moved.after.step) == ("moved", 2, 2, 1)
    assert [(one["from"], one["to"]) for one in desk.show("1;1;1")["steps"]] == [(1, 2), (2, 1)]


def test_the_version_seen_is_no_longer_the_present_one(pair: Pair, between: Any) -> None:
    desk, other = pair()
    between(lambda: other.move("1;1;1", ADVANCE, NOW))
    answer = desk.move("1;1;1", Request(action="advance", actor="1;2", version=1), NOW)
    assert (answer.status, answer.gate) == ("refused", "G2")
    assert desk.ticket("1;1;1").version == 2


def test_the_same_key_gives_the_answer_of_the_other(pair: Pair, between: Any) -> None:
    desk, other = pair()
    request = Request(action="advance", actor="1;2", key="pedido-7")
    answers = []
    between(lambda: answers.append(other.move("1;1;1", request, NOW)))
    assert desk.move("1;1;1", request, NOW).as_json() == answers[0].as_json()
    assert desk.ticket("1;1;1").version == 2


def test_a_move_of_another_ticket_changes_nothing(pair: Pair, between: Any) -> None:
    desk, other = pair()
    held = between(lambda: other.move("1;1;3", ADVANCE, NOW))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert held == [True]


def test_the_load_of_people_is_that_of_the_turn(pair: Pair, between: Any) -> None:
    desk, other = pair(formula="ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    held = between(lambda: other.move("1;1;2", ADVANCE, NOW))
    desk.move("1;1;1", ADVANCE, NOW)
    assert held[-1] is False
    assert {desk.ticket(f"1;1;{code}").holder.key for code in (1, 2)} == {"1;3", "1;4"}


def test_the_next_in_turn_is_that_of_the_turn(pair: Pair, between: Any) -> None:
    desk, other = pair(formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    between(lambda: other.move("1;1;2", ADVANCE, NOW))
    desk.move("1;1;1", ADVANCE, NOW)
    assert {desk.ticket(f"1;1;{code}").holder.key for code in (1, 2)} == {"1;3", "1;4"}


@pytest.mark.parametrize(("most", "status"), [(1, "refused"), (2, "moved")])
def test_mails_of_others_count(pair: Pair, between: Any, most: int, status: str) -> None:
    desk, other = pair(f"[limites]\nemails_por_hora = {most}\n")
    held = between(lambda: other.move("1;1;3", ADVANCE, NOW))
    answer = desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=1))
    assert (answer.status, answer.gate) == (status, "G13" if status == "refused" else None)
    assert held[-1] is (status == "moved")


def test_an_entry_that_another_ticket_wrote(pair: Pair, between: Any) -> None:
    formula = "SE CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO ADICIONARDISCUSSAOATENDIMENTO(1,1,1,'oi') FIMSE; '1;3'"
    desk, other = pair(formula=formula)
    held = between(lambda: other.move("1;1;2", ADVANCE, NOW))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert held == [False]
    assert next(one["text"] for one in desk.show("1;1;1")["discussion"]) == "oi"


def test_the_log_begins_anew(pair: Pair) -> None:
    desk, other = pair(PLENTY)
    log = Path(desk.site.folder) / "repasse.sqlite-wal"
    sizes = []
    for number in range(4 * TIDY):
        desk.move(f"1;1;{number % 4 + 1}", ADVANCE, NOW + timedelta(minutes=number))
        with other.store.reading() as unit:
            unit.driver.execute("SELECT count(*) FROM ticket").fetchall()
        sizes.append(log.stat().st_size)
    assert sizes[-1] < 1.2 * sizes[2 * TIDY], "the log must not grow with the number of moves"


def test_two_processes_open_a_new_workspace_at_once(desk_of: OpenDesk) -> None:
    desk = desk_of(tickets=1)
    start = Barrier(4)
    samples = [*desk.site.tickets.values()]
    copies = [type(samples[0])(coligada=1, locality=1, code=code, type=10, step=1, opener="1;2") for code in range(100, 130)]

    def bring(_: int) -> list[str]:
        start.wait()
        return desk.add(*copies)

    with ThreadPoolExecutor(4) as pool:
        brought = [key for keys in pool.map(bring, range(4)) for key in keys]
    assert sorted(brought) == sorted(one.key for one in copies)

"""Tasks that a thread does for others in its turn (SQLite): each one's rows and errors are its own, the commit is one, and whoever
leads may be interrupted."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Timer, get_ident, main_thread
from time import sleep
from typing import Any

import pytest
from kit.stores import NOW, pool, until  # noqa: F401
from kit.stores import sqlite_desk as desk  # noqa: F401

from routing.desk.desk import Desk
from routing.domain.decision import Request
from routing.failures import StoreBusy, StoreError
from routing.store import tasks
from routing.store.sqlite import turnstile

ADVANCE = Request(action="advance", actor="1;2")
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="signals to a thread")


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction goes on for as long as a slow machine takes."""
    monkeypatch.setattr(turnstile, "LONGEST", 60)


def subjects(desk: Desk) -> list[str]:
    """The first word of each ticket's subject."""
    return [desk.ticket(key).subject.split()[0] for key in desk.tickets()]


def write(code: int, text: str, then: Callable[[], object] = lambda: None) -> Callable[[Any], int]:
    """A task that gives a ticket a subject; the thread that did it."""

    def work(unit: Any) -> int:
        unit.driver.execute("UPDATE ticket SET subject = ? WHERE code = ?", (text, code))
        then()
        unit.commit()
        return get_ident()

    return work


class Queue:
    """Tasks that come while a first one is being done."""

    def __init__(self, desk: Desk, pool: ThreadPoolExecutor, first: Callable[[Any], Any]) -> None:
        self.tasks, self.pool, self.go = desk.store.tasks, pool, Event()
        inside = Event()

        def held(unit: Any) -> Any:
            inside.set()
            assert self.go.wait(20)
            return first(unit)

        self.futures: list[Future[Any]] = [pool.submit(desk.store.in_turn, held)]
        assert inside.wait(20)

    def add(self, *works: Callable[[Any], Any]) -> None:
        for work in works:
            before = len(self.tasks.queue)
            self.futures.append(self.pool.submit(self.tasks.run, work))
            until(lambda before=before: len(self.tasks.queue) > before)

    def results(self) -> list[Any]:
        self.go.set()
        return [one.exception(20) or one.result(20) for one in self.futures]


def commits(desk: Desk) -> list[str]:
    """Every commit from now on."""
    made: list[str] = []
    desk.store.in_turn(lambda unit: unit.driver.set_trace_callback(lambda text: made.append(text) if text == "COMMIT" else None))
    return made


def test_who_leads_does_what_the_others_wait_for_and_commits_once(desk: Desk, pool: ThreadPoolExecutor) -> None:
    made = commits(desk)
    queue = Queue(desk, pool, write(1, "um"))
    queue.add(write(2, "dois"), write(3, "três"))
    threads = queue.results()
    assert len(set(threads)) == 1
    assert subjects(desk)[:3] == ["um", "dois", "três"]
    assert made == ["COMMIT"]


def test_nobody_is_answered_before_the_commit(desk: Desk, pool: ThreadPoolExecutor) -> None:
    going, asked = Event(), Event()

    def slow() -> None:
        asked.set()
        assert going.wait(20)

    queue = Queue(desk, pool, write(1, "um"))
    queue.add(write(2, "dois", slow))
    queue.go.set()
    assert asked.wait(20)
    sleep(0.1)
    assert not queue.futures[0].done()
    assert subjects(desk)[:2] == ["Farinha", "Farinha"]
    going.set()
    queue.results()
    assert subjects(desk)[:2] == ["um", "dois"]


def test_an_error_is_its_own_task_s_and_takes_only_its_rows_along(desk: Desk, pool: ThreadPoolExecutor) -> None:
    def fail() -> None:
        raise ValueError("dois")

    queue = Queue(desk, pool, write(1, "um"))
    queue.add(
        write(2, "dois", fail), lambda unit: unit.driver.execute("UPDATE ticket SET subject = 'x'").rowcount, write(4, "quatro")
    )
    first, second, third, last = queue.results()
    assert (isinstance(second, ValueError), third) == (True, 6)
    assert first == last
    assert subjects(desk) == ["um", "Farinha", "Farinha", "quatro", "Farinha", "Farinha"]


def test_the_first_may_fail_or_only_look(desk: Desk, pool: ThreadPoolExecutor) -> None:
    queue = Queue(desk, pool, lambda unit: unit.driver.execute("UPDATE ticket SET subject = 'x'").rowcount)
    queue.add(lambda unit: unit.driver.execute("SELECT subject FROM ticket WHERE code = 1").fetchone()[0], write(2, "dois"))
    assert queue.results()[:2] == [6, desk.ticket("1;1;1").subject]
    assert subjects(desk)[:3] == ["Farinha", "dois", "Farinha"]


def test_a_commit_that_fails_fails_for_all(desk: Desk, pool: ThreadPoolExecutor) -> None:
    def wrong(unit: Any) -> None:
        unit.driver.execute("PRAGMA defer_foreign_keys = ON")
        unit.driver.execute("INSERT INTO status_change (ticket_id, status, at) VALUES (999, 'A', '2026-11-24')")
        unit.commit()

    queue = Queue(desk, pool, write(1, "um"))
    queue.add(wrong, lambda unit: unit.driver.execute("SELECT 1").fetchone())
    assert [type(one) for one in queue.results()] == [StoreError] * 3
    assert subjects(desk)[0] == "Farinha"
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


def test_a_transaction_that_the_database_gave_up_is_lost_for_all_and_the_next_ones_have_another(
    desk: Desk, pool: ThreadPoolExecutor
) -> None:
    queue = Queue(desk, pool, write(1, "um"))
    queue.add(lambda unit: unit.driver.execute("ROLLBACK"), write(3, "três"))
    lost, gave_up, kept = queue.results()
    assert (type(lost), type(gave_up), type(kept)) == (StoreError, StoreError, int)
    assert subjects(desk)[:3] == ["Farinha", "Farinha", "três"]


def test_after_enough_of_them_another_thread_leads(desk: Desk, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "MOST", 2)
    made = commits(desk)
    queue = Queue(desk, pool, write(1, "um"))
    queue.add(*(write(code, str(code)) for code in range(2, 7)))
    threads = queue.results()
    assert len(set(threads)) == 3
    assert subjects(desk) == ["um", "2", "3", "4", "5", "6"]
    assert len(made) <= 3


def test_after_a_while_another_thread_leads(desk: Desk, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "LONGEST", 0)
    queue = Queue(desk, pool, write(1, "um"))
    queue.add(write(2, "dois"), write(3, "três"))
    assert len(set(queue.results())) == 3
    assert subjects(desk)[:3] == ["um", "dois", "três"]


def test_who_waits_too_long_gives_up(desk: Desk, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BUSY_SECONDS", 0.1)
    queue = Queue(desk, pool, write(1, "um"))
    with pytest.raises(StoreBusy):
        desk.store.in_turn(write(2, "dois"))
    queue.results()
    assert subjects(desk)[:2] == ["um", "Farinha"]


@needs_signals
def test_who_is_interrupted_while_it_waits_leaves_nothing_behind(desk: Desk, pool: ThreadPoolExecutor) -> None:
    queue = Queue(desk, pool, write(1, "um"))
    Timer(0.2, signal.pthread_kill, (main_thread().ident, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        desk.store.in_turn(write(2, "dois"))
    queue.add(write(3, "três"))
    queue.results()
    assert subjects(desk)[:3] == ["um", "Farinha", "três"]
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


@needs_signals
@pytest.mark.parametrize("own", [True, False])
def test_who_is_interrupted_while_it_leads_keeps_what_was_done(desk: Desk, pool: ThreadPoolExecutor, own: bool) -> None:
    """An interruption in somebody else's task leaves that one to its own thread."""
    times = []

    def interrupted() -> None:
        times.append(get_ident())
        if get_ident() == main_thread().ident:
            signal.raise_signal(signal.SIGINT)

    others: list[Future[Any]] = []

    def first(unit: Any) -> int:
        for code in (2, 3):
            others.append(pool.submit(desk.store.in_turn, write(code, str(code), lambda: None if own else interrupted())))
            until(lambda: len(desk.store.tasks.queue) == len(others))
        return write(1, "um", interrupted if own else lambda: None)(unit)

    with pytest.raises(KeyboardInterrupt):
        desk.store.in_turn(first)
    threads = [one.result(20) for one in others]
    assert main_thread().ident not in threads
    assert subjects(desk)[:3] == ["Farinha" if own else "um", "2", "3"]
    assert len(times) == (1 if own else 3)


def test_a_fault_between_tasks_fails_all_and_keeps_nothing(
    desk: Desk, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(desk, pool, write(1, "um"))
    queue.add(write(2, "dois"), write(3, "três"))

    def fail(_: Any) -> bool:
        monkeypatch.undo()
        raise RuntimeError("entre duas tarefas")

    monkeypatch.setattr(tasks, "go_on", fail)
    lost, next_one, kept = queue.results()
    assert (type(lost), type(next_one), type(kept)) == (RuntimeError, RuntimeError, int)
    assert subjects(desk)[:3] == ["Farinha", "Farinha", "três"]


class Unreadable:
    """A connection whose first look at the database finds another process mending the log."""

    def __init__(self, driver: Any) -> None:
        self.driver, self.refused = driver, False

    def execute(self, text: str, *values: Any) -> Any:
        if text.startswith("SELECT") and not self.refused:
            self.refused = True
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY | 1 << 8  # SQLITE_BUSY_RECOVERY
            raise error
        return self.driver.execute(text, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)


def test_who_cannot_read_while_the_log_is_mended_waits(desk: Desk) -> None:
    for minute in range(2):
        assert desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=minute)).status == "moved"
    connection, driver = desk.store.turnstile.writer  # type: ignore[misc]
    unreadable = Unreadable(driver)
    desk.store.turnstile.writer = (connection, unreadable)
    assert desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=2)).status == "moved"
    assert (unreadable.refused, desk.ticket("1;1;1").version) == (True, 4)


def test_moves_of_many_threads_are_those_of_one_after_the_other(desk: Desk, pool: ThreadPoolExecutor) -> None:
    def moves(number: int) -> list[int]:
        return [desk.move("1;1;1", ADVANCE, NOW).after.version for _ in range(10)]  # type: ignore[union-attr]

    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    versions = [version for made in pool.map(moves, range(8)) for version in made]
    assert sorted(versions) == list(range(3, 83))
    assert desk.ticket("1;1;1").version == 82

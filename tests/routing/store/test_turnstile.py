"""Writers of one process that share a SQLite transaction: nobody is answered before the disk has it, and all fail alike."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from time import sleep

import pytest
from kit.stores import NOW, OpenDesk, database, desk_of, pool, until  # noqa: F401
from kit.stores import sqlite_desk as desk  # noqa: F401
from kit.workspaces import make_workspace

from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request
from routing.failures import StoreError
from routing.store.sqlite.turnstile import TIDY

ADVANCE = Request(action="advance", actor="1;2")
PLENTY = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n"


class Writer:
    """A thread that takes a turn, waits to be told, and ends it."""

    def __init__(self, desk: Desk, pool: ThreadPoolExecutor, statement: str = "") -> None:
        self.desk, self.statement = desk, statement
        self.inside, self.go = Event(), Event()
        self.keep = True
        self.future: Future[str] = pool.submit(self.write)

    def write(self) -> str:
        with self.desk.store.writing() as unit:
            self.inside.set()
            for one in filter(None, self.statement.split(";")):
                unit.driver.execute(one)
            assert self.go.wait(20)
            if not self.keep:
                return "left"
            unit.commit()
            return "kept"

    def end(self, keep: bool = True) -> None:
        self.keep = keep
        self.go.set()


def subject(code: int, text: str) -> str:
    return f"UPDATE ticket SET subject = '{text}' WHERE code = {code}"


def queue(desk: Desk, pool: ThreadPoolExecutor, *statements: str) -> list[Writer]:
    """Writers in a queue: each is in its turn when the one before it has ended its own."""
    made: list[Writer] = []
    for statement in statements:
        made.append(Writer(desk, pool, statement))
        if len(made) == 1:
            assert made[0].inside.wait(20)
        else:
            until(lambda: desk.store.turnstile.waiting == len(made) - 1)
    return made


def test_who_wrote_waits_for_the_commit_of_the_last_in_the_queue(desk: Desk, pool: ThreadPoolExecutor) -> None:
    first, second = queue(desk, pool, subject(1, "um"), subject(2, "dois"))
    first.end()
    assert second.inside.wait(20)
    sleep(0.2)
    assert not first.future.done()
    assert desk.ticket("1;1;1").subject != "um"
    second.end()
    assert (first.future.result(20), second.future.result(20)) == ("kept", "kept")
    assert [desk.ticket(f"1;1;{code}").subject for code in (1, 2)] == ["um", "dois"]


def test_who_gives_up_takes_only_its_own_rows_along(desk: Desk, pool: ThreadPoolExecutor) -> None:
    first, second, third = queue(desk, pool, subject(1, "um"), subject(2, "dois"), subject(3, "três"))
    first.end()
    second.end(keep=False)
    third.end()
    assert [one.future.result(20) for one in (first, second, third)] == ["kept", "left", "kept"]
    found = [desk.ticket(f"1;1;{code}").subject for code in (1, 2, 3)]
    assert (found[0], found[1].startswith("Farinha"), found[2]) == ("um", True, "três")


def test_a_commit_that_fails_fails_for_all_and_also_for_who_only_looked(desk: Desk, pool: ThreadPoolExecutor) -> None:
    wrong = "PRAGMA defer_foreign_keys = ON; INSERT INTO status_change (ticket_id, status, at) VALUES (999, 'A', '2026-11-24')"
    writers = queue(desk, pool, subject(1, "um"), wrong, "")
    for writer in writers[:2]:
        writer.end()
    writers[2].end(keep=False)
    for writer in writers:
        with pytest.raises(StoreError, match="recusou"):
            writer.future.result(20)
    assert desk.ticket("1;1;1").subject.startswith("Farinha")
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


def test_a_transaction_that_the_database_gave_up_is_lost_for_all(desk: Desk, pool: ThreadPoolExecutor) -> None:
    first, second = queue(desk, pool, subject(1, "um"), "ROLLBACK")
    first.end()
    second.end()
    for writer in (first, second):
        with pytest.raises(StoreError, match="desfeita"):
            writer.future.result(20)
    assert desk.ticket("1;1;1").subject.startswith("Farinha")
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


def test_a_commit_left_to_one_who_gave_up_waiting_is_done_all_the_same(desk: Desk) -> None:
    desk.store.turnstile.count(1)
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    desk.store.turnstile.count(-1)
    assert desk.ticket("1;1;1").version == 2


def test_the_log_begins_anew(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "pasta", 4, PLENTY)
    with open_desk(folder) as desk, open_desk(folder) as other:
        sizes = log_sizes(desk, other)
    assert sizes[-1] < 1.2 * sizes[2 * TIDY], "the log must not grow with the number of moves"


def log_sizes(desk: Desk, other: Desk) -> list[int]:
    """The log's size after each of many moves, somebody reading in between."""
    log = Path(desk.site.folder) / "repasse.sqlite-wal"
    sizes = []
    for number in range(4 * TIDY):
        desk.move(f"1;1;{number % 4 + 1}", ADVANCE, NOW + timedelta(minutes=number))
        with other.store.reading() as unit:
            unit.driver.execute("SELECT count(*) FROM ticket").fetchall()
        sizes.append(log.stat().st_size)
    return sizes


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

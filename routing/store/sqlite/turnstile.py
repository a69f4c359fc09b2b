"""SQLite: writers of one process share a transaction when they queue, and so wait for the disk once between them.

SQLite lets one writer in at a time, and each commit waits for the disk. Writers of a process take turns on one connection.
When one has finished and another already waits, the next goes on within the same transaction, behind a savepoint; the last
of the queue commits for all. Nobody is answered before that commit: not who wrote, nor who was refused because of what
was written. If it fails, it fails for each of them and nothing of any is kept. A writer that is alone commits at once.

Bringing the log's pages home into the database (a checkpoint) is for the writer of every hundredth turn, which waits until nobody
reads from the log: only then does the next one begin the log anew. Left to itself, SQLite tries after every commit once the
log is long, hardly ever finds it unread, and so writes ever further, which costs the disk twice as much.

Between processes SQLite itself keeps order, and who finds it taken looks again soon (:mod:`routing.store.sqlite.patience`).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

from routing.failures import StoreBusy
from routing.store.engine import BUSY_SECONDS, busy
from routing.store.sqlite.patience import begin

MOST, LONGEST = 32, 0.02
"""Turns in one transaction, and seconds after which no other one goes on in it: those of other processes want theirs too."""
TIDY = 100
"""Turns that wrote between two checkpoints; of a dozen pages each, about as often as SQLite itself would."""
READERS = 50
"""Milliseconds that a checkpoint waits for those who read."""
ORPHANED = 0.05
"""Seconds after which somebody who waits for the commit looks whether it was left to one who gave up."""


class Batch:
    """A shared transaction.

    ``kept`` counts the turns that wrote. ``open`` is locked until the end (a lock is made in a twentieth of the time of an
    Event), and then ``error`` tells what became of them.
    """

    def __init__(self, driver: Any) -> None:
        """Just begun."""
        self.driver = driver
        self.began = time.monotonic()
        self.open = Lock()
        self.open.acquire()
        self.kept = 0
        self.error: Exception | None = None

    def full(self) -> bool:
        """Whether it has gone on for long enough."""
        return self.kept >= MOST or time.monotonic() - self.began > LONGEST


class Turnstile:
    """The queue of a process's writers. Who is between :meth:`enter` and :meth:`leave` is alone."""

    def __init__(self, take: Callable[[], tuple[Any, Any]]) -> None:
        """``take`` gives the connection on which all write, whose second part is the driver's."""
        self.take = take
        self.untidy = 0
        self.writer: tuple[Any, Any] | None = None
        self.patience = 0.0
        self.turn = Lock()
        self.counting = Lock()
        self.waiting = 0
        self.batch: Batch | None = None

    def enter(self) -> tuple[Batch, bool]:
        """Wait for a turn; its transaction, and whether somebody wrote in it before. Raises StoreBusy."""
        self.count(1)
        try:
            if not self.turn.acquire(timeout=BUSY_SECONDS):
                raise StoreBusy(*busy())
        finally:
            self.count(-1)
        try:
            return self.begun()
        except BaseException:
            self.turn.release()
            raise

    def count(self, change: int) -> None:
        """More or fewer wait."""
        with self.counting:
            self.waiting += change

    def begun(self) -> tuple[Batch, bool]:
        """The open transaction behind a savepoint, or a new one."""
        if self.batch is not None:
            self.batch.driver.execute("SAVEPOINT turn")
            return self.batch, True
        if self.writer is None:
            held = self.take()
            try:
                self.patience = made_writer(held[1])
            except BaseException:
                held[0].close()
                raise
            self.writer = held
        begin(self.writer[1], self.patience)
        self.batch = Batch(self.writer[1])
        return self.batch, False

    def close(self) -> None:
        """Close the connection, once nobody has the turn; what was kept until then is committed first."""
        with self.turn:
            if self.batch is not None:
                self.end(self.batch)
            if self.writer is not None:
                self.writer[0].close()
                self.writer = None

    def leave(self, batch: Batch, shared: bool, keep: bool, error: BaseException | None = None) -> None:
        """End a turn, keeping what it wrote or not; back when what it saw and wrote is on the disk. ``error`` is what ended
        it. Raises the driver's error when the transaction fails.
        """
        try:
            settle(batch, shared, keep, error)
        finally:
            self.release(batch)
        self.wait_for(batch, keep)

    def release(self, batch: Batch) -> None:
        """End a turn that is settled, and with it the transaction if nobody goes on in it."""
        try:
            if not batch.kept or batch.error is not None or not self.waiting or batch.full():
                self.end(batch)
                self.untidy += batch.kept
                if self.untidy >= TIDY:
                    self.untidy = 0
                    tidy(batch.driver)
        finally:
            self.turn.release()

    def wait_for(self, batch: Batch, keep: bool) -> None:
        """Back when what was kept in a transaction is on the disk. Raises the driver's error when it failed, if that concerns who
        wanted something kept, or looked at what others did."""
        while not batch.open.acquire(timeout=ORPHANED):
            self.adopt(batch)
        batch.open.release()
        if batch.error is not None and (keep or batch.kept):
            raise batch.error

    def end(self, batch: Batch) -> None:
        """Commit for all, or tell all that nothing was kept."""
        self.batch = None
        try:
            if batch.kept and batch.error is None:
                batch.driver.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, each of the batch is told
            batch.error = error
        finally:
            try:
                if batch.driver.in_transaction:
                    batch.driver.rollback()
            finally:
                batch.open.release()

    def adopt(self, batch: Batch) -> None:
        """End a transaction whose next turn never came."""
        if self.turn.acquire(blocking=False):
            try:
                if self.batch is batch:
                    self.end(batch)
            finally:
                self.turn.release()


def undone() -> Exception:
    """The error of a transaction that ended without ours."""
    return sqlite3.OperationalError("a transação foi desfeita")


def made_writer(driver: Any) -> float:
    """Leave waiting and checkpoints of a connection to us; gives the seconds that it would have waited."""
    ((milliseconds,),) = driver.execute("PRAGMA busy_timeout").fetchall()
    driver.execute("PRAGMA busy_timeout = 0")
    driver.execute("PRAGMA wal_autocheckpoint = 0")
    driver.execute("PRAGMA temp_store = MEMORY")  # what a savepoint needs for going back, which else goes to a file
    return float(milliseconds / 1000)


def tidy(driver: Any) -> None:
    """A checkpoint, waiting a little for those who read. What it cannot do now is left to the next one, which will fail as well
    if the disk does: what was written is safe in the log."""
    with suppress(sqlite3.Error):
        driver.execute(f"PRAGMA busy_timeout = {READERS}")
        driver.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    driver.execute("PRAGMA busy_timeout = 0")


def settle(batch: Batch, shared: bool, keep: bool, error: BaseException | None) -> None:
    """Keep what a turn wrote in its transaction, or take it out of it."""
    if not batch.driver.in_transaction:  # SQLite itself gives up a transaction for which there is no room
        batch.error = error if isinstance(error, Exception) else undone()
        return
    try:
        if shared and not keep:
            batch.driver.execute("ROLLBACK TO turn")
        if shared:
            batch.driver.execute("RELEASE turn")
    except sqlite3.Error as failed:
        batch.error = failed
    batch.kept += keep

"""The worker of ``repasse work``: does what is due, sends mails; by a small courier on SQLite, by procrastinate on PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic, sleep

from routing.clock import now_in
from routing.desk.clock import Clock, do_due
from routing.desk.desk import Desk
from routing.domain.decision import Plan
from routing.errors import RoutingError
from routing.failures import SchemaMismatch, StoreError
from routing.mail import states as dispatch
from routing.mail import watching
from routing.mail.sending import Office, send_one, utc_now
from routing.releases import shadow
from routing.releases.following import Follower, OtherRules
from routing.releases.loading import Rules
from routing.store import releases
from routing.webhooks import tell_all

PAUSE = 1.0
"""Seconds between two looks at a SQLite outbox."""
BATCH = 50
TOGETHER = 4
"""Mails sent at the same time by one worker."""

ROUND = 1.0
"""Seconds that the clock works before mails have their turn."""

SEEN = 10.0
"""Seconds between two signs of life of a worker, which ``/metrics`` tells of."""

SHADOW = 5.0
"""Seconds between two rounds of a release in shadow: each ends with a commit, which those who move wait for on SQLite."""

SHORTEST_REST = 0.0005
"""Seconds that a release in shadow rests at least between two decisions."""

Report = Callable[[str], None]
Tell = Callable[[Plan], None]


def office_of(desk: Desk) -> Office:
    """The office of a worker on a desk's store; its name tells machine and process apart."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
    return Office(desk.store, desk.settings, name, desk.site.zone)


def work(desk: Desk, drain: bool = False, report: Report | None = None, tell: Tell | None = None) -> None:
    """Do what is due and send mails until SIGINT or SIGTERM; with ``drain`` only until nothing is due now.

    ``report`` gets a line for people when the database fails for a while; the worker goes on. ``tell`` gets each decision of the
    clock. A mail or a decision in hand is finished before the worker stops.
    """
    office = office_of(desk)
    if drain:
        while do_due(desk, clock_of(desk), report=tell):
            pass
    if desk.store.is_sqlite:
        asyncio.run(run_courier(office, drain, report, None if drain else Hands(desk, office, tell, report)))
    else:
        from routing.mail.jobs import run_jobs

        quiet_queue(report)
        asyncio.run(
            run_jobs(
                office, drain, report, None if drain else lambda stop: keep_time(Hands(desk, office, tell, report), stop, report)
            )
        )
    if drain:
        Shadowing(desk, report).all()
        tell_all(desk.store, desk.settings.hooks, desk.site.zone)
        return
    with suppress(StoreError):  # a database that is away keeps nobody from ending
        watching.gone(office)


def clock_of(desk: Desk) -> Clock:
    """The site's wall clock, which ticket times are of."""
    return lambda: now_in(desk.site.zone)


class Hands:
    """The clock's turns of a worker: a while each, cut short when the worker is to stop."""

    def __init__(self, desk: Desk, office: Office, tell: Tell | None, report: Report | None = None) -> None:
        """Nothing is done yet."""
        self.desk = desk
        self.office = office
        self.seen = -SEEN
        self.tell = tell
        self.telling: asyncio.Task[object] | None = None
        self.shadow = Shadowing(desk, report)
        self.shadowed = -SHADOW
        self.shadowing: asyncio.Task[None] | None = None
        self.quiet = ThreadPoolExecutor(1, "shadow")

    async def turn(self, stop: asyncio.Event) -> int:
        """Do what is due, for a while; how many things that were."""
        self.tell_others(stop)
        self.decide_beside(stop)
        end = monotonic() + ROUND

        def ended() -> bool:
            return stop.is_set() or monotonic() > end

        await asyncio.to_thread(releases.look, self.desk.store)
        if monotonic() - self.seen >= SEEN:
            self.seen = monotonic()
            await asyncio.to_thread(watching.seen, self.office)
        return await asyncio.to_thread(do_due, self.desk, clock_of(self.desk), ended, self.tell)

    def tell_others(self, stop: asyncio.Event) -> None:
        """Let addresses be told beside the clock and the mails, one round at a time: one that hangs keeps nothing else waiting."""
        if self.telling is not None and self.telling.done():
            self.telling.result()
            self.telling = None
        if self.telling is None and self.desk.settings.hooks:
            hooks, zone = self.desk.settings.hooks, self.desk.site.zone
            self.telling = asyncio.create_task(asyncio.to_thread(tell_all, self.desk.store, hooks, zone, stop.is_set))

    def decide_beside(self, stop: asyncio.Event) -> None:
        """Let a release in shadow decide what was decided since, now and then, while nothing waits for it."""
        if self.shadowing is not None and self.shadowing.done():
            self.shadowing.result()
            self.shadowing = None
        if self.shadowing is None and monotonic() - self.shadowed >= SHADOW:
            self.shadowed = monotonic()
            self.shadowing = asyncio.create_task(self.shadow.beside(self.quiet, stop.is_set))


def resting(ended: Callable[[], bool]) -> Callable[[], bool]:
    """What asks whether to end, and before that rests as long as was worked since it asked last: half of a processor stays with
    whoever decides for somebody who waits.

    A thread of low priority would not do: whenever others keep the processors busy it is stopped with the interpreter's lock in its
    hands, and this worker's other threads, one of them perhaps in its turn to write, wait for that.
    """
    since = [monotonic()]

    def rested() -> bool:
        sleep(max(SHORTEST_REST, monotonic() - since[0]))
        since[0] = monotonic()
        return ended()

    return rested


class Shadowing:
    """Lets a release in shadow decide (:mod:`routing.releases.shadow`); what keeps it from that is reported once."""

    def __init__(self, desk: Desk, report: Report | None) -> None:
        """Nothing is read yet."""
        self.desk = desk
        self.report = report
        self.own = Follower(desk.site)
        self.told = ""

    def rules(self, revision: str, people: str) -> Rules:
        """Those of two revisions, read once."""
        return (self.desk.follows or self.own).rules(self.desk.store, OtherRules(revision, people))

    def all(self, ended: Callable[[], bool] = lambda: False) -> None:
        """Round after round until nothing is left. Raises StoreError, UnknownRules, WorkspaceError."""
        while not ended() and shadow.follow(self.desk.store, self.rules, ended):
            pass

    async def beside(self, quiet: ThreadPoolExecutor, ended: Callable[[], bool]) -> None:
        """The same for a worker that goes on. Between two decisions it rests (:func:`resting`). Raises SchemaMismatch."""
        try:
            while not ended():
                looked = partial(shadow.looked, self.desk.store, self.rules, resting(ended))
                made = await asyncio.get_running_loop().run_in_executor(quiet, looked)
                if made is None or not await asyncio.to_thread(made.keep, self.desk.store):
                    break
            self.told = ""
        except SchemaMismatch:
            raise
        except RoutingError as fault:
            if self.report is not None and str(fault) != self.told:
                self.report(str(fault))
            self.told = str(fault)


async def keep_time(hands: Hands, stop: asyncio.Event, report: Report | None) -> None:
    """The clock's loop beside a queue of mails; a database that is away ends nothing, one of a newer program ends the worker."""
    while not stop.is_set():
        found = 0
        try:
            found = await hands.turn(stop)
        except SchemaMismatch:
            stop.set()
            raise
        except StoreError as error:
            if report is not None:
                report(error.text())
        if not found:
            await pause(stop)


def quiet_queue(report: Report | None) -> None:
    """What the queue's library says of failing jobs is a line for people, never a traceback: the mail's row has the reason. That
    the database is away, the worker tells itself."""

    class Line(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = record.getMessage().split("\n", 1)[0]
            if report is not None and "ConnectorException" not in said:
                report(said)

    for name in ("procrastinate", "psycopg.pool"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [Line(logging.ERROR)], False


async def run_courier(office: Office, drain: bool = False, report: Report | None = None, hands: Hands | None = None) -> None:
    """The loop on SQLite."""
    stop = asyncio.Event()
    if not drain:
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, stop.set)
    while not stop.is_set():
        try:
            found = 0 if hands is None else await hands.turn(stop)
            found += await round_of(office)
        except StoreError as error:
            if drain or isinstance(error, SchemaMismatch):
                raise
            if report is not None:
                report(error.text())
            found = 0
        if drain and not found:
            return
        if not found:
            await pause(stop)


async def round_of(office: Office) -> int:
    """Send what is due now, some at a time; how many that was."""
    names = await asyncio.to_thread(dispatch.due, office.store, utc_now(), BATCH)
    for start in range(0, len(names), TOGETHER):
        await asyncio.gather(*(send_one(office, name) for name in names[start : start + TOGETHER]))
    return len(names)


async def pause(stop: asyncio.Event) -> None:
    """Wait a little, or until told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), PAUSE)
    except TimeoutError:
        return

"""The worker of ``repasse work``: does what is due, sends mails; by a small courier on SQLite, by procrastinate on PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from routing.clock import now_in
from routing.desk.clock import Clock, do_due
from routing.desk.desk import Desk
from routing.domain.decision import Plan
from routing.failures import SchemaMismatch, StoreError
from routing.mail import states as dispatch
from routing.mail import watching
from routing.mail.sending import Office, send_one, utc_now
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
        asyncio.run(run_courier(office, drain, report, None if drain else Hands(desk, office, tell)))
    else:
        from routing.mail.jobs import run_jobs

        quiet_queue(report)
        asyncio.run(
            run_jobs(office, drain, report, None if drain else lambda stop: keep_time(Hands(desk, office, tell), stop, report))
        )
    if drain:
        tell_all(desk.store, desk.settings.hooks, desk.site.zone)
        return
    with suppress(StoreError):  # a database that is away keeps nobody from ending
        watching.gone(office)


def clock_of(desk: Desk) -> Clock:
    """The site's wall clock, which ticket times are of."""
    return lambda: now_in(desk.site.zone)


class Hands:
    """The clock's turns of a worker: a while each, cut short when the worker is to stop."""

    def __init__(self, desk: Desk, office: Office, tell: Tell | None) -> None:
        """Nothing is done yet."""
        self.desk = desk
        self.office = office
        self.seen = -SEEN
        self.tell = tell
        self.telling: asyncio.Task[object] | None = None

    async def turn(self, stop: asyncio.Event) -> int:
        """Do what is due, for a while; how many things that were."""
        self.tell_others(stop)
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

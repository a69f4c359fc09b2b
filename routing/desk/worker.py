"""The mail worker of ``repasse work``: a small courier on SQLite, procrastinate on PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable

from routing.desk.desk import Desk
from routing.failures import StoreError
from routing.mail import states as dispatch
from routing.mail.sending import Office, send_one, utc_now

PAUSE = 1.0
"""Seconds between two looks at a SQLite outbox."""
BATCH = 50
TOGETHER = 4
"""Mails sent at the same time by one worker."""

Report = Callable[[str], None]


def office_of(desk: Desk) -> Office:
    """The office of a worker on a desk's store; its name tells machine and process apart."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
    return Office(desk.store, desk.settings, name)


def work(desk: Desk, drain: bool = False, report: Report | None = None) -> None:
    """Send mails until SIGINT or SIGTERM; with ``drain`` only until nothing is due now.

    ``report`` gets a line for people when the database fails for a while; the worker goes on. A mail in hand is
    finished before the worker stops.
    """
    office = office_of(desk)
    if desk.store.is_sqlite:
        asyncio.run(run_courier(office, drain, report))
    else:
        from routing.mail.jobs import run_jobs

        quiet_queue(report)
        asyncio.run(run_jobs(office, drain, report))


def quiet_queue(report: Report | None) -> None:
    """What the queue's library says of failing jobs is a line for people, never a traceback: the mail's row has the reason."""

    class Line(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if report is not None:
                report(record.getMessage().split("\n", 1)[0])

    for name in ("procrastinate", "psycopg.pool"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [Line(logging.ERROR)], False


async def run_courier(office: Office, drain: bool = False, report: Report | None = None) -> None:
    """The loop on SQLite."""
    stop = asyncio.Event()
    if not drain:
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, stop.set)
    while not stop.is_set():
        try:
            found = await round_of(office)
        except StoreError as error:
            if drain:
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

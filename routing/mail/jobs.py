"""PostgreSQL: the job queue of procrastinate, fed on the move's own connection, worked by any number of processes.

A job only names a mail; the mail row decides (:mod:`routing.mail.states`), so a job run twice sends once. The library
does not take up the jobs of a worker that died: a periodic task does, and it finds mails that no job speaks of.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy
from procrastinate.types import JSONValue
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy import text

from routing.failures import StoreError
from routing.mail import states as dispatch
from routing.mail.sending import Office, send_one, utc_now
from routing.messages import message
from routing.store.engine import reading, translated
from routing.store.postgres.queue import MAIL_TASK, QUEUE
from routing.store.unit import Store

RESCUE_TASK = "repasse.rescue"
PAUSE = 2.0
"""Seconds between two tries to reach a database that is away."""

Report = Callable[[str], None]
Beside = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Something else that a worker does until told to stop."""

EVERY_TEN_SECONDS = "* * * * * */10"


class ComeBack(Exception):
    """A mail has to wait; the job runs again then."""

    def __init__(self, when: datetime) -> None:
        """``when`` has a zone."""
        super().__init__(f"de novo em {when:%Y-%m-%d %H:%M:%S %Z}")
        self.when = when


class Patience(BaseRetryStrategy):
    """Every job comes back: at the time the mail says, or in a minute when something else went wrong."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When."""
        if isinstance(exception, ComeBack):
            return RetryDecision(retry_at=exception.when)
        return RetryDecision(retry_in={"minutes": 1})


def orders(names: Sequence[str]) -> list[dict[str, JSONValue]]:
    """The arguments of the jobs."""
    return [{"name": name} for name in names]


def make_app(office: Office) -> App:
    """The app of a worker: the mail task and the rescue task, over the store's database."""
    url = office.store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=6))
    _, stalled = rhythm(office)

    @app.task(name=MAIL_TASK, queue=QUEUE, retry=Patience())
    async def send(name: str) -> None:
        later = await send_one(office, name)
        if later is not None:
            raise ComeBack(later)

    @app.periodic(cron=EVERY_TEN_SECONDS)
    @app.task(name=RESCUE_TASK, queue=QUEUE, queueing_lock=RESCUE_TASK, pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:
        await take_up(app, office.store, stalled)

    return app


def rhythm(office: Office) -> tuple[float, float]:
    """Seconds between signs of life of a worker, and after how many without one it counts as dead."""
    lease = office.settings.rules.lease.total_seconds()
    return min(10.0, lease / 6), min(30.0, lease / 2)


async def take_up(app: App, store: Store, stalled_seconds: float) -> None:
    """Give the jobs of dead workers to the living, and a job to each due mail that has none."""
    now = utc_now()
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=stalled_seconds):
        # another worker may have taken it up meanwhile; a database that is away shows in the next question
        with suppress(ConnectorException):
            await app.job_manager.retry_job(job, retry_at=now)
    names = await asyncio.to_thread(forgotten, store, now)
    if names:
        task = app.configure_task(MAIL_TASK, queue=QUEUE)
        await task.batch_defer_async(*orders(names))


def forgotten(store: Store, now: datetime) -> list[str]:
    """Due mails that no open job speaks of, such as those of a restored backup."""
    names = dispatch.due(store, now - timedelta(seconds=1), 500)
    if not names:
        return []
    with reading(store.engine) as connection:
        open_jobs = text("SELECT args->>'name' FROM procrastinate_jobs WHERE task_name = :task AND status IN ('todo', 'doing')")
        spoken_for = set(connection.scalars(open_jobs, {"task": MAIL_TASK}))
    return [name for name in names if name not in spoken_for]


async def run_jobs(office: Office, drain: bool = False, report: Report | None = None, beside: Beside | None = None) -> None:
    """Work until told to stop (SIGINT, SIGTERM), and do what is to be done ``beside``; with ``drain`` until nothing is due.

    A database that goes away ends nothing: ``report`` gets a line, and the work begins again when it is back.
    """
    if drain:
        with translated():
            await work_jobs(office, drain=True)
        return
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lost_quietly)
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    other = None if beside is None else loop.create_task(beside(stop))
    try:
        await jobs_until(stop, office, report)
    finally:
        stop.set()
        if other is not None:
            await other


def lost_quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job that lost the database on its way is no news: the worker tells of the database, and the job is taken up again."""
    if not isinstance(context.get("exception"), ConnectorException | PoolTimeout | OperationalError | StoreError):
        loop.default_exception_handler(context)


async def jobs_until(stop: asyncio.Event, office: Office, report: Report | None) -> None:
    """Work until told to stop, again and again when the database goes away."""
    told = False
    while not stop.is_set():
        work = asyncio.ensure_future(work_jobs(office))
        end = asyncio.ensure_future(stop.wait())
        await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        if stop.is_set() and not work.done():
            work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            return
        except (ConnectorException, PoolTimeout, OperationalError, StoreError) as error:
            if report is not None and not told:
                report(gone_for_now(error))
            told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)
        else:
            told = False


def gone_for_now(error: Exception) -> str:
    """The line about a database that is away."""
    why = error.text() if isinstance(error, StoreError) else str(error.__cause__ or error).split("\n", 1)[0]
    return message("o banco de dados não responde ({motivo}); o envio continua quando ele voltar", motivo=why)


async def work_jobs(office: Office, drain: bool = False, concurrency: int = 4) -> None:
    """Work as long as the database answers, or until cancelled: mails in hand are finished first."""
    app = make_app(office)
    heartbeat, stalled = rhythm(office)
    async with app.open_async():
        await take_up(app, office.store, stalled)
        await app.run_worker_async(
            queues=[QUEUE],
            name=office.worker,
            concurrency=concurrency,
            wait=not drain,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=heartbeat,
            stalled_worker_timeout=stalled,
            delete_jobs="successful",
            install_signal_handlers=False,
        )

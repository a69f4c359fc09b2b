"""A running process of :mod:`routing.http.workers.pool` as the service sees it: one job after another, over a socket of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import attrs

from routing.http.workers.frames import LENGTH


class Gone(Exception):
    """A process ended before it answered."""


class Left(Exception):
    """Nobody waits for the answer any more."""


@attrs.frozen(eq=False)
class Job:
    """What a process is at. ``caller`` is None while it is being set up; ``told`` gets the content of the answer's frame."""

    caller: str | None
    told: asyncio.Future[bytes]

    def fail(self, error: BaseException) -> None:
        """End the waiting with an error, if anybody still waits."""
        if not self.told.done():
            self.told.set_exception(error)

    def late(self) -> None:
        """Its time is over."""
        self.fail(TimeoutError())

    def left(self) -> None:
        """Its caller has gone."""
        self.fail(Left())


class Employer(Protocol):
    """Who is told what becomes of a process."""

    def freed(self, labourer: Labourer, job: Job) -> None:
        """A job is done and the process can take another."""

    def lost(self, labourer: Labourer, job: Job | None) -> None:
        """The process has ended, perhaps in the middle of a job."""


class Labourer(asyncio.Protocol):
    """See the module. ``job`` is what it is at now, if anything."""

    process: asyncio.subprocess.Process
    transport: asyncio.Transport

    def __init__(self, employer: Employer) -> None:
        """Nothing is connected yet."""
        self.employer = employer
        self.received = bytearray()
        self.job: Job | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours."""
        self.transport = cast("asyncio.Transport", transport)

    def ask(self, frame: bytes, caller: str | None) -> Job:
        """Send a job's frame. Raises Gone when the process has ended."""
        if self.transport.is_closing():
            raise Gone
        self.job = job = Job(caller, asyncio.get_running_loop().create_future())
        self.transport.write(frame)
        return job

    def data_received(self, data: bytes) -> None:
        """A part of an answer, mostly the whole."""
        received = self.received
        received += data
        end = LENGTH + int.from_bytes(received[:LENGTH], "big")
        if len(received) < max(end, LENGTH):
            return
        content, self.received = bytes(received[LENGTH:end]), received[end:]
        job, self.job = self.job, None
        if job is not None:
            self.employer.freed(self, job)
            if not job.told.done():
                job.told.set_result(content)

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended, or been ended."""
        self.employer.lost(self, self.job)
        self.drop_job()

    def drop_job(self) -> None:
        """Tell whoever waits that nothing will come."""
        job, self.job = self.job, None
        if job is not None:
            job.fail(Gone())

    async def end(self) -> None:
        """Kill it at once and take its exit code."""
        self.transport.abort()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def new_labourer(employer: Employer, environment: Mapping[str, str]) -> Labourer:
    """Start a process that waits for its first frame. Raises OSError when there can be none."""
    made = Labourer(employer)
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            made.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "routing.http.workers.child",
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=environment,
            )
        await asyncio.get_running_loop().create_unix_connection(lambda: made, sock=ours)
    except BaseException:
        ours.close()
        raise
    return made


def environment_of(place: str | None) -> dict[str, str]:
    """What a process inherits. Without a store, it learns nothing of one."""
    kept = dict(os.environ)
    if place is None:
        kept = {name: value for name, value in kept.items() if not name.startswith("REPASSE_")}
    here = str(Path(__file__).resolve().parents[3])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [here, kept.get("PYTHONPATH")])), "PYTHONUTF8": "1"}

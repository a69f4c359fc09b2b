"""The page's language server: one process beside the service, reached over a private socket, so that a text which is
slow to check delays only editors, never the service."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path

START_SECONDS = 20.0
MOST_EDITORS = 64
"""Editors that may be connected at once."""

LONGEST_MESSAGE = 300_000
"""Characters of one message of a page: a formula of some 10,000 lines, which takes a second or two to check."""


PROCESSES = 2
"""Processes that editors share: a visitor's long texts delay only those of the same process."""

MOST_OF_ONE = 24
"""Editors of one address."""

MOST_MEBIBYTES, RESTING_MEBIBYTES = 300, 160
"""What one process may hold while editors are connected, and when none has been for :data:`REST` seconds: else it is ended."""

REST, LOOK = 5.0, 1.0
"""Seconds of rest before a grown process is ended, and between two looks at the processes."""


class LanguageProcesses:
    """The language servers of a service. An address keeps its process; a new one goes where fewest editors are."""

    def __init__(self, language: str, root: Path | None = None) -> None:
        """``language`` is that of editors that tell none; files below ``root`` may be looked at."""
        self.all = [LanguageProcess(language, root) for _ in range(PROCESSES if root is None else 1)]
        self.places: dict[str, LanguageProcess] = {}
        self.counts: dict[str, int] = {}

    def enter(self, address: str) -> LanguageProcess | None:
        """The process of one editor more; None when there are too many, in all or of this address."""
        if sum(one.editors for one in self.all) >= MOST_EDITORS or self.counts.get(address, 0) >= MOST_OF_ONE:
            return None
        chosen = self.places.setdefault(address, min(self.all, key=lambda one: one.editors))
        chosen.editors += 1
        self.counts[address] = self.counts.get(address, 0) + 1
        return chosen

    def leave(self, address: str) -> None:
        """An editor has gone."""
        self.places[address].editors -= 1
        self.counts[address] -= 1
        if not self.counts[address]:
            del self.counts[address], self.places[address]

    async def stop(self) -> None:
        """End every process."""
        await asyncio.gather(*(one.stop() for one in self.all))


def mebibytes_of(process: int) -> int:
    """What a process holds in memory; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return (pages * os.sysconf("SC_PAGE_SIZE")) >> 20


class LanguageProcess:
    """Started when the first editor connects, started again when it is found to have ended."""

    def __init__(self, language: str, root: Path | None = None) -> None:
        """``language`` is that of editors that tell none; files below ``root`` may be looked at."""
        self.language = language
        self.root = root
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self.process: asyncio.subprocess.Process | None = None
        self.editors = 0
        self.watching: asyncio.Task[None] | None = None
        self.starting = asyncio.Lock()

    async def watch(self) -> None:
        """End a process that holds too much; connected editors make a new connection, to a new process."""
        quiet = 0.0
        while self.process is not None and self.process.returncode is None:
            await asyncio.sleep(LOOK)
            quiet = 0.0 if self.editors else quiet + LOOK
            held = mebibytes_of(self.process.pid)
            if held > MOST_MEBIBYTES or (quiet >= REST and held > RESTING_MEBIBYTES):
                with contextlib.suppress(ProcessLookupError):
                    self.process.kill()
                await self.process.wait()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A new connection. OSError or TimeoutError when the process does not come up."""
        async with self.starting:
            if self.process is None or self.process.returncode is not None:
                await self.start()
        return await asyncio.open_unix_connection(self.path, limit=8 * LONGEST_MESSAGE)

    @property
    def path(self) -> str:
        """The socket; its folder is readable for this user alone."""
        assert self.folder is not None
        return str(Path(self.folder.name) / "editor.sock")

    async def start(self) -> None:
        """Start the process and wait for its socket."""
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="repasse-")
        Path(self.path).unlink(missing_ok=True)  # noqa: ASYNC240 - a socket in a folder of our own
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "repl.editor.lsp", self.path, self.language, *([] if self.root is None else [str(self.root)]),
            stdin=asyncio.subprocess.DEVNULL, start_new_session=self.root is not None,
        )  # fmt: skip
        self.watching = asyncio.create_task(self.watch())
        async with asyncio.timeout(START_SECONDS):
            while not Path(self.path).exists():  # noqa: ASYNC240 - as above
                if self.process.returncode is not None:
                    raise OSError(self.process.returncode, "the language server ended at its start")
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End the process and remove its socket."""
        if self.watching is not None:
            self.watching.cancel()
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            await self.process.wait()
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None

"""The page's language server: one process beside the service, reached over a private socket, so that a text which is
slow to check delays only editors, never the service."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

START_SECONDS = 20.0
MOST_EDITORS = 64
"""Editors that may be connected at once."""

LONGEST_MESSAGE = 300_000
"""Characters of one message of a page: a formula of some 10,000 lines, which takes a second or two to check."""


class LanguageProcess:
    """Started when the first editor connects, started again when it is found to have ended."""

    def __init__(self, language: str) -> None:
        """``language`` is that of editors that tell none."""
        self.language = language
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self.process: asyncio.subprocess.Process | None = None
        self.editors = 0
        self.starting = asyncio.Lock()

    @property
    def full(self) -> bool:
        """Whether no further editor is served."""
        return self.editors >= MOST_EDITORS

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
            sys.executable, "-m", "repl.editor.lsp", self.path, self.language, stdin=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(START_SECONDS):
            while not Path(self.path).exists():  # noqa: ASYNC240 - as above
                if self.process.returncode is not None:
                    raise OSError(self.process.returncode, "the language server ended at its start")
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End the process and remove its socket."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            await self.process.wait()
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None

"""Processes that answer the page, one job at a time each; one that takes too long is ended, and the next job gets a new one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from formula.diagnostics import in_language
from repl.messages import message
from repl.page_server.studio.faults import StudioFault

LONGEST_LINE = 64 * 1024 * 1024


class AnsweringProcess:
    """Started at the first job."""

    def __init__(self, root: Path, seconds: float) -> None:
        """``seconds`` are what one job may take."""
        self.root = root
        self.seconds = seconds
        self.process: asyncio.subprocess.Process | None = None
        self.turn = asyncio.Lock()
        self.room: TemporaryDirectory[str] | None = None

    async def start(self) -> asyncio.subprocess.Process:
        """The process, started anew if it has ended. Ctrl-C in the terminal is not meant for it."""
        if self.process is None or self.process.returncode is not None:
            self.clear()
            self.room = TemporaryDirectory(prefix="repasse-studio-")
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "repl.page_server.studio.child", str(self.root), self.room.name,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE, start_new_session=True,
            )  # fmt: skip
        return self.process

    async def ask(self, job: str, given: dict[str, Any], language: str) -> AsyncIterator[dict[str, Any]]:
        """A job's answers, the last of them ``result`` or ``fault``."""
        async with self.turn:
            process = await self.start()
            finished = False
            try:
                async with asyncio.timeout(self.seconds):
                    async for said in self.answers(process, {"job": job, "given": given, "language": language}):
                        finished = "progress" not in said
                        yield said
            except TimeoutError:
                late = StudioFault(
                    504,
                    "demorou",
                    message("a resposta passou de {segundos} segundos e foi interrompida", segundos=f"{self.seconds:g}"),
                    message("procure um laço sem fim na fórmula que está sendo editada"),
                )
                yield {"fault": {"status": late.status, **late.as_json(language)}}
            except (OSError, ValueError, EOFError):
                text = in_language(message("o processo que responde terminou antes da resposta; peça de novo"), language)
                yield {"fault": {"status": 503, "code": "processo-terminou", "message": text, "hint": None}}
            finally:
                if not finished:
                    await self.end()

    async def answers(self, process: asyncio.subprocess.Process, asked: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Send a job and read until its last line. EOFError when the process ends before."""
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        await process.stdin.drain()
        while True:
            line = await process.stdout.readline()
            if not line:
                raise EOFError
            said = json.loads(line)
            yield said
            if "progress" not in said:
                return

    async def end(self) -> None:
        """End the process, whatever it is at."""
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def clear(self) -> None:
        """Remove the copy of the folder."""
        if self.room is not None:
            self.room.cleanup()
            self.room = None

    async def stop(self) -> None:
        """End it for good."""
        await self.end()
        self.clear()

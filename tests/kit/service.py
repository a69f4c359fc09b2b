"""A running ``repasse serve``: the real command on a real socket, over the small workspace."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import httpx
from kit.workspaces import make_workspace

START_SECONDS = 90
ADVANCE = {"ticket": "1;1;1", "action": "advance", "actor": "1;2"}


@attrs.define
class Service:
    """The address, a key with every scope, the workspace, the process and what it logged."""

    url: str
    key: str
    folder: Path
    process: subprocess.Popen[str]
    lines: list[str] = attrs.field(factory=list)

    def client(self, key: str | None = None, **options: Any) -> httpx.Client:
        """A client that sends a key; ``""`` sends none."""
        chosen = self.key if key is None else key
        headers = {"Authorization": f"Bearer {chosen}"} if chosen else {}
        return httpx.Client(base_url=self.url, headers=headers | options.pop("headers", {}), timeout=30, **options)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = httpx.URL(self.url)
        assert parts.port is not None
        return parts.host, parts.port

    def logged(self, event: str, **wanted: Any) -> list[dict[str, Any]]:
        """The log's records of an event with some values; waits a little: a log comes after its answer."""
        until = time.monotonic() + 5
        while True:
            records = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
            found = [one for one in records if one["event"] == event and wanted.items() <= one.items()]
            if found or time.monotonic() > until:
                return found
            time.sleep(0.02)


def new_key(folder: Path | str, *scopes: str) -> str:
    """A key made by the command; its last word."""
    options = [part for scope in scopes for part in ("--scope", scope)]
    done = subprocess.run(
        [sys.executable, "-m", "repl.commands", "key", "new", *options, "--workspace", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split()[-1]


@contextmanager
def running_service(folder: Path, settings: str = "", tickets: int = 3, formula: str | None = None) -> Iterator[Service]:
    """Serve a fresh workspace until the block ends. A service that does not start raises."""
    make_workspace(folder, tickets, settings, **({} if formula is None else {"formula": formula}))
    with served("--workspace", str(folder)) as (process, url, lines):
        yield Service(url, new_key(folder, "read", "run", "move"), folder, process, lines)


@contextmanager
def served(
    *arguments: str, cwd: Path | None = None, command: Sequence[str] = (sys.executable, "-m", "repl.commands")
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """The command with its address and the lines it logs."""
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )
    lines: list[str] = []
    assert process.stdout is not None
    assert process.stderr is not None
    reader = threading.Thread(target=lambda stream: lines.extend(iter(stream.readline, "")), args=(process.stderr,))
    reader.start()
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        said = process.stdout.readline()
        timer.cancel()
        if "http://" not in said:
            raise RuntimeError(f"the service did not start: {said!r} {lines}")
        yield process, said.split()[-1].rstrip("/"), lines
    finally:
        timer.cancel()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            reader.join(10)
            process.stdout.close()
            process.stderr.close()


PROBLEM = "application/problem+json"


def problem(answer: httpx.Response, status: int, code: str) -> dict:
    """The document of a refusal, which has this status and this code."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    document = answer.json()
    assert (document["status"], document["code"]) == (status, code)
    return document

"""A running ``repasse studio``: the real command on a real socket, on a workspace folder."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import httpx

START_SECONDS = 90


@attrs.define
class Studio:
    """The printed address, its token still good; the process and what it said."""

    opening: str
    folder: Path
    process: subprocess.Popen[str]
    said: list[str] = attrs.field(factory=list)

    @property
    def url(self) -> str:
        """The address without the token."""
        return self.opening.partition("/?")[0]

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A browser's stand-in: the printed address opened, the cookie kept."""
        with httpx.Client(base_url=self.url, headers={"x-studio": "1", "accept-language": "pt"}, timeout=60) as made:
            assert made.get(self.opening).status_code == 303
            yield made

    def interrupt(self) -> int:
        """Ctrl-C, and the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def studio(folder: Path, *arguments: str) -> Iterator[Studio]:
    """Serve a folder until the block ends. Whoever started it reads its terminal: nothing may follow the address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "repl.commands", "studio", str(folder), "--port", "0", "--no-browser", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    said: list[str] = []
    reader: threading.Thread | None = None
    try:
        for line in process.stdout:
            said.append(line)
            if "http://" in line:
                break
        else:
            raise RuntimeError(f"the studio did not start: {said}")
        timer.cancel()
        opening = said[-1].strip()
        reader = threading.Thread(target=lambda stream: said.extend(iter(stream.readline, "")), args=(process.stdout,))
        reader.start()
        yield Studio(opening, folder, process, said)
    finally:
        timer.cancel()
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            if reader is not None:
                reader.join(10)
            process.stdout.close()
    assert said[-1].strip() == opening, "the studio said more than its address"


def ask(client: httpx.Client, job: str, **given: Any) -> Any:
    """The answer of a quick question that is answered."""
    answer = client.post(f"/api/ask/{job}", json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ask_long(client: httpx.Client, job: str, **given: Any) -> dict[str, Any]:
    """The last line of a long question's answer: a ``result`` or a ``fault``."""
    answer = client.post(f"/api/long/{job}", json=given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text.splitlines()[-1])
    return found

"""A small client of the Debug Adapter Protocol, and a real ``repasse dap`` to speak to."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from repl.editor.dap import serve

PATIENCE = 30
"""Seconds that an answer may take on a busy machine."""


class Client:
    """One debugging. Events are kept in order until they are asked for; ``outputs`` keeps every line of output."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self.incoming = incoming
        self.outgoing = outgoing
        self.seq = 0
        self.came: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.events: list[dict[str, Any]] = []
        self.outputs: list[dict[str, Any]] = []
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self) -> None:
        stream = self.incoming
        while line := stream.readline():
            name, _, value = line.partition(b":")
            assert name == b"Content-Length", line
            assert stream.readline() == b"\r\n"
            self.came.put(json.loads(stream.read(int(value))))
        self.came.put(None)

    def send_bytes(self, data: bytes) -> None:
        self.outgoing.write(data)
        self.outgoing.flush()

    def send(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def next(self) -> dict[str, Any]:
        told = self.came.get(timeout=PATIENCE)
        assert told is not None, "the adapter has ended"
        if told["type"] == "event":
            self.events.append(told)
            if told["event"] == "output":
                self.outputs.append(told["body"])
        return told

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The response to a request, good or not."""
        self.seq += 1
        self.send({"seq": self.seq, "type": "request", "command": command, "arguments": arguments})
        return self.response(self.seq)

    def response(self, number: int) -> dict[str, Any]:
        while True:
            told = self.next()
            if told["type"] == "response":
                assert told["request_seq"] == number
                return told

    def do(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The body of a good response."""
        told = self.ask(command, **arguments)
        assert told["success"], told
        return told.get("body", {})

    def event(self, *names: str) -> dict[str, Any]:
        """The next event of one of these names; those before it are dropped."""
        while True:
            while self.events:
                told = self.events.pop(0)
                if told["event"] in names:
                    return told
            self.next()

    def begin(self, breakpoints: Callable[[Client], None] | None = None, **launch: Any) -> None:
        """From the first request to the running formula."""
        self.do("initialize", adapterID="repasse", locale=launch.pop("locale", "pt-br"))
        self.event("initialized")
        self.do("launch", **launch)
        if breakpoints is not None:
            breakpoints(self)
        self.do("configurationDone")

    def stopped(self) -> dict[str, Any]:
        """Why and on which line the run stands now; the end is ``terminated``."""
        told = self.event("stopped", "terminated")
        if told["event"] == "terminated":
            return {"reason": "terminated", "line": None}
        top = self.frames()[0]
        return {"reason": told["body"]["reason"], "line": top["line"], "formula": top["name"]}

    def go(self, command: str) -> tuple[str, int | None]:
        """Move, and tell why and where it stands."""
        self.do(command, threadId=1)
        told = self.stopped()
        return told["reason"], told["line"]

    def frames(self) -> list[dict[str, Any]]:
        return self.do("stackTrace", threadId=1)["stackFrames"]

    def scope(self, name: str, frame: int = 1) -> dict[str, str]:
        found = {one["name"]: one for one in self.do("scopes", frameId=frame)["scopes"]}
        return {
            one["name"]: one["value"]
            for one in self.do("variables", variablesReference=found[name]["variablesReference"])["variables"]
        }

    def said(self) -> str:
        return "".join(one["output"] for one in self.outputs)


@contextmanager
def served(language: str = "pt") -> Iterator[Client]:
    """The same adapter in a thread, on pipes."""
    questions, asked = os.pipe()
    told, answers = os.pipe()
    with os.fdopen(asked, "wb") as out, os.fdopen(told, "rb") as back:

        def run() -> None:
            with os.fdopen(questions, "rb") as reading, os.fdopen(answers, "wb") as writing:
                serve(reading, writing, language)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        client = Client(back, out)
        yield client
        out.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        client.listener.join(PATIENCE)


@contextmanager
def adapter(language: str = "pt") -> Iterator[Client]:
    """A process of its own; afterwards nothing stands on its stderr, and it has ended well."""
    command = [sys.executable, "-m", "repl.commands", "--lang", language, "dap"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            yield Client(process.stdout, process.stdin)
            process.stdin.close()
            assert process.wait(PATIENCE) == 0
            assert process.stderr.read() == b""
        finally:
            process.kill()

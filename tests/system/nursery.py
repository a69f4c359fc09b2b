"""Forks children that work on a store and die by SIGKILL in the middle of it; started by test_crash.py.

Reads lines ``move FOLDER TICKET KEY HOUR N`` and ``send FOLDER N``; each is done by a forked child that kills itself at
its N-th call, return or C call (0: never). Answers with a line: ``killed``, or ``done EVENTS``, or ``failed STATUS``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

import routing.jobs
import routing.worker
from routing.decision import Request
from routing.service import open_desk

NOW = datetime(2026, 11, 24, 10, 0)


class Fate:
    """Counts what happens in every thread; the chosen event is the last."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.seen = 0

    def watch(self) -> None:
        threading.setprofile(self.event)
        sys.setprofile(self.event)

    def event(self, _frame: Any, _event: str, _argument: Any) -> None:
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def act(words: list[str]) -> int:
    """Do one order in this process; how many events it had."""
    fate = Fate(int(words[-1]))
    with open_desk(words[1]) as desk:
        if words[0] == "move":
            request = Request(action="advance", actor="1;2", key=words[3])
            now = NOW + timedelta(hours=int(words[4]))
            desk.plan(words[2], request, now)  # compiles the formula, so that the events are those of the move
            fate.watch()
            moved = desk.move(words[2], request, now)
            assert moved.status == "moved", moved.reason
        else:
            fate.watch()
            routing.worker.work(desk, drain=True)
        sys.setprofile(None)
    return fate.seen


def main() -> None:
    for line in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            events = act(line.split())
            os.write(writer, str(events).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reader) as pipe:
            events_text = pipe.read()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else f"done {events_text}" if status == 0 else f"failed {status}", flush=True)


if __name__ == "__main__":
    main()

"""Forks children that work on a store and die by SIGKILL in the middle of it; started by test_crash.py.

Reads lines ``move FOLDER TICKET KEY HOUR CAREFUL N``, ``moves FOLDER KEY HOUR N`` (every ticket, each by a thread of its own),
``due FOLDER HOUR N`` (what is due by then) and ``send FOLDER N``; each is done by a forked child that kills itself at its N-th call, return or C call (0: never). ``CAREFUL`` moves
are decided before their turn. Answers with a line: ``killed``, or ``done EVENTS``, or ``failed STATUS``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

import routing.desk.worker
import routing.mail.jobs
from routing.desk.clock import do_due
from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request

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
        elif words[0] == "moves":
            move_all(desk, words[2], NOW + timedelta(hours=int(words[3])), fate)
        elif words[0] == "due":
            now = NOW + timedelta(hours=int(words[2]))
            fate.watch()
            do_due(desk, lambda: now)
        else:
            fate.watch()
            routing.desk.worker.work(desk, drain=True)
        sys.setprofile(None)
    return fate.seen


def move_all(desk: Desk, key: str, now: datetime, fate: Fate) -> None:
    """Move every ticket, each by a thread of its own, all at once."""
    tickets = desk.tickets()
    desk.plan(tickets[0], Request(action="advance", actor="1;2"), now)
    start = threading.Barrier(len(tickets) + 1)
    failures = []

    def move(ticket: str) -> None:
        request = Request(action="advance", actor="1;2", key=f"{key}-{ticket}")
        start.wait()
        try:
            moved = desk.move(ticket, request, now)
            assert moved.status == "moved", moved.reason
        except BaseException as error:
            failures.append(error)

    fate.watch()
    threads = [threading.Thread(target=move, args=(ticket,)) for ticket in tickets]
    for one in threads:
        one.start()
    start.wait()
    for one in threads:
        one.join()
    assert not failures, failures


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

"""Values that meet conditions: tried first, then asked of the solver in a process of its own, bounded in time and memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self

import attrs

from routing.proving.guessing import guess
from routing.proving.terms import Assignment, Term, symbols_in, true_for

MEGABYTES = 2_048
"""What the solver's process may use."""
SPARE = 1.0
"""What an answer may take beyond its time before its process is ended."""
LEAST = 0.1
"""Seconds that a question has when the time of its search is over."""
LOADING = 10.0
"""What a new process may take until it listens."""


@attrs.frozen
class Found:
    """``answer`` is ``sat`` with values, ``unsat``: there are none, or ``unknown``."""

    answer: str
    values: dict[str, Any] | None = None


def solver_installed() -> bool:
    """Whether the extra ``prove`` is there."""
    return find_spec("z3") is not None


@attrs.define(eq=False)
class Solver:
    """Use as a context manager: leaving it ends the process. ``proves`` False only tries."""

    proves: bool = attrs.field(factory=solver_installed)
    seconds: float = 5.0
    asked: int = 0
    timeouts: int = 0
    process: subprocess.Popen[bytes] | None = None
    fresh: bool = False
    """Whether the process has not answered yet, so that it may still be loading."""
    kept: dict[tuple[Term, ...], Found] = attrs.field(factory=dict)

    def __enter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the process."""
        self.stop()

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            self.process = None

    def solve(
        self, conditions: Sequence[Term], near: Assignment, seconds: float | None = None, *, until: float | None = None
    ) -> Found:
        """Values that meet all conditions, those of ``near`` where nothing else is said. ``until`` ends the time too, but for the
        least of it."""
        key = tuple(conditions)
        old = self.kept.get(key)
        if old is not None:
            return old if old.values is None else Found(old.answer, {**near, **old.values})
        tried = guess(conditions, near)
        if tried is not None:
            return Found("sat", tried)
        if not self.proves:
            return Found("unknown")
        seconds = self.seconds if seconds is None else seconds
        if until is not None:
            seconds = max(min(LEAST, seconds), min(seconds, until - monotonic()))
        answer = self.checked(self.ask(conditions, seconds), conditions, near)
        if answer.answer != "unknown" or seconds >= self.seconds:
            self.kept[key] = answer
        return answer if answer.values is None else Found("sat", {**near, **answer.values})

    def checked(self, answer: Found, conditions: Sequence[Term], near: Assignment) -> Found:
        """An answer whose values do what they should by the engine's own operators; others tell nothing, now or later."""
        if answer.values is None:
            return answer
        given = {**near, **answer.values}
        return answer if true_for([one for one in conditions if not unmodelled(one)], given) else Found("unknown")

    def start(self) -> None:
        """Start the process, if none runs, without waiting for it."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.fresh = True
            self.process = subprocess.Popen(  # noqa: S603 - our own module, no words of others
                [sys.executable, "-m", "routing.proving.smt", str(MEGABYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def ask(self, conditions: Sequence[Term], seconds: float) -> Found:
        """Ask the other process; one that does not answer in time is ended."""
        self.asked += 1
        self.start()
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            pickle.dump((list(conditions), int(seconds * 1_000)), self.process.stdin)
            self.process.stdin.flush()
        except (OSError, RecursionError):
            return self.lost()
        told: Queue[tuple[str, dict[str, Any] | None] | None] = Queue()
        Thread(target=listen, args=(self.process.stdout, told), daemon=True).start()
        try:
            said = told.get(timeout=seconds + SPARE + (LOADING if self.fresh else 0.0))
        except Empty:
            said = None
        self.fresh = False
        return self.lost() if said is None else Found(*said)

    def lost(self) -> Found:
        """The other process did not answer: it is ended, and nothing is known."""
        self.timeouts += 1
        self.stop()
        return Found("unknown")


def listen(pipe: IO[bytes], told: Queue[Any]) -> None:
    """Wait for one answer, on any system; None when there comes none. Ends with the process that it listens to."""
    try:
        told.put(pickle.load(pipe))  # noqa: S301 - our own child writes it
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        told.put(None)


def unmodelled(condition: Term) -> bool:
    """Whether a condition rests on a value that is not modelled."""
    return not any(True for _ in symbols_in(condition))

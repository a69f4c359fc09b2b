"""Many deadlines that are hardly ever reached: setting one costs next to nothing, and it is kept to a twentieth of a
second. The event loop's own timers cost more than much of a request's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TICK = 0.05
"""Seconds between two looks at the clock while any deadline is set."""


class Deadlines:
    """The deadlines of one event loop."""

    def __init__(self) -> None:
        """None yet."""
        self.due: dict[object, tuple[float, Callable[[], None]]] = {}
        self.ticking = False

    def set(self, seconds: float, reached: Callable[[], None]) -> object:
        """Have ``reached`` called in some seconds, unless the mark that this gives is dropped before."""
        loop = asyncio.get_running_loop()
        mark = object()
        self.due[mark] = (loop.time() + seconds, reached)
        if not self.ticking:
            self.ticking = True
            loop.call_later(TICK, self.look, loop)
        return mark

    def drop(self, mark: object) -> None:
        """Forget a deadline."""
        self.due.pop(mark, None)

    def look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call those that are due; go on while there are others."""
        now = loop.time()
        for mark, (when, reached) in list(self.due.items()):
            if when <= now and self.due.pop(mark, None) is not None:
                reached()
        self.ticking = bool(self.due)
        if self.ticking:
            loop.call_later(TICK, self.look, loop)


class Late:
    """A deadline for the running task: it is cancelled then, and ``passed`` tells why."""

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        """Begins at once."""
        task = asyncio.current_task()
        assert task is not None
        self.task = task
        self.passed = False
        self.deadlines = deadlines
        self.mark = deadlines.set(seconds, self.come)

    def come(self) -> None:
        """The time is up."""
        self.passed = True
        self.task.cancel()

    def is_the_reason(self) -> bool:
        """Whether a cancellation that was caught came from here; if so, the task may go on."""
        if self.passed:
            self.task.uncancel()
        return self.passed

    def forget(self) -> None:
        """It is over in time."""
        self.deadlines.drop(self.mark)

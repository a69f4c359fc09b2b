"""SQLite: who has the turn to write also does what other threads of the process wait to have done, in the same transaction.

Threads that take turns hand the interpreter to and fro at every statement, and each pays for being woken twice. So a task waits
in a queue instead, and the thread that leads does one after the other, each behind a savepoint. When none is left it commits
once for all of them, and nobody is answered before that. Then it leads no more; if new tasks have come, the thread of the first
does.

What is done for others must be short, and must not depend on the thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from routing.failures import StoreBusy
from routing.store.engine import BUSY_SECONDS, busy, translated
from routing.store.sqlite.turnstile import Batch, Turnstile, go_on, settle, undone

T = TypeVar("T")


class Task:
    """Something to do in a turn, and what became of it: a ``result`` or an ``error``, if its ``batch`` is kept. ``woken`` is locked
    until that is so, or its thread ``leads``."""

    __slots__ = ("batch", "error", "keeps", "leads", "result", "woken", "work")

    def __init__(self, work: Callable[[Any], Any]) -> None:
        """Not done yet."""
        self.work = work
        self.woken: Lock | None = None
        self.batch: Batch | None = None
        self.keeps = self.leads = False
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self, unit: Any) -> BaseException | None:
        """Do it in a transaction (:class:`routing.store.unit.TaskUnit`). Gives what interrupted whoever did it."""
        try:
            self.result = self.work(unit)
            self.keeps = not unit.open
        except (KeyboardInterrupt, SystemExit) as interruption:
            return interruption
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to who wants this done
            self.error = error
        return None

    def wake(self) -> None:
        """Let its thread go on."""
        if self.woken is not None:
            self.woken.release()


class Tasks:
    """The tasks that threads of a process wait for."""

    def __init__(self, turnstile: Turnstile, unit: Callable[[Batch, bool], Any]) -> None:
        """``unit`` makes the transaction of a task out of a shared one."""
        self.turnstile = turnstile
        self.unit = unit
        self.guard = Lock()
        self.led = False
        self.queue: deque[Task] = deque()

    def run(self, work: Callable[[Any], T]) -> T:
        """Have something done in a turn, by this thread or another one; it writes nothing before it carries on from reading, and is
        kept if it commits. Back when the disk has it. Raises its errors, and StoreError when the transaction fails."""
        task = Task(work)
        with translated():
            self.have_done(task)
            assert task.batch is not None
            self.turnstile.wait_for(task.batch, task.keeps)
            if task.error is not None:
                raise task.error
        return task.result  # type: ignore[no-any-return]

    def have_done(self, task: Task) -> None:
        """Back when the task is done in a batch."""
        with self.guard:
            leads = not self.led
            self.led = True
            if not leads:
                task.woken = Lock()
                task.woken.acquire()
                self.queue.append(task)
        if not leads:
            self.wait(task)
        if task.batch is None:
            self.lead(task)

    def wait(self, task: Task) -> None:
        """Until the task is done, or its thread is to lead. Raises StoreBusy."""
        assert task.woken is not None
        try:
            if not task.woken.acquire(timeout=BUSY_SECONDS):
                if self.withdrawn(task):
                    raise StoreBusy(*busy())
                task.woken.acquire()
        except BaseException:
            if not self.withdrawn(task) and task.leads:
                self.pass_on()
            raise

    def withdrawn(self, task: Task) -> bool:
        """Take a task out of the queue, if it is still there."""
        with self.guard:
            if task in self.queue:
                self.queue.remove(task)
                return True
        return False

    def lead(self, task: Task) -> None:
        """Do a task, and those that wait meanwhile."""
        try:
            batch, shared = self.turnstile.enter(late=True)
        except BaseException:
            self.pass_on()
            raise
        ready: list[Task] = []
        interruption: BaseException | None = None
        doing: Task | None = task
        try:
            while doing is not None:
                interruption = doing.do(self.unit(batch, shared))
                settle(batch, shared, doing.keeps, interruption or doing.error)
                if interruption is None:
                    ready.append(doing)
                elif doing is not task:
                    self.put_back(doing)
                over = interruption is not None or batch.error is not None or batch.full()
                doing = None if over else self.next()
                if doing is not None:
                    shared = go_on(batch)
        except BaseException as error:  # noqa: BLE001 - each of the batch is told; nothing is kept
            batch.error = error if isinstance(error, Exception) else undone()
            interruption = None if isinstance(error, Exception) else error
            if doing is not None:
                doing.error = batch.error
                ready.append(doing)
        self.pass_on()
        try:
            self.turnstile.release(batch)
        finally:
            for one in ready:
                one.batch = batch
                one.wake()
        if interruption is not None:
            raise interruption

    def next(self) -> Task | None:
        """The next task, out of the queue."""
        with self.guard:
            return self.queue.popleft() if self.queue else None

    def put_back(self, task: Task) -> None:
        """The next task again."""
        with self.guard:
            self.queue.appendleft(task)

    def pass_on(self) -> None:
        """Lead no more: the thread of the next task does."""
        with self.guard:
            following = self.queue.popleft() if self.queue else None
            self.led = following is not None
            if following is not None:
                following.leads = True
        if following is not None:
            following.wake()

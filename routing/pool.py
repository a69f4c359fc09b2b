"""Processes that work for the service: each takes one job at a time and is killed when it takes too long.

So a formula that would run for ever costs its own caller a deadline and nobody else anything. Callers take turns, and
one caller never has all processes of a pool of strangers' formulas.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import attrs

from formula.runtime.limits import Limits
from routing.http_jobs import Answer
from routing.messages import message
from routing.pool_process import LENGTH, frame_of, parts_of
from routing.problems import refuse

READY_SECONDS = 60.0
"""How long a new process may take to be ready."""
BUFFER = 1 << 20


@attrs.frozen(kw_only=True)
class PoolPlan:
    """A pool of ``size`` processes on a ``place`` (None: no store).

    ``queue`` jobs may wait, one caller may have ``per_caller`` processes at once. ``memory`` is MiB a process,
    ``answer`` the longest answer in bytes.
    """

    name: str
    size: int
    queue: int
    per_caller: int
    place: str | None
    limits: Limits
    memory: int
    answer: int
    nice: int

    def setup(self) -> dict[str, Any]:
        """What a process is told first."""
        return {
            "place": self.place, "limits": attrs.asdict(self.limits), "memory": self.memory, "answer": self.answer,
            "nice": self.nice,
        }  # fmt: skip


@attrs.frozen
class Work:
    """What a process is to do: a job with a request's body, within some seconds. ``options`` go along to the job."""

    job: str
    body: bytes
    seconds: float
    options: Mapping[str, Any] = attrs.field(factory=dict)


class Gone(Exception):  # noqa: N818 - what has happened, not an error of ours
    """A process ended in the middle of a job."""


@attrs.define(eq=False)
class Labourer:
    """A running process."""

    process: asyncio.subprocess.Process

    async def exchange(self, frame: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a frame and read the answer. Raises Gone when the process ends."""
        source, sink = self.process.stdout, self.process.stdin
        assert source is not None
        assert sink is not None
        if self.process.returncode is not None or sink.is_closing():
            raise Gone(self.process.returncode)
        try:
            sink.write(frame)
            await sink.drain()
            size = int.from_bytes(await source.readexactly(LENGTH), "big")
            return parts_of(await source.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError) as ended:
            raise Gone(self.process.returncode) from ended

    async def end(self) -> None:
        """Kill it at once and take its exit code."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


class Pool:
    """See the module. Belongs to one event loop."""

    def __init__(self, plan: PoolPlan) -> None:
        """Nothing runs before :meth:`start`."""
        self.plan = plan
        self.idle: deque[Labourer] = deque()
        self.all: set[Labourer] = set()
        self.lines: OrderedDict[str, deque[asyncio.Future[Labourer]]] = OrderedDict()
        self.working: Counter[str] = Counter()
        self.besides: set[asyncio.Task[None]] = set()
        self.killed = 0
        self.stopping = False

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return sum(len(line) for line in self.lines.values())

    @property
    def busy(self) -> int:
        """How many jobs are in work."""
        return self.working.total()

    async def start(self) -> None:
        """Start every process and wait until all are ready."""
        await asyncio.gather(*(self.hire() for _ in range(self.plan.size)))

    async def stop(self) -> None:
        """End every process; jobs in work end with them."""
        self.stopping = True
        besides = list(self.besides)
        for task in besides:
            task.cancel()
        await asyncio.gather(*besides, return_exceptions=True)
        await asyncio.gather(*(one.end() for one in self.all))
        self.all.clear()
        self.idle.clear()

    async def hire(self) -> None:
        """One more process, ready for work."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "routing.pool_process",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=BUFFER,
            env=environment(self.plan.place),
        )  # fmt: skip
        made = Labourer(process)
        self.all.add(made)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await made.exchange(frame_of(self.plan.setup()))
        except BaseException:
            self.all.discard(made)
            await made.end()
            raise
        self.idle.append(made)
        self.later(self.watch(made))
        self.hand_out()

    async def watch(self, labourer: Labourer) -> None:
        """Replace a process that ends while it has nothing to do."""
        await labourer.process.wait()
        if labourer in self.idle:
            self.idle.remove(labourer)
            self.all.discard(labourer)
            await self.renew()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something besides; :meth:`stop` ends it."""
        task = asyncio.create_task(work)
        self.besides.add(task)
        task.add_done_callback(self.besides.discard)

    async def renew(self) -> None:
        """Hire until it works; whoever waits meanwhile waits no longer than its deadline."""
        pause, hired = 0.1, False
        while not self.stopping and not hired:
            try:
                await self.hire()
                hired = True
            except (Gone, OSError, TimeoutError):
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)

    async def answer(self, caller: str, work: Work, language: str) -> Answer:
        """Have a job done. Raises Refused: 429 or 503 when too many wait, 504 when it takes longer than allowed."""
        seconds = work.seconds
        frame = frame_of({"job": work.job, "language": language, "options": dict(work.options)}, work.body)
        labourer = await self.take(caller, seconds)
        try:
            async with asyncio.timeout(seconds):
                head, content = await labourer.exchange(frame)
        except BaseException as error:
            # An answer may still be under way: the process cannot be used again.
            self.dismiss(labourer, caller)
            if isinstance(error, TimeoutError):
                self.killed += 1
                raise too_late(seconds) from None
            if isinstance(error, Gone):
                raise fell() from None
            raise
        self.idle.append(labourer)
        self.leave(caller)
        return Answer(head["status"], content, head["type"], head["headers"], head["note"])

    async def take(self, caller: str, seconds: float) -> Labourer:
        """A free process, in the caller's turn."""
        if self.idle and not self.lines and self.working[caller] < self.plan.per_caller:
            self.working[caller] += 1
            return self.idle.pop()
        line = self.lines.get(caller, ())
        if len(line) >= max(1, self.plan.queue // 2):
            raise refuse(429, "pedidos-demais", message("há pedidos demais desta chave na fila"), Retry_After="1")
        if self.waiting >= self.plan.queue:
            raise refuse(503, "servico-ocupado", message("há pedidos demais na fila"), Retry_After="1")
        turn: asyncio.Future[Labourer] = asyncio.get_running_loop().create_future()
        self.lines.setdefault(caller, deque()).append(turn)
        self.hand_out()
        try:
            async with asyncio.timeout(seconds):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.idle.append(turn.result())
                self.leave(caller)
            self.forget(caller, turn)
            if isinstance(error, TimeoutError):
                raise refuse(
                    503,
                    "servico-ocupado",
                    message("nenhum processo ficou livre em {segundos} s", segundos=seconds),
                    Retry_After="1",
                ) from None
            raise

    def hand_out(self) -> None:
        """Give free processes to those who wait, callers in turn."""
        for caller in list(self.lines):
            if not self.idle:
                return
            if self.working[caller] >= self.plan.per_caller:
                continue
            line = self.lines.pop(caller)
            turn = line.popleft()
            if line:
                self.lines[caller] = line
            if not turn.done():
                self.working[caller] += 1
                turn.set_result(self.idle.pop())

    def leave(self, caller: str) -> None:
        """A caller's job is over."""
        self.working[caller] -= 1
        if not self.working[caller]:
            del self.working[caller]
        self.hand_out()

    def forget(self, caller: str, turn: asyncio.Future[Labourer]) -> None:
        """Take a turn out of its line."""
        line = self.lines.get(caller)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self.lines[caller]

    def dismiss(self, labourer: Labourer, caller: str) -> None:
        """Kill a process and hire another in its place."""
        self.all.discard(labourer)
        self.leave(caller)
        self.later(self.replace(labourer))

    async def replace(self, labourer: Labourer) -> None:
        """One process for another."""
        await labourer.end()
        await self.renew()


def too_late(seconds: float) -> Exception:
    """The deadline's refusal."""
    return refuse(
        504,
        "prazo-esgotado",
        message("o pedido não terminou em {segundos} s e foi interrompido", segundos=f"{seconds:g}"),
        message("um movimento interrompido não gravou nada, ou gravou tudo: repita-o com a mesma Idempotency-Key"),
    )


def fell() -> Exception:
    """The refusal when a process died under a job."""
    return refuse(
        503,
        "processo-terminou",
        message("o processo que atendia o pedido terminou antes da resposta"),
        message("repita o pedido; um movimento, com a mesma Idempotency-Key"),
        Retry_After="1",
    )


def environment(place: str | None) -> dict[str, str]:
    """What a process inherits. Without a store, it learns nothing of one."""
    kept = dict(os.environ)
    if place is None:
        kept = {name: value for name, value in kept.items() if not name.startswith("REPASSE_")}
    here = str(Path(__file__).resolve().parents[1])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [here, kept.get("PYTHONPATH")])), "PYTHONUTF8": "1"}

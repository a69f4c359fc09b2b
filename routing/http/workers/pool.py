"""Processes that work for the service: each takes one job at a time and is killed when it takes too long.

So a formula that would run for ever costs its own caller a deadline and nobody else anything. Callers take turns, and
one caller never has all processes of a pool of strangers' formulas.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import attrs

from formula.limits import Limits
from routing.http.leaving import Leaving
from routing.http.problems import refuse
from routing.http.workers.frames import answer_of, only_head, question
from routing.http.workers.jobs import Answer
from routing.http.workers.labourer import Gone, Job, Labourer, Left, environment_of, new_labourer
from routing.messages import message

READY_SECONDS = 150.0
"""How long a new process may take to be ready: it waits itself for a database that is on its way."""
PATIENCE = 0.25
"""Seconds that a job may still take when nobody waits for it any more: less than a new process costs."""


@attrs.frozen(kw_only=True)
class PoolPlan:
    """A pool of ``size`` processes on a ``place`` (None: no store).

    ``zone`` names the clock's zone where there is no place (empty: the machine's). ``queue`` jobs may wait, one caller may have
    ``per_caller`` processes at once. More than ``spread`` busy ones would only keep each other waiting. ``memory`` is MiB a
    process, ``answer`` the longest answer in bytes. ``jobs`` is ``module:function`` of what makes other jobs than the service's
    own of a desk and the masked names.
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
    zone: str = ""
    spread: int = 1
    jobs: str = ""

    def setup(self) -> dict[str, Any]:
        """What a process is told first."""
        return {
            "place": self.place,
            "zone": self.zone,
            "limits": attrs.asdict(self.limits),
            "memory": self.memory,
            "answer": self.answer,
            "nice": self.nice,
            "jobs": self.jobs,
        }


@attrs.frozen
class Work:
    """What a process is to do: a job with a request's body, within some seconds. ``options`` go along to the job.

    ``kept`` work goes on to its end or deadline when its caller has gone: a move is made or not, never half seen.
    """

    job: str
    body: bytes
    seconds: float
    options: Mapping[str, Any] = attrs.field(factory=dict)
    kept: bool = False


Told = list[Callable[[], None]]
"""Who is told when a caller leaves."""


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
        self.failing = False

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
        made = await new_labourer(self, environment_of(self.plan.place))
        self.all.add(made)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await made.ask(only_head(self.plan.setup()), None).told
        except BaseException:
            self.all.discard(made)
            await made.end()
            raise

    def freed(self, labourer: Labourer, job: Job) -> None:
        """A job is done, or a new process ready: it can take what waits."""
        self.idle.append(labourer)
        self.leave(job.caller)

    def lost(self, labourer: Labourer, job: Job | None) -> None:
        """A process has ended by itself; one that was still being set up is its hirer's care."""
        if job is None or job.caller is not None:
            self.dismiss(labourer, job)

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
                hired, self.failing = True, False
            except (Gone, OSError, TimeoutError):
                self.failing = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)

    async def answer(self, caller: str, work: Work, language: str, leaving: Leaving | None = None) -> Answer:
        """Have a job done. Raises Refused: 429 or 503 when too many wait, 504 when it takes longer than allowed.

        When the caller is ``leaving``, a job that is not ``kept`` has :data:`PATIENCE` to end by itself.
        """
        frame = question(work.job, language, work.options, work.body)
        told = None if leaving is None or work.kept else leaving.told
        labourer = self.free(caller) or await self.take(caller, work.seconds, told)
        try:
            job = labourer.ask(frame, caller)
        except Gone:
            self.leave(caller)
            raise fell() from None
        return answer_of(await self.outcome(labourer, job, work.seconds, told))

    def has_room(self) -> bool:
        """Whether short work is better given to a process than done by whoever asks."""
        return bool(self.idle) and len(self.all) - len(self.idle) < self.plan.spread

    async def outcome(self, labourer: Labourer, job: Job, seconds: float, told: Told | None) -> bytes:
        """What the process says. One that says nothing in time is ended: its answer may still be under way."""
        loop = asyncio.get_running_loop()
        late = loop.call_later(seconds, job.late)
        if told is not None:
            told.append(job.left)
        try:
            return await job.told
        except Gone:
            raise fell() from None
        except Left:
            loop.call_later(PATIENCE, self.give_up, labourer, job)
            raise unheard() from None
        except TimeoutError:
            self.give_up(labourer, job)
            raise too_late(seconds) from None
        except BaseException:
            self.dismiss(labourer, job)
            raise
        finally:
            late.cancel()
            if told is not None:
                told.remove(job.left)

    def give_up(self, labourer: Labourer, job: Job) -> None:
        """End a process that is still at a job."""
        if labourer.job is job:
            self.killed += 1
            self.dismiss(labourer, job)

    def free(self, caller: str) -> Labourer | None:
        """A process, when one is free and nobody waits."""
        if self.idle and not self.lines and self.working[caller] < self.plan.per_caller:
            self.working[caller] += 1
            return self.idle.pop()
        return None

    async def take(self, caller: str, seconds: float, told: Told | None) -> Labourer:
        """A process, when the caller's turn comes."""
        if self.failing and not self.all:
            raise no_process()
        line = self.lines.get(caller, ())
        if len(line) >= max(1, self.plan.queue // 2):
            raise refuse(429, "pedidos-demais", message("há pedidos demais desta chave na fila"), Retry_After="1")
        if self.waiting >= self.plan.queue:
            raise refuse(503, "servico-ocupado", message("há pedidos demais na fila"), Retry_After="1")
        turn: asyncio.Future[Labourer] = asyncio.get_running_loop().create_future()
        self.lines.setdefault(caller, deque()).append(turn)
        self.hand_out()
        leave = partial(end_turn, turn)
        if told is not None:
            told.append(leave)
        try:
            async with asyncio.timeout(seconds):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.idle.append(turn.result())
                self.leave(caller)
            self.forget(caller, turn)
            if isinstance(error, Left):
                raise unheard() from None
            if isinstance(error, TimeoutError):
                raise refuse(
                    503,
                    "servico-ocupado",
                    message("nenhum processo ficou livre em {segundos} s", segundos=seconds),
                    Retry_After="1",
                ) from None
            raise
        finally:
            if told is not None:
                told.remove(leave)

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

    def leave(self, caller: str | None) -> None:
        """A caller's job is over."""
        if caller is not None:
            self.working[caller] -= 1
            if not self.working[caller]:
                del self.working[caller]
        if self.lines:
            self.hand_out()

    def forget(self, caller: str, turn: asyncio.Future[Labourer]) -> None:
        """Take a turn out of its line."""
        line = self.lines.get(caller)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self.lines[caller]

    def dismiss(self, labourer: Labourer, job: Job | None) -> None:
        """End a process and hire another in its place."""
        if labourer not in self.all:
            return
        self.all.discard(labourer)
        if labourer in self.idle:
            self.idle.remove(labourer)
        labourer.drop_job()
        if job is not None:
            self.leave(job.caller)
        if not self.stopping:
            self.later(self.replace(labourer))

    async def replace(self, labourer: Labourer) -> None:
        """One process for another."""
        await labourer.end()
        await self.renew()


def no_process() -> Exception:
    """The refusal while no process lives and none can be started."""
    return refuse(
        503,
        "sem-processos",
        message("nenhum processo que decide está vivo; o serviço tenta iniciar outros"),
        message("o motivo está no registro do serviço"),
        Retry_After="1",
    )


def end_turn(turn: asyncio.Future[Labourer]) -> None:
    """Whoever waited has gone."""
    if not turn.done():
        turn.set_exception(Left())


def unheard() -> Exception:
    """The refusal that nobody hears; the log has it."""
    return refuse(400, "conexao-encerrada", message("quem pediu encerrou a conexão antes da resposta"))


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

"""What the routes of the HTTP service share: the desk, the processes, the keys, the counters."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import attrs
from fastapi import Request

from formula.limits import Limits
from formula.messages import LANGUAGES
from routing.desk.desk import Desk
from routing.http.door import Keyring
from routing.http.log import Metrics
from routing.http.quick import QuickDesk, quick_desk
from routing.http.reading import header
from routing.http.rules_watch import RulesWatch
from routing.http.settings import ServiceSettings
from routing.http.workers.child import gather_rarely
from routing.http.workers.pool import Pool, PoolPlan
from routing.store.releases import Active


@attrs.define(eq=False)
class Service:
    """What the routes share. Without a ``desk`` there are no keys and no tickets: only the sandbox answers."""

    settings: ServiceSettings
    language: str
    desk: Desk | None
    run: Pool
    sandbox: Pool
    decide: Pool | None
    keys: Keyring
    metrics: Metrics
    log: Any
    quick: QuickDesk | None = None
    rules: RulesWatch | None = None
    watching: asyncio.Task[None] | None = None
    ready: bool = False
    functions: dict[str, bytes] = attrs.field(factory=dict)

    @property
    def pools(self) -> list[Pool]:
        """Every pool there is."""
        return [pool for pool in (self.run, self.sandbox, self.decide) if pool is not None]

    async def start(self) -> None:
        """Start the processes."""
        await asyncio.gather(*(pool.start() for pool in self.pools))
        # A whole collection of what is loaded would hold every request up for tens of milliseconds.
        gather_rarely()
        if self.rules is not None:
            self.rules.tell = self.changed
            self.watching = asyncio.create_task(self.rules.run())
        self.ready = True

    def changed(self, _active: Active) -> None:
        """Other rules decide: what this process answers by itself goes by them too. Called beside the event loop."""
        assert self.rules is not None
        desk = self.rules.desk_now()
        self.quick, self.desk, self.functions = None, desk, {}
        self.quick = quick_desk(desk, self.settings.masked)

    async def stop(self) -> None:
        """End them and close the desk."""
        self.ready = False
        if self.watching is not None:
            self.watching.cancel()
            await asyncio.gather(self.watching, return_exceptions=True)
        await asyncio.gather(*(pool.stop() for pool in self.pools))
        if self.desk is not None:
            self.desk.close()


def formula_pool(name: str, settings: ServiceSettings, size: int, nice: int, zone: str) -> Pool:
    """Processes for strangers' texts: no store, lower priority, never all for one caller when there are several."""
    return Pool(
        PoolPlan(
            name=name, size=size, queue=settings.queue, per_caller=max(1, size - 1), place=None, limits=settings.limits,
            memory=settings.memory, answer=settings.answer, nice=nice, zone=zone,
        )
    )  # fmt: skip


def desk_pool(place: str, settings: ServiceSettings, limits: Limits) -> Pool:
    """Processes that decide and write, by the site's own formulas."""
    size = settings.desk_processes
    return Pool(
        PoolPlan(
            name="desk", size=size, queue=settings.queue, per_caller=size, place=place, limits=limits,
            memory=settings.memory, answer=settings.answer, nice=0, spread=max(1, processors() - 1),
        )
    )  # fmt: skip


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def language_of(request: Request, service: Service) -> str:
    """The first language of Accept-Language that we speak, else the service's own."""
    wanted = header(request, b"accept-language")
    if wanted is None:
        return service.language
    for part in wanted.lower().split(",")[:20]:
        tag = part.partition(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return service.language

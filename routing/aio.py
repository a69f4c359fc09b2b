"""An async door: the desk for asyncio. Each call waits in a thread of the desk's own, so that the loop goes on meanwhile.

>>> async with open_async_desk("minha-pasta") as desk:                                   # doctest: +SKIP
...     plan = await desk.move("1;1;42", Request(action="advance", actor="1;2", key="pedido-981"), now=agora)

A call that is given up by its caller (a timeout, a cancelled task) is not taken back: what it does is whole or nothing, and the
same idempotency key gives its answer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Self, TypeVar

import attrs

from routing.deciding.correspondence import Letter
from routing.desk.desk import Desk, open_desk
from routing.desk.listing import ticket_list
from routing.domain.decision import Plan, Request
from routing.mail.outbox import Attachment

THREADS = 8
"""Calls at the same time; a SQLite database lets one write at a time, PostgreSQL all of them."""

T = TypeVar("T")


@attrs.define(eq=False)
class AsyncDesk:
    """A desk whose calls are awaited. ``desk`` is the plain one, for what is not here: ``await d.call(d.desk.absences, now)``."""

    desk: Desk
    hands: ThreadPoolExecutor

    async def call(self, what: Callable[..., T], *given: Any, **named: Any) -> T:
        """Anything of the plain desk, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.hands, partial(what, *given, **named))

    async def move(self, key: str, request: Request, now: datetime) -> Plan:
        """As :meth:`Desk.move`."""
        return await self.call(self.desk.move, key, request, now)

    async def plan(self, key: str, request: Request, now: datetime, **more: Any) -> Plan:
        """As :meth:`Desk.plan`."""
        return await self.call(self.desk.plan, key, request, now, **more)

    async def show(self, key: str, viewer: str | None = None) -> dict[str, Any]:
        """As :meth:`Desk.show`."""
        return await self.call(self.desk.show, key, viewer)

    async def tickets(self, **filters: Any) -> dict[str, Any]:
        """A page of the list of tickets, by the filters of ``repasse tickets``."""
        return await self.call(ticket_list, self.desk, filters)

    async def events(self, after: int = 0, limit: int = 100, viewer: str | None = None) -> dict[str, Any]:
        """As :meth:`Desk.events`."""
        return await self.call(self.desk.events, after, limit, viewer)

    async def write(self, key: str, letter: Letter, now: datetime, files: Sequence[Attachment] = ()) -> str:
        """As :meth:`Desk.write`."""
        return await self.call(self.desk.write, key, letter, now, files)

    async def close(self) -> None:
        """Wait for the calls under way, then close the connections."""
        await asyncio.to_thread(self.hands.shutdown)
        await asyncio.to_thread(self.desk.close)

    async def __aenter__(self) -> Self:
        """For ``async with``."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()


def open_async_desk(url_or_path: str | os.PathLike[str], *, threads: int = THREADS, serving: bool = True) -> AsyncDesk:
    """The async desk of a workspace folder or database URL. Opening reads the folder: do it before the loop has other work.

    Raises what :func:`routing.open_desk` raises.
    """
    return AsyncDesk(open_desk(url_or_path, serving=serving), ThreadPoolExecutor(threads, thread_name_prefix="repasse"))

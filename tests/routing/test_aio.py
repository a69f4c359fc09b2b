"""The async door: many moves at once, a loop that goes on meanwhile, one move for one key whatever its callers do."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from kit.stores import NOW, database  # noqa: F401
from kit.workspaces import make_workspace

from routing.aio import AsyncDesk, open_async_desk
from routing.domain.decision import Request

ADVANCE = Request(action="advance", actor="1;2")


@pytest.fixture
def run(database: str, tmp_path: Path) -> Callable[[Callable[[AsyncDesk], Awaitable[None]]], None]:
    """Runs a piece of work on a desk of twelve tickets."""
    folder = make_workspace(tmp_path / "pasta", 12, f'banco = "{database}"\n')

    def made(work: Callable[[AsyncDesk], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with open_async_desk(folder) as desk:
                await work(desk)

        asyncio.run(whole())

    return made


@contextmanager
def held(database: str) -> Iterator[None]:
    """Another program holds what a move writes: the file of SQLite, the tickets' rows of PostgreSQL."""
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(database) as other:
        other.execute("SELECT id FROM ticket FOR UPDATE")
        yield
        other.rollback()


def test_moves_go_on_beside_the_loop(run: Callable[..., None], database: str) -> None:
    """The loop beats on while every move waits for the database; a loop that waited too would hold the lock for ever."""

    async def work(desk: AsyncDesk) -> None:
        with held(database):
            moves = [asyncio.create_task(desk.move(f"1;1;{code}", ADVANCE, NOW)) for code in range(1, 13)]
            for _ in range(50):
                await asyncio.sleep(0.001)
            assert not any(one.done() for one in moves)
        plans = await asyncio.gather(*moves)
        assert [one.status for one in plans] == ["moved"] * 12
        assert len((await desk.tickets(step="2", limit=50))["tickets"]) == 12
        assert (await desk.show("1;1;1"))["ticket"]["version"] == 2
        assert (await desk.plan("1;1;2", Request(action="conclude", actor="1;4"), NOW)).status == "planned"

    run(work)


def test_a_call_given_up_is_done_once(run: Callable[..., None]) -> None:
    async def work(desk: AsyncDesk) -> None:
        request = Request(action="advance", actor="1;2", key="pedido-1")
        first = asyncio.create_task(desk.move("1;1;1", request, NOW))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        again = await asyncio.gather(*(desk.move("1;1;1", request, NOW) for _ in range(4)))
        assert {one.status for one in again} == {"moved"}
        assert (await desk.show("1;1;1"))["ticket"]["version"] == 2

    run(work)

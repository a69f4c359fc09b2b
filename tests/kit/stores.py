"""Fixtures that run a test on both databases, over the small workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from kit.servers import postgres_database
from kit.workspaces import make_workspace

from routing.desk.desk import Desk, open_desk

NOW = datetime(2026, 11, 24, 10, 0)
DATABASES = ("sqlite", "postgresql")

OpenDesk = Callable[..., Desk]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database of each kind, with the current schema or about to get it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'banco.sqlite'}"
        return
    with postgres_database() as url:
        yield url


@pytest.fixture
def desk_of(database: str, tmp_path: Path) -> Iterator[OpenDesk]:
    """Opens desks over a workspace whose ``banco`` is the database; all are closed at the end."""
    with ExitStack() as stack:

        def make(tickets: int = 3, settings: str = "", **options: str) -> Desk:
            folder = make_workspace(tmp_path / "pasta", tickets, f'banco = "{database}"\n{settings}', **options)
            return stack.enter_context(open_desk(folder))

        yield make


@pytest.fixture
def desk(desk_of: OpenDesk) -> Desk:
    """A desk with three tickets."""
    return desk_of()


@pytest.fixture
def sqlite_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite with six tickets."""
    with open_desk(make_workspace(tmp_path / "pasta", 6)) as opened:
        yield opened


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads enough for everybody who waits."""
    with ThreadPoolExecutor(8) as made:
        yield made


def until(what: Callable[[], object]) -> None:
    """Wait for something that is to be so soon."""
    end = monotonic() + 20
    while not what():
        assert monotonic() < end
        sleep(0.002)

"""Many tickets at once: which of them are there, and all of them a row at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select, tuple_

from routing.domain.model import Ticket
from routing.store import tables
from routing.store.engine import reading, snapshot
from routing.store.unit import Store

TOGETHER = 1_000
"""Rows that are read from the database at once."""
Key = tuple[int, int, int]


def present(store: Store, found: Sequence[Ticket]) -> set[Key]:
    """The keys of those that the store has."""
    columns = tables.ticket.c
    key = tuple_(columns.coligada, columns.locality, columns.code)
    wanted = [(one.coligada, one.locality, one.code) for one in found]
    with reading(store.engine) as connection:
        rows = connection.execute(select(columns.coligada, columns.locality, columns.code).where(key.in_(wanted)))
        return {(row[0], row[1], row[2]) for row in rows}


class Moment:
    """All tickets as they were at one moment."""

    def __init__(self, connection: Connection) -> None:
        """A transaction that sees that moment."""
        self.connection = connection

    def rows(self, *names: str) -> Iterator[dict[str, Any]]:
        """Some columns of every ticket, in the order in which they came."""
        columns = tables.ticket.c
        asked = select(*(columns[name] for name in names)).order_by(columns.id)
        for row in self.connection.execution_options(yield_per=TOGETHER).execute(asked).mappings():
            yield dict(row)


@contextmanager
def one_moment(store: Store) -> Iterator[Moment]:
    """Read all tickets as they are now, however long it takes."""
    with snapshot(store.engine) as connection:
        yield Moment(connection)

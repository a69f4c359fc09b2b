"""Recorded decisions with the histories of their tickets, some at a time, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, func, select

from routing.domain.model import HISTORIES
from routing.store import tables
from routing.store.engine import reading
from routing.store.tickets import HISTORY
from routing.store.unit import Store

TOGETHER = 200
"""Decisions read at once."""
COLUMNS = tables.decision.c
Histories = dict[str, list[tuple[int, Any]]]
"""The records of each history with the numbers of their rows, oldest first."""


def rows(store: Store, first: int, last: int | None, since: datetime | None, kind: int | None) -> Iterator[tuple[Any, Histories]]:
    """Each decision's row with the histories of its ticket as they are now."""
    start = first
    while True:
        query = (
            select(COLUMNS.id, COLUMNS.ticket_id, COLUMNS.answer, COLUMNS.rules, COLUMNS.people, COLUMNS.facts)
            .where(COLUMNS.id >= start)
            .order_by(COLUMNS.id)
            .limit(TOGETHER)
        )
        if last is not None:
            query = query.where(COLUMNS.id <= last)
        if since is not None:
            query = query.where(COLUMNS.at >= since)
        if kind is not None:
            query = query.join(tables.ticket, tables.ticket.c.id == COLUMNS.ticket_id).where(tables.ticket.c.type == kind)
        with reading(store.engine) as connection:
            found = connection.execute(query).all()
            histories = histories_of(connection, {row.ticket_id for row in found}) if found else {}
        if not found:
            return
        for row in found:
            yield row, histories.get(row.ticket_id, {})
        start = found[-1].id + 1


def histories_of(connection: Connection, ids: Iterable[int]) -> dict[int, Histories]:
    """The histories of some tickets."""
    wanted = list(ids)
    made: dict[int, Histories] = {}
    for name in HISTORIES:
        table, kind = HISTORY[name]
        columns = [table.c[field.name] for field in attrs.fields(kind)]
        query = select(table.c.id, table.c.ticket_id, *columns).where(table.c.ticket_id.in_(wanted)).order_by(table.c.id)
        for number, ticket, *values in connection.execute(query):
            made.setdefault(ticket, {}).setdefault(name, []).append((number, kind(*values)))
    return made


def bounds(store: Store) -> tuple[int, int]:
    """The first and the last number of a decision; (1, 0) when there is none."""
    with reading(store.engine) as connection:
        first, last = connection.execute(select(func.min(COLUMNS.id), func.max(COLUMNS.id))).one()
    return (1, 0) if first is None else (first, last)


def known_numbers(store: Store, among: Collection[int]) -> list[int]:
    """Which of some numbers are those of decisions, in order."""
    if not among:
        return []
    with reading(store.engine) as connection:
        return list(connection.execute(select(COLUMNS.id).where(COLUMNS.id.in_(among)).order_by(COLUMNS.id)).scalars())


def count_after(store: Store, number: int) -> int:
    """How many decisions there are behind a number."""
    with reading(store.engine) as connection:
        return int(connection.execute(select(func.count()).where(COLUMNS.id > number)).scalar() or 0)

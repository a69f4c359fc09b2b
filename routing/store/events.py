"""What happened, in the order of commits, without gaps that fill later.

An event is written in the transaction of what it tells, without a place: on PostgreSQL a number taken there could become visible
after a higher one. Places are given to what is committed when somebody reads, by one reader at a time; so whoever read up to a
place has seen all that is below it. Of one ticket the rows come in the order of its versions, since its moves wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, Insert, bindparam, func, insert, select, text, update

from routing.failures import StoreBusy
from routing.setting_hooks import EVENTS
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store, Unit

TICKET_MOVED, TICKET_CHANGED, TICKET_NOTED, MAIL_SENT, MAIL_FAILED, RULES_PUBLISHED = EVENTS
OF_ACTION: Mapping[str, str] = {
    **dict.fromkeys(("change", "annex", "relate", "unrelate"), TICKET_CHANGED), "note": TICKET_NOTED, "mail": TICKET_NOTED,
}  # fmt: skip
"""The type of an event by the action of its decision; every other one moves the ticket."""

AT_ONCE = 10_000
"""How many rows get their places in one transaction."""
PLACING = 725_001_412
"""PostgreSQL advisory lock: one reader gives places, the others wait."""

COLUMNS = tables.event.c
ROW_TYPES = {"type", "at", "ticket_id", "version", "data"}


@attrs.frozen
class Event:
    """One event. ``access_level`` and ``hands`` are those of its ticket now, for who may see it (S:139)."""

    id: int
    type: str
    at: datetime
    ticket: str | None
    decision: int | None
    data: Mapping[str, Any]
    access_level: int = 0
    hands: str = ""

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "id": self.id, "type": self.type, "at": self.at.isoformat(), "ticket": self.ticket, "decision": self.decision,
            "data": dict(self.data),
        }  # fmt: skip


def record(unit: Unit, kind: str, at: datetime, ticket_id: int, version: int, data: Mapping[str, Any]) -> None:
    """Write an event of a ticket within the transaction of a move."""
    row = {"type": kind, "at": at, "ticket_id": ticket_id, "version": version, "data": written(data)}
    unit.insert("event-insert", insert_event, [row])


def insert_event() -> Insert:
    """The row of an event."""
    return insert(tables.event).values({name: bindparam(name, type_=COLUMNS[name].type) for name in sorted(ROW_TYPES)})


def add(connection: Connection, kind: str, at: datetime, ticket_id: int | None, data: Mapping[str, Any]) -> None:
    """Write an event within another transaction: of a mail, or of rules."""
    connection.execute(insert(tables.event).values(type=kind, at=at, ticket_id=ticket_id, data=written(data)))


def written(data: Mapping[str, Any]) -> str:
    """The data as they are kept."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def read_after(store: Store, place: int, limit: int) -> list[Event]:
    """The events behind a place, at most ``limit``, in order. Where others write for so long that no places can be given, those
    that have theirs: the rest comes with a later question."""
    with suppress(StoreBusy):
        give_places(store)
    return placed_after(store, place, limit)


def placed_after(store: Store, place: int, limit: int) -> list[Event]:
    """Those that have their places already."""
    ticket, decision = tables.ticket.c, tables.decision.c
    joined = tables.event.outerjoin(tables.ticket, ticket.id == COLUMNS.ticket_id).outerjoin(
        tables.decision,
        (decision.ticket_id == COLUMNS.ticket_id) & (decision.version == COLUMNS.version) & (decision.version > 0),
    )
    asked = (
        select(
            COLUMNS.place, COLUMNS.type, COLUMNS.at, COLUMNS.data, ticket.coligada, ticket.locality, ticket.code,
            decision.id.label("decision"), ticket.access_level, ticket.holder,
        )
        .select_from(joined).where(COLUMNS.place > place).order_by(COLUMNS.place).limit(limit)
    )  # fmt: skip
    with reading(store.engine) as connection:
        return [event_of(row) for row in connection.execute(asked)]


def event_of(row: Any) -> Event:
    """A row as an event."""
    key = None if row.code is None else f"{row.coligada};{row.locality};{row.code}"
    hands = "" if row.holder is None else f"{row.holder.kind}:{row.holder.key}"
    return Event(row.place, row.type, row.at, key, row.decision, json.loads(row.data or "{}"), row.access_level or 0, hands)


def give_places(store: Store) -> int:
    """Number what was committed since, behind everything that has a place; how many rows that were."""
    given = 0
    while True:
        with reading(store.engine) as connection:
            if connection.execute(select(COLUMNS.id).where(text("place IS NULL")).limit(1)).first() is None:
                return given
        with writing(store.engine) as connection:
            rows = number_some(connection)
            connection.commit()
        given += len(rows)
        if len(rows) < AT_ONCE:
            return given


def number_some(connection: Connection) -> Sequence[int]:
    """Number at most :data:`AT_ONCE` rows, in one transaction that no other reader shares."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(PLACING)))
    rows: Sequence[int] = (
        connection.execute(select(COLUMNS.id).where(text("place IS NULL")).order_by(COLUMNS.id).limit(AT_ONCE)).scalars().all()
    )
    if rows:
        last = int(connection.execute(select(func.max(COLUMNS.place))).scalar() or 0)
        numbered = update(tables.event).where(COLUMNS.id == bindparam("row")).values(place=bindparam("number"))
        connection.execute(numbered, [{"row": row, "number": last + at} for at, row in enumerate(rows, start=1)])
    return rows

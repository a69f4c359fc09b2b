"""How far each address was told what happened: a row that one worker at a time has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, or_, select, update

from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store

LEASE = timedelta(seconds=120)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)
LONGEST_FAULT = 300
COLUMNS = tables.webhook.c


def take(store: Store, name: str, since: int) -> int | None:
    """The place of the last event an address took; None when it is another's, or not due."""
    now = datetime.now(UTC)
    with writing(store.engine) as connection:
        if connection.execute(select(COLUMNS.name).where(COLUMNS.name == name)).first() is None:
            connection.execute(insert(tables.webhook).values(name=name, place=since))
        free = [
            COLUMNS.name == name,
            or_(COLUMNS.lease_until.is_(None), COLUMNS.lease_until < now),
            or_(COLUMNS.next_at.is_(None), COLUMNS.next_at <= now),
        ]
        mine = connection.execute(update(tables.webhook).where(*free).values(lease_until=now + LEASE)).rowcount
        place = connection.execute(select(COLUMNS.place).where(COLUMNS.name == name)).scalar()
        connection.commit()
    return None if not mine or place is None else int(place)


def keep(store: Store, name: str, place: int, *, leave: bool) -> None:
    """An address took everything up to a place; ``leave`` gives it back to all workers."""
    until = None if leave else datetime.now(UTC) + LEASE
    change(store, name, place=place, attempts=0, next_at=None, fault="", lease_until=until)


def put_off(store: Store, name: str, place: int, fault: str) -> None:
    """Try again later: each time four times as late, up to an hour."""
    with reading(store.engine) as connection:
        attempts = int(connection.execute(select(COLUMNS.attempts).where(COLUMNS.name == name)).scalar() or 0)
    until = datetime.now(UTC) + min(FIRST_WAIT * 4 ** min(attempts, 10), LONGEST_WAIT)
    change(store, name, place=place, attempts=attempts + 1, next_at=until, lease_until=None, fault=fault[:LONGEST_FAULT])


def change(store: Store, name: str, **values: object) -> None:
    """Write the row of an address."""
    with writing(store.engine) as connection:
        connection.execute(update(tables.webhook).where(COLUMNS.name == name).values(**values))
        connection.commit()

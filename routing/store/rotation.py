"""Whose turn it was in each group: a pointer that only turns move on, in the transaction of the move that takes one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from routing.store.tables import rotation
from routing.store.unit import Unit

COLUMNS = rotation.c
BOUND = {column.name: bindparam(column.name, type_=column.type) for column in COLUMNS}


def last_turn(unit: Unit, group: str, *, lock: bool) -> str | None:
    """The member who had the latest turn. With a lock, on PostgreSQL, other moves that look at it wait for the end of this one;
    on SQLite nobody else writes meanwhile."""
    locked = lock and not unit.store.is_sqlite
    if locked:
        unit.insert("rotation-begin", lambda: begin(unit), [{"group": group, "member": ""}])
    asked = select(COLUMNS.member).where(COLUMNS.group == bindparam("key", type_=COLUMNS.group.type))
    rows = unit.rows(f"rotation-{locked}", lambda: asked.with_for_update() if locked else asked, {"key": group})
    return (rows[0][0] or None) if rows else None


def begin(unit: Unit) -> Insert:
    """A row to be locked, when a group has none yet."""
    return inserting(unit).values(BOUND).on_conflict_do_nothing()


def move_on(unit: Unit, turns: Iterable[tuple[str, str]]) -> None:
    """Remember who had the turn, by group."""

    def make() -> Insert:
        made = inserting(unit).values(BOUND)
        return made.on_conflict_do_update(index_elements=[COLUMNS.group], set_={"member": made.excluded.member})

    unit.insert("rotation-move-on", make, [{"group": group, "member": member} for group, member in turns])


def inserting(unit: Unit) -> sqlite.Insert | postgresql.Insert:
    """The INSERT of the database at hand, which knows what to do when the row is there."""
    return sqlite.insert(rotation) if unit.store.is_sqlite else postgresql.insert(rotation)

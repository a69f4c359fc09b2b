"""What people said of their presence (S:207): rows that are only added; the newest of somebody counts."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select

from routing.domain.presence import Presence
from routing.store import tables
from routing.store.unit import Asked, Unit

COLUMNS = tables.presence.c
ROW = (
    COLUMNS.attendant, COLUMNS.status, COLUMNS.start, COLUMNS.end, COLUMNS.substitute, COLUMNS.by, COLUMNS.at, COLUMNS.id,
)  # fmt: skip
NAMES = ("attendant", "status", "start", "end", "substitute", "by", "at", "number")


def ask_newest(unit: Unit) -> Asked:
    """Ask for the number of the newest word."""
    return unit.ask("presence-newest", lambda: select(func.max(COLUMNS.id)), {})


def newest(asked: Asked) -> int:
    """The number; 0 when nobody ever said anything."""
    return int(asked.rows()[0][0] or 0)


def said(unit: Unit, until: int | None = None, attendant: str = "") -> list[Presence]:
    """The words up to a number, oldest first; of one person, or of everybody."""
    wanted = [] if until is None else [COLUMNS.id <= bindparam("until", type_=COLUMNS.id.type)]
    wanted += [COLUMNS.attendant == bindparam("attendant", type_=COLUMNS.attendant.type)] if attendant else []
    values = {} if until is None else {"until": until}
    values |= {"attendant": attendant} if attendant else {}  # type: ignore[dict-item]
    name = f"presence-said {until is None} {bool(attendant)}"
    rows = unit.rows(name, lambda: select(*ROW).where(*wanted).order_by(COLUMNS.id), values)
    return [Presence(**dict(zip(NAMES, row, strict=True))) for row in rows]


def add(unit: Unit, word: Presence) -> None:
    """Keep a word."""
    row = {name: getattr(word, name) for name in NAMES if name != "number"}
    unit.insert(
        "presence-insert",
        lambda: insert(tables.presence).values({c.name: bindparam(c.name, type_=c.type) for c in COLUMNS if c.name != "id"}),
        [row],
    )

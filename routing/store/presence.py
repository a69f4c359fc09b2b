"""What people said of their presence (S:207) and of contacts (S:26-46): rows that are only added; the newest of somebody, or of a
contact, counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, insert, select, text

from routing.domain.clients import REPRESENTATIVE
from routing.domain.model import CLIENT_KINDS
from routing.domain.presence import Presence
from routing.store import tables
from routing.store.unit import Asked, Unit

COLUMNS, TICKET = tables.presence.c, tables.ticket.c
ROW = (
    COLUMNS.attendant, COLUMNS.status, COLUMNS.start, COLUMNS.end, COLUMNS.substitute, COLUMNS.by, COLUMNS.at, COLUMNS.contact,
    COLUMNS.name, COLUMNS.email, COLUMNS.id,
)  # fmt: skip
NAMES = ("attendant", "status", "start", "end", "substitute", "by", "at", "contact", "name", "email", "number")


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


def is_linked(unit: Unit, owner: str, contact: str) -> bool:
    """Whether a ticket has this contact of a client or representative."""
    kind, _, code = owner.partition(";")
    wanted: tuple[Any, ...]
    values: dict[str, Any] = {"code": code, "contact": contact}
    if kind == REPRESENTATIVE:
        wanted = (
            TICKET.representative == bindparam("code"), TICKET.representative_contact == bindparam("contact"), text(tables.NAMED),
        )  # fmt: skip
    else:
        kinds = {"kind": kind, "plain": "" if kind == CLIENT_KINDS[0] else kind}
        values |= kinds
        wanted = (
            TICKET.client_code == bindparam("code"), TICKET.client_contact == bindparam("contact"),
            TICKET.client_kind.in_([bindparam(name) for name in kinds]),
        )  # fmt: skip
    made = select(TICKET.id).where(*wanted).limit(1)
    return bool(unit.rows(f"contact-linked {kind == REPRESENTATIVE}", lambda: made, values))

"""Finding tickets by what comes due, in order of time, a page at a time; and what the clock put off.

Each question is answered from an index of its own, so that tickets whose time has not come cost nothing. What a row says is a guess
by times alone; :func:`routing.domain.due.due_things` decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import String, and_, bindparam, delete, exists, func, or_, select, text, tuple_, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from routing.domain.due import DEADLINE, EXPIRE, EXPIRED, REMIND, WAKE, hours_after
from routing.domain.model import ticket_of
from routing.domain.site import Site
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.tickets import COLUMNS, NO_HISTORIES, ROW, Stored
from routing.store.types import DayOrTime, WallClock
from routing.store.unit import Store, Unit

TICKET, PUT_OFF = tables.ticket.c, tables.postponed.c


@attrs.frozen
class Question:
    """Which tickets: those in a step (``type``, ``step``, ``told``) or with a day of their own, whose ``action`` may be due
    ``until`` a time; None asks without an end."""

    action: str
    until: datetime | None
    type: int = 0
    step: int = 0
    told: int = 0

    @property
    def column(self) -> Any:
        """What the tickets are in order of."""
        return {WAKE: TICKET.wake_up, DEADLINE: TICKET.deadline}.get(self.action, TICKET.entered_at)


@attrs.frozen
class Place:
    """Where a page ended."""

    at: Any
    id: int


def questions(site: Site, until: datetime | None) -> Iterator[Question]:
    """Everything that may be due until a time, by a site's steps and by the tickets' own days."""
    yield Question(WAKE, until)
    yield Question(DEADLINE, until)
    for kind in site.types.values():
        for step in kind.steps:
            if step.duration is None:
                continue
            for told in range(EXPIRED):
                remind = step.reminder is not None and not told
                hours = step.duration - (step.reminder or 0) if remind else step.duration
                before = None if until is None else hours_after(site, until, -hours)
                if until is None or before is not None:
                    yield Question(REMIND if remind else EXPIRE, before, kind.code, step.code, told)


def page(
    unit: Unit, asked: Question, most: int, after: Place | None = None, put_off: tuple[datetime, str] | None = None
) -> list[Stored]:
    """Tickets in order of time. ``put_off``, a time and the rules, leaves out what is to be tried again only later."""
    name = f"due-{asked.action}-{asked.until is not None}-{after is not None}-{put_off is not None}"
    values: dict[str, Any] = {"most": most}
    if asked.action not in (WAKE, DEADLINE):
        values |= {"type": asked.type, "step": asked.step, "told": asked.told}
    if asked.until is not None:
        values["until"] = asked.until
        if asked.action == DEADLINE:
            values["today"] = asked.until.date()
    if after is not None:
        values |= {"after_at": after.at, "after_id": after.id}
    if put_off is not None:
        values |= {"now": put_off[0], "rules": put_off[1], "action": asked.action}
    rows = unit.rows(name, lambda: statement(asked, after is not None, put_off is not None), values)
    return [Stored(row[0], ticket_of(NO_HISTORIES, dict(zip(COLUMNS, row[1:], strict=True)))) for row in rows]


def place_of(asked: Question, last: Stored) -> Place:
    """Where the next page begins."""
    return Place(getattr(last.ticket, asked.column.name), last.id)


def statement(asked: Question, after: bool, put_off: bool) -> ClauseElement:
    """The conditions of the index first, word for word."""
    column, own_day = asked.column, asked.action in (WAKE, DEADLINE)
    kind = DayOrTime() if own_day else WallClock()
    running = "ticket.status = 'G'" if asked.action == WAKE else f"ticket.{tables.RUNNING}"
    made = select(TICKET.id, *(TICKET[name] for name in COLUMNS)).where(text(running), column.is_not(None))
    if asked.action == DEADLINE:
        made = made.where(TICKET.deadline_told == text("0"))
    elif not own_day:
        names = {"type": TICKET.type, "step": TICKET.step, "told": TICKET.step_told}
        made = made.where(*(one == bindparam(name, type_=one.type) for name, one in names.items()))
    if asked.until is not None:
        made = made.where(column <= bindparam("until", type_=kind))
        if asked.action == DEADLINE:  # a day counts to its end
            whole = func.length(type_coerce(column, String)) > len("2026-11-24")
            made = made.where(or_(whole, column < bindparam("today", type_=kind)))
    if after:
        made = made.where(tuple_(column, TICKET.id) > tuple_(bindparam("after_at", type_=kind), bindparam("after_id", type_=ROW)))
    if put_off:
        waits = and_(
            PUT_OFF.ticket_id == TICKET.id,
            PUT_OFF.action == bindparam("action", type_=PUT_OFF.action.type),
            PUT_OFF.version == TICKET.version,
            PUT_OFF.rules == bindparam("rules", type_=PUT_OFF.rules.type),
            PUT_OFF.again_at > bindparam("now", type_=PUT_OFF.again_at.type),
        )
        made = made.where(~exists(select(PUT_OFF.ticket_id).where(waits)))
    return made.order_by(column, TICKET.id).limit(bindparam("most", type_=ROW))


@attrs.frozen
class PutOff:
    """Why something due was not done, and when it is tried again."""

    again_at: datetime
    reason: str
    version: int


def put_off(store: Store, number: int, waits: PutOff, action: str, now: datetime, rules: str) -> bool:
    """Try again later; False where another worker has just put the same off, who tells of it."""
    dialect = sqlite if store.is_sqlite else postgresql
    mine = [PUT_OFF.ticket_id == number, PUT_OFF.action == action]
    other = or_(PUT_OFF.version != waits.version, PUT_OFF.rules != rules, PUT_OFF.again_at <= now)
    with writing(store.engine) as connection:
        connection.execute(delete(tables.postponed).where(*mine, other))
        row = {"ticket_id": number, "action": action, "rules": rules, **attrs.asdict(waits)}
        made = dialect.insert(tables.postponed).values(row).on_conflict_do_nothing().returning(PUT_OFF.ticket_id)
        mine_now = connection.execute(made).first() is not None
        connection.commit()
    return mine_now


def reasons(store: Store, numbers: list[int]) -> dict[tuple[int, str], PutOff]:
    """What was put off of some tickets, by row and action."""
    columns = [PUT_OFF.ticket_id, PUT_OFF.action, PUT_OFF.again_at, PUT_OFF.reason, PUT_OFF.version]
    with reading(store.engine) as connection:
        rows = connection.execute(select(*columns).where(PUT_OFF.ticket_id.in_(numbers))).all()
    return {(row[0], row[1]): PutOff(*row[2:]) for row in rows}

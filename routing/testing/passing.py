"""Time that passes in a case: ``depois = "3 dias úteis"``, and what becomes due meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import attrs

from formula.context import Sentences
from formula.working_calendar import WorkingCalendar, add_working_days, add_working_hours
from routing.deciding.move import Watch
from routing.deciding.planner import plan as decide
from routing.domain.decision import Plan, Request
from routing.domain.due import EXPIRE, due_things, entered_at
from routing.domain.model import Ticket, changed
from routing.domain.names import plain
from routing.domain.site import Site

PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?) (minuto|hora|dia|semana)s?( util| uteis)?", re.ASCII)
UNITS = {"minuto": timedelta(minutes=1), "hora": timedelta(hours=1), "dia": timedelta(days=1), "semana": timedelta(weeks=1)}
MOST_DUE = 1_000
"""Due things within one waiting; a formula that keeps making something due ends there."""


@attrs.frozen
class Wait:
    """So many of a unit; ``working`` ones are those of the calendar."""

    count: Decimal
    unit: str
    working: bool


def spans_of(text: str) -> tuple[Wait, ...] | None:
    """``2 horas``, ``1 dia``, ``3 dias úteis``, ``1 dia útil e 4 horas úteis``; None for anything else. Working time is counted in
    days, hours and minutes, days in whole ones."""
    made = []
    for part in plain(text).split(" e "):
        found = PART.fullmatch(part.strip())
        if found is None:
            return None
        span = Wait(Decimal(found[1].replace(",", ".")), found[2], found[3] is not None)
        if span.working and (span.unit == "semana" or (span.unit == "dia" and span.count % 1)):
            return None
        made.append(span)
    return tuple(made) if any(one.count for one in made) else None


def time_after(calendar: WorkingCalendar, start: datetime, spans: tuple[Wait, ...]) -> datetime:
    """The moment when the time has passed; at the end of all calendars when it never does."""
    now = start
    try:
        for one in spans:
            if not one.working:
                now += float(one.count) * UNITS[one.unit]
            elif one.unit == "dia":
                now = datetime.combine(add_working_days(calendar, now.date(), int(one.count)), now.time())
            else:
                now = add_working_hours(calendar, now, one.count if one.unit == "hora" else one.count / 60)
    except OverflowError:
        return datetime.combine(date.max, start.time())
    return now


def present(ticket: Ticket, now: datetime) -> Ticket:
    """The ticket of a case, in its step since the case's clock at the latest."""
    entered = entered_at(ticket)
    return changed(ticket, entered_at=now) if entered is None or entered > now else ticket


def meanwhile(
    site: Site, ticket: Ticket, start: datetime, end: datetime, sentences: Sentences, watch: Watch | None, until: str = ""
) -> Iterator[Plan]:
    """What becomes due from one moment to another, each at its time, up to the first thing of a kind, which is left."""
    refused: set[str] = set()
    for _ in range(MOST_DUE):
        due = next((one for one in due_things(site, ticket) if one.at <= end and one.kind not in refused), None)
        if due is None or due.kind == until:
            return
        made = decide(site, ticket, Request(action=due.kind), max(due.at, start), sentences=sentences, watch=watch)
        if made.applies and made.after is not None:
            ticket = made.after
        else:
            refused.add(due.kind)
        yield made


def when_due(site: Site, ticket: Ticket, kind: str, end: datetime) -> datetime:
    """When the thing of a kind is due, at the latest at the end of the waiting."""
    return min([end, *(one.at for one in due_things(site, ticket) if one.kind == kind)])


NOTHING = Request(action=EXPIRE)
"""What is planned, and refused, when time passes and nothing becomes due."""

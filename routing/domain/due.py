"""What comes due by itself: a ticket's wake-up, the reminder and the end of its step, its deadline. Pure: a ticket and a site.

Times are those of the site's wall clock. A step's ``duracao`` counts working hours from entering it, whatever the status meanwhile;
a wake-up counts while the ticket is scheduled, a deadline until it was dealt with.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from formula.working_calendar import add_working_hours
from routing.domain.flow import CLOCK
from routing.domain.model import Step, Ticket, changed
from routing.domain.site import Site

WAKE, REMIND, EXPIRE, DEADLINE = "wake", "remind", "expire", "deadline"
REMINDED, EXPIRED = 1, 2
"""Values of a ticket's ``step_told``."""


@attrs.frozen(order=True)
class Due:
    """What comes due and when; ``kind`` is the clock's action. In order of time, then as people would do them."""

    at: datetime
    rank: int
    kind: str = attrs.field(order=False)


def due_things(site: Site, ticket: Ticket) -> list[Due]:
    """Everything that will come due, or is, as the ticket stands; earliest first. A type or step that is gone has no end."""
    found: list[tuple[str, datetime | None]] = []
    if ticket.status in CLOCK[WAKE].sources and ticket.wake_up is not None:
        found.append((WAKE, day_begin(ticket.wake_up)))
    step = site.step(ticket.type, ticket.step)
    if step is not None and ticket.status in CLOCK[EXPIRE].sources:
        found += step_things(site, step, ticket)
    if ticket.status in CLOCK[DEADLINE].sources and ticket.deadline is not None and not ticket.deadline_told:
        found.append((DEADLINE, deadline_end(ticket.deadline)))
    return sorted(Due(at, rank, kind) for rank, (kind, at) in enumerate(found) if at is not None)


def due_json(site: Site, ticket: Ticket) -> dict[str, Any]:
    """``{"due": [{"kind", "at"}]}``, earliest first, as ``show`` has it."""
    return {"due": [{"kind": one.kind, "at": one.at.isoformat()} for one in due_things(site, ticket)]}


def step_things(site: Site, step: Step, ticket: Ticket) -> list[tuple[str, datetime | None]]:
    """The reminder and the end of the step the ticket is in."""
    entered = entered_at(ticket)
    if step.duration is None or entered is None:
        return []
    found: list[tuple[str, datetime | None]] = []
    if step.reminder is not None and ticket.step_told < REMINDED:
        found.append((REMIND, hours_after(site, entered, step.duration - step.reminder)))
    if ticket.step_told < EXPIRED:
        found.append((EXPIRE, hours_after(site, entered, step.duration)))
    return found


def entered_at(ticket: Ticket) -> datetime | None:
    """Since when a ticket is in its step: as it was noted, or as its history tells; one that never moved, since it was opened."""
    if ticket.entered_at is not None:
        return ticket.entered_at
    return ticket.steps[-1].at if ticket.steps else ticket.opened_at


def in_step_since(site: Site, ticket: Ticket, now: datetime) -> Ticket:
    """A ticket that comes from elsewhere into a step that takes its time, and does not say since when it is there: since now."""
    step = site.step(ticket.type, ticket.step)
    if step is None or step.duration is None or entered_at(ticket) is not None:
        return ticket
    return changed(ticket, entered_at=now)


def hours_after(site: Site, start: datetime, hours: int) -> datetime | None:
    """The moment by which so many working hours have passed; None when that is past all calendars."""
    try:
        return add_working_hours(site.calendar, start, hours)
    except OverflowError:
        return None


def day_begin(value: date) -> datetime:
    """A time; of a day its first moment."""
    return value if isinstance(value, datetime) else datetime.combine(value, time.min)


def deadline_end(value: date) -> datetime:
    """When a deadline has passed: a day counts to its end."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time.max) if value == date.max else datetime.combine(value, time.min) + timedelta(days=1)


def shown_day(value: date) -> str:
    """``dd/mm/aaaa``, with the time where there is one."""
    made = f"{value.day:02}/{value.month:02}/{value.year:04}"
    return f"{made} {value.hour:02}:{value.minute:02}" if isinstance(value, datetime) else made


def lateness(at: datetime, now: datetime) -> timedelta | None:
    """How late something is done; None when that is within what a worker needs for its round."""
    late = now - at
    return late if late >= SOON else None


SOON = timedelta(minutes=5)

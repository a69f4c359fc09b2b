"""The smallest change of a ticket's data with which a move leads somewhere else: looked for among the values that its formulas
compare with, and found only by planning it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any

from formula.explaining.obstacles import data_read, literals
from formula.runtime.record import Record
from routing.deciding.formulas import Told
from routing.deciding.supposing import every_value, suppose
from routing.domain.decision import Plan
from routing.domain.model import PRIORITIES, Ticket
from routing.domain.site import Site
from routing.errors import RoutingError

MOST_PLANS, MOST_WORK, MOST_WITH_ROWS = 240, 200_000, 40
"""Plans that are tried at most; fewer for long runs, and for formulas that ask for rows."""
MOST_VALUES = 12
"""Values that are tried for one datum, and fewer in pairs."""

Leads = Callable[[Plan], bool]
Change = Mapping[str, Any]


def changes(site: Site, plan: Plan, leads: Leads, replan: Callable[[Ticket], Plan]) -> Change | None:
    """The first change with which the plan leads there: of one datum, nearest values first; else of two. None when none is found
    within the bounds."""
    ticket = plan.before or plan.request.draft
    if ticket is None:
        return None
    records = list(every_record(plan))
    left = budget(records)
    singles = list(candidates(site, ticket, records))
    for one in singles:
        if left <= 0:
            return None
        left -= 1
        if planned(site, ticket, one, leads, replan):
            return one
    for first, second in combinations(singles, 2):
        if set(first) & set(second):
            continue
        if left <= 0:
            return None
        left -= 1
        both = {**first, **second}
        if planned(site, ticket, both, leads, replan):
            return both
    return None


def planned(site: Site, ticket: Ticket, change: Change, leads: Leads, replan: Callable[[Ticket], Plan]) -> bool:
    """Whether the move leads there with a change; a value that a field does not take is none."""
    try:
        supposed = suppose(site, ticket, change)
    except RoutingError:
        return False
    return leads(replan(supposed))


def every_record(plan: Plan) -> Iterator[Record]:
    """The recorded runs of a plan, with those they called."""
    for part in plan.explanation.parts:
        if isinstance(part, Told):
            yield from part.record.all_records()


def budget(records: list[Record]) -> int:
    """How many plans may be tried: fewer for long runs."""
    work = 1 + sum(len(record) + len(record.recording.points) for record in records)
    most = min(MOST_PLANS, max(20, MOST_WORK // work))
    rows = any("EXECSQL" in record.source.text.upper() for record in records)
    return min(most, MOST_WITH_ROWS) if rows else most


def candidates(site: Site, ticket: Ticket, records: list[Record]) -> Iterator[Change]:
    """Changes of one datum, those of a smaller step first."""
    now = every_value(site, ticket)
    names: dict[str, None] = {}
    values: dict[tuple[type, Any], Any] = {}
    for record in records:
        names |= dict.fromkeys(name for name in data_read(record) if name in now or name in site.extra_fields)
        values |= {(type(value), value): value for value in literals(record)}
    written = list(values.values())
    for name in names:
        for value in around(name, now.get(name), written):
            yield {name: value}


def around(name: str, now: Any, written: list[Any]) -> list[Any]:
    """The values to try for a datum: for a number those at and beside the written ones, nearest first; for a text the written
    texts and none at all."""
    if name == "PRIORIDADE":
        return [one for one in PRIORITIES if one != now]
    number = as_number(now)
    if number is not None or now is None:
        found = {near for one in written if (limit := as_number(one)) is not None for near in (limit, limit + 1, limit - 1)}
        numbers: list[Any] = sorted(found - {number}, key=lambda one: (abs(one - (number or 0)), one))[:MOST_VALUES]
        made = [int(one) if one == one.to_integral_value() else one for one in numbers]
        if number is not None and not isinstance(now, str):
            return made
        return [*made, *texts(now, written)]
    return texts(now, written)


def texts(now: Any, written: list[Any]) -> list[Any]:
    """An empty text, and the written ones."""
    found = [one for one in written if isinstance(one, str) and one != now]
    none = [""] if now not in (None, "") else []
    return [*none, *(one for one in found if one)][:MOST_VALUES]


def as_number(value: Any) -> Decimal | None:
    """A number, also one that is written as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str):
        try:
            found = Decimal(value.strip())
        except InvalidOperation:
            return None
        return found if found.is_finite() else None
    return None

"""Changes by hand on a way: whoever may act on a ticket may set its fields to anything they take.

A change is not tried value by value. What is changed gets a free value of its own, which begins as the old one, so that one way
stands for every change and for none; a change that turns out to change nothing is left out when the way is gone again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import attrs

from formula.values import display
from routing.deciding.ticket_fields import NUMBER_FIELDS, TEXT_FIELDS
from routing.domain.decision import Request
from routing.domain.model import Step, Ticket, TicketType
from routing.domain.site import Site
from routing.proving.fields import CLOSED, ROWS, Free, Key, same, value_at
from routing.proving.guessing import FRESH
from routing.proving.rules import Looks
from routing.proving.terms import Assignment, Box, Term, boxed, constant, symbol, symbols_in

MARK = "@"
"""Stands between the name of a place and the number of the change that made its value free again."""


@attrs.frozen
class Changed(Request):
    """A change whose values are free: places with their new terms."""

    places: tuple[tuple[Key, Term], ...] = ()


def looked_at(free: Free, kind: TicketType, looks: Looks, event: str) -> tuple[Key, ...]:
    """The places of which the answer may depend on what stands there: those that formulas, conditions and obligatory items look
    at, and the one that the question asks about."""
    needed = {item.upper() for step in kind.steps for item in (*step.required, *step.required_on_exit)}
    needed |= {item.removeprefix("ACAO.") for item in needed if item.startswith("ACAO.")}
    made = []
    for table, name in free.terms:
        required = (f"PARAMETRO.{name}" if table == "parametro" else name) in needed
        if table == ROWS or required or looks.at(name) or event == f"{table}:{name}":
            made.append((table, name))
    return tuple(made)


def ahead(site: Site, kind: TicketType, code: int | None) -> TicketType:
    """A type with what may still happen to a ticket in a step: the steps that follow, and of its own what does not happen on
    entering, unless it may be entered again. The type's own formula may run anywhere."""
    steps = {step.code: step for step in kind.steps}
    if code not in steps:
        return kind
    reached: dict[int, None] = {}
    waiting = [code]
    while waiting:
        here = waiting.pop()
        approval = steps[here].approval
        back = (approval.on_reject,) if approval is not None and approval.on_reject in steps else ()
        for step in (*site.ways(kind.code, here), *back):
            if step is not None and step not in reached:
                reached[step] = None
                waiting.append(step)
    listed = [step for step in kind.steps if step.code in reached]
    if code not in reached:
        listed.append(attrs.evolve(steps[code], on_entry=()))
    return attrs.evolve(kind, steps=tuple(listed))


def scripted(way: Sequence[Request]) -> list[Request]:
    """The moves of a way, but for changes by hand that others are made after."""
    return [one for place, one in enumerate(way) if not isinstance(one, Changed) or place == len(way) - 1]


def written_name(place: Key) -> str:
    """A place as a change names it."""
    table, name = place
    return f"PARAMETRO.{name}" if table == "parametro" else name


def written_value(value: Any) -> str | None:
    """A value as a person writes it in a change; None empties the field."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "sim" if value else "não"
    return display(value)


def fresh(term: Term, number: int) -> Term:
    """A free value of the same kind for what a change sets."""
    return symbol(f"{plain_name(term[1])}{MARK}{number}", term[2])


def plain_name(name: str) -> str:
    """A free value's name without the number of its change."""
    return name.partition(MARK)[0]


def settled(request: Request, ticket: Ticket, given: Assignment) -> Request | None:
    """A move as somebody makes it: of a change the values that differ; None when nothing does."""
    if not isinstance(request, Changed):
        return request
    wanted = [(place, given.get(term[1])) for place, term in request.places]
    pairs = tuple((written_name(place), written_value(value)) for place, value in wanted if not kept(ticket, place, value))
    return Request(action="change", actor=request.actor, set=pairs) if pairs else None


def kept(ticket: Ticket, place: Key, value: Any) -> bool:
    """Whether a place has this value already; an empty standard field is its neutral value."""
    old = value_at(ticket, place)
    if value is None and place[0] == "campo" and place[1] in {*TEXT_FIELDS, *NUMBER_FIELDS}:
        value = "" if place[1] in TEXT_FIELDS else 0
    return same(old, value)


def taken(request: Changed, ticket: Ticket, given: Assignment) -> bool:
    """Whether the ticket has what the change was to set."""
    return all(kept(ticket, place, given.get(term[1])) for place, term in request.places)


def another(place: Key, term: Term, old: Any) -> Any:
    """A value that the place may have and does not."""
    words = CLOSED.get(place[1]) if place[0] == "campo" else None
    if words is not None:
        return next(word for word in words if word and word != old)
    if term[2] == "bool":
        return not old
    if term[2] == "text":
        return FRESH if old != FRESH else f"{FRESH} 2"
    if term[2] == "date":
        return datetime(2026, 11, 24) if old != datetime(2026, 11, 24) else datetime(2026, 11, 25)
    return (old or 0) + 1


def differing(term: Term, new: Term, old: Any) -> Term | None:
    """The condition under which a change changes something, as far as it can be told."""
    if old is None:
        return ("not", ("empty", new))
    if term[0] == "opaque" or isinstance(old, bool):
        return None
    return ("not", ("tis" if isinstance(old, str) else "=", new, term if term[0] == "s" else constant(old)))


# -- what still matters ------------------------------------------------------------------------------


def living(conditions: Iterable[Term], store: Mapping[Key, Term], free: Free, places: Iterable[Key]) -> tuple[Term, ...]:
    """The conditions that say something of what the ticket now has at some places: those of values that were overwritten, and of
    those that nobody looks at any more, are left out, unless they tie them to others."""
    listed = list(conditions)
    alive = {one[1] for place in places for one in symbols_in(store.get(place, free.terms[place]))}
    names = [frozenset(one[1] for one in symbols_in(condition)) for condition in listed]
    reached = {name for group in names for name in group if name in alive}
    while True:
        more = {name for group in names if group & reached for name in group} - reached
        if not more:
            break
        reached |= more
    return tuple(one for one, group in zip(listed, names, strict=True) if group & reached or not group)


def unnumbered(store: Mapping[Key, Term]) -> dict[str, str]:
    """New names of the free values that changes made: how many there were before does not matter."""
    return {
        one[1]: plain_name(one[1]) + MARK for term in store.values() for one in symbols_in(term) if MARK in one[1]
    }  # fmt: skip


def renamed(term: Term, names: Mapping[str, str], boxes: dict[Box, Term] | None = None) -> Term:
    """A term with free values under other names; ``boxes`` keeps those that were renamed."""
    if term[0] == "s":
        return ("s", names.get(term[1], term[1]), term[2])
    if term[0] == "v" or not names:
        return term
    if term[0] == "let":
        box: Box = term[1]
        boxes = {} if boxes is None else boxes
        if box not in boxes:
            boxes[box] = boxed(renamed(box.term, names, boxes)) if any(one[1] in names for one in box.symbols) else term
        return boxes[box]
    if term[0] == "opaque":
        return ("opaque", tuple(renamed(one, names) for one in term[1]))
    boxes = {} if boxes is None else boxes
    return (term[0], *(renamed(part, names, boxes) if isinstance(part, tuple) else part for part in term[1:]))


# -- what must be filled ---------------------------------------------------------------------------


def place_of(item: str) -> Key:
    """Where an obligatory item stands."""
    if item.upper().startswith("PARAMETRO."):
        return ("parametro", item.upper().removeprefix("PARAMETRO."))
    return ("campo", item.upper())


def required_items(chain: Sequence[Step]) -> Iterator[str]:
    """What must be filled to go along some steps."""
    for left, entered in pairwise(chain):
        yield from (*left.required, *left.required_on_exit, *entered.required)

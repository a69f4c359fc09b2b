"""Regions: what is left to see beside one that was seen, and all of one formula alone, for formulas that no type uses and for
comparing two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from formula.context import Context
from formula.limits import Limits
from formula.outcome import Outcome
from routing.deciding.ticket_fields import seen_fields, seen_parameters
from routing.domain.model import Ticket, changed
from routing.domain.people import NoWorkload, SiteDirectory
from routing.domain.site import Site
from routing.messages import message
from routing.proving.fields import CLOCK, ROWS, Free, FreeRows, first_values, same, ticket_with, value_at
from routing.proving.pairs import Beyond, Shadow, Told
from routing.proving.shadow import follow
from routing.proving.solver import Solver
from routing.proving.surroundings import first_surroundings
from routing.proving.terms import Term, negated
from routing.proving.tracking import agree

if TYPE_CHECKING:
    from formula.engine import Rule

MOST = 3_000
MOST_PINS = 12
"""How many values a pinned condition is tried with."""


@attrs.frozen(eq=False)
class Turn:
    """Free values to try, and what tells the tickets that are still to be seen from those seen before."""

    given: Mapping[str, Any]
    assumed: tuple[Term, ...] = ()


@attrs.frozen(eq=False)
class Region:
    """A way through one or more formulas: the ticket that took it, how each ended, and the conditions."""

    ticket: Ticket
    given: Mapping[str, Any]
    told: tuple[Told | None, ...]
    outcomes: tuple[Outcome, ...]
    shadow: Shadow


def context_of(site: Site, ticket: Ticket, now: datetime) -> Context:
    """What a formula sees of a ticket outside a move."""
    person = site.people.attendants.get(ticket.opener)
    return Context(
        fields=seen_fields(site, ticket),
        parameters=seen_parameters(site, ticket),
        now=now,
        user=(person.user or person.key) if person is not None else "",
        coligada=ticket.coligada,
        functions=site.stand_ins,
        memories=site.memories,
        formulas=site.formula_texts,
        directory=SiteDirectory(site.people, NoWorkload()),
    )


def regions(
    pairs: tuple[tuple[Site, Rule], ...],
    base: Ticket,
    free: Free,
    solver: Solver,
    now: datetime,
    deadline: float,
    left_out: dict[str, None],
) -> Iterator[Region]:
    """The regions of some rules run for the same ticket, one after another; ``left_out`` gathers what was not followed."""
    todo = [Turn({**first_values(free), **first_surroundings(base, seen_fields(pairs[0][0], base), now, free)})]
    count = 0
    while todo:
        turn = todo.pop()
        count += 1
        if count > MOST or monotonic() > deadline:
            left_out.setdefault(message("o tempo acabou antes de todos os casos"))
            return
        region = run_all(pairs, ticket_with(changed(base), free, turn.given), turn.given, free, now, left_out)
        yield region
        for wanted, pinned, why in rest_of((), region.shadow, turn):
            if monotonic() > deadline:
                left_out.setdefault(message("o tempo acabou antes de todos os casos"))
                return
            found = solver.solve((*free.bounds(wanted), *wanted), turn.given, until=deadline)
            if found.answer == "unsat":
                continue
            if found.values is None or pinned > MOST_PINS:
                left_out.setdefault(why or message("uma condição não se deixou virar"))
                continue
            todo.append(Turn(found.values, wanted))


def run_all(
    pairs: tuple[tuple[Site, Rule], ...],
    ticket: Ticket,
    given: Mapping[str, Any],
    free: Free,
    now: datetime,
    left_out: dict[str, None],
) -> Region:
    """One ticket through all rules."""
    clock = free.terms.get(CLOCK)
    now = now if clock is None else given[clock[1]]

    def symbol_of(table: str, key: str, raw: Any) -> Term | None:
        term = free.terms.get((table, key))
        if table == ROWS:
            return term if term is not None and same(given.get(term[1]), raw) else None
        if (table, key) == CLOCK:
            return clock
        return term if term is not None and same(value_at(ticket, (table, key)), raw) else None

    shadow = Shadow(symbol_of)
    shadow.value_of = lambda term: given.get(term[1])
    told: list[Told | None] = []
    outcomes: list[Outcome] = []
    for site, rule in pairs:
        context = attrs.evolve(context_of(site, ticket, now), sentences=FreeRows(free, given))
        limits: Limits = site.policy.limits
        outcome = rule.run(context, limits)
        outcomes.append(outcome)
        try:
            one: Told | None = follow(rule, context, limits, shadow)
        except Beyond as beyond:
            one = None
            if outcome.status == "ok":
                left_out.setdefault(beyond.why)
        if one is not None and not agree(one, outcome):
            left_out.setdefault(message("a fórmula {codigo} não se deixou seguir com exatidão", codigo=rule.source.name))
            one = None
        told.append(one)
    return Region(ticket, given, tuple(told), tuple(outcomes), shadow)


def rest_of(before: Sequence[Term], shadow: Shadow, turn: Turn) -> Iterator[tuple[tuple[Term, ...], int, str]]:
    """The parts of a turn's tickets that go another way than the one seen: their conditions, how many values were tried there
    when one is pinned, and why it is. What goes against the turn's own conditions was not meant to be seen, and what was meant is
    still to be: that is told as left out."""
    done: list[Term] = []
    for position, one in enumerate(shadow.conditions):
        if one in before or one in turn.assumed:
            continue
        other = negated(one)
        pinned = position in shadow.pinned
        tried = sum(1 for old in turn.assumed if old[0] == "not" and old[1][:2] == one[:2]) + 1 if pinned else 0
        if other in turn.assumed or other in before:
            yield (*turn.assumed, *done), MOST_PINS + 1, message("uma situação calculada não tomou o caminho previsto")
            return
        yield (*turn.assumed, *done, other), tried, shadow.reasons.get(position, "")
        done.append(one)

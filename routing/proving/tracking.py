"""Formulas that the planner runs are followed beside it: what they met, and what they change on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from formula.effects import AddRequest, AddSolution, ChangeFields, Return
from formula.outcome import Outcome
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.messages import message
from routing.proving.fields import ROWS, Free, Key, same, value_at
from routing.proving.pairs import Beyond, Pair, Shadow, Told
from routing.proving.shadow import follow
from routing.proving.terms import Term, constant, symbols_in

if TYPE_CHECKING:
    from formula.context import Context
    from formula.engine import Rule
    from formula.limits import Limits
    from formula.runtime.record import Record

Store = tuple[tuple[Key, Term], ...]
"""What stands in a ticket's places where it is not the free value the ticket began with."""


class Watched:
    """A rule that, when the planner runs it, is also followed."""

    def __init__(self, rule: Rule, tracker: Tracker) -> None:
        """``tracker`` gathers what is met."""
        self.rule = rule
        self.tracker = tracker

    def record(self, context: Context, limits: Limits) -> Record:
        """Run for the planner, and follow."""
        record = self.rule.record(context, limits)
        self.tracker.follow(self.rule, context, limits, record.outcome)
        return record


class Tracker:
    """What one move met: the shadow of all its formulas, and what they change on the way."""

    def __init__(
        self,
        free: Free,
        store: Store,
        ticket: Ticket,
        deciding: frozenset[str],
        given: Mapping[str, Any],
        ticking: bool,
        joins: frozenset[str] | None = None,
    ) -> None:
        """``deciding`` are formulas whose value the planner reads."""
        self.free = free
        self.given = given
        self.store: dict[Key, Term] = dict(store)
        self.ticket = ticket
        self.changing: set[Key] = set()
        self.deciding = deciding
        self.shadow = Shadow(self.symbol_of)
        self.shadow.value_of = lambda term: given.get(term[1])
        self.ticking = ticking
        self.shadow.joins = joins
        self.returns = False

    def symbol_of(self, table: str, key: str, raw: Any) -> Term | None:
        """The term at a place; None when all tickets of the region have the same there."""
        place = (table, key)
        if table == ROWS:
            row = self.free.terms.get(place)
            return row if row is not None and same(self.given.get(row[1]), raw) else None
        term = self.store.get(place, self.free.terms.get(place))
        if term is None or term[0] == "v":
            return None
        old = value_at(self.ticket, place)
        if not same(old, raw):
            return None
        if place in self.changing:
            self.shadow.pin(Pair(raw, term), message("o campo {campo} muda no meio do movimento", campo=key))
        return term

    def follow(self, rule: Rule, context: Context, limits: Limits, outcome: Outcome) -> None:
        """Follow a run, and compare the two."""
        code = rule.source.name.upper()
        try:
            told = follow(rule, context, limits, self.shadow)
        except Beyond as beyond:
            if outcome.status == "ok":
                self.shadow.beyond.append(beyond.why)
            return
        if not agree(told, outcome):
            self.shadow.beyond.append(message("a fórmula {codigo} não se deixou seguir com exatidão", codigo=code))
            return
        if code in self.deciding:
            self.shadow.pin(
                told.value, message("o destino que a fórmula {codigo} calcula só foi tentado com alguns valores", codigo=code)
            )
        for effect in outcome.effects:
            if isinstance(effect, ChangeFields):
                self.changing |= {("campo", name.strip().upper()) for name in effect.fields}
                self.changing |= {("parametro", name.strip().upper()) for name in effect.parameters}
                if ("campo", "CLASSIFICACAO") in self.changing:
                    self.changing.add(("campo", "NIVELACESSO"))
            elif isinstance(effect, AddRequest):
                self.changing.add(("campo", "SOLICITACAO"))
            elif isinstance(effect, AddSolution):
                self.changing.add(("campo", "SOLUCAO"))
            elif isinstance(effect, Return):
                self.returns = True

    def stored(self, after: Ticket) -> Store:
        """The places after the move."""
        made = dict(self.store)
        for place in self.changing:
            term = made.get(place, self.free.terms.get(place))
            if term is None:
                continue
            if place[1] in {"SOLICITACAO", "SOLUCAO"} and term[0] != "v" and value_at(self.ticket, place):
                made[place] = ("opaque", tuple(dict.fromkeys(symbols_in(term))))
            else:
                made[place] = constant(value_at(after, place))
        return tuple(sorted(made.items(), key=lambda item: item[0]))


def agree(told: Told, outcome: Outcome) -> bool:
    """Whether following gave what the engine gave."""
    if told.status != outcome.status:
        return False
    if told.status != "ok":
        return True
    return same(told.value.value, outcome.value) and told.effects == outcome.effects


def judged(rule: Rule, tracker: Tracker, site: Site) -> tuple[bool, Shadow]:
    """Whether ``quando`` holds for a ticket, and what it met; one that faults does not hold."""
    from formula.context import Context
    from routing.deciding.ticket_fields import seen_fields, seen_parameters

    ticket = tracker.ticket
    parameters = seen_parameters(site, ticket)
    fields = {**parameters, **seen_fields(site, ticket)}
    context = Context(fields=fields, parameters=parameters, coligada=ticket.coligada, now=ticket.opened_at, calendar=site.calendar)
    shadow = tracker.shadow
    before = shadow.symbol_of

    def symbol_of(table: str, key: str, raw: Any) -> Term | None:
        if table == "campo" and ("campo", key) not in tracker.free.terms:
            return before("parametro", key, raw)
        return before(table, key, raw)

    shadow.symbol_of = symbol_of
    try:
        told = follow(rule, context, site.policy.limits, shadow)
    except Beyond as beyond:
        shadow.beyond.append(beyond.why)
        return False, shadow
    value = told.value
    if value.term is not None:
        shadow.pin(value, "")
    return told.status == "ok" and bool(value.value), shadow

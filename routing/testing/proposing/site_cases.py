"""Cases that would notice a change of a type or of a directory: moves that are decided otherwise with it, kept as cases that pass
with the workspace as it is and fail with the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from routing.deciding.planner import plan as decide
from routing.domain.decision import Plan, Request
from routing.domain.due import due_things
from routing.domain.model import HISTORIES, Ticket, TicketType, changed
from routing.domain.site import Site
from routing.exchange.cases import StandInSentences, case_text, flow_text
from routing.testing.bench import Bench, ticket_of
from routing.testing.case import DEFAULT_NOW, Case
from routing.testing.keeping import Unkeepable, last_case, verified
from routing.testing.observed import Observed
from routing.testing.run import PASSED, observe_moves, run_case
from routing.workspace.toml_text import toml

MOST_MOVES, MOST_TICKETS, MOST_ACTORS, MOST_KEPT = 1_500, 4, 3, 8
"""Moves that are looked at, tickets of a type and people of a ticket that they are made of, and moves kept on trial."""
NAME = "proposta"


@attrs.frozen(eq=False)
class Moved:
    """A move, with the rows of sentences that its case stands in for, and what came of it."""

    ticket: Ticket
    request: Request
    now: datetime
    rows: Mapping[str, Any]
    plan: Plan


@attrs.define(eq=False)
class Moves:
    """The moves that may be made in a type, as the cases and the sample tickets show it; found once for all its changes."""

    bench: Bench
    kind: TicketType
    cases: Sequence[Case]
    found: list[Moved] | None = None

    def all(self) -> list[Moved]:
        """All of them."""
        if self.found is None:
            self.found = list(islice(self.made(), MOST_MOVES))
        return self.found

    def made(self) -> Iterator[Moved]:
        """Each move with its plan."""
        for ticket, now, rows in self.variants():
            for request, at in asked(self.bench.site, self.kind, ticket, now):
                yield Moved(ticket, request, at, rows, decided(self.bench.site, ticket, request, at, rows))

    def variants(self) -> Iterator[tuple[Ticket, datetime, Mapping[str, Any]]]:
        """The tickets, each in every step of the type, and without what the step and those after it demand."""
        for ticket, now, rows in islice(self.tickets(), MOST_TICKETS):
            yield self.of_client(ticket), now, rows
            for step in self.kind.steps:
                moved = changed(ticket, step=step.code, status=ticket.status or "A", entered_at=now)
                yield moved, now, rows
                after = {step.code, *(edge.to_step for edge in self.kind.edges if edge.from_step == step.code)}
                wanted = [name for one in self.kind.steps if one.code in after for name in (*one.required, *one.required_on_exit)]
                yield from ((lacking(moved, name), now, rows) for name in dict.fromkeys(wanted))

    def of_client(self, ticket: Ticket) -> Ticket:
        """The ticket with a client who has an address, where it has no client."""
        clients = self.bench.site.people.clients.values()
        client = next((one for one in clients if one.active and one.email), None)
        if ticket.client_code or client is None:
            return ticket
        return changed(ticket, client_kind=client.kind, client_code=client.code)

    def tickets(self) -> Iterator[tuple[Ticket, datetime, Mapping[str, Any]]]:
        """Those of the cases that stand in for no people or formulas, then the sample tickets; alike ones once."""
        seen: set[str] = set()
        site = self.bench.site
        for case in self.cases:
            context = case.given.context
            if not case.moves or self.bench.people(case.given) is not site.people or context.formulas or context.functions:
                continue
            ticket, faults = ticket_of(self.bench, case)
            if ticket is not None and ticket.type == self.kind.code and not faults and told(ticket) not in seen:
                seen.add(told(ticket))
                yield bare(ticket), context.now or DEFAULT_NOW, context.sql
        for ticket in site.tickets.values():
            if ticket.type == self.kind.code and told(ticket) not in seen:
                seen.add(told(ticket))
                yield bare(ticket), DEFAULT_NOW, {}


def told(ticket: Ticket) -> str:
    """What tells tickets apart."""
    return repr((ticket.parameters, ticket.fields, ticket.priority, ticket.opener))


def bare(ticket: Ticket) -> Ticket:
    """A ticket without its histories, which no case keeps."""
    return changed(ticket, **dict.fromkeys(HISTORIES, ()))


def lacking(ticket: Ticket, name: str) -> Ticket:
    """The ticket without what a step demands."""
    plain = name.removeprefix("PARAMETRO.")
    if plain in ticket.parameters:
        return changed(ticket, parameters={**ticket.parameters, plain: None})
    if plain in ticket.fields:
        return changed(ticket, fields={**ticket.fields, plain: None})
    attribute = SUBJECTS.get(plain)
    return ticket if attribute is None else changed(ticket, **{attribute: ""})


SUBJECTS = {"ASSUNTO": "subject", "SOLICITACAO": "request", "SOLUCAO": "solution"}
"""Texts of a ticket that steps demand."""


def asked(site: Site, kind: TicketType, ticket: Ticket, now: datetime) -> Iterator[tuple[Request, datetime]]:
    """What may be asked of a ticket: its opening, every way on, the end, and what becomes due."""
    ways = [edge.to_step for edge in kind.edges if edge.from_step == ticket.step]
    for actor in actors(site, ticket):
        yield Request(action="open", actor=actor, draft=changed(ticket, status="", step=None, entered_at=None, version=0)), now
        for step in ways:
            yield Request(action="advance", to=step, actor=actor), now
        yield Request(action="conclude", actor=actor), now
    for due in due_things(site, ticket):
        yield Request(action=due.kind), max(now, due.at)


def actors(site: Site, ticket: Ticket) -> list[str]:
    """Who has the ticket or may take it, and who opened it."""
    holder, people = ticket.holder, site.people
    keys: list[str] = []
    if holder is not None and holder.kind == "attendant":
        keys.append(holder.key)
    elif holder is not None and holder.key in people.groups:
        keys += people.groups[holder.key].members[:1]
    keys.append(ticket.opener)
    keys += [one.key for one in people.attendants.values() if one.active and one.rights]
    return [key for key in dict.fromkeys(keys) if key in people.attendants][:MOST_ACTORS]


def decided(site: Site, ticket: Ticket, request: Request, now: datetime, rows: Mapping[str, Any]) -> Plan:
    """What a site does with a move."""
    opened = request.draft is not None
    return decide(site, None if opened else ticket, request, now, sentences=StandInSentences(rows), key=ticket.key)


def picture(site: Site, plan: Plan) -> dict[str, Any]:
    """What somebody sees of a plan."""
    return Observed(site, 1, plan.now, plan=plan, people=site.people).picture()


def noticing_move(moves: Moves, other: Bench, place: Path) -> str:
    """The text of a case of a move on which the workspace and a changed one differ; nothing when none was found."""
    tried = 0
    for one in moves.all():
        then = decided(other.site, one.ticket, one.request, one.now, one.rows)
        if picture(other.site, then) == picture(moves.bench.site, one.plan):
            continue
        found = perceiving([one.plan], one.rows, moves.bench, other, place)
        tried += 1
        if found or tried >= MOST_KEPT:
            return found
    return ""


def noticing_again(case: Case, bench: Bench, other: Bench, place: Path) -> str:
    """The moves of a case up to the first that a changed workspace decides otherwise, with all that came of it; nothing where that
    cannot be kept."""
    site, then = bench.site_for(case.given), other.site_for(case.given)
    ticket, faults = ticket_of(bench, case)
    if ticket is None or faults or not case.moves or site is not bench.site:
        return ""
    plans: list[Plan] = []
    for (_, now), (_, later) in zip(observe_moves(case, site, ticket), observe_moves(case, then, ticket), strict=True):
        assert now.plan is not None
        plans.append(now.plan)
        if now.picture() != later.picture():
            return perceiving(plans, case.given.context.sql, bench, other, place)
    return ""


def perceiving(plans: Sequence[Plan], rows: Mapping[str, Any], bench: Bench, other: Bench, place: Path) -> str:
    """Plans as a case that passes and fails with the change: as ``repasse case`` writes it, then with what is said too."""
    tables = {"sql": {code: {"linhas": list(given)} for code, given in rows.items()}} if rows else {}
    last = plans[-1]
    said = [f"mensagem = {toml(str(last.reason.message))}"] if last.reason is not None else []
    if last.applies:
        said.append(f"discussao = {toml([entry.text for entry in last.entries])}")
        said.append(f"avisos = {toml([warning.code for warning in last.warnings])}")
    for also in ((), said):
        text = case_text(last, NAME, tables, also=also) if len(plans) == 1 else flow_text(plans, NAME, tables, also=also)
        try:
            verified(text, bench, place, "")
        except Unkeepable:
            continue
        if run_case(last_case(text, place), other).status != PASSED:
            return text
    return ""

"""The questions that need no file: a formula never fails, always gives a destination, has no dead branch; a flow always can
end; nobody approves what he opened himself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import attrs

from formula.diagnostics import FormulaError
from formula.messages import Message
from formula.reading.tree import If, While, every_statement
from routing.domain.approvals import APPROVE, spoken
from routing.domain.decision import Plan
from routing.domain.flow import TERMINAL
from routing.domain.model import Step, Ticket, TicketType
from routing.domain.owners import owner_of
from routing.domain.site import Site, formula_codes
from routing.messages import message
from routing.proving.acting import asking
from routing.proving.answers import Answer
from routing.proving.events import failed_formula, happened, no_destination
from routing.proving.exploring import Arrival, Explored, Explorer, State
from routing.proving.fields import assumed_rows, free_values
from routing.proving.property import Event, Property
from routing.proving.proving import MOST_DAYS, NOW, all_assumed, days_left_out, days_of, explorer_of, held, replayed
from routing.proving.regions import Region, regions
from routing.proving.rules import looks_alone, looks_of
from routing.proving.solver import Solver
from routing.proving.surroundings import sample_tickets, shown, with_surroundings
from routing.proving.terms import Term, conjunction

KINDS = ("fault", "no_destination", "dead_branch", "can_end", "own_approval")
DECIDING = frozenset({"atendente", "grupo", "formula", "rodizio", "menorcarga"})
"""Kinds of handoff that choose somebody who decides."""

Telling = Callable[[Explored], None]


@attrs.define(eq=False)
class Survey:
    """What one look at all ways of a type found, for all built-in questions."""

    faults: dict[str, Arrival] = attrs.field(factory=dict)
    nowhere: dict[str, Arrival] = attrs.field(factory=dict)
    stuck: Arrival | None = None
    leads: dict[Any, set[Any]] = attrs.field(factory=dict)
    ends: set[Any] = attrs.field(factory=set)
    arrivals: dict[Any, Arrival] = attrs.field(factory=dict)
    moves: dict[int, tuple[State, list[tuple[tuple[Term, ...], Any]]]] = attrs.field(factory=dict)
    """Of each state where it can go, and under which conditions beyond its own."""


def answer_builtin(
    site: Site, solver: Solver, *, formula: str = "", now: datetime = NOW, within: float = 10.0, told: Telling = lambda seen: None
) -> Iterator[Answer]:
    """Every built-in answer, type by type, then for formulas that no type uses; ``formula`` asks about one only."""
    wanted = formula.upper()
    used: set[str] = set()
    branches: set[tuple[str, int, bool]] = set()
    reports: list[Report] = []
    for kind in site.types.values():
        codes = looks_of(site, kind).codes
        used |= codes
        if wanted and wanted not in codes:
            continue
        report = surveyed(site, kind, solver, now, within, told)
        for explorer, _ in report.looks:
            branches |= explorer.explored.branches
        reports.append(report)
    for report in reports:
        yield from formula_answers(site, report, wanted)
        if not wanted:
            yield can_end(site, report)
            yield own_approval(site, report.kind, solver, now, within, told)
    yield from dead_branches(site, reports, branches, wanted)
    for code in site.formulas:
        if code not in used and (not wanted or wanted == code):
            yield from alone(site, code, solver, now, within)


@attrs.frozen(eq=False)
class Report:
    """A type looked at on each day that differs in who is absent; ``left`` is what no day shows."""

    kind: TicketType
    looks: tuple[tuple[Explorer, Survey], ...]
    seconds: float
    left: tuple[str, ...]

    @property
    def explorers(self) -> list[Explorer]:
        """The searches."""
        return [explorer for explorer, _ in self.looks]

    def unbroken(self, name: Message, sort: str, more: Sequence[str] = ()) -> Answer:
        """Nothing was found on any day."""
        return unbroken(self.explorers, name, sort, self.seconds, (*self.left, *more))


def surveyed(site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Telling) -> Report:
    """Look at every way of a type, on every day that differs."""
    began = monotonic()
    days = days_of(site, now)
    made: list[tuple[Explorer, Survey]] = []
    for position, day in enumerate(days[:MOST_DAYS]):
        left = began + within - monotonic()
        deadline = monotonic() + max(0.1, left / (min(len(days), MOST_DAYS) - position))
        made.append(surveyed_on(site, kind, solver, day, deadline, told))
    return Report(kind, tuple(made), monotonic() - began, days_left_out(days))


def surveyed_on(
    site: Site, kind: TicketType, solver: Solver, day: datetime, deadline: float, told: Telling
) -> tuple[Explorer, Survey]:
    """Look at every way of a type on one day."""
    asked = Property(name="", type=kind.code, event=Event("falha"), always=False)
    explorer = explorer_of(site, kind, asked, solver, day, deadline, told)
    explorer = attrs.evolve(
        explorer,
        branching=True,
        cast=attrs.evolve(explorer.cast, actions=explorer.cast.actions | {"conclude", "concluded-answered", "concluded-confirmed"}),
    )
    survey = Survey()

    def judge(arrival: Arrival) -> str:
        made = arrival.plan
        if made.status == "fault":
            survey.faults.setdefault(failed_formula(made), arrival)
        elif no_destination(site, Event("sem_destino"), made):
            survey.nowhere.setdefault(failed_formula(made), arrival)
        note_way(explorer, survey, arrival)
        return "go"

    explorer.run(judge)
    return explorer, survey


def note_way(explorer: Explorer, survey: Survey, arrival: Arrival) -> None:
    """Which places lead where, for the question whether a flow can end."""
    made = arrival.plan
    whole = bool(arrival.state.way) and not arrival.state.only_return
    if whole:
        survey.moves.setdefault(id(arrival.state), (arrival.state, []))
    if not made.applies or made.after is None:
        return
    after = place_of(explorer, made.after)
    survey.arrivals.setdefault(after, arrival)
    if made.after.status in TERMINAL:
        survey.ends.add(after)
    if arrival.state.way:
        survey.leads.setdefault(after, set()).add(place_of(explorer, arrival.state.ticket))
    if whole:
        added = tuple(one for one in arrival.conditions if one not in arrival.state.conditions)
        survey.moves[id(arrival.state)][1].append((added, after))


def place_of(explorer: Explorer, ticket: Ticket) -> Any:
    """Where a ticket is on its way, whatever its values."""
    voices = frozenset((one.seat, one.by, one.voice) for one in spoken(ticket))
    opener = ticket.opener if explorer.cast.opener_matters else ""
    return (ticket.step, ticket.status, explorer.signature(ticket.holder, ticket), opener, voices)


def formula_answers(site: Site, report: Report, wanted: str) -> Iterator[Answer]:
    """Faults and destinations of the formulas of a type."""
    kind = report.kind
    deciding = {code.upper() for code in (kind.formula, *(step.formula for step in kind.steps)) if code}
    for code in formula_codes(kind):
        if code not in site.formulas or (wanted and code != wanted):
            continue
        shown = site.formulas[code].code
        yield of_found(
            site,
            report,
            [(explorer, survey.faults.get(code)) for explorer, survey in report.looks],
            "fault",
            message("{formula} nunca falha (tipo {tipo})", formula=shown, tipo=kind.name),
            Event("falha", code),
        )
        if code in deciding and hands_off(kind, code):
            yield of_found(
                site,
                report,
                [(explorer, survey.nowhere.get(code)) for explorer, survey in report.looks],
                "no_destination",
                message("{formula} sempre dá um destino (tipo {tipo})", formula=shown, tipo=kind.name),
                Event("sem_destino", code),
            )


def hands_off(kind: TicketType, code: str) -> bool:
    """Whether a formula's value is a destination for a type."""
    own = kind.handoff == "formula" and (kind.formula or "").upper() == code
    return own or any(step.handoff == "formula" and (step.formula or kind.formula or "").upper() == code for step in kind.steps)


def of_found(
    site: Site, report: Report, found: Sequence[tuple[Explorer, Arrival | None]], sort: str, name: Message, event: Event
) -> Answer:
    """The answer of one built-in question about ways: what was found on the first day that showed something."""

    def breaks(plans: Sequence[Plan]) -> bool:
        return any(happened(site, event, made) for made in plans)

    for explorer, one in found:
        if one is not None:
            return replayed(site, explorer, one, name, sort, breaks, report.seconds)
    return report.unbroken(name, sort)


def unbroken(done: Sequence[Explorer], name: Message, sort: str, seconds: float, left: Sequence[str] = ()) -> Answer:
    """Nothing was found: proved when everything was seen."""
    missed = tuple(dict.fromkeys((*(why for one in done for why in one.explored.open), *left)))
    tried = sum(one.explored.plans for one in done)
    common: dict[str, Any] = {"name": name, "kind": sort, "tried": tried, "seconds": seconds}
    assumptions = all_assumed(done)
    if missed:
        answer, why = ("held", held(tried)) if tried else ("undecided", missed[0])
        return Answer(answer=answer, because=why, assumptions=(*assumptions, *missed), **common)
    return Answer(answer="proved", because=message("vale para todos os atendimentos"), assumptions=assumptions, **common)


def can_end(site: Site, report: Report) -> Answer:
    """From every place that a ticket may come to, some way leads to the end, on whatever day."""
    name = message("todo atendimento pode chegar ao fim (tipo {tipo})", tipo=report.kind.name)
    partly = False
    for explorer, survey in report.looks:
        ranks = ranked(survey)
        for place, arrival in survey.arrivals.items():
            if place not in ranks and not explorer.explored.open:
                return replayed(site, explorer, arrival, name, "can_end", all_made, report.seconds)
        partly = partly or not all(nearer(explorer, state, moves, ranks) for state, moves in survey.moves.values())
    why = (message("de um lugar do caminho só se viu que alguns atendimentos chegam ao fim"),) if partly else ()
    return report.unbroken(name, "can_end", why)


def all_made(plans: Sequence[Plan]) -> bool:
    """Whether a way can be gone."""
    return all(one.applies for one in plans)


def ranked(survey: Survey) -> dict[Any, int]:
    """How many moves every place is from an end; those from which none is reached are not there."""
    ranks: dict[Any, int] = dict.fromkeys(survey.ends, 0)
    waiting = deque(survey.ends)
    while waiting:
        place = waiting.popleft()
        for before in survey.leads.get(place, ()):
            if before not in ranks:
                ranks[before] = ranks[place] + 1
                waiting.append(before)
    return ranks


def nearer(explorer: Explorer, state: State, moves: list[tuple[tuple[Term, ...], Any]], ranks: Mapping[Any, int]) -> bool:
    """Whether every ticket of a state has a move that brings it nearer to the end."""
    mine = ranks.get(place_of(explorer, state.ticket))
    if mine == 0:
        return True
    ways = [added for added, after in moves if mine is not None and ranks.get(after, mine) < mine]
    if () in ways:
        return True
    wanted = (*state.conditions, *(("not", conjunction(added)) for added in ways))
    return explorer.solver.solve((*explorer.free.bounds(wanted), *wanted), state.given).answer == "unsat"


def own_approval(site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Telling) -> Answer:
    """Along the ways that rules make, whoever opened or asked for a ticket never receives it in a step that decides, and then goes
    on himself."""
    name = message("ninguém aprova o que abriu ou pediu (tipo {tipo})", tipo=kind.name)
    began = monotonic()
    steps = {step.code for step in kind.steps if decides(kind, step)}
    days = days_of(site, now)
    done: list[Explorer] = []

    def breaks(plans: Sequence[Plan]) -> bool:
        return any(approves_own(site, one, steps) for one in plans)

    for position, day in enumerate(days[:MOST_DAYS]):
        left = began + within / 2 - monotonic()
        deadline = monotonic() + max(0.1, left / (min(len(days), MOST_DAYS) - position))
        asked = Property(name="", type=kind.code, event=Event("passa", "0"), always=False)
        explorer = explorer_of(site, kind, asked, solver, day, deadline, told)
        cast = attrs.evolve(
            explorer.cast,
            opener_matters=True,
            each_person=True,
            askers=asking(site, explorer.cast.people),
            actions=(explorer.cast.actions | {"conclude"}) - {"handoff", "return"},
        )
        explorer = attrs.evolve(explorer, cast=cast, by_hand=False, keep_opener=True)
        found = explorer.run(lambda arrival: "stop" if approves_own(site, arrival.plan, steps) else "go")
        if found is not None:
            return replayed(site, explorer, found, name, "own_approval", breaks, monotonic() - began)
        done.append(explorer)
    return unbroken(done, name, "own_approval", monotonic() - began, days_left_out(days))


def approves_own(site: Site, made: Plan, steps: set[int]) -> bool:
    """Whether somebody whose own the ticket is approves, or, having it in a deciding step, moves it on or concludes it."""
    before = made.before
    if not made.applies or before is None or made.action not in {"advance", "conclude", APPROVE} or before.step not in steps:
        return False
    actor = made.request.actor or ""
    mine = before.holder is not None and before.holder.kind == "attendant" and site.people.same(before.holder.key, actor)
    return (mine or made.action == APPROVE) and owner_of(site.people, before, actor) is not None


def decides(kind: TicketType, step: Step) -> bool:
    """Whether somebody is chosen to decide in a step."""
    if step.approval is not None:
        return True
    return not step.entry and not step.possible_entry and (step.handoff or kind.handoff) in DECIDING


# -- branches --------------------------------------------------------------------------------------


def dead_branches(site: Site, reports: Sequence[Report], branches: set[tuple[str, int, bool]], wanted: str) -> Iterator[Answer]:
    """For each formula that types use, whether every branch is taken by some ticket."""
    for code in dict.fromkeys(code for report in reports for code in formula_codes(report.kind)):
        if code not in site.formulas or (wanted and code != wanted):
            continue
        mine = [report for report in reports if code in looks_of(site, report.kind).codes]
        done = [explorer for report in mine for explorer in report.explorers]
        left = dict.fromkeys(why for report in mine for why in report.left)
        for explorer in done:
            left |= explorer.explored.open
        tried, seconds = sum(one.explored.plans for one in done), sum(report.seconds for report in mine)
        assumptions = all_assumed(done)
        yield dead_branch(site, code, branches, (*assumptions, *left), bool(left), tried, seconds)


def dead_branch(
    site: Site,
    code: str,
    branches: set[tuple[str, int, bool]],
    assumptions: tuple[str, ...],
    left: bool,
    tried: int,
    seconds: float,
) -> Answer:
    """One formula."""
    shown = site.formulas[code].code
    name = message("{formula} não tem ramo morto", formula=shown)
    missing = [place for place, point, answer in points(site, code) if (code, point, answer) not in branches]
    common: dict[str, Any] = {"name": name, "kind": "dead_branch", "tried": tried, "seconds": seconds}
    if not missing:
        return Answer(answer="proved", because=message("cada ramo é tomado por algum atendimento"), **common)
    if left:
        return Answer(
            answer="held",
            because=message("faltou ver quem toma: {lugares}", lugares=", ".join(missing)),
            assumptions=assumptions,
            **common,
        )
    return Answer(
        answer="fails", because=message("nenhum atendimento toma: {lugares}", lugares=", ".join(missing)), assumptions=assumptions,
        where=tuple(missing), **common,
    )  # fmt: skip


def points(site: Site, code: str) -> list[tuple[str, int, bool]]:
    """The branches of a formula: where for people, the place of the condition, the answer that takes it."""
    from formula.engine import examine

    text = site.formulas[code]
    users = [kind.code for kind in site.types.values() if code in looks_of(site, kind).codes]
    checked, _, source = examine(text.text, site.schema(users[0] if users else None), name=text.code)
    made: list[tuple[str, int, bool]] = []
    if checked is None:
        return made
    for statement in every_statement(checked.tree):
        if isinstance(statement, If):
            where = source.position(statement.condition.span.start)
            made.append(
                (
                    message("{codigo}, linha {linha} (ENTAO)", codigo=text.code, linha=where.line),
                    statement.condition.span.start,
                    True,
                )
            )
            if statement.otherwise:
                made.append(
                    (
                        message("{codigo}, linha {linha} (SENAO)", codigo=text.code, linha=where.line),
                        statement.condition.span.start,
                        False,
                    )
                )
        elif isinstance(statement, While):
            where = source.position(statement.condition.span.start)
            made.append(
                (
                    message("{codigo}, linha {linha} (laço)", codigo=text.code, linha=where.line),
                    statement.condition.span.start,
                    True,
                )
            )
    return made


# -- formulas that no type uses --------------------------------------------------------------------


def alone(site: Site, code: str, solver: Solver, now: datetime, within: float) -> Iterator[Answer]:
    """A formula run for any ticket of the first type, outside a move."""
    began = monotonic()
    text = site.formulas[code]
    kind = next(iter(site.types.values()), None)
    name = message("{formula} nunca falha", formula=text.code)
    if kind is None:
        return
    left: dict[str, None] = {}
    bases = sample_tickets(site, kind, looks_alone(site, code), left)
    try:
        rule = site.rule(code, bases[0])
    except FormulaError as error:
        yield Answer(name=name, kind="fault", answer="undecided", because=error.diagnostics[0].message)
        return
    free = with_surroundings(free_values(site, kind, code), kind)
    branches: set[tuple[str, int, bool]] = set()
    broken: Region | None = None
    count = 0
    for base in bases:
        for region in regions(((site, rule),), base, free, solver, now, began + within, left):
            count += 1
            branches |= region.shadow.branches
            if region.outcomes[0].status == "fault" and broken is None:
                broken = region
    seconds = monotonic() - began
    assumed_here = (
        message("a fórmula é executada fora de um movimento, num atendimento do tipo {tipo}", tipo=kind.name),
        *assumed_rows(free),
    )
    common: dict[str, Any] = {"tried": count, "seconds": seconds}
    if broken is not None:
        yield Answer(
            name=name,
            kind="fault",
            answer="fails",
            because=broken.outcomes[0].message or "",
            assumptions=assumed_here,
            ticket=shown(broken.ticket),
            **common,
        )
    else:
        answer = "held" if left else "proved"
        because = (
            message("valeu em {quantas} situações tentadas", quantas=count) if left else message("vale para todos os atendimentos")
        )
        yield Answer(name=name, kind="fault", answer=answer, because=because, assumptions=(*assumed_here, *left), **common)
    yield dead_branch(site, code, branches, (*assumed_here, *left), bool(left), count, seconds)

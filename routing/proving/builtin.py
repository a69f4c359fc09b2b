"""The questions that need no file: a formula never fails, always gives a destination, has no dead branch; a flow always can
end; nobody approves what he opened himself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic
from typing import Any

import attrs

from formula.diagnostics import FormulaError
from formula.messages import Message
from formula.reading.tree import If, While, every_statement
from routing.domain.approvals import APPROVE
from routing.domain.decision import Plan
from routing.domain.flow import TERMINAL
from routing.domain.model import Step, TicketType
from routing.domain.site import Site, formula_codes
from routing.messages import message
from routing.proving.answers import Answer
from routing.proving.events import failed_formula, happened, no_destination
from routing.proving.exploring import Arrival, Explored, Explorer
from routing.proving.fields import free_values
from routing.proving.property import Event, Property
from routing.proving.proving import NOW, assumed, days_of, explorer_of, held, replayed
from routing.proving.regions import Region, regions, sample_ticket
from routing.proving.rules import looks_of
from routing.proving.solver import Solver

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


def answer_builtin(
    site: Site, solver: Solver, *, formula: str = "", now: datetime = NOW, within: float = 10.0, told: Telling = lambda seen: None
) -> Iterator[Answer]:
    """Every built-in answer, type by type, then for formulas that no type uses; ``formula`` asks about one only."""
    wanted = formula.upper()
    used: set[str] = set()
    branches: set[tuple[str, int, bool]] = set()
    reports: list[tuple[TicketType, Explorer, Survey, float]] = []
    for kind in site.types.values():
        codes = looks_of(site, kind).codes
        used |= codes
        if wanted and wanted not in codes:
            continue
        began = monotonic()
        explorer, survey = surveyed(site, kind, solver, now, within, told)
        branches |= explorer.explored.branches
        reports.append((kind, explorer, survey, monotonic() - began))
    for kind, explorer, survey, seconds in reports:
        yield from formula_answers(site, kind, explorer, survey, seconds, wanted)
        if not wanted:
            yield can_end(site, kind, explorer, survey, seconds)
            yield own_approval(site, kind, solver, now, within, told)
    yield from dead_branches(site, reports, branches, wanted)
    for code in site.formulas:
        if code not in used and (not wanted or wanted == code):
            yield from alone(site, code, solver, now, within)


def surveyed(site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Telling) -> tuple[Explorer, Survey]:
    """Look at every way of a type."""
    asked = Property(name="", type=kind.code, event=Event("falha"), always=False)
    explorer = explorer_of(site, kind, asked, solver, now, monotonic() + within, told)
    explorer = attrs.evolve(
        explorer,
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
    if not made.applies or made.after is None:
        return
    after = (made.after.step, made.after.status, explorer.signature(made.after.holder, made.after), arrival.conditions)
    start = arrival.state.ticket
    survey.arrivals.setdefault(after, arrival)
    if arrival.state.way:
        before = (start.step, start.status, explorer.signature(start.holder, start), arrival.state.conditions)
        survey.leads.setdefault(after, set()).add(before)
    if made.after.status in TERMINAL:
        survey.ends.add(after)


def formula_answers(
    site: Site, kind: TicketType, explorer: Explorer, survey: Survey, seconds: float, wanted: str
) -> Iterator[Answer]:
    """Faults and destinations of the formulas of a type."""
    deciding = {code.upper() for code in (kind.formula, *(step.formula for step in kind.steps)) if code}
    for code in formula_codes(kind):
        if code not in site.formulas or (wanted and code != wanted):
            continue
        shown = site.formulas[code].code
        yield of_found(
            site,
            explorer,
            survey.faults.get(code),
            seconds,
            "fault",
            message("{formula} nunca falha (tipo {tipo})", formula=shown, tipo=kind.name),
            Event("falha", code),
        )
        if code in deciding and hands_off(kind, code):
            yield of_found(
                site,
                explorer,
                survey.nowhere.get(code),
                seconds,
                "no_destination",
                message("{formula} sempre dá um destino (tipo {tipo})", formula=shown, tipo=kind.name),
                Event("sem_destino", code),
            )


def hands_off(kind: TicketType, code: str) -> bool:
    """Whether a formula's value is a destination for a type."""
    own = kind.handoff == "formula" and (kind.formula or "").upper() == code
    return own or any(step.handoff == "formula" and (step.formula or kind.formula or "").upper() == code for step in kind.steps)


def of_found(
    site: Site, explorer: Explorer, found: Arrival | None, seconds: float, sort: str, name: Message, event: Event
) -> Answer:
    """The answer of one built-in question about ways."""
    if found is not None:
        return replayed(site, explorer, found, name, sort, lambda plans: any(happened(site, event, one) for one in plans), seconds)
    return unbroken(site, explorer, name, sort, seconds)


def unbroken(site: Site, explorer: Explorer, name: Message, sort: str, seconds: float) -> Answer:
    """Nothing was found: proved when everything was seen."""
    explored = explorer.explored
    assumptions = (*explorer.cast.assumptions, *assumed(site, explorer))
    if explored.open:
        return Answer(
            name=name,
            kind=sort,
            answer="held",
            because=held(explored.plans),
            assumptions=(*assumptions, *explored.open),
            tried=explored.plans,
            seconds=seconds,
        )
    return Answer(
        name=name, kind=sort, answer="proved", because=message("vale para todos os atendimentos"), assumptions=assumptions,
        tried=explored.plans, seconds=seconds,
    )  # fmt: skip


def can_end(site: Site, kind: TicketType, explorer: Explorer, survey: Survey, seconds: float) -> Answer:
    """From every place that a ticket may come to, some way leads to the end."""
    name = message("todo atendimento pode chegar ao fim (tipo {tipo})", tipo=kind.name)
    good: set[Any] = set()
    waiting = list(survey.ends)
    while waiting:
        place = waiting.pop()
        if place not in good:
            good.add(place)
            waiting += survey.leads.get(place, ())
    same = {place[:3] for place in good}
    for place, arrival in survey.arrivals.items():
        if place not in good and place[:3] not in same and not explorer.explored.open:
            return replayed(site, explorer, arrival, name, "can_end", lambda plans: all(one.applies for one in plans), seconds)
    return unbroken(site, explorer, name, "can_end", seconds)


def own_approval(site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Telling) -> Answer:
    """Along the ways that rules make, the opener never receives in a step that decides, and then goes on himself."""
    name = message("ninguém aprova o que abriu (tipo {tipo})", tipo=kind.name)
    began = monotonic()
    steps = {step.code for step in kind.steps if decides(kind, step)}
    answer = None
    for day in days_of(site, now):
        asked = Property(name="", type=kind.code, event=Event("passa", "0"), always=False)
        explorer = explorer_of(site, kind, asked, solver, day, monotonic() + within / 2, told)
        cast = attrs.evolve(
            explorer.cast,
            opener_matters=True,
            each_person=True,
            actions=(explorer.cast.actions | {"conclude"}) - {"handoff", "return"},
        )
        explorer = attrs.evolve(explorer, cast=cast, by_hand=False, keep_opener=True)
        found = explorer.run(lambda arrival: "stop" if approves_own(arrival.plan, steps) else "go")
        seconds = monotonic() - began
        if found is not None:
            return replayed(
                site, explorer, found, name, "own_approval", lambda plans: any(approves_own(one, steps) for one in plans), seconds
            )
        one = unbroken(site, explorer, name, "own_approval", seconds)
        if answer is None or one.answer == "held":
            answer = one
    assert answer is not None
    return answer


def approves_own(made: Plan, steps: set[int]) -> bool:
    """Whether the opener approves, or, having the ticket in a deciding step, moves it on or concludes it."""
    before = made.before
    if not made.applies or before is None or made.action not in {"advance", "conclude", APPROVE} or before.step not in steps:
        return False
    if made.action == APPROVE:
        return made.request.actor == before.opener
    mine = before.holder is not None and before.holder.kind == "attendant" and before.holder.key == before.opener
    return mine and made.request.actor == before.opener


def decides(kind: TicketType, step: Step) -> bool:
    """Whether somebody is chosen to decide in a step."""
    if step.approval is not None:
        return True
    return not step.entry and not step.possible_entry and (step.handoff or kind.handoff) in DECIDING


# -- branches --------------------------------------------------------------------------------------


def dead_branches(
    site: Site, reports: list[tuple[TicketType, Explorer, Survey, float]], branches: set[tuple[str, int, bool]], wanted: str
) -> Iterator[Answer]:
    """For each formula that types use, whether every branch is taken by some ticket."""
    for code in dict.fromkeys(code for kind, _, _, _ in reports for code in formula_codes(kind)):
        if code not in site.formulas or (wanted and code != wanted):
            continue
        mine = [(explorer, seconds) for kind, explorer, _, seconds in reports if code in looks_of(site, kind).codes]
        left: dict[str, None] = {}
        for explorer, _ in mine:
            left |= explorer.explored.open
        tried, seconds = sum(one.explored.plans for one, _ in mine), sum(seconds for _, seconds in mine)
        assumptions = tuple(
            dict.fromkeys(one for explorer, _ in mine for one in (*explorer.cast.assumptions, *assumed(site, explorer)))
        )
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
    holder = next(iter(site.people.attendants), "")
    name = message("{formula} nunca falha", formula=text.code)
    if kind is None:
        return
    base = sample_ticket(site, kind.code, holder)
    try:
        rule = site.rule(code, base)
    except FormulaError as error:
        yield Answer(name=name, kind="fault", answer="undecided", because=error.diagnostics[0].message)
        return
    free = free_values(site, kind)
    left: dict[str, None] = {}
    branches: set[tuple[str, int, bool]] = set()
    broken: Region | None = None
    count = 0
    for region in regions(((site, rule),), base, free, solver, now, began + within, left):
        count += 1
        branches |= region.shadow.branches
        if region.outcomes[0].status == "fault" and broken is None:
            broken = region
    seconds = monotonic() - began
    assumed_here = (message("a fórmula é executada fora de um movimento, num atendimento do tipo {tipo}", tipo=kind.name),)
    common: dict[str, Any] = {"tried": count, "seconds": seconds}
    if broken is not None:
        yield Answer(
            name=name,
            kind="fault",
            answer="fails",
            because=broken.outcomes[0].message or "",
            assumptions=assumed_here,
            ticket=broken.ticket,
            **common,
        )
    else:
        answer = "held" if left else "proved"
        because = (
            message("valeu em {quantas} situações tentadas", quantas=count) if left else message("vale para todos os atendimentos")
        )
        yield Answer(name=name, kind="fault", answer=answer, because=because, assumptions=(*assumed_here, *left), **common)
    yield dead_branch(site, code, branches, (*assumed_here, *left), bool(left), count, seconds)

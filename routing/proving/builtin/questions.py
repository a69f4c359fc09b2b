"""The questions that need no file: a formula never fails, always gives a destination, has no dead branch; a flow always can
end; nobody approves what he opened himself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import attrs

from formula.messages import Message
from routing.domain.approvals import APPROVE
from routing.domain.decision import Plan
from routing.domain.model import Step, TicketType
from routing.domain.owners import owner_of
from routing.domain.site import Site, formula_codes
from routing.messages import message
from routing.proving.acting import asking
from routing.proving.answers import Answer
from routing.proving.builtin.alone import alone
from routing.proving.builtin.branches import dead_branches
from routing.proving.builtin.looking import Pick, Report, surveyed
from routing.proving.builtin.survey import Branch
from routing.proving.events import happened
from routing.proving.exploring import Explored, Explorer
from routing.proving.property import Event, Property
from routing.proving.proving import (
    MOST_DAYS,
    NOW,
    Searched,
    all_assumed,
    days_left_out,
    days_of,
    explorer_of,
    held,
    replayed,
    search,
)  # fmt: skip
from routing.proving.rules import looks_of
from routing.proving.solver import Solver

KINDS = ("fault", "no_destination", "dead_branch", "can_end", "own_approval")
DECIDING = frozenset({"atendente", "grupo", "formula", "rodizio", "menorcarga"})
"""Kinds of handoff that choose somebody who decides."""

Telling = Callable[[Explored], None]


def answer_builtin(
    site: Site, solver: Solver, *, formula: str = "", now: datetime = NOW, within: float = 10.0, told: Telling = lambda seen: None
) -> Iterator[Answer]:
    """Every built-in answer, type by type, then for formulas that no type uses; ``formula`` asks about one only. ``within`` is for
    all questions about the ways of a type, and for all formulas without a type together."""
    wanted = formula.upper()
    used: set[str] = set()
    taken: set[Branch] = set()
    reports: list[Report] = []
    for kind in site.types.values():
        codes = looks_of(site, kind).codes
        used |= codes
        if not wanted or wanted in codes:
            reports.append(surveyed(site, kind, solver, now, within, told, taken))
    for report in reports:
        yield from formula_answers(site, report, wanted)
        if not wanted:
            yield can_end(site, report)
            yield own_approval(site, report.kind, solver, now, within, told)
    yield from dead_branches(site, reports, taken, wanted)
    loose = [code for code in site.formulas if code not in used and (not wanted or wanted == code)]
    until = monotonic() + within
    for position, code in enumerate(loose):
        yield from alone(site, code, solver, now, (until - monotonic()) / (len(loose) - position))


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
            lambda survey, code=code: survey.faults.get(code),  # type: ignore[misc]
            "fault",
            message("{formula} nunca falha (tipo {tipo})", formula=shown, tipo=kind.name),
            Event("falha", code),
        )
        if code in deciding and hands_off(kind, code):
            yield of_found(
                site,
                report,
                lambda survey, code=code: survey.nowhere.get(code),  # type: ignore[misc]
                "no_destination",
                message("{formula} sempre dá um destino (tipo {tipo})", formula=shown, tipo=kind.name),
                Event("sem_destino", code),
            )


def hands_off(kind: TicketType, code: str) -> bool:
    """Whether a formula's value is a destination for a type."""
    own = kind.handoff == "formula" and (kind.formula or "").upper() == code
    return own or any(step.handoff == "formula" and (step.formula or kind.formula or "").upper() == code for step in kind.steps)


def of_found(site: Site, report: Report, pick: Pick, sort: str, name: Message, event: Event) -> Answer:
    """The answer of one built-in question about ways: what was found on the first day that showed something."""

    def breaks(plans: Sequence[Plan]) -> bool:
        return any(happened(site, event, made) for made in plans)

    found = report.found(pick)
    if found is not None:
        return replayed(site, *found, name, sort, breaks, report.seconds)
    return of_report(report, name, sort, report.missed(lambda day: day.clears(pick)))


def of_report(report: Report, name: Message, sort: str, missed: Sequence[str]) -> Answer:
    """Nothing was found on any day."""
    return unbroken(report.explorers, report.tried, missed, name, sort, report.seconds)


def unbroken(done: Sequence[Explorer], tried: int, missed: Sequence[str], name: Message, sort: str, seconds: float) -> Answer:
    """Nothing was found: proved when nothing was missed."""
    common: dict[str, Any] = {"name": name, "kind": sort, "tried": tried, "seconds": seconds}
    assumptions = all_assumed(done)
    if missed:
        answer, why = ("held", held(tried)) if tried else ("undecided", missed[0])
        return Answer(answer=answer, because=why, assumptions=(*assumptions, *missed), **common)
    return Answer(answer="proved", because=message("vale para todos os atendimentos"), assumptions=assumptions, **common)


def can_end(site: Site, report: Report) -> Answer:
    """From every place that a ticket may come to, some way leads to the end, on whatever day."""
    name = message("todo atendimento pode chegar ao fim (tipo {tipo})", tipo=report.kind.name)
    for day in report.days:
        if day.ending.behind is not None:
            return replayed(site, *day.ending.behind, name, "can_end", all_made, report.seconds)
    partly = any(not day.ending.sound and day.whole for day in report.days)
    why = (message("de um lugar do caminho só se viu que alguns atendimentos chegam ao fim"),) if partly else ()
    return of_report(report, name, "can_end", (*report.missed(lambda day: day.ending.sound), *why))


def all_made(plans: Sequence[Plan]) -> bool:
    """Whether a way can be gone."""
    return all(one.applies for one in plans)


def own_approval(site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Telling) -> Answer:
    """Along the ways that rules make, whoever opened or asked for a ticket never receives it in a step that decides, and then goes
    on himself."""
    name = message("ninguém aprova o que abriu ou pediu (tipo {tipo})", tipo=kind.name)
    began = monotonic()
    steps = {step.code for step in kind.steps if decides(kind, step)}
    days = days_of(site, now)
    deadline = began + within / 2

    def breaks(plans: Sequence[Plan]) -> bool:
        return any(approves_own(site, one, steps) for one in plans)

    seen = Searched()
    explorers = [own_explorer(site, kind, solver, day, deadline, told) for day in days[:MOST_DAYS]]
    found_all = search(explorers, lambda arrival: "stop" if approves_own(site, arrival.plan, steps) else "go", deadline, seen)
    for found, looked, last in found_all:
        answer = replayed(site, looked, found, name, "own_approval", breaks, monotonic() - began)
        if answer.answer == "fails" or last:
            return answer
    done = list(seen.done.values())
    tried = sum(one.explored.plans for one in done)
    missed = dict.fromkeys([*(why for one in done for why in one.explored.open), *days_left_out(days)])
    tried += sum(one.plans for one in seen.quick) if missed else 0
    return unbroken(done, tried, tuple(missed), name, "own_approval", monotonic() - began)


def own_explorer(site: Site, kind: TicketType, solver: Solver, day: datetime, deadline: float, told: Telling) -> Explorer:
    """The search along the ways that rules make, with everybody who may act."""
    asked = Property(name="", type=kind.code, event=Event("passa", "0"), always=False)
    explorer = explorer_of(site, kind, asked, solver, day, deadline, told)
    cast = attrs.evolve(
        explorer.cast,
        opener_matters=True,
        each_person=True,
        askers=asking(site, explorer.cast.people),
        actions=(explorer.cast.actions | {"conclude"}) - {"handoff", "return"},
    )
    return attrs.evolve(explorer, cast=cast, by_hand=False, keep_opener=True)


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

"""Running a case: a formula, a move, or a flow of moves, and comparing what came with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import attrs

from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.limits import Limits
from formula.outcome import Outcome
from formula.schema import Schema
from formula.source import Source
from routing.deciding.move import Watch
from routing.deciding.planner import plan as decide
from routing.deciding.ticket_fields import seen_fields, seen_parameters
from routing.domain.decision import Plan, Request
from routing.domain.flow import CLOCK
from routing.domain.model import Ticket
from routing.domain.people import NoWorkload, People, SiteDirectory
from routing.domain.site import FormulaText, Site
from routing.exchange.cases import StandInSentences
from routing.messages import message
from routing.testing.bench import Bench, schema_key, schema_of, ticket_of, whole_fault
from routing.testing.case import DEFAULT_NOW, Case, Step
from routing.testing.expectations import Mismatch, compare_all
from routing.testing.observed import Observed
from routing.testing.passing import NOTHING, meanwhile, present, time_after, when_due
from routing.testing.snapshots import Snapshots

if TYPE_CHECKING:
    from formula.engine import Rule

Plans = Callable[["Plan"], None]
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@attrs.define(eq=False)
class Result:
    """A case's end. ``observed`` is the last run or move; ``step`` the number (from 1) of a flow's move that went wrong."""

    case: Case
    status: str
    mismatches: tuple[Mismatch, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    source: Source | None = None
    observed: Observed | None = None
    step: int = 0
    formula: FormulaText | None = None
    reason: str = ""


@attrs.define(eq=False)
class Prepared:
    """A formula's case ready to run many times: the compiled formula and all that it may see."""

    case: Case
    formula: FormulaText
    rule: Rule
    schema: Schema
    context: Context
    limits: Limits
    site: Site
    sql: Any
    type: int | None

    def observe(self, rule: Rule | None = None, watch: Watch | None = None) -> Observed:
        """Run once; ``watch`` gives the rule to run in place of the formula's."""
        chosen = rule if rule is not None else self.rule
        measured = chosen if watch is None else watch(self.formula.code, chosen)
        outcome: Outcome = measured.run(self.context, self.limits)
        now = self.context.now
        assert now is not None
        return Observed(
            self.site,
            self.context.coligada,
            now,
            outcome=outcome,
            people=self.site.people,
            type=self.type,
            explain=lambda: chosen.record(self.context, self.limits),
        )


class Unprepared(Exception):
    """A case that cannot run; ``faults`` say why, in ``source``."""

    def __init__(self, faults: list[Diagnostic], source: Source) -> None:
        """Keep them."""
        super().__init__(faults[0].message if faults else "")
        self.faults = faults
        self.source = source


def prepare(case: Case, bench: Bench) -> Prepared:
    """Compile a case's formula and gather its context. Raises Unprepared."""
    if case.faults:
        raise Unprepared(list(case.faults), case.document.source)
    formula = bench.formula(case)
    if formula is None:
        raise Unprepared([unknown_formula(case, bench)], case.document.source)
    ticket, faults = ticket_of(bench, case)
    faults = [*faults, *bench.miscast(case)]
    if faults:
        raise Unprepared(faults, case.document.source)
    site = bench.site_for(case.given)
    extra = ticket.fields if ticket is not None else ()
    made: list[Schema] = []

    def schema() -> Schema:
        if not made:
            made.append(schema_of(bench, case, formula.code, extra))
        return made[0]

    try:
        rule = bench.rule(formula, schema_key(case, extra), schema, case.given.lenient)
    except FormulaError as error:
        mistyped = mistyped_parameters(case, error)
        if mistyped:
            raise Unprepared(mistyped, case.document.source) from error
        raise Unprepared([one for one in error.diagnostics if one.severity == "error"], error.source) from error
    context = context_of(case, site, ticket)
    return Prepared(
        case,
        formula,
        rule,
        rule.schema,
        context,
        site.policy.limits,
        site,
        context.sql,
        ticket.type if ticket is not None else case.type,
    )


def mistyped_parameters(case: Case, error: FormulaError) -> list[Diagnostic]:
    """Parameters that a formula reads and the case gives by nearly the same name: the slip is the case's, who wrote it last."""
    given = {name.upper() for name in case.given.context.parameters}
    made = []
    for one in error.diagnostics:
        if one.code != "parametro-desconhecido":
            continue
        wanted = error.source.slice(one.span).strip("'\"").upper()
        near = get_close_matches(wanted, sorted(given - {wanted}), 1)
        if near:
            said = message("a fórmula lê o parâmetro '{lido}', e o caso dá '{dado}'", lido=wanted, dado=near[0])
            hint = message("escreva {lido} no caso", lido=wanted)
            place = case.document.span(("atendimento", "parametros", near[0]), near[0])
            made.append(whole_fault(case.document.source, said, hint, place))
    return made


def unknown_formula(case: Case, bench: Bench) -> Diagnostic:
    """The fault of a code that no formula has."""
    near = get_close_matches(case.formula.upper(), list(bench.site.formulas), 1)
    hint = (
        message("você quis dizer '{perto}'?", perto=bench.site.formulas[near[0]].code)
        if near
        else message("crie formulas/{codigo}.formula no ambiente, ou ao lado deste arquivo", codigo=case.formula)
    )
    spans = case.document.places.get(("formula",))
    return whole_fault(
        case.document.source,
        message("a fórmula '{codigo}' não existe", codigo=case.formula),
        hint,
        spans if spans is not None else case.document.span(()),
    )


def context_of(case: Case, site: Site, ticket: Ticket | None) -> Context:
    """What the formula sees: the case's tables over the ticket and the workspace."""
    given = case.given.context
    fields, parameters = given.fields, given.parameters
    user, coligada, requisition = given.user, given.coligada, given.requisition
    directory = given.directory if not case.given.people else None
    if ticket is not None:
        fields = {**seen_fields(site, ticket), **{name.upper(): value for name, value in fields.items()}}
        parameters = {**seen_parameters(site, ticket), **{name.upper(): value for name, value in parameters.items()}}
        coligada = ticket.coligada
        requisition = requisition if requisition is not None else ticket.requisition
        if not user and ticket.holder is not None and ticket.holder.kind == "attendant":
            found = site.people.attendants.get(ticket.holder.key)
            user = (found.user if found is not None else "") or ticket.holder.key
    return attrs.evolve(
        given,
        fields=fields,
        parameters=parameters,
        user=user,
        coligada=coligada,
        requisition=requisition,
        now=given.now if given.now is not None else DEFAULT_NOW,
        formulas={**site.formula_texts, **given.formulas} if given.formulas else site.formula_texts,
        directory=directory if directory is not None else SiteDirectory(site.people, site.workload),
        sentences=StandInSentences(given.sql),
        chiefs_from=given.chiefs_from or site.chiefs_from,
        calendar=given.calendar or site.calendar,
    )


def run_case(
    case: Case, bench: Bench, *, snapshots: Snapshots | None = None, watch: Watch | None = None, plans: Plans | None = None
) -> Result:
    """Run a case and compare. Never raises for what the case, the workspace or the formula holds."""
    if case.faults:
        return Result(case, FAILED, faults=case.faults, source=case.document.source)
    if case.skip:
        return Result(case, SKIPPED, reason=case.skip)
    try:
        if case.moves:
            return run_moves(case, bench, snapshots, watch, plans)
        prepared = prepare(case, bench)
    except Unprepared as error:
        return Result(case, FAILED, faults=tuple(error.faults), source=error.source, formula=bench.formula(case))
    return judged(case, prepared.observe(watch=watch), snapshots, prepared.formula)


def judged(case: Case, seen: Observed, snapshots: Snapshots | None, formula: FormulaText | None) -> Result:
    """Compare a formula's run."""
    found = list(compare_all([(one.key, one.value, one.line) for one in case.expected], seen))
    if case.snapshot and not found:
        found += (snapshots or Snapshots.of(case.path)).compare(case, seen.picture())
    return Result(case, FAILED if found else PASSED, tuple(found), observed=seen, formula=formula)


def run_moves(case: Case, bench: Bench, snapshots: Snapshots | None, watch: Watch | None, plans: Plans | None) -> Result:
    """Make the moves one after the other; the first one that is not as expected ends the case."""
    ticket, faults = ticket_of(bench, case)
    faults = [*faults, *bench.miscast(case), *unusable(case)]
    if faults or ticket is None:
        return Result(case, FAILED, faults=tuple(faults), source=case.document.source)
    site = bench.site_for(case.given)
    pictures: list[dict[str, Any]] = []
    last: Observed | None = None
    for number, (step, seen) in enumerate(observe_moves(case, site, ticket, watch, plans), 1):
        last = seen
        found = list(compare_all([(one.key, one.value, one.line or step.line) for one in step.expected], seen))
        if found:
            return Result(case, FAILED, tuple(found), observed=seen, step=number if len(case.moves) > 1 else 0)
        if case.snapshot:
            pictures.append(seen.picture())
    found = (snapshots or Snapshots.of(case.path)).compare(case, pictures) if case.snapshot else []
    return Result(case, FAILED if found else PASSED, tuple(found), observed=last)


def observe_moves(
    case: Case, site: Site, ticket: Ticket, watch: Watch | None = None, plans: Plans | None = None
) -> Iterator[tuple[Step, Observed]]:
    """Each move with what it did; the next one begins where it ended. What becomes due while time passes happens before it."""
    given = case.given.context
    sentences = StandInSentences(given.sql)
    clock = given.now or DEFAULT_NOW
    if any(step.after for step in case.moves):
        ticket = present(ticket, case.moves[0].now or clock)
    for step in case.moves:
        now, made = step.now or clock, None
        if step.after:
            start, now = now, time_after(site.calendar, now, step.after)
            clock = now
            for made in meanwhile(site, ticket, start, now, sentences, watch, step.action if step.action in CLOCK else ""):
                ticket = made.after if made.applies and made.after is not None else ticket
                if plans is not None:
                    plans(made)
        if step.action or made is None:
            if step.action in CLOCK and step.after:
                now = max(start, when_due(site, ticket, step.action, now))
            request = request_of(step, given.user, site.people) if step.action else NOTHING
            made = decide(site, ticket, request, now, sentences=sentences, watch=watch)
            if plans is not None:
                plans(made)
            if made.applies and made.after is not None:
                ticket = made.after
        yield step, Observed(site, ticket.coligada, made.now, plan=made, people=site.people, type=ticket.type)


def request_of(step: Step, user: str, people: People) -> Request:
    """The request of a case's move. Who acts is its ``ator``, else the attendant of ``contexto.usuario``."""
    found = SiteDirectory(people, NoWorkload()).attendant_of_user(user) if user and not step.actor else None
    return Request(
        action=step.action,
        to=step.to,
        actor=step.actor or (found.key if found is not None else user),
        reason=step.reason,
        justification=step.justification,
        version=step.version,
        wake_up=step.wake_up,
        deadline=step.deadline,
        set=step.set,
        copy_from=step.copy_from,
        text=step.text,
        kind=step.kind,
        publishable=step.publishable,
        entry=step.entry,
    )


def unusable(case: Case) -> list[Diagnostic]:
    """What of the context moves do not take."""
    if not case.given.lenient:
        return []
    said = message("'contexto.lenient' só vale em casos de fórmula: um movimento executa as fórmulas como o ambiente as tem")
    return [whole_fault(case.document.source, said, None, case.document.span(("contexto", "lenient")))]

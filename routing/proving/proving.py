"""Answering a property: explore, judge, replay on the planner, and say what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from formula.engine import compile as compile_formula
from formula.schema import Schema
from routing.deciding.planner import plan
from routing.domain.decision import Plan, Request
from routing.domain.flow import TRANSITIONS
from routing.domain.model import PARAMETER_KINDS, Ticket, TicketType
from routing.domain.site import Site
from routing.messages import message
from routing.proving.acting import cast_of, moment_of, not_tried
from routing.proving.answers import Answer
from routing.proving.cases import case_text
from routing.proving.events import arrived, happened
from routing.proving.exploring import Arrival, Explored, Explorer
from routing.proving.property import Property
from routing.proving.rules import looks_of
from routing.proving.solver import Solver
from routing.proving.turns import Turned, turns_of

if TYPE_CHECKING:
    from formula.engine import Rule

NOW = datetime(2026, 1, 5, 9, 0)
"""The clock of a question that sets none: a Monday morning, as for cases."""


def condition_schema(site: Site, kind: TicketType) -> Schema:
    """The names of ``quando``: fields, and parameters by their bare names too."""
    parameters = {name: PARAMETER_KINDS[written] for name, written in kind.parameters.items()}
    fields: dict[str, Any] = {**parameters, **site.extra_fields}
    return Schema(fields=fields, parameters=parameters, contexts=("global", "taa"), table=site.functions, formulas=())


def condition_rule(site: Site, kind: TicketType, text: str) -> Rule:
    """``quando``, compiled. Raises :class:`FormulaError`."""
    return compile_formula(text, condition_schema(site, kind), name="quando")


def answer_property(
    site: Site,
    asked: Property,
    solver: Solver,
    *,
    now: datetime = NOW,
    within: float = 10.0,
    told: Callable[[Explored], None] = lambda seen: None,
) -> Answer:
    """Decide one property, on each day that differs in who is absent."""
    began = monotonic()
    kind = site.types[asked.type]
    judge = Judge(site, asked)
    days = days_of(site, now)
    done: list[Explorer] = []
    for position, day in enumerate(days):
        left = began + within - monotonic()
        deadline = monotonic() + max(0.1, left / (len(days) - position))
        explorer = explorer_of(site, kind, asked, solver, day, deadline, told)
        done.append(explorer)
        for one in (first_look(explorer, deadline - monotonic()), explorer):
            found = one.run(judge)
            if found is not None:
                return failing(site, asked, one, found, monotonic() - began)
    return unbroken(site, asked, done, judge, monotonic() - began)


@attrs.define(eq=False)
class Judge:
    """What a property says of each move; ``reached`` tells whether a way got to where the property looks."""

    site: Site
    asked: Property
    reached: bool = False

    def __call__(self, arrival: Arrival) -> str:
        """As :data:`routing.proving.exploring.Judge`."""
        asked, made = self.asked, arrival.plan
        seen = arrival.state.seen or happened(self.site, asked.event, made)
        there = arrived(asked, made)
        self.reached = self.reached or there
        if asked.until is None and not asked.always:
            return "stop" if seen else "go"
        if there:
            return "stop" if seen is not asked.always else "prune"
        if seen and asked.always:
            return "seen" if asked.until is not None and not self.reached else "prune"
        return "seen" if seen else "go"


def unbroken(site: Site, asked: Property, done: Sequence[Explorer], judge: Judge, seconds: float) -> Answer:
    """The answer when no counter-example was found."""
    explored = [one.explored for one in done]
    tried, starts = sum(one.plans for one in explored), sum(one.starts for one in explored)
    left = list(dict.fromkeys(why for one in explored for why in one.open))
    assumptions = tuple(dict.fromkeys(one for explorer in done for one in (*explorer.cast.assumptions, *assumed(site, explorer))))
    common: dict[str, Any] = {"name": asked.name, "kind": asked.kind, "tried": tried, "seconds": seconds}
    if left:
        answer = "held" if starts else "undecided"
        return Answer(answer=answer, assumptions=(*assumptions, *left), because=held(tried), **common)
    if not starts or (asked.until is not None and not judge.reached):
        why = (
            message("nenhum atendimento atende à condição no começo")
            if not starts
            else message("nenhum caminho chega a {onde}", onde=asked.until.written if asked.until else "")
        )
        return Answer(answer="never_applies", assumptions=assumptions, because=why, **common)
    return Answer(answer="proved", assumptions=assumptions, because=message("vale para todos os atendimentos"), **common)


def held(tried: int) -> str:
    """What a search says that found nothing."""
    return message("valeu em {quantas} situações tentadas", quantas=tried)


def first_look(explorer: Explorer, within: float) -> Explorer:
    """A quick search along the ways that rules make, without handoffs by hand."""
    return attrs.evolve(
        explorer,
        cast=attrs.evolve(explorer.cast, simple=True),
        by_hand=False,
        deadline=monotonic() + within / 4,
        explored=Explored(),
        known={},
        return_seen=set(),
        signatures={},
    )


def explorer_of(
    site: Site, kind: TicketType, asked: Property, solver: Solver, now: datetime, deadline: float, told: Callable[[Explored], None]
) -> Explorer:
    """The search that a property needs."""
    rule = condition_rule(site, kind, asked.when) if asked.when.strip() else None
    looks = looks_of(site, kind, [asked.when] if asked.when.strip() else [])
    until = asked.until
    statuses = frozenset({asked.event.wanted} if asked.event.kind == "termina" else set()) | frozenset(
        {until.status} if until is not None and until.status else set()
    )
    closing = (until is None and asked.always) or bool(statuses)
    if asked.always and until is None and asked.event.kind == "termina":
        statuses |= {"F", "C"}
    key = asked.event.wanted.partition(":")[2]
    cast = cast_of(site, kind, looks, [key], statuses, personal=False, closing=closing)
    barred = any(step.self_approval is False for step in kind.steps)
    cast = attrs.evolve(cast, opener_matters=barred or looks.at("ABERTO_POR", *CHIEFS))
    if asked.event.kind == "email":
        cast = attrs.evolve(cast, mails=True)
    if asked.event.kind == "recebe":
        cast = attrs.evolve(cast, receiver=asked.event.wanted)
    if asked.actions:
        cast = attrs.evolve(cast, actions=cast.actions & frozenset(asked.actions))
    by_opener = kind.handoff == "abertura" or any(step.handoff == "abertura" for step in kind.steps)
    return Explorer(
        site=site,
        kind=kind,
        cast=cast,
        solver=solver,
        now=now,
        deadline=deadline,
        keep_opener=by_opener or asked.event.wanted == "abertura",
        condition=rule,
        told=told,
        gives_back=looks.at("REPASSARDEVOLTA"),
    )


CHIEFS = ("RETPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOCHEFESECAOLABORE")


def assumed(site: Site, explorer: Explorer) -> list[str]:
    """What an answer rests on."""
    made: list[str] = []
    looks = looks_of(site, explorer.kind)
    made += [message("ninguém usa a ação '{acao}'", acao=TRANSITIONS[action].name) for action in not_tried()]
    made += [message("a função {nome} responde como agora", nome=name) for name in sorted(explorer.explored.asked)]
    if looks.at("HOJE", "AGORA", "ABERTURA"):
        made.append(message("todos os movimentos são de {dia}", dia=f"{explorer.now:%d/%m/%Y %H:%M}"))
    elif any(one.absence is not None for one in explorer.cast.people):
        made.append(message("todos os movimentos de um caminho são do mesmo dia"))
    made += [message("o campo {campo} guarda um texto", campo=name) for name in sorted(explorer.free.doubtful) if looks.at(name)]
    return made


def days_of(site: Site, now: datetime) -> list[datetime]:
    """The days that differ in who is absent: now first, then one for each other set of people."""
    made = [now]
    known = {away_on(site, now)}
    starts = sorted({one.absence.start for one in site.people.attendants.values() if one.absence is not None and one.active})
    for start in starts:
        day = datetime(start.year, start.month, start.day, now.hour, now.minute)
        mark = away_on(site, day)
        if mark not in known:
            known.add(mark)
            made.append(day)
    return made[:8]


def away_on(site: Site, day: datetime) -> frozenset[str]:
    """Who is absent."""
    return frozenset(
        key
        for key, one in site.people.attendants.items()
        if one.active and one.absence is not None and one.absence.covers(day.date())
    )


# -- counter-examples ----------------------------------------------------------------------------


def failing(site: Site, asked: Property, explorer: Explorer, found: Arrival, seconds: float) -> Answer:
    """The answer of a found counter-example, if the plain planner agrees."""
    return replayed(site, explorer, found, asked.name, asked.kind, lambda plans: confirmed(site, asked, plans), seconds)


def replayed(
    site: Site, explorer: Explorer, found: Arrival, name: str, kind: str, breaks: Callable[[Sequence[Plan]], bool], seconds: float
) -> Answer:
    """The way to what was found gone again on the plain planner; what does not show there is not shown."""
    draft = found.state.ticket if not found.state.way else explorer.draft()
    way = (*found.state.way, found.request)
    plans = replay(site, explorer, draft, found.given, way)
    common: dict[str, Any] = {"name": name, "kind": kind, "tried": explorer.explored.plans, "seconds": seconds}
    if len(plans) != len(way) or not breaks(plans):
        return Answer(
            answer="undecided",
            because=message("a situação encontrada não se repetiu no planejador"),
            assumptions=tuple(explorer.explored.open),
            **common,
        )
    turns = [one.turn for one in way if isinstance(one, Turned)]
    text = None if turns else case_text(name, explorer.kind, explorer.free, found.given, plans, explorer.now)
    opened = plans[0].after if len(plans) > 1 else None
    return Answer(
        answer="fails",
        because=message("este atendimento mostra que não vale"),
        assumptions=(*explorer.cast.assumptions, *(message("é a vez de {quem}", quem=site.people.name(one)) for one in turns)),
        ticket=opened if opened is not None else plans[0].request.draft,
        moves=way if opened is None else way[1:],
        plans=tuple(plans),
        case=text,
        **common,
    )


def replay(site: Site, explorer: Explorer, draft: Ticket, given: Mapping[str, Any], way: Sequence[Request]) -> list[Plan]:
    """The way gone on the plain planner."""
    from routing.proving.fields import ticket_with

    ticket: Ticket | None = ticket_with(draft, explorer.free, given)
    made: list[Plan] = []
    for request in way:
        if request.action == "open":
            one = plan(site, None, attrs.evolve(request, draft=ticket), explorer.now, workload=turns_of(site.people, request))
        else:
            assert ticket is not None
            now = moment_of(site, ticket, request, explorer.now)
            one = plan(site, ticket, request, now, workload=turns_of(site.people, request))
        made.append(one)
        if not one.applies:
            break
        ticket = one.after
    return made


def confirmed(site: Site, asked: Property, plans: Sequence[Plan]) -> bool:
    """Whether the plans break the property."""
    seen = False
    for made in plans:
        seen = seen or happened(site, asked.event, made)
        if asked.until is None and not asked.always:
            if seen:
                return True
        elif arrived(asked, made):
            return seen is not asked.always
    return False

"""Answering a property: explore, judge, replay on the planner, and say what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from math import inf
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
from routing.proving.acting import asking, cast_of, moment_of, not_tried
from routing.proving.answers import Answer
from routing.proving.cases import case_text, sayable
from routing.proving.changes import ahead, looked_at, scripted, settled
from routing.proving.events import arrived, happened
from routing.proving.exploring import Arrival, Explored, Explorer, Judgement
from routing.proving.fields import FreeRows, assumed_rows, free_values
from routing.proving.property import Property
from routing.proving.rules import addresses_of, looks_of
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
    nowhere = nobodys_address(site, kind, asked)
    if nowhere:
        return Answer(name=asked.name, kind=asked.kind, answer="never_applies", because=nowhere)
    judge = Judge(site, asked)
    days = days_of(site, now)
    explorers = [explorer_of(site, kind, asked, solver, day, began + within, told) for day in days[:MOST_DAYS]]
    seen = Searched()
    for found, looked, last in search(explorers, judge, began + within, seen):
        answer = failing(site, asked, looked, found, monotonic() - began)
        if answer.answer == "fails" or last:
            return answer
    return unbroken(asked, list(seen.done.values()), judge, monotonic() - began, days_left_out(days), seen.quick)


@attrs.define(eq=False)
class Searched:
    """What a search saw: of each day the look whose answer is the day's, and the first looks, which answer nothing alone."""

    done: dict[int, Explorer] = attrs.field(factory=dict)
    quick: list[Explored] = attrs.field(factory=list)


def search(
    explorers: Sequence[Explorer], judge: Judgement, deadline: float, seen: Searched
) -> Iterator[tuple[Arrival, Explorer, bool]]:
    """Look for a move at which the judge says stop, day by day, each look in its part of the time; what is found, by which search,
    and whether it was the last look at all ways. Whoever asks goes on when what was found does not show on the planner."""
    for look, share, most in LOOKS:
        waiting = [number for number in range(len(explorers)) if number not in seen.done]
        until = monotonic() + min((deadline - monotonic()) * share, most)
        for place, number in enumerate(waiting):
            found, looked, whole = look(explorers[number], judge, (until - monotonic()) / (len(waiting) - place))
            if found is not None:
                yield found, looked, look is way_by_way
            elif whole:
                seen.done[number] = looked
            if look is quick_look:
                seen.quick.append(looked.explored)


def nobodys_address(site: Site, kind: TicketType, asked: Property) -> str:
    """Why no mail can ever go to the address that must not get one: nobody has it and no formula writes it; empty when one may."""
    if asked.event.kind != "email" or asked.always:
        return ""
    known = addresses_of(site, kind)
    wanted = asked.event.wanted.strip().lower()
    if known is None or wanted in known:
        return ""
    near = get_close_matches(wanted, sorted(known), 1, 0.7)
    if near:
        return message(
            "ninguém tem o endereço '{endereco}', e nenhuma fórmula o escreve: você quis dizer '{perto}'?",
            endereco=asked.event.wanted,
            perto=near[0],
        )
    return message("ninguém tem o endereço '{endereco}', e nenhuma fórmula o escreve", endereco=asked.event.wanted)


Look = Callable[[Explorer, Judgement, float], tuple[Arrival | None, Explorer, bool]]
"""One look at the ways of a day: what it found, the search, and whether what it says is the day's answer."""


def quick_look(explorer: Explorer, judge: Judgement, seconds: float) -> tuple[Arrival | None, Explorer, bool]:
    """Along the ways that rules make, without handoffs by hand."""
    simple = attrs.evolve(explorer.cast, simple=True)
    look = attrs.evolve(another_look(explorer, seconds), cast=simple, by_hand=False)
    return look.run(judge), look, False


def broad_look(explorer: Explorer, judge: Judgement, seconds: float) -> tuple[Arrival | None, Explorer, bool]:
    """Ways that forget by which conditions they came: soon seen, and where nothing is found nothing is to be found. What is found
    may be no way at all; then the same moves are looked at one condition after another."""
    look = attrs.evolve(another_look(explorer, seconds), broad=True)
    if not explorer.solver.proves:
        return None, look, False
    found = look.run(judge)
    if found is None:
        return None, look, not look.explored.open
    follow = attrs.evolve(another_look(explorer, seconds), script=tuple(scripted((*found.state.way, found.request))))
    return follow.run(judge), follow, False


def way_by_way(explorer: Explorer, judge: Judgement, seconds: float) -> tuple[Arrival | None, Explorer, bool]:
    """All ways, as they are."""
    look = another_look(explorer, seconds)
    return look.run(judge), look, True


QUICK, MOST_QUICK = 0.15, 2.0
"""The part of the time, and the seconds, that first looks have: they find what is near, and prove nothing."""
LOOKS: tuple[tuple[Look, float, float], ...] = (
    (quick_look, QUICK, MOST_QUICK),
    (broad_look, 0.75, inf),
    (way_by_way, 1.0, inf),
)
"""The looks, each with its part of the time that is left and the most seconds it may have."""


def another_look(explorer: Explorer, within: float) -> Explorer:
    """The same search from the beginning, with nothing seen yet."""
    return attrs.evolve(
        explorer,
        deadline=monotonic() + within,
        explored=Explored(),
        known={},
        return_seen=set(),
        signatures={},
        changing={},
    )


@attrs.define(eq=False)
class Judge:
    """What a property says of each move; ``reached`` tells whether a way got to where the property looks."""

    site: Site
    asked: Property
    reached: bool = False

    def __call__(self, arrival: Arrival) -> str:
        """As :data:`routing.proving.exploring.Judgement`."""
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


def unbroken(
    asked: Property,
    done: Sequence[Explorer],
    judge: Judge,
    seconds: float,
    more: Sequence[str] = (),
    quick: Sequence[Explored] = (),
) -> Answer:
    """The answer when no counter-example was found; ``more`` was left out beside what the searches left open, and ``quick`` were
    tried before them."""
    explored = [one.explored for one in done]
    tried, starts = sum(one.plans for one in explored), sum(one.starts for one in explored)
    left = list(dict.fromkeys((*(why for one in explored for why in one.open), *more)))
    assumptions = all_assumed(done)
    common: dict[str, Any] = {"name": asked.name, "kind": asked.kind, "tried": tried, "seconds": seconds}
    if left:
        common["tried"] = tried = tried + sum(one.plans for one in quick)
        answer, why = ("held", held(tried)) if starts or any(one.starts for one in quick) else ("undecided", left[0])
        return Answer(answer=answer, assumptions=(*assumptions, *left), because=why, **common)
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
    told_apart = barred or looks.at(*CHIEFS) or asked.event.wanted == "abertura"
    cast = attrs.evolve(cast, opener_matters=told_apart, opener_named=looks.openers)
    if barred:
        cast = attrs.evolve(cast, askers=asking(site, cast.people))
    if asked.event.kind == "email":
        cast = attrs.evolve(cast, mails=True)
    if asked.event.kind == "recebe":
        cast = attrs.evolve(cast, receiver=asked.event.wanted)
    chosen = cast.actions & frozenset(asked.actions) if asked.actions else cast.actions
    cast = attrs.evolve(cast, actions=chosen - frozenset(asked.without))
    free = free_values(site, kind)
    place = asked.event.wanted.partition(":") if asked.event.kind == "muda" else ("", "", "")
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
        joins=frozenset() if cast.acts else frozenset({"ADICIONARDISCUSSAO"}),
        gives_back=looks.at("REPASSARDEVOLTA"),
        places=looked_at(free, kind, looks, asked.event.wanted),
        places_ahead=lambda code: looked_at(free, one := ahead(site, kind, code), looks_of(site, one), asked.event.wanted),
        asked_place=(place[0], place[2]) if place[0] else None,
    )


UNCHANGED = ("PRIMEIROCONTATO", "RESPONSAVELCONTATO", "CAIXAPOSTAL")
"""Fields that people may set and that ways leave as opening did."""
CHIEFS = ("RETPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOCHEFESECAOLABORE")


def all_assumed(done: Sequence[Explorer]) -> tuple[str, ...]:
    """What several searches rest on."""
    return tuple(dict.fromkeys(one for explorer in done for one in (*explorer.cast.assumptions, *assumed(explorer))))


def assumed(explorer: Explorer) -> list[str]:
    """What an answer rests on."""
    made: list[str] = []
    site = explorer.site
    looks = looks_of(site, explorer.kind)
    if looks.at("COLIGADA", "LOCALIDADE", "CODIGO") or len(companies(site)) > 1:
        made.append(message("o atendimento é da coligada {coligada}, localidade 1", coligada=site.coligada))
    made += assumed_rows(explorer.free)
    made += [message("ninguém usa a ação '{acao}'", acao=TRANSITIONS[action].name) for action in not_tried()]
    if "change" in explorer.cast.actions:
        held = sorted(explorer.cast.held)
        made += [message("ninguém muda à mão o campo {campo}", campo=name) for name in (*UNCHANGED, *held) if looks.at(name)]
    made += [message("a função {nome} responde como agora", nome=name) for name in sorted(explorer.explored.asked)]
    if looks.at("HOJE", "AGORA", "ABERTURA"):
        made.append(message("todos os movimentos são de {dia}", dia=f"{explorer.now:%d/%m/%Y %H:%M}"))
    elif any(one.absence is not None for one in explorer.cast.people):
        made.append(message("todos os movimentos de um caminho são do mesmo dia"))
    made += [message("o campo {campo} guarda um texto", campo=name) for name in sorted(explorer.free.doubtful) if looks.at(name)]
    return made


def companies(site: Site) -> set[str]:
    """The coligadas of which there is somebody."""
    return {key.partition(";")[0] for key in (*site.people.attendants, *site.people.groups)}


MOST_DAYS = 8
"""Days on which the ways are looked at."""


def days_of(site: Site, now: datetime) -> list[datetime]:
    """The days that differ in who is absent: now first, then one for each other set of people. The set changes when somebody goes
    and when somebody comes back."""
    made = [now]
    known = {away_on(site, now)}
    absences = [one.absence for one in site.people.attendants.values() if one.absence is not None and one.active]
    turns = {one.start for one in absences} | {one.end + timedelta(days=1) for one in absences if one.end < date.max}
    for turn in sorted(turns):
        day = datetime.combine(turn, now.time())
        mark = away_on(site, day)
        if mark not in known:
            known.add(mark)
            made.append(day)
    return made


def days_left_out(days: Sequence[datetime]) -> tuple[str, ...]:
    """What is not looked at when more sets of people are absent than are followed."""
    if len(days) <= MOST_DAYS:
        return ()
    return (message("de {todos} dias com outras ausências só {quantos} foram olhados", todos=len(days), quantos=MOST_DAYS),)


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
    way, plans = replay(site, explorer, draft, found.given, (*found.state.way, found.request))
    common: dict[str, Any] = {"name": name, "kind": kind, "tried": explorer.explored.plans, "seconds": seconds}
    if len(plans) != len(way) or not breaks(plans):
        return Answer(
            answer="undecided",
            because=message("a situação encontrada não se repetiu no planejador"),
            assumptions=tuple(explorer.explored.open),
            **common,
        )
    turns = [one.turn for one in way if isinstance(one, Turned)]
    told = not turns and sayable(explorer.free, found.given)
    text = None if not told else case_text(name, explorer.kind, explorer.free, found.given, plans, explorer.now)
    opened = plans[0].after if len(plans) > 1 else None
    return Answer(
        answer="fails",
        because=message("este atendimento mostra que não vale"),
        assumptions=(
            *explorer.cast.assumptions,
            *assumed_rows(explorer.free),
            *(message("é a vez de {quem}", quem=site.people.name(one)) for one in turns),
        ),
        ticket=opened if opened is not None else plans[0].request.draft,
        moves=way if opened is None else way[1:],
        plans=tuple(plans),
        case=text,
        **common,
    )


def replay(
    site: Site, explorer: Explorer, draft: Ticket, given: Mapping[str, Any], way: Sequence[Request]
) -> tuple[tuple[Request, ...], list[Plan]]:
    """The way gone on the plain planner, without changes that change nothing, and its plans."""
    from routing.proving.fields import ticket_with

    ticket: Ticket | None = ticket_with(draft, explorer.free, given)
    made: list[Plan] = []
    gone: list[Request] = []
    rows = FreeRows(explorer.free, given)
    for position, asked in enumerate(way):
        request = asked if ticket is None else settled(asked, ticket, given)
        if request is None:
            continue
        gone.append(request)
        if request.action == "open":
            one = plan(
                site,
                None,
                attrs.evolve(request, draft=ticket),
                explorer.now,
                sentences=rows,
                workload=turns_of(site.people, request),
            )
        else:
            assert ticket is not None
            now = moment_of(site, ticket, request, explorer.now)
            one = plan(site, ticket, request, now, sentences=rows, workload=turns_of(site.people, request))
        made.append(one)
        if not one.applies:
            gone += way[position + 1 :]
            break
        ticket = one.after
    return tuple(gone), made


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

"""Every way that tickets of a type can go, in regions: the real planner makes each move for one ticket of a region, and the
conditions that its formulas met say which other tickets go the same way.

Flipping a condition gives the neighbouring region, or the certainty that there is none; when all are seen, all tickets are.
What could not be followed is kept in ``Explored.open``, and then nothing is proved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from formula.effects import AddRequest, AddSolution, ChangeFields, Return
from formula.outcome import Outcome
from routing.deciding.move import previous_holder
from routing.deciding.planner import plan
from routing.domain.approvals import spoken
from routing.domain.decision import Plan, Request
from routing.domain.flow import TERMINAL
from routing.domain.model import Holder, Step, Ticket, TicketType, attendant_holder, changed
from routing.domain.site import Site
from routing.messages import message
from routing.proving.acting import Cast, moment_of, openers, requests, signature
from routing.proving.fields import Free, Key, first_values, free_values, same, ticket_with, value_at
from routing.proving.pairs import Beyond, Pair, Shadow, Told
from routing.proving.shadow import follow
from routing.proving.solver import Solver
from routing.proving.terms import Term, conjunction, constant, negated, symbols_in
from routing.proving.turns import turned, turns_of

if TYPE_CHECKING:
    from formula.context import Context
    from formula.engine import Rule
    from formula.limits import Limits
    from formula.runtime.record import Record

MOST_PINS = 12
"""How many values a pinned condition is tried with beyond the first."""
MOST_REGIONS = 400
"""Regions of one move of one state."""

Store = tuple[tuple[Key, Term], ...]
"""What stands in a ticket's places where it is not the free value the ticket began with."""


@attrs.frozen(eq=False)
class State:
    """A ticket somewhere on its way, and the region it stands for."""

    ticket: Ticket
    given: Mapping[str, Any]
    conditions: tuple[Term, ...]
    store: Store
    way: tuple[Request, ...]
    seen: bool = False
    """Whether what the question asks about has happened on the way."""
    only_return: bool = False


@attrs.frozen(eq=False)
class Turn:
    """Free values to try, and what tells the tickets that are still to be seen from those seen before."""

    given: Mapping[str, Any]
    assumed: tuple[Term, ...] = ()


@attrs.frozen(eq=False)
class Arrival:
    """One move of one region."""

    state: State
    request: Request
    plan: Plan
    given: Mapping[str, Any]
    conditions: tuple[Term, ...]
    store: Store
    shadow: Shadow


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
        self, free: Free, store: Store, ticket: Ticket, deciding: frozenset[str], given: Mapping[str, Any], ticking: bool
    ) -> None:
        """``deciding`` are formulas whose value the planner reads."""
        self.free = free
        self.store: dict[Key, Term] = dict(store)
        self.ticket = ticket
        self.changing: set[Key] = set()
        self.deciding = deciding
        self.shadow = Shadow(self.symbol_of)
        self.shadow.value_of = lambda term: given.get(term[1])
        self.ticking = ticking
        self.returns = False

    def symbol_of(self, table: str, key: str, raw: Any) -> Term | None:
        """The term at a place; None when all tickets of the region have the same there."""
        place = (table, key)
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


@attrs.define(eq=False)
class Explored:
    """What was seen. ``open`` says why not everything was."""

    plans: int = 0
    states: int = 0
    regions: int = 0
    open: dict[str, None] = attrs.field(factory=dict)
    asked: set[str] = attrs.field(factory=set)
    branches: set[tuple[str, int, bool]] = attrs.field(factory=set)
    starts: int = 0

    def leave(self, why: str) -> None:
        """Something was not followed."""
        self.open.setdefault(why)


Judge = Callable[["Arrival"], str]
"""What a question says of a move: ``stop`` ends the whole search, ``prune`` this way, ``seen`` and ``go`` go on."""


@attrs.define(eq=False)
class Explorer:
    """The ways of tickets of one type."""

    site: Site
    kind: TicketType
    cast: Cast
    solver: Solver
    now: datetime
    deadline: float
    by_hand: bool = True
    keep_opener: bool = False
    condition: Rule | None = None
    """``quando``: judged on the ticket at the start."""
    told: Callable[[Explored], None] = lambda seen: None
    explored: Explored = attrs.field(factory=Explored)
    free: Free = attrs.field(init=False)
    deciding: frozenset[str] = attrs.field(init=False)
    known: dict[Any, list[tuple[frozenset[Term], tuple[Term, ...]]]] = attrs.field(factory=dict)
    return_seen: set[Any] = attrs.field(factory=set)
    acts_seen: bool = attrs.field(init=False)

    @free.default
    def _free(self) -> Free:
        return free_values(self.site, self.kind)

    @deciding.default
    def _deciding(self) -> frozenset[str]:
        found = [self.kind.formula, *(step.formula for step in self.kind.steps)]
        return frozenset(code.upper() for code in found if code)

    @acts_seen.default
    def _acts_seen(self) -> bool:
        return any(item.startswith("ACAO.") for step in self.kind.steps for item in (*step.required, *step.required_on_exit))

    # -- the search ------------------------------------------------------------------------------

    def run(self, judge: Judge) -> Arrival | None:
        """Look at all ways, short ones first; the move at which the judge said stop, or None."""
        waiting: deque[State] = deque()
        for arrival in self.starts():
            answer = judge(arrival)
            if answer == "stop":
                return arrival
            self.go_on(arrival, answer, waiting, started=True)
        while waiting:
            if monotonic() > self.deadline:
                self.explored.leave(message("o tempo acabou antes de todos os caminhos"))
                return None
            state = waiting.popleft()
            self.explored.states += 1
            self.told(self.explored)
            for arrival in self.moves(state):
                answer = judge(arrival)
                if answer == "stop":
                    return arrival
                self.go_on(arrival, answer, waiting)
        return None

    def go_on(self, arrival: Arrival, answer: str, waiting: deque[State], *, started: bool = False) -> None:
        """Queue where a move leads, unless the ways from there are looked at already."""
        made = arrival.plan
        if answer == "prune" or not made.applies:
            return
        assert made.after is not None
        if made.after.status in TERMINAL and "resume" not in self.cast.actions:
            return
        seen = arrival.state.seen or answer == "seen"
        state = State(made.after, arrival.given, arrival.conditions, arrival.store, (*arrival.state.way, arrival.request), seen)
        before = self.signature(previous_holder(made.after, []), made.after)
        key = self.key(state)
        if self.covered(key, state):
            if before is not None and (key, before) not in self.return_seen and self.by_hand:
                self.return_seen.add((key, before))
                waiting.append(attrs.evolve(state, only_return=True))
            return
        self.return_seen.add((key, before))
        waiting.append(state)

    def key(self, state: State) -> Any:
        """What tells two tickets on their way apart, whatever their free values."""
        ticket = state.ticket
        done = discussed_since(ticket) if self.acts_seen else None
        opener: Any = ticket.opener
        if not self.cast.opener_matters:
            opener = self.signature(attendant_holder(opener), ticket) if self.keep_opener else ""
        before = previous_holder(ticket, []) if self.returns_by_formula else None
        counts = (ticket.schedule_count, ticket.closed_at is not None) if "wait" in self.cast.actions else None
        mark = self.signature(ticket.holder, ticket)
        step = self.site.step(ticket.type, ticket.step)
        told = (ticket.step_told, ticket.deadline_told) if self.cast.mails or (step is not None and step.when_due) else None
        waits = (ticket.wake_up is not None, ticket.deadline is not None) if ticket.status == "G" or told else None
        voices = frozenset((one.seat, one.by, one.voice) for one in spoken(ticket)) if step is not None and step.approval else None
        return (ticket.step, ticket.status, mark, opener, state.seen, state.store, done, before, counts, told, waits, voices)

    def signature(self, holder: Holder | None, ticket: Ticket) -> Any:
        """What matters of a holder."""
        key = (holder, ticket.opener)
        if key not in self.signatures:
            self.signatures[key] = signature(self.cast, holder, ticket.opener, self.now.date())
        return self.signatures[key]

    @property
    def returns_by_formula(self) -> bool:
        """Whether who had the ticket before decides more than what handing it back does."""
        steps = self.kind.steps
        return self.kind.handoff == "anterior" or any(step.handoff == "anterior" for step in steps) or self.gives_back

    gives_back: bool = False
    in_turn: dict[str, None] = attrs.field(factory=dict)
    """Who else might have had the turn in the move being looked at."""
    signatures: dict[Any, Any] = attrs.field(factory=dict)

    def covered(self, key: Any, state: State) -> bool:
        """Whether a region that holds this one was queued for the same place before."""
        mine = frozenset(state.conditions)
        known = self.known.setdefault(key, [])
        for theirs, _ in known:
            if theirs <= mine:
                return True
        if len(known) >= 2 and self.solver.proves:
            others = [("not", conjunction(conditions)) for _, conditions in known]
            found = self.solver.solve((*self.free.bounds(state.conditions), *state.conditions, *others), state.given, 1.0)
            if found.answer == "unsat":
                return True
        known.append((mine, state.conditions))
        return False

    # -- starts ----------------------------------------------------------------------------------

    def starts(self) -> Iterator[Arrival]:
        """Tickets as opening leaves them, in regions in which the condition of the question holds."""
        entries = [step for step in self.kind.steps if step.entry or step.possible_entry]
        first = first_values(self.free)
        who = openers(self.cast, self.now.date())
        for step in entries:
            for person in who:
                request = Request(action="open", to=step.code, actor=person.key)
                draft = changed(self.draft(), opener=person.key)
                state = State(draft, first, (), (), ())
                for arrival in self.moves_of(state, request):
                    yield from self.conditioned(arrival)

    def draft(self) -> Ticket:
        """A ticket not yet opened, with no free values set."""
        return Ticket(coligada=self.site.coligada, locality=1, code=1, type=self.kind.code, status="", version=0, subject="")

    def conditioned(self, arrival: Arrival) -> Iterator[Arrival]:
        """The parts of a start's region in which ``quando`` holds."""
        if self.condition is None:
            self.explored.starts += 1
            yield arrival
            return
        ticket = arrival.plan.after if arrival.plan.applies else None
        if ticket is None:
            ticket = changed(arrival.state.ticket, opener=arrival.request.actor, status="A")
        todo = [Turn(arrival.given)]
        rule = self.condition
        while todo:
            turn = todo.pop()
            given = turn.given
            tracker = Tracker(self.free, arrival.store, self.filled(ticket, given, arrival.store), frozenset(), given, False)
            truth, shadow = judged(rule, tracker, self.site)
            made = shadow.conditions
            for why in shadow.beyond:
                self.explored.leave(why)
            todo += self.flips(arrival.conditions, shadow, turn)
            if truth:
                self.explored.starts += 1
                again = arrival if given is arrival.given else self.again(arrival, given)
                if again is not None:
                    yield attrs.evolve(again, conditions=joined(again.conditions, made))

    def filled(self, ticket: Ticket, given: Mapping[str, Any], store: Store) -> Ticket:
        """A ticket with other free values, where the way has not changed them."""
        fixed = {place: value_at(ticket, place) for place, term in store if term[0] == "v"}
        made = ticket_with(ticket, self.free, given)
        if not fixed:
            return made
        back = {self.free.terms[place][1]: value for place, value in fixed.items() if place in self.free.terms}
        return ticket_with(made, self.free, {**given, **back})

    def again(self, arrival: Arrival, given: Mapping[str, Any]) -> Arrival | None:
        """The same first move with other free values; None when it goes another way."""
        for other in self.region(arrival.state, arrival.request, given):
            if set(arrival.conditions) <= set(other.conditions):
                return other
        self.explored.leave(message("uma situação calculada não tomou o caminho previsto"))
        return None

    # -- moves -----------------------------------------------------------------------------------

    def moves(self, state: State) -> Iterator[Arrival]:
        """Every move that may be tried, for every region of the state."""
        for request in requests(self.cast, state.ticket, self.now, by_hand=self.by_hand):
            if state.only_return and request.action != "return":
                continue
            yield from self.moves_of(state, request)

    def moves_of(self, state: State, request: Request) -> Iterator[Arrival]:
        """One move for every region of the state, whoever's turn it is."""
        self.in_turn.clear()
        yield from self.regions_of(state, request)
        for person in list(self.in_turn):
            yield from self.regions_of(state, turned(request, person))

    def regions_of(self, state: State, request: Request) -> Iterator[Arrival]:
        """One move for every region of the state."""
        todo = [Turn(state.given)]
        count = 0
        while todo:
            turn = todo.pop()
            count += 1
            if monotonic() > self.deadline:
                self.explored.leave(message("o tempo acabou antes de todos os caminhos"))
                return
            if count > MOST_REGIONS:
                self.explored.leave(message("um movimento tem casos demais para todos serem vistos"))
                return
            for arrival in self.region(state, request, turn.given):
                self.explored.regions += 1
                todo += self.flips(state.conditions, arrival.shadow, turn)
                yield arrival

    def region(self, state: State, request: Request, given: Mapping[str, Any]) -> Iterator[Arrival]:
        """One move for the region of some free values."""
        ticket = self.ticket_for(state, given)
        if ticket is None:
            self.explored.leave(message("uma situação calculada não tomou o caminho previsto"))
            return
        tracker = Tracker(self.free, state.store, ticket, self.deciding, given, False)
        made = self.plan(ticket, request, tracker)
        self.required(tracker, ticket, made)
        shadow = tracker.shadow
        for why in shadow.beyond:
            self.explored.leave(why)
        self.explored.asked |= shadow.asked
        self.explored.branches |= shadow.branches
        store = tracker.stored(made.after) if made.applies and made.after is not None else state.store
        yield Arrival(state, request, made, given, joined(state.conditions, shadow.conditions), store, shadow)

    def plan(self, ticket: Ticket, request: Request, tracker: Tracker | None = None) -> Plan:
        """Ask the planner; with a tracker its formulas are followed."""
        self.explored.plans += 1
        watch = None if tracker is None else (lambda code, rule: Watched(rule, tracker))
        turns = turns_of(self.site.people, request)
        if request.action == "open":
            request = attrs.evolve(request, draft=ticket)
            made = plan(self.site, None, request, self.now, workload=turns, watch=watch)  # type: ignore[arg-type]
        else:
            now = moment_of(self.site, ticket, request, self.now)
            made = plan(self.site, ticket, request, now, workload=turns, watch=watch)  # type: ignore[arg-type]
        self.in_turn |= turns.asked
        return made

    def ticket_for(self, state: State, given: Mapping[str, Any]) -> Ticket | None:
        """The state's ticket with other free values: its way gone again from the start."""
        if given is state.given and state.way:
            return state.ticket
        ticket = ticket_with(state.ticket if not state.way else self.draft(), self.free, given)
        for request in state.way:
            made = self.plan(ticket, request)
            if not made.applies or made.after is None:
                return None
            ticket = made.after
        theirs = state.ticket
        if state.way and (ticket.step, ticket.status, ticket.holder) != (theirs.step, theirs.status, theirs.holder):
            return None
        return ticket

    def required(self, tracker: Tracker, ticket: Ticket, made: Plan) -> None:
        """G8: whether obligatory items are filled: those of a move that was made all together, those that stopped one each."""
        if made.reason is not None and made.reason.code == "faltam-obrigatorios":
            listed = getattr(made.reason.message, "values", {}).get("lista", "")
            terms = [self.filled_condition(tracker, item) for item in str(listed).split(", ")]
            for term in terms:
                if term is not None:
                    tracker.shadow.decide(term, False)
            return
        steps = self.site.steps.get(ticket.type, {})
        chain = [steps[one.to_step] for one in made.steps if one.to_step is not None and one.to_step in steps]
        first = steps.get(ticket.step) if ticket.step is not None else None
        if made.action != "open" and first is not None:
            chain.insert(0, first)
        conditions = [found for item in required_items(chain) if (found := self.filled_condition(tracker, item)) is not None]
        if conditions:
            tracker.shadow.decide(conjunction(dict.fromkeys(conditions)), True)

    def filled_condition(self, tracker: Tracker, item: str) -> Term | None:
        """The condition under which an item is filled; None when it is the same for the whole region."""
        place = place_of(item)
        term = tracker.store.get(place, self.free.terms.get(place))
        if item == "ACAO.SOLUCAO":
            term = tracker.store.get(("campo", "SOLUCAO"), self.free.terms["campo", "SOLUCAO"])
        elif item == "ACAO.SOLICITACAO":
            term = tracker.store.get(("campo", "SOLICITACAO"), self.free.terms["campo", "SOLICITACAO"])
        if term is None or term[0] != "s" or place in tracker.changing:
            return None
        full: Term = ("not", ("empty", term))
        return ("and", full, ("not", ("teq", term, constant("")))) if term[2] == "text" else full

    def flips(self, before: Sequence[Term], shadow: Shadow, turn: Turn) -> list[Turn]:
        """What is left of a turn's tickets beside the region that was just seen, a part for each condition turned round."""
        made: list[Turn] = []
        for wanted, pinned, why in rest_of(before, shadow, turn):
            found = self.solver.solve((*self.free.bounds(wanted), *before, *wanted), turn.given)
            if found.answer == "unsat":
                continue
            if pinned > MOST_PINS or found.values is None:
                self.explored.leave(why or self.unknown())
                continue
            made.append(Turn(found.values, wanted))
        return made

    def unknown(self) -> str:
        """Why a condition was not turned round."""
        if not self.solver.proves:
            return message("sem o extra 'prove' só se procura: instale repasse[prove] para provar")
        return message("o solucionador não soube dizer se uma condição pode ocorrer")


def rest_of(before: Sequence[Term], shadow: Shadow, turn: Turn) -> Iterator[tuple[tuple[Term, ...], int, str]]:
    """The parts of a turn's tickets that go another way than the one seen: their conditions, how many values were tried there
    when one is pinned, and why it is. What goes against the turn's own conditions was not meant to be seen: nothing is left of it
    that could be told."""
    done: list[Term] = []
    for position, one in enumerate(shadow.conditions):
        if one in before or one in turn.assumed:
            continue
        other = negated(one)
        pinned = position in shadow.pinned
        tried = sum(1 for old in turn.assumed if old[0] == "not" and old[1][:2] == one[:2]) + 1 if pinned else 0
        if other in turn.assumed or other in before:
            yield (*turn.assumed, *done, one), MOST_PINS + 1, message("uma situação calculada não tomou o caminho previsto")
            return
        yield (*turn.assumed, *done, other), tried, shadow.reasons.get(position, "")
        done.append(one)


def joined(before: tuple[Term, ...], more: Sequence[Term]) -> tuple[Term, ...]:
    """Conditions with more of them, each once."""
    return (*before, *(one for one in more if one not in before))


def place_of(item: str) -> Key:
    """Where an obligatory item stands."""
    if item.upper().startswith("PARAMETRO."):
        return ("parametro", item.upper().removeprefix("PARAMETRO."))
    return ("campo", item.upper())


def required_items(chain: Sequence[Step]) -> Iterator[str]:
    """What must be filled to go along some steps."""
    for left, entered in pairwise(chain):
        yield from (*left.required, *left.required_on_exit, *entered.required)


def discussed_since(ticket: Ticket) -> bool:
    """Whether somebody wrote to the discussion since the ticket came to its step."""
    since = ticket.steps[-1].at if ticket.steps else None
    return any(entry.kind != "Repasse" and (since is None or entry.at >= since) for entry in ticket.discussion)


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

"""Every way that tickets of a type can go, in regions: the real planner makes each move for one ticket of a region, and the
conditions that its formulas met say which other tickets go the same way.

Flipping a condition gives the neighbouring region, or the certainty that there is none; when all are seen, all tickets are.
What could not be followed is kept in ``Explored.open``, and then nothing is proved.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs

from routing.deciding.move import previous_holder
from routing.deciding.planner import plan
from routing.domain.approvals import spoken
from routing.domain.decision import Plan, Request
from routing.domain.flow import TERMINAL, TRANSITIONS
from routing.domain.model import Holder, Ticket, TicketType, attendant_holder, changed
from routing.domain.site import Site
from routing.messages import message
from routing.proving.acting import Cast, all_actors, asked_by, beginnings, moment_of, openers, requests, signature
from routing.proving.changes import (
    Changed,
    another,
    differing,
    fresh,
    living,
    place_of,
    renamed,
    required_items,
    settled,
    taken,
    unnumbered,
    written_name,
    written_value,
)  # fmt: skip
from routing.proving.fields import ROWS, Free, FreeRows, Key, first_values, free_values, ticket_holding, ticket_with, value_at
from routing.proving.pairs import Shadow
from routing.proving.regions import MOST_PINS, Turn, rest_of
from routing.proving.solver import Found, Solver
from routing.proving.terms import Term, conjunction, constant, symbols_in
from routing.proving.tracking import Store, Tracker, Watched, judged
from routing.proving.turns import turned, turns_of

if TYPE_CHECKING:
    from formula.engine import Rule

MOST_REGIONS = 400
"""Regions of one move of one state."""
FEW_REGIONS, SHORT = 12, 0.5
"""Those of a first look, and the seconds that the solver has there for a question: it goes on before it has seen all."""


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
    asked: tuple[Term, ...] = ()
    """Of the conditions, those that the question began with."""


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
    asked: tuple[Term, ...] = ()


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


Judgement = Callable[["Arrival"], str]
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
    broad: bool = False
    """Whether ways forget by which conditions they came: that nothing is found then holds, what is found may be no way at all."""
    script: tuple[Request, ...] = ()
    """The only moves that are looked at, when there are any; changes by hand are made beside them."""
    keep_opener: bool = False
    condition: Rule | None = None
    """``quando``: judged on the ticket at the start."""
    told: Callable[[Explored], None] = lambda seen: None
    explored: Explored = attrs.field(factory=Explored)
    free: Free = attrs.field(init=False)
    deciding: frozenset[str] = attrs.field(init=False)
    known: dict[Any, list[tuple[frozenset[Term], tuple[Term, ...]]]] = attrs.field(factory=dict)
    return_seen: set[Any] = attrs.field(factory=set)

    @free.default
    def _free(self) -> Free:
        return free_values(self.site, self.kind)

    @deciding.default
    def _deciding(self) -> frozenset[str]:
        found = [self.kind.formula, *(step.formula for step in self.kind.steps)]
        return frozenset(code.upper() for code in found if code)

    # -- the search ------------------------------------------------------------------------------

    def run(self, judge: Judgement, begun: Sequence[State] = ()) -> Arrival | None:
        """Look at all ways, short ones first, or at those that go on from some states; the move at which the judge said stop, or
        None."""
        waiting: deque[State] = deque(begun)
        if self.late():
            return None
        for arrival in () if begun else self.starts():
            answer = judge(arrival)
            if answer == "stop":
                return arrival
            self.go_on(arrival, answer, waiting, started=True)
        visits: Counter[Any] = Counter()
        while waiting:
            if self.late():
                return None
            state = self.nearest(waiting, visits)
            self.explored.states += 1
            self.told(self.explored)
            for arrival in self.moves(state):
                answer = judge(arrival)
                if answer == "stop":
                    return arrival
                self.go_on(arrival, answer, waiting)
        return None

    def nearest(self, waiting: deque[State], visits: Counter[Any]) -> State:
        """The next state to look at: the one that was queued first; in a first look the first of those at the places that were
        looked at least, so that it gets on."""
        if not self.cast.simple:
            return waiting.popleft()
        found = min(waiting, key=lambda state: visits[state.ticket.step, state.ticket.status])
        waiting.remove(found)
        visits[found.ticket.step, found.ticket.status] += 1
        return found

    def late(self) -> bool:
        """Whether the time is over, which is noted."""
        if monotonic() <= self.deadline:
            return False
        self.explored.leave(message("o tempo acabou antes de todos os caminhos"))
        return True

    def solve(self, conditions: Sequence[Term], given: Mapping[str, Any], most: float | None = None) -> Found:
        """Values that meet conditions, in the time that is left."""
        return self.solver.solve(conditions, given, SHORT if self.cast.simple else most, until=self.deadline)

    def go_on(self, arrival: Arrival, answer: str, waiting: deque[State], *, started: bool = False) -> None:
        """Queue where a move leads, unless the ways from there are looked at already."""
        made = arrival.plan
        if answer == "prune" or not made.applies:
            return
        assert made.after is not None
        if made.after.status in TERMINAL and "resume" not in self.cast.actions:
            return
        seen = arrival.state.seen or answer == "seen"
        asked = (*arrival.state.conditions, *arrival.asked) if started else arrival.state.asked
        kept = asked if self.broad else arrival.conditions
        way = (*arrival.state.way, arrival.request)
        state = self.freed(State(made.after, arrival.given, kept, arrival.store, way, seen, asked=asked))
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
        done = (ticket.discussed_since_its_step, ticket.first_contact_at is not None) if self.cast.acts else None
        opener: Any = ticket.opener
        named = self.cast.opener_named
        if not (self.cast.opener_matters or named is None or opener in named):
            opener = self.signature(attendant_holder(opener), ticket) if self.keep_opener else ""
        before = previous_holder(ticket, []) if self.returns_by_formula else None
        counts = (ticket.schedule_count, ticket.closed_at is not None) if "wait" in self.cast.actions else None
        mark = (self.signature(ticket.holder, ticket), asked_by(self.cast, ticket))
        step = self.site.step(ticket.type, ticket.step)
        told = (ticket.step_told, ticket.deadline_told) if self.cast.mails or (step is not None and step.when_due) else None
        waits = (ticket.wake_up is not None, ticket.deadline is not None) if ticket.status == "G" or told else None
        voices = frozenset((one.seat, one.by, one.voice) for one in spoken(ticket)) if step is not None and step.approval else None
        names = unnumbered(dict(state.store))
        still = self.still(ticket)
        store = tuple((place, renamed(term, names)) for place, term in state.store if place in still)
        return (ticket.step, ticket.status, mark, opener, state.seen, store, done, before, counts, told, waits, voices)

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

    joins: frozenset[str] | None = None
    """As :attr:`routing.proving.pairs.Shadow.joins`."""
    branching: bool = False
    """Whether the question is which branches are taken."""
    gives_back: bool = False
    in_turn: dict[str, None] = attrs.field(factory=dict)
    """Who else might have had the turn in the move being looked at."""
    signatures: dict[Any, Any] = attrs.field(factory=dict)

    def covered(self, key: Any, state: State) -> bool:
        """Whether a region that holds this one was queued for the same place before."""
        names = unnumbered(dict(state.store))
        conditions = tuple(renamed(one, names) for one in state.conditions)
        mine = frozenset(conditions)
        known = self.known.setdefault(key, [])
        for theirs, _ in known:
            if theirs <= mine:
                return True
        if len(known) >= 2 and self.solver.proves:
            others = [("not", conjunction(theirs)) for _, theirs in known]
            given = {names.get(name, name): value for name, value in state.given.items()}
            found = self.solve((*self.free.bounds(conditions), *conditions, *others), given, 1.0)
            if found.answer == "unsat":
                return True
        known.append((mine, conditions))
        return False

    # -- changes by hand ---------------------------------------------------------------------------

    def freed(self, state: State) -> State:
        """The state with all that somebody may change by hand free again: it stands for the ticket as it came and for every change
        of it. What the question asks about is only changed by a move of its own."""
        store, given, way = dict(state.store), dict(state.given), state.way
        mentioned = {one[1] for condition in state.conditions for one in symbols_in(condition)}
        for actor, places in self.changers(state.ticket):
            pairs: list[tuple[Key, Term]] = []
            for place in places:
                term = store.get(place, self.free.terms[place])
                free_already = term[0] == "s" and term[1] not in mentioned
                if not free_already and (state.seen or place != self.asked_place):
                    pairs.append((place, fresh(self.free.terms[place], len(way))))
            for place, new in pairs:
                store[place] = new
                given[new[1]] = value_at(state.ticket, place)
            if pairs:
                way = (*way, Changed(action="change", actor=actor, places=tuple(pairs)))
        kept = tuple(sorted(store.items(), key=lambda item: item[0]))
        conditions = living(state.conditions, store, self.free, self.still(state.ticket))
        return attrs.evolve(state, given=given, store=kept, way=way, conditions=conditions)

    def still(self, ticket: Ticket) -> tuple[Key, ...]:
        """The places of a ticket that something may still look at."""
        if ticket.step not in self.matters:
            self.matters[ticket.step] = self.places_ahead(ticket.step)
        return self.matters[ticket.step]

    def changers(self, ticket: Ticket) -> list[tuple[str, tuple[Key, ...]]]:
        """Who may change what of a ticket; for each place one is enough."""
        if not self.places or "change" not in self.cast.actions or ticket.status not in TRANSITIONS["change"].sources:
            return []
        mark = (ticket.step, ticket.status, ticket.holder, ticket.contact_owner, ticket.closed_at is None)
        if mark not in self.changing:
            step = self.site.step(ticket.type, ticket.step)
            locked = self.cast.held | (step.read_only if step is not None else frozenset())
            left = [place for place in self.still(ticket) if place[0] != ROWS and written_name(place) not in locked]
            made: list[tuple[str, tuple[Key, ...]]] = []
            for one in all_actors(self.site, ticket.holder):
                able = tuple(left) if self.may_change(ticket, one.key, left) else ()
                able = able or tuple(place for place in left if self.may_change(ticket, one.key, [place]))
                if able:
                    made.append((one.key, able))
                    left = [place for place in left if place not in able]
                if not left:
                    break
            self.changing[mark] = made
        return self.changing[mark]

    def may_change(self, ticket: Ticket, actor: str, places: Sequence[Key]) -> bool:
        """Whether the planner lets somebody set some places, to what they have or to something else."""
        old = [(place, value_at(ticket, place)) for place in places]
        other = [(place, another(place, self.free.terms[place], value)) for place, value in old]
        for values in (old, other):
            pairs = tuple((written_name(place), written_value(value)) for place, value in values)
            if self.plan(ticket, Request(action="change", actor=actor, set=pairs), {}).applies:
                return True
        return False

    def asked_change(self, state: State) -> Iterator[Arrival]:
        """What the question asks about, changed by hand to something else."""
        place = self.asked_place
        actor = next((one for one, places in self.changers(state.ticket) if place in places), None)
        if place is None or actor is None or state.seen or state.only_return:
            return
        term, old = dict(state.store).get(place, self.free.terms[place]), value_at(state.ticket, place)
        new = fresh(self.free.terms[place], len(state.way))
        given = {**state.given, new[1]: another(place, new, old)}
        request = Changed(action="change", actor=actor, places=((place, new),))
        real = settled(request, state.ticket, given)
        assert real is not None
        made = self.plan(state.ticket, real, given)
        store = tuple(sorted({**dict(state.store), place: new}.items(), key=lambda item: item[0]))
        unlike = differing(term, new, old)
        conditions = joined(state.conditions, () if unlike is None else (unlike,))
        yield Arrival(state, request, made, given, conditions, store, Shadow(lambda table, key, raw: None))

    places: tuple[Key, ...] = ()
    """The places that anything looks at."""
    places_ahead: Callable[[int | None], tuple[Key, ...]] = lambda code: ()
    """Those that something may still look at, by the step of a ticket."""
    matters: dict[int | None, tuple[Key, ...]] = attrs.field(factory=dict)
    asked_place: Key | None = None
    """The place whose change the question asks about."""
    changing: dict[Any, list[tuple[str, tuple[Key, ...]]]] = attrs.field(factory=dict)

    # -- starts ----------------------------------------------------------------------------------

    def starts(self) -> Iterator[Arrival]:
        """Tickets as opening leaves them, in regions in which the condition of the question holds."""
        entries = [step for step in self.kind.steps if step.entry or step.possible_entry]
        first = first_values(self.free)
        who = openers(self.cast, self.now.date())
        for step in entries:
            for person in who:
                request = Request(action="open", to=step.code, actor=person.key)
                if self.script and self.script[0].actor != request.actor:
                    continue
                for given, conditions in beginnings(self.cast.askers, self.free, first):
                    state = State(changed(self.draft(), opener=person.key), given, conditions, (), ())
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
            tracker.shadow.joins = self.joins
            truth, shadow = judged(rule, tracker, self.site)
            made = shadow.conditions
            for why in shadow.beyond:
                self.explored.leave(why)
            todo += self.flips(arrival.conditions, shadow, turn)
            if truth:
                self.explored.starts += 1
                again = arrival if given is arrival.given else self.again(arrival, given)
                if again is not None:
                    yield attrs.evolve(again, conditions=joined(again.conditions, made), asked=tuple(made))

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
        if self.script:
            gone = sum(1 for one in state.way if not isinstance(one, Changed))
            for request in self.script[gone : gone + 1]:
                yield from self.asked_change(state) if isinstance(request, Changed) else self.regions_of(state, request)
            return
        yield from self.asked_change(state)
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
        todo = deque([Turn(state.given)])
        count = 0
        while todo:
            turn = todo.popleft() if self.cast.simple else todo.pop()
            count += 1
            if self.late():
                return
            if count > (FEW_REGIONS if self.cast.simple else MOST_REGIONS):
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
        tracker = Tracker(self.free, state.store, ticket, self.deciding, given, False, self.joins)
        made = self.plan(ticket, request, given, tracker)
        self.required(tracker, ticket, made)
        shadow = tracker.shadow
        for why in shadow.beyond:
            self.explored.leave(why)
        if state.way and not self.foreseen(state, shadow):
            self.explored.leave(message("uma fórmula olhou um campo que não se esperava"))
        self.explored.asked |= shadow.asked
        self.explored.branches |= shadow.branches
        if self.branching:
            self.take(joined(state.conditions, shadow.conditions), shadow, given)
        store = tracker.stored(made.after) if made.applies and made.after is not None else state.store
        yield Arrival(state, request, made, given, joined(state.conditions, shadow.conditions), store, shadow)

    def take(self, conditions: Sequence[Term], shadow: Shadow, given: Mapping[str, Any]) -> None:
        """The branches that were joined and that some ticket of a region takes."""
        for branch, guards in shadow.guards.items():
            if branch in self.explored.branches:
                continue
            wanted = (*conditions, ("or", *guards))
            found = self.solve((*self.free.bounds(wanted), *wanted), given)
            if found.answer == "sat":
                self.explored.branches.add(branch)
            elif found.answer != "unsat":
                self.explored.leave(self.unknown())

    def foreseen(self, state: State, shadow: Shadow) -> bool:
        """Whether a move looked only at what was kept of its state."""
        store = dict(state.store)
        known = {one[1] for place in self.still(state.ticket) for one in symbols_in(store.get(place, self.free.terms[place]))}
        return all(one[1] in known for condition in shadow.conditions for one in symbols_in(condition))

    def plan(self, ticket: Ticket, request: Request, given: Mapping[str, Any], tracker: Tracker | None = None) -> Plan:
        """Ask the planner; with a tracker its formulas are followed."""
        self.explored.plans += 1
        watch = None if tracker is None else (lambda code, rule: Watched(rule, tracker))
        turns, rows = turns_of(self.site.people, request), FreeRows(self.free, given)
        if request.action == "open":
            request = attrs.evolve(request, draft=ticket)
            made = plan(self.site, None, request, self.now, sentences=rows, workload=turns, watch=watch)  # type: ignore[arg-type]
        else:
            now = moment_of(self.site, ticket, request, self.now)
            made = plan(self.site, ticket, request, now, sentences=rows, workload=turns, watch=watch)  # type: ignore[arg-type]
        self.in_turn |= turns.asked
        return made

    def ticket_for(self, state: State, given: Mapping[str, Any]) -> Ticket | None:
        """The state's ticket with other free values: its way gone again from the start."""
        if given is state.given and state.way:
            return state.ticket
        if self.broad and state.way:
            return ticket_holding(state.ticket, self.free, dict(state.store), given)
        ticket = ticket_with(self.draft() if state.way else state.ticket, self.free, given)
        for request in state.way:
            real = settled(request, ticket, given)
            if real is None:
                continue
            made = self.plan(ticket, real, given)
            if not made.applies or made.after is None or (isinstance(request, Changed) and not taken(request, made.after, given)):
                return None
            ticket = made.after
        theirs = state.ticket
        if state.way and (ticket.step, ticket.status, ticket.holder) != (theirs.step, theirs.status, theirs.holder):
            return None
        return ticket

    def required(self, tracker: Tracker, ticket: Ticket, made: Plan) -> None:
        """G8: whether obligatory items are filled: those of a move that was made all together, those that stopped one each."""
        if made.reason is not None and made.reason.code == "faltam-obrigatorios":
            listed = getattr(made.reason.message, "values", {}).get("itens", "")
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
            if self.late():
                break
            found = self.solve((*self.free.bounds(wanted), *before, *wanted), turn.given)
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


def joined(before: tuple[Term, ...], more: Sequence[Term]) -> tuple[Term, ...]:
    """Conditions with more of them, each once."""
    return (*before, *(one for one in more if one not in before))

"""Whether every ticket can come to an end: from each place of its way some move brings it nearer to one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import attrs

from routing.domain.flow import TERMINAL
from routing.domain.model import changed
from routing.proving.builtin.survey import Look, Way, place_of
from routing.proving.changes import MARK, plain_name, renamed
from routing.proving.exploring import Arrival, Explorer, State
from routing.proving.proving import another_look
from routing.proving.terms import Term, conjunction, constant, symbol, symbols_in, true_for


@attrs.frozen(eq=False)
class Ending:
    """What is known of a day: whether every ticket can come to an end, or the move to one that cannot."""

    sound: bool = False
    behind: tuple[Explorer, Arrival] | None = None

    @property
    def known(self) -> bool:
        """Whether there is an answer."""
        return self.sound or self.behind is not None


def ending_of(broad: Look, real: Sequence[Look]) -> Ending:
    """What more than all ways tell: where they do not lead nothing does; a place without an end counts when it was really seen."""
    for place in left_behind(broad):
        for look in real:
            if place in look.survey.arrivals:
                return Ending(behind=(look.explorer, look.survey.arrivals[place]))
        return Ending()
    return Ending(sound=not in_doubt(broad))


def full_ending(full: Look, deadline: float) -> Ending:
    """What a look at all ways as they are tells, when it is whole."""
    if not full.whole:
        return Ending()
    for place in left_behind(full):
        return Ending(behind=(full.explorer, full.survey.arrivals[place]))
    doubts = in_doubt(full)
    for state, conditions in doubts[:MOST_DOUBTS]:
        found = stuck(full, state, conditions, (deadline - monotonic()) / MOST_DOUBTS)
        if found is not None:
            return Ending(behind=(full.explorer, found))
    return Ending(sound=not doubts)


MOST_DOUBTS = 4
"""Of how many states the tickets that may have no move nearer to the end are followed."""


def ranked(look: Look) -> dict[Any, int]:
    """How many moves every place is from an end; those from which none is reached are not there."""
    survey = look.survey
    ranks: dict[Any, int] = dict.fromkeys(survey.ends, 0)
    waiting = deque(survey.ends)
    while waiting:
        place = waiting.popleft()
        for before in survey.leads.get(place, ()):
            if before not in ranks:
                ranks[before] = ranks[place] + 1
                waiting.append(before)
    return ranks


def left_behind(look: Look) -> list[Any]:
    """The places from which no way leads to an end, as they were come to."""
    ranks = ranked(look)
    return [place for place in look.survey.arrivals if place not in ranks]


def in_doubt(look: Look) -> list[tuple[State, tuple[Term, ...]]]:
    """The states of which it was not shown that every ticket has a move that brings it nearer to the end, with the conditions of
    those that have none."""
    ranks = ranked(look)
    found = ((state, without_a_move(look.explorer, state, ways, ranks)) for state, ways in look.survey.moves.values())
    return [(state, left) for state, left in found if left is not None]


def without_a_move(explorer: Explorer, state: State, ways: Sequence[Way], ranks: Mapping[Any, int]) -> tuple[Term, ...] | None:
    """The conditions of the tickets of a state that have no move nearer to the end; None when there are none.

    What somebody may change by hand before the move he may set as the move needs it: for each move it is enough that it can be made
    with some values of these.
    """
    mine = ranks.get(place_of(explorer, state.ticket))
    if mine == 0:
        return None
    near = [way for way in ways if mine is not None and ranks.get(way.after, mine) < mine]
    if any(way.added == () for way in near):
        return None
    chosen = changeable(explorer, state)
    wanted: list[Term] = list(state.conditions)
    given = dict(state.given)
    for number, way in enumerate(near):
        names = {name: f"{plain_name(name)}{MARK}w{number}" for way_part in way.added for name in named(way_part) & chosen}
        pins = [pin for name, new in names.items() for pin in pinned(new, kind_of(way.added, name), way.given.get(name))]
        told = {new: way.given.get(name) for name, new in names.items()}
        if names and true_for((*explorer.free.bounds(pins), *pins), told):
            given |= told
            wanted += [*pins, ("not", renamed(conjunction(way.added), names))]
        else:
            wanted.append(("not", conjunction(way.added)))
    if explorer.solve((*explorer.free.bounds(wanted), *wanted), given).answer == "unsat":
        return None
    return tuple(("not", conjunction(way.added)) for way in near)


def named(term: Term) -> set[str]:
    """The names of the free values in a term."""
    return {one[1] for one in symbols_in(term)}


def kind_of(terms: Sequence[Term], name: str) -> str:
    """The kind of a free value."""
    return next(str(one[2]) for term in terms for one in symbols_in(term) if one[1] == name)


def pinned(name: str, kind: str, value: Any) -> list[Term]:
    """That a free value is just this one."""
    made = symbol(name, kind)
    if value is None:
        return [("empty", made)]
    if isinstance(value, bool):
        return [("not", ("empty", made)), made if value else ("not", made)]
    return [("not", ("empty", made)), ("tis" if isinstance(value, str) else "=", made, constant(value))]


def changeable(explorer: Explorer, state: State) -> set[str]:
    """The names of free values that somebody may set as he likes, and of which nothing else is said."""
    store = dict(state.store)
    terms = {place: store.get(place, explorer.free.terms[place]) for place in explorer.free.terms}
    uses = Counter(name for term in terms.values() for name in named(term))
    said = {name for condition in state.conditions for name in named(condition)}
    places = [place for _, places in explorer.changers(state.ticket) for place in places]
    mine = {terms[place][1] for place in places if terms[place][0] == "s"}
    return {name for name in mine - said if uses[name] == 1}


def stuck(look: Look, state: State, conditions: tuple[Term, ...], within: float) -> Arrival | None:
    """The move to a state some tickets of which, those of the conditions, come to no end on any way; None when that is not
    shown."""
    explorer = look.explorer
    wanted = (*state.conditions, *conditions)
    found = explorer.solve((*explorer.free.bounds(wanted), *wanted), state.given)
    if found.values is None:
        return None
    again = another_look(explorer, within)
    ticket = again.ticket_for(attrs.evolve(state, given={}), found.values)
    if ticket is None:
        return None
    begun = attrs.evolve(state, ticket=ticket, given=found.values, conditions=wanted)
    ended = again.run(lambda arrival: "stop" if ends(arrival) else "go", [again.freed(begun)])
    if ended is not None or again.explored.open:
        return None
    first = changed(again.draft(), opener=state.way[0].actor or "")
    came = attrs.evolve(begun, way=state.way[:-1], ticket=ticket if state.way[1:] else first)
    known = look.survey.arrivals[place_of(explorer, state.ticket)]
    return attrs.evolve(known, state=came, request=state.way[-1], given=found.values)


def ends(arrival: Arrival) -> bool:
    """Whether a move ends a ticket's way."""
    return arrival.plan.applies and arrival.plan.after is not None and arrival.plan.after.status in TERMINAL

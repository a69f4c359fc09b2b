"""All ways of a type looked at once for every question without a file, on each day that differs in who is absent.

As with a property, ways that forget by which conditions they came are soon seen: what they do not show is nowhere. What they
show is looked for again as it is, and so are the branches that some ticket must really take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from routing.domain.approvals import spoken
from routing.domain.flow import TERMINAL
from routing.domain.model import Ticket
from routing.proving.events import failed_formula, no_destination
from routing.proving.exploring import Arrival, Explorer, State
from routing.proving.property import Event
from routing.proving.terms import Term

Branch = tuple[str, int, bool]
"""A formula's code, the place of a condition in its text, and the answer that takes the branch."""


@attrs.frozen(eq=False)
class Way:
    """Where a move leads from a state: under which conditions beyond the state's own, for one ticket."""

    added: tuple[Term, ...]
    after: Any
    given: Mapping[str, Any]


@attrs.define(eq=False)
class Survey:
    """What one look at the ways of a type found: the first faults and values that are no destination by formula, and the graph of
    places."""

    faults: dict[str, Arrival] = attrs.field(factory=dict)
    nowhere: dict[str, Arrival] = attrs.field(factory=dict)
    leads: dict[Any, set[Any]] = attrs.field(factory=dict)
    ends: set[Any] = attrs.field(factory=set)
    arrivals: dict[Any, Arrival] = attrs.field(factory=dict)
    moves: dict[int, tuple[State, list[Way]]] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Look:
    """One look: its search and what it found. ``stopped`` when it ended before all ways were seen: nothing was left to ask."""

    explorer: Explorer
    survey: Survey
    stopped: bool = False

    @property
    def whole(self) -> bool:
        """Whether all ways were seen."""
        return not self.stopped and not self.explorer.explored.open


def looked(explorer: Explorer, done: Callable[[Survey], bool] = lambda survey: False) -> Look:
    """Look at the ways of a search until all are seen, its time is over, or nothing is left to ask."""
    survey = Survey()

    def judge(arrival: Arrival) -> str:
        note(explorer, survey, arrival)
        return "stop" if done(survey) else "go"

    return Look(explorer, survey, explorer.run(judge) is not None)


def note(explorer: Explorer, survey: Survey, arrival: Arrival) -> None:
    """What a move shows."""
    made = arrival.plan
    if made.status == "fault":
        survey.faults.setdefault(failed_formula(made), arrival)
    elif no_destination(explorer.site, Event("sem_destino"), made):
        survey.nowhere.setdefault(failed_formula(made), arrival)
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
        survey.moves[id(arrival.state)][1].append(Way(added, after, arrival.given))


def place_of(explorer: Explorer, ticket: Ticket) -> Any:
    """Where a ticket is on its way, whatever its values."""
    voices = frozenset((one.seat, one.by, one.voice) for one in spoken(ticket))
    opener = ticket.opener if explorer.cast.opener_matters else ""
    return (ticket.step, ticket.status, explorer.signature(ticket.holder, ticket), opener, voices)

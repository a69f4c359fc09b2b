"""The looks at a type's ways: each day that differs in who is absent gets its part of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from time import monotonic

import attrs

from routing.domain.model import TicketType
from routing.domain.site import Site
from routing.proving.builtin.ending import Ending, ending_of, full_ending, left_behind
from routing.proving.builtin.survey import Branch, Look, Survey, looked
from routing.proving.changes import scripted
from routing.proving.exploring import Arrival, Explored, Explorer
from routing.proving.property import Event, Property
from routing.proving.proving import MOST_DAYS, MOST_QUICK, QUICK, another_look, days_left_out, days_of, explorer_of
from routing.proving.solver import Solver

BROAD, FOLLOWED = 0.6, 0.2
"""The parts of the time that is left for ways that forget where they came from, and for looking again for what those showed."""
CLOSING = frozenset({"conclude", "concluded-answered", "concluded-confirmed"})

Pick = Callable[[Survey], Arrival | None]
"""What a survey shows for a question."""


@attrs.frozen(eq=False)
class Day:
    """The looks at one day. ``broad`` saw every way and more, or is None; each of ``real`` saw ways as they are, ``full`` among
    them all ways unless it is None or not whole."""

    broad: Look | None
    real: tuple[Look, ...]
    full: Look | None
    ending: Ending

    @property
    def whole(self) -> bool:
        """Whether all ways were seen as they are."""
        return self.full is not None and self.full.whole

    @property
    def looks(self) -> list[Look]:
        """All of them."""
        return [*([] if self.broad is None else [self.broad]), *self.real]

    @property
    def missed(self) -> list[str]:
        """Why not all ways were seen."""
        return list((self.full or self.real[-1]).explorer.explored.open)

    def found(self, pick: Pick) -> tuple[Explorer, Arrival] | None:
        """What a look at ways as they are shows for a question."""
        for look in self.real:
            arrival = pick(look.survey)
            if arrival is not None:
                return look.explorer, arrival
        return None

    def clears(self, pick: Pick) -> bool:
        """Whether it is shown that there is nothing to be found."""
        return self.whole or (self.broad is not None and pick(self.broad.survey) is None)

    def misses(self, branch: Branch) -> bool:
        """Whether it is shown that no ticket takes a branch, which none of the looks at ways as they are saw taken."""
        return self.whole or (self.broad is not None and branch not in self.broad.explorer.explored.branches)


@attrs.frozen(eq=False)
class Report:
    """A type looked at on each day; ``left`` is what no day shows."""

    kind: TicketType
    days: tuple[Day, ...]
    seconds: float
    left: tuple[str, ...]

    @property
    def tried(self) -> int:
        """How many situations were planned."""
        return sum(look.explorer.explored.plans for day in self.days for look in day.looks)

    def found(self, pick: Pick) -> tuple[Explorer, Arrival] | None:
        """What the first day that shows something shows."""
        return next((found for day in self.days if (found := day.found(pick)) is not None), None)

    @property
    def explorers(self) -> list[Explorer]:
        """A search of each day, for what answers rest on."""
        return [day.real[-1].explorer for day in self.days]

    def missed(self, clears: Callable[[Day], bool]) -> tuple[str, ...]:
        """What was left out on the days that do not clear a question."""
        return tuple(dict.fromkeys([*self.left, *(why for day in self.days if not clears(day) for why in day.missed)]))


def surveyed(
    site: Site, kind: TicketType, solver: Solver, now: datetime, within: float, told: Callable[[Explored], None], taken: set[Branch]
) -> Report:
    """Look at every way of a type, on every day that differs. ``taken`` gathers the branches that tickets really take."""
    began = monotonic()
    days = days_of(site, now)
    made: list[Day] = []
    for position, day in enumerate(days[:MOST_DAYS]):
        left = began + within - monotonic()
        deadline = monotonic() + left / (min(len(days), MOST_DAYS) - position)
        explorer = survey_explorer(site, kind, solver, day, deadline, told)
        made.append(looked_on(explorer, deadline, taken))
    return Report(kind, tuple(made), monotonic() - began, days_left_out(days))


def survey_explorer(
    site: Site, kind: TicketType, solver: Solver, day: datetime, deadline: float, told: Callable[[Explored], None]
) -> Explorer:
    """The search of a type's ways to their ends."""
    asked = Property(name="", type=kind.code, event=Event("falha"), always=False)
    explorer = explorer_of(site, kind, asked, solver, day, deadline, told)
    return attrs.evolve(explorer, branching=True, cast=attrs.evolve(explorer.cast, actions=explorer.cast.actions | CLOSING))


def looked_on(explorer: Explorer, deadline: float, taken: set[Branch]) -> Day:
    """The looks at one day: first at the ways that rules make, then at more than all ways, then again for what only that showed,
    and at all ways where that leaves something to ask."""
    real: list[Look] = []

    def part(share: float) -> float:
        return (deadline - monotonic()) * share

    def see(again: Explorer, done: Callable[[Survey], bool] = lambda survey: False) -> Look:
        look = looked(again, done)
        real.append(look)
        taken.update(again.explored.branches)
        return look

    quick = another_look(explorer, min(part(QUICK), MOST_QUICK))
    see(attrs.evolve(quick, cast=attrs.evolve(explorer.cast, simple=True), by_hand=False))
    broad: Look | None = None
    ending = Ending()
    if explorer.solver.proves:
        broad = looked(attrs.evolve(another_look(explorer, part(BROAD)), broad=True))
        for arrival in shown_alone(broad, real):
            script = tuple(scripted((*arrival.state.way, arrival.request)))
            see(attrs.evolve(another_look(explorer, part(FOLLOWED)), script=script))
        broad = broad if broad.whole else None
    again = another_look(explorer, part(1.0))
    if broad is not None:
        ending = ending_of(broad, real)
        sure = broad
        if ending.known:
            if settles(sure, real, taken):
                return Day(broad, tuple(real), None, ending)
            full = see(again, lambda survey: settles(sure, real, taken | again.explored.branches, survey))
            return Day(broad, tuple(real), full, ending)
    full = see(again)
    return Day(broad, tuple(real), full, full_ending(full, deadline))


def shown_alone(broad: Look, real: Sequence[Look]) -> Iterator[Arrival]:
    """What the broad look alone shows: faults, values that are no destination, and places without an end."""
    for code, arrival in broad.survey.faults.items():
        if not any(code in look.survey.faults for look in real):
            yield arrival
    for code, arrival in broad.survey.nowhere.items():
        if not any(code in look.survey.nowhere for look in real):
            yield arrival
    if broad.whole:
        yield from (broad.survey.arrivals[place] for place in left_behind(broad)[:1])


def settles(broad: Look, real: Sequence[Look], taken: set[Branch], *more: Survey) -> bool:
    """Whether all that the broad look shows was found as it is."""
    seen = [*(look.survey for look in real), *more]
    return (
        broad.explorer.explored.branches <= taken
        and all(any(code in one.faults for one in seen) for code in broad.survey.faults)
        and all(any(code in one.nowhere for one in seen) for code in broad.survey.nowhere)
    )

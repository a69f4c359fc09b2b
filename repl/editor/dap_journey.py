"""Going forward and back through the recorded runs of a formula, or of all formulas of a move, as a debug adapter is asked to.

The runs stand one behind the other: a *place* is a number over all of them, what :class:`repl.session.debugger.Debugger` calls a
position counted on. ``end`` is behind the last. Nothing runs again: breakpoints are found in the records.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Literal

import attrs

from formula.context import Context
from formula.diagnostics import FormulaError
from formula.outcome import Outcome
from formula.parser import parse
from formula.reading.tree import Declare, If, Repeat, While, every_statement
from formula.runtime.record import Record
from formula.schema import Schema
from formula.values import Value
from repl.messages import message
from repl.session.debugger import Debugger, Watch
from repl.session.evaluation import Question
from repl.session.probing import arrives
from repl.session.timeline import Spot
from repl.showing.values import answered

Reason = Literal["entry", "step", "breakpoint", "exception", "end"]
FAULT, ANALISAR = "falha", "analisar"
"""Filters: the run ends in a fault, or in ANALISAR."""

HIT = re.compile(r"\s*(==|=|>=|>|<=|<|%)?\s*([0-9]{1,9})\s*")
ASKED = re.compile(r"\{([^{}]*)\}")


@attrs.frozen(eq=False)
class Leg:
    """One recorded run, the context and names that expressions are asked with, and how it is called."""

    record: Record
    context: Context
    schema: Schema
    title: str
    travel: Debugger = attrs.field(init=False)

    @travel.default
    def _travel(self) -> Debugger:
        return Debugger(self.record)

    @property
    def size(self) -> int:
        """How many places it has."""
        return self.travel.timeline.size

    def question(self, text: str, record: Record) -> Question:
        """An expression over the variables of a formula. Raises FormulaError."""
        return Question(text, record.written, self.context, self.schema)


@attrs.frozen(eq=False)
class Breakpoint:
    """Where to stop. ``source`` is a key that names a text, ``line`` counts from 1; with ``log`` nothing stops."""

    number: int
    source: str
    line: int
    condition: str = ""
    hits: str = ""
    log: str = ""


@attrs.frozen
class Stopped:
    """Where a movement ended, why, and the breakpoints there."""

    place: int
    reason: Reason
    breakpoints: tuple[int, ...] = ()


@attrs.define(eq=False)
class Journey:
    """The runs and a place in them. ``key_of`` gives the key of a record's text; ``say`` tells of a log point.

    ``told`` is the place whose fault has been shown, so that going on from there ends the run.
    """

    legs: list[Leg]
    key_of: Callable[[Record], str]
    breakpoints: list[Breakpoint] = attrs.field(factory=list)
    filters: frozenset[str] = frozenset()
    place: int = -1
    told: int = -1
    firsts: list[int] = attrs.field(init=False)
    end: int = attrs.field(init=False)
    asked: dict[tuple[str, int], Watch] = attrs.field(init=False, factory=dict)
    found: dict[int, list[int]] = attrs.field(init=False, factory=dict)
    arrived: dict[tuple[str, int], list[int]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Put the runs one behind the other."""
        self.firsts, self.end = [], 0
        for leg in self.legs:
            self.firsts.append(self.end)
            self.end += leg.size

    # -- places ----------------------------------------------------------------------------------

    def leg_at(self, place: int) -> int:
        """The number of the run in which a place lies; ``end`` belongs to the last."""
        return max(bisect_right(self.firsts, min(place, self.end - 1)) - 1, 0)

    def spot(self, place: int) -> Spot:
        """A place in its run."""
        at = self.leg_at(place)
        return self.legs[at].travel.timeline.spot(min(place, self.end - 1) - self.firsts[at])

    def stands(self, place: int) -> bool:
        """Whether one can stop there: a step comes next, or the run breaks there."""
        at = self.leg_at(place)
        return self.spot(place).comes is not None or (self.broken(at) and place == self.firsts[at] + self.legs[at].size - 1)

    def broken(self, at: int) -> bool:
        """Whether a run ended in a fault or in ANALISAR."""
        return self.legs[at].record.broken is not None

    def from_here(self, place: int) -> int:
        """The first place from here on where one can stop, else the end."""
        return next((one for one in range(place, self.end) if self.stands(one)), self.end)

    def over(self) -> int:
        """Past the next step of the formula one is in and what it calls; at its end, to the one that called it."""
        if self.place >= self.end:
            return self.end
        at = self.leg_at(self.place)
        spot: Spot | None = self.spot(self.place)
        while spot is not None:
            done = spot.done + 1
            if done > spot.home.last:
                break
            if done < len(spot.record):
                return self.firsts[at] + spot.at(done)
            spot = spot.caller
        return self.from_here(self.firsts[at] + self.legs[at].size)

    def out(self) -> int:
        """To behind the step that called this formula; from the outermost to the end of its run."""
        at = self.leg_at(self.place)
        caller = self.spot(self.place).caller if self.place < self.end else None
        while caller is not None and caller.done + 1 <= caller.home.last:
            if caller.done + 1 < len(caller.record):
                return self.firsts[at] + caller.at(caller.done + 1)
            caller = caller.caller
        behind = self.firsts[at] + self.legs[at].size
        return self.from_here(behind - 1 if self.broken(at) and self.place < behind - 1 else behind)

    def back(self) -> int:
        """Before the step of this formula just done, else before the step that called it, else into the run before."""
        if self.place < self.end:
            at, spot = self.leg_at(self.place), self.spot(self.place)
            if spot.done > 0:
                return self.firsts[at] + spot.at(spot.done - 1)
            if spot.caller is not None:
                return self.firsts[at] + spot.caller.number
        before = range(min(self.place, self.end) - 1, -1, -1)
        return next((one for one in before if self.stands(one) and self.spot(one).caller is None), self.from_here(0))

    # -- moving ----------------------------------------------------------------------------------

    def start(self, *, entry: bool) -> Stopped:
        """To the first step, or on to the first breakpoint."""
        self.place, first = -1, self.from_here(0)
        return self.arrive(Stopped(first, "entry")) if entry and first < self.end else self.forward(self.end, "end")

    def forward(self, wanted: int, reason: Reason) -> Stopped:
        """To a place further on, or to the first breakpoint or fault before it."""
        if self.place < self.end and self.breaks(self.place) and self.told != self.place:
            return self.arrive(Stopped(self.place, "exception"))
        stops: dict[int, list[int]] = {}
        for one in self.breakpoints:
            if not one.log:
                nearest = next((place for place in self.hits(one) if self.place < place <= wanted), None)
                if nearest is not None:
                    stops.setdefault(nearest, []).append(one.number)
        first = min(stops, default=self.end)
        breaking = next((place for place in range(self.place + 1, min(first, wanted) + 1) if self.breaks(place)), None)
        if first < self.end and (breaking is None or first < breaking):
            return self.arrive(Stopped(first, "breakpoint", tuple(stops[first])))
        if breaking is not None and (breaking < wanted or reason != "step"):
            return self.arrive(Stopped(breaking, "exception"))
        return self.arrive(Stopped(wanted, reason if wanted < self.end else "end"))

    def backward(self) -> Stopped:
        """To the breakpoint before, else to the first step."""
        stops: dict[int, list[int]] = {}
        for one in self.breakpoints:
            if not one.log:
                nearest = next((place for place in reversed(self.hits(one)) if place < self.place), None)
                if nearest is not None:
                    stops.setdefault(nearest, []).append(one.number)
        if not stops:
            return self.arrive(Stopped(self.from_here(0), "entry"))
        last = max(stops)
        return self.arrive(Stopped(last, "breakpoint", tuple(stops[last])))

    def step_back(self) -> Stopped:
        """One step back; at the first step one stays."""
        wanted = self.back()
        return self.arrive(Stopped(wanted, "entry" if wanted == self.from_here(0) else "step"))

    def arrive(self, stopped: Stopped) -> Stopped:
        """Stand there."""
        self.place = stopped.place
        self.told = stopped.place if stopped.reason == "exception" else -1
        return stopped

    def breaks(self, place: int) -> bool:
        """Whether a run ends there in what the filters name."""
        at = self.leg_at(place)
        if place != self.firsts[at] + self.legs[at].size - 1 or not self.broken(at):
            return False
        return (FAULT if self.legs[at].record.outcome.status == "fault" else ANALISAR) in self.filters

    # -- breakpoints -----------------------------------------------------------------------------

    def arrivals(self, source: str, line: int) -> list[int]:
        """The places at which a run comes to a line."""
        key = source, line
        if key not in self.arrived:
            self.arrived[key] = [place for place in range(self.end) if self.comes_to(self.spot(place), source, line)]
        return self.arrived[key]

    def comes_to(self, spot: Spot, source: str, line: int) -> bool:
        """Whether the next step is the first on a line of a text."""
        record = spot.record
        return spot.comes is not None and arrives(record, spot.done, 0, line) and self.key_of(record) == source

    def hits(self, one: Breakpoint) -> list[int]:
        """The places at which a breakpoint holds, its condition and count considered."""
        if one.number not in self.found:
            places = [
                place for place in self.arrivals(one.source, one.line) if not one.condition or self.true(one.condition, place)
            ]
            self.found[one.number] = [place for count, place in enumerate(places, 1) if counted(one.hits, count)]
        return self.found[one.number]

    def true(self, condition: str, place: int) -> bool:
        """Whether an expression is VERDADE at a place. A fault in it, or a name that is not known there, is no VERDADE."""
        outcome = self.value(condition, place)
        return outcome is not None and outcome.value is True

    def value(self, text: str, place: int) -> Outcome | None:
        """An expression's outcome with the variables of a place; None where it means nothing."""
        at = self.leg_at(place)
        watch = self.asked.setdefault((text, at), Watch(text, lambda text, spot: self.legs[at].question(text, spot.record)))
        return watch.answer(self.spot(place))

    def logged(self, before: int, until: int) -> Iterator[tuple[int, str]]:
        """What log points say between two places, in order, each with its place."""
        said = [(place, one.log) for one in self.breakpoints if one.log for place in self.hits(one) if before < place <= until]
        for place, text in sorted(said, key=lambda each: each[0]):
            yield place, ASKED.sub(lambda found, place=place: self.shown(found[1], place), text)  # type: ignore[misc]

    def shown(self, text: str, place: int) -> str:
        """An expression's value in a log point's text."""
        outcome = self.value(text, place)
        return message("?") if outcome is None else str(answered(outcome))

    # -- asking ----------------------------------------------------------------------------------

    def frames(self) -> list[Spot]:
        """The formulas one is in, innermost first. One that has done all its steps waits no more."""
        spot = self.spot(self.place)
        found = [spot, *spot.callers()]
        return found[1:] if spot.comes is None and spot.caller is not None else found

    def evaluate(self, text: str, spot: Spot) -> Outcome:
        """An expression in a frame; nothing that it asks for is done. Raises FormulaError."""
        return self.legs[self.leg_at(self.place)].question(text, spot.record).answer(spot.state())

    def state(self, spot: Spot) -> dict[str, Value]:
        """Variables as written, with their values."""
        return {spot.record.written[key]: value for key, value in spot.state().items()}


def counted(hits: str, count: int) -> bool:
    """Whether the visit of a number counts; ``3`` is the third, ``>= 3``, ``% 3`` every third."""
    found = HIT.fullmatch(hits)
    if found is None:
        return not hits.strip()
    number = int(found[2])
    match found[1]:
        case ">=":
            return count >= number
        case ">":
            return count > number
        case "<=":
            return count <= number
        case "<":
            return count < number
        case "%":
            return number > 0 and count % number == 0
        case _:
            return count == number


def statement_lines(text: str) -> list[int]:
    """The lines on which a step of a formula can begin; none for a text that cannot be read."""
    parsed = parse(text)
    if parsed.tree is None:
        return []
    found = set()
    for one in every_statement(parsed.tree):
        if isinstance(one, Declare):
            continue
        place = one.condition if isinstance(one, If | While) else one.until if isinstance(one, Repeat) else one
        found.add(parsed.source.position(place.span.start).line)
    return sorted(found)


def wrong_expression(text: str) -> str | None:
    """Why a condition cannot be asked anywhere; None when it can be read."""
    parsed = parse(text)
    faults = [one for one in parsed.diagnostics if one.severity == "error"]
    return faults[0].message if faults else None


__all__ = ["ANALISAR", "FAULT", "HIT", "Breakpoint", "FormulaError", "Journey", "Leg", "Stopped", "counted", "statement_lines"]

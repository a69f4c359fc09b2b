"""Every place of a recorded run in one line, those inside of called formulas too.

A *place* stands between two steps: before the first of a formula, between two, or after its last. The places of a called
formula lie between the two places of its caller around the calling step. So one number names a place of the whole run,
and going forward and back is adding and subtracting. Several runs stand one behind the other in a :class:`Trail`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import attrs

from formula.effects import Effect
from formula.runtime.record import Event, Record
from formula.values import Value


@attrs.frozen(eq=False)
class Spot:
    """A place: ``done`` steps of a formula are done. ``number`` names it in the whole run, ``home`` are the places of the
    formula; ``caller`` is the place before the step that called it, None for the formula that the run began with."""

    number: int
    home: Timeline
    done: int
    caller: Spot | None = None

    @property
    def record(self) -> Record:
        """The record of the formula."""
        return self.home.record

    @property
    def outermost(self) -> Timeline:
        """The places of the run that this one lies in."""
        return [self, *self.callers()][-1].home

    @property
    def comes(self) -> Event | None:
        """The step that comes next in this formula; after a fault or ANALISAR the step that stopped it."""
        return self.record.event(self.done) if self.done < len(self.record) else None

    @property
    def past(self) -> Event | None:
        """The step of this formula just done."""
        return self.record.event(self.done - 1) if self.done else None

    def state(self) -> dict[str, Value]:
        """The formula's variables here."""
        return self.record.state(self.done - 1)

    def effect_count(self) -> int:
        """How many effects the whole run had asked for by now."""
        return self.record.before + self.record.effects_after(self.done - 1)

    def at(self, done: int) -> int:
        """The number of another place of the same formula; one past a step that broke is not there."""
        return self.number - self.home.number(self.done) + self.home.number(done)

    def callers(self) -> Iterator[Spot]:
        """The places that wait for this formula's value, innermost first."""
        spot = self.caller
        while spot is not None:
            yield spot
            spot = spot.caller


@attrs.frozen(eq=False)
class Calls:
    """What one step called. ``first`` is the number of the first place of each record, counted from the beginning of the
    calling formula."""

    step: int
    records: tuple[Timeline, ...]
    first: tuple[int, ...]


class Timeline:
    """The places of one record, ``size`` of them."""

    def __init__(self, record: Record) -> None:
        """Look at the calls; a formula that called nothing has one place more than steps."""
        self.record = record
        self.last = len(record) - (record.broken is not None)
        self.calls: list[Calls] = []
        self.steps: list[int] = []
        self.inner: list[int] = [0]
        for step in calling_steps(record):
            called = tuple(Timeline(child) for child in record.called(step))
            if called:
                begin = step + self.inner[-1] + 1
                sizes = list(accumulate((one.size for one in called), initial=begin))
                self.calls.append(Calls(step, called, tuple(sizes[:-1])))
                self.steps.append(step)
                self.inner.append(self.inner[-1] + sizes[-1] - begin)
        self.size: int = self.last + 1 + self.inner[-1]
        self.ends = [first + self.inner[at + 1] for at, first in enumerate(self.steps)]

    def number(self, done: int) -> int:
        """The number of the place after ``done`` steps of this formula, counted from its beginning."""
        return done + self.inner[bisect_right(self.steps, done - 1)]

    def spot(self, number: int, offset: int = 0, caller: Spot | None = None) -> Spot:
        """The place of a number. ``offset`` and ``caller`` are given for a called formula."""
        at = bisect_right(self.ends, number - 1)
        if at < len(self.calls):
            calls = self.calls[at]
            which = bisect_right(calls.first, number) - 1
            if which >= 0:
                waiting = Spot(offset + calls.first[0] - 1, self, calls.step, caller)
                return calls.records[which].spot(number - calls.first[which], offset + calls.first[which], waiting)
        return Spot(offset + number, self, number - self.inner[at], caller)

    def asked(self, spot: Spot) -> tuple[Effect, ...]:
        """The effects of the run so far."""
        return self.record.asked[: spot.effect_count()]


class Trail:
    """The places of several runs one behind the other, such as those of all formulas of a move."""

    def __init__(self, records: Sequence[Record]) -> None:
        """There is at least one."""
        self.runs = [Timeline(one) for one in records]
        ends = list(accumulate(one.size for one in self.runs))
        self.firsts = [0, *ends[:-1]]
        self.size: int = ends[-1]

    def run_at(self, number: int) -> int:
        """Which run a place lies in."""
        return max(bisect_right(self.firsts, number) - 1, 0)

    def ends(self, number: int) -> tuple[int, int]:
        """The first and the last place of the run in which a place lies."""
        at = self.run_at(number)
        return self.firsts[at], self.firsts[at] + self.runs[at].size - 1

    def spot(self, number: int) -> Spot:
        """The place of a number."""
        at = self.run_at(number)
        return self.runs[at].spot(number - self.firsts[at], self.firsts[at])

    def asked(self, spot: Spot) -> tuple[Effect, ...]:
        """The effects that all runs had asked for by a place."""
        at = self.run_at(spot.number)
        earlier = tuple(effect for run in self.runs[:at] for effect in run.record.asked)
        return earlier + self.runs[at].asked(spot)


def calling_steps(record: Record) -> Iterator[int]:
    """The steps that may have called formulas, in order."""
    if record.calls:
        steps, _ = record.call_counts
        yield from steps
        if record.broken is not None:
            yield record.broken.index

"""Travelling through a recorded run: one position, moved forward and back. Pure; nothing runs again.

A position is the number of a place of the run (see :mod:`repl.session.timeline`), so called formulas are stepped into; the step
*at* a position is the one that comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from formula.context import Context
from formula.diagnostics import FormulaError
from formula.effects import Effect
from formula.outcome import Outcome
from formula.reading.tree import Call, If, Repeat, Statement, While, walk
from formula.runtime.record import Event, Record
from formula.runtime.recording import Recording
from formula.source import Span
from formula.values import Value
from repl.session.evaluation import Question
from repl.session.timeline import Spot, Trail

Wish = Callable[[Spot], bool]
"""Whether to stop at a place."""

Stop = tuple[str, int]
"""A breakpoint: the name of a formula and a line of it."""


class Watch:
    """An expression whose value is shown at every place, with the variables of the formula one is in."""

    def __init__(self, text: str, ask: Callable[[str, Spot], Question]) -> None:
        """``ask`` makes the question for a formula; it raises FormulaError where its names are not known."""
        self.text = text
        self.ask = ask
        self.questions: dict[tuple[int, int], Question | None] = {}

    def answer(self, spot: Spot) -> Outcome | None:
        """The value there; None in a formula that does not know the names."""
        key = id(spot.record.recording), id(spot.outermost)
        if key not in self.questions:
            try:
                self.questions[key] = self.ask(self.text, spot)
            except FormulaError:
                self.questions[key] = None
        question = self.questions[key]
        return None if question is None else question.answer(spot.state())


@attrs.define(eq=False)
class Debugger:
    """A recorded run with a place in it. ``whole`` is the run, ``first`` where the author's own steps begin; ``then`` are runs that
    came after it, as in a move, and ``contexts`` what each of all of them saw.

    ``stops`` are breakpoints, ``watches`` expressions whose values are shown.
    """

    whole: Record
    first: int = 0
    then: tuple[Record, ...] = ()
    contexts: tuple[Context, ...] = ()
    position: int = 0
    stops: set[Stop] = attrs.field(factory=set)
    watches: list[Watch] = attrs.field(factory=list)
    timeline: Trail = attrs.field(init=False)
    halting: dict[int, frozenset[int]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Begin before the first step."""
        self.position = max(self.position, self.first)

    @timeline.default
    def _timeline(self) -> Trail:
        return Trail((self.whole, *self.then))

    @property
    def at(self) -> int:
        """Which of the runs one is in."""
        return self.timeline.run_at(self.position)

    @property
    def last(self) -> int:
        """The position behind the final step; a step that broke is never done, so one stands before it."""
        return self.timeline.size - 1

    @property
    def at_end(self) -> bool:
        """Nothing comes next that could be done."""
        return self.position >= self.last

    @property
    def spot(self) -> Spot:
        """The place where one stands."""
        return self.timeline.spot(self.position)

    @property
    def record(self) -> Record:
        """The record of the formula one is in."""
        return self.spot.record

    def next_event(self) -> Event | None:
        """The step that comes next in the formula one is in; at the end of a broken run the step that broke it."""
        return self.spot.comes

    def past_event(self) -> Event | None:
        """The step of this formula just done."""
        return self.past_of(self.spot)

    def past_of(self, spot: Spot) -> Event | None:
        """The author's step just done at a place."""
        return spot.past if spot.number > self.first else None

    # -- moving: each gives whether the position changed ------------------------------------------

    def go(self, position: int) -> bool:
        """To a position, as far as there are any."""
        wanted = min(max(position, self.first), self.last)
        moved = wanted != self.position
        self.position = wanted
        return moved

    def step(self, count: int = 1) -> bool:
        """Forward, or back for a negative count; into called formulas and out of them."""
        return self.go(self.position + count)

    def seek(self, wanted: Wish, *, back: bool = False) -> bool:
        """To the nearest position, after or before this one, that is wanted; stay where there is none."""
        places = range(self.position - 1, self.first - 1, -1) if back else range(self.position + 1, self.last + 1)
        found = next((place for place in places if wanted(self.timeline.spot(place))), None)
        return found is not None and self.go(found)

    def over(self, *, back: bool = False) -> bool:
        """Past the statement that comes next, all turns of a loop and all called formulas included; back: to before the
        one just done. At the end of a called formula, or back at its beginning: out of it."""
        event = self.past_event() if back else self.next_event()
        spot = self.spot
        if event is None:
            return self.back_to_caller(back=back) if spot.caller is not None else self.step(-1 if back else 1)
        return self.leave(event.point.node.span, spot, back=back)

    def out(self, *, back: bool = False) -> bool:
        """Out of the innermost SE, REPITA or ENQUANTO around the next step; else out of the called formula."""
        spot = self.spot
        if spot.comes is None and not back:
            return self.back_to_caller()
        event = spot.comes or self.past_of(spot)
        around = self.around(spot.record, event.point.span, event.point.node) if event is not None else None
        return self.leave(around, spot, back=back) if around is not None else self.back_to_caller(back=back)

    def back_to_caller(self, *, back: bool = False) -> bool:
        """To after the step that called this formula, or before it; from an outermost one to its end or start, and from there into
        the next or former one."""
        caller = self.spot.caller
        if caller is None:
            edge = self.timeline.ends(self.position)[0 if back else 1]
            return self.step(-1 if back else 1) if edge == self.position else self.go(edge)
        return self.go(caller.number if back else self.place(caller, caller.done + 1))

    def place(self, spot: Spot, done: int) -> int:
        """The position of another place of a spot's formula; nothing lies past a step that broke but the end of its run."""
        return spot.at(done) if done <= spot.home.last else self.timeline.ends(spot.number)[1]

    def leave(self, inside: Span, spot: Spot, *, back: bool) -> bool:
        """To the first position of this formula whose next step lies outside a range; at the latest to its end or start."""
        record = spot.record
        if back:
            least = self.first if spot.home is self.timeline.runs[0] else 0
            done = spot.done - 1
            while done > least and within(record.point(done - 1).span, inside):
                done -= 1
            return self.go(spot.at(done))
        done = spot.done + 1
        while done < spot.home.last and within(record.point(done).span, inside):
            done += 1
        return self.go(self.place(spot, done))

    def around(self, record: Record, span: Span, node: Statement) -> Span | None:
        """The range of the smallest block statement that holds a step, other than its own simple statement."""
        found: Span | None = None
        for point in record.recording.points:
            block = point.node
            if not isinstance(block, If | Repeat | While) or not within(span, block.span):
                continue
            if (block is node or block.span != span) and (found is None or len_of(block.span) < len_of(found)):
                found = block.span
        return found

    # -- wishes ----------------------------------------------------------------------------------

    def on_line(self, line: int) -> Wish:
        """The next step is on a line of the formula one is in now, whoever called it."""
        here = self.record.recording
        return lambda spot: spot.record.recording is here and spot.done < len(spot.record) and spot.record.line(spot.done) == line

    def after_change(self, name: str) -> Wish:
        """The step just done gave a variable of this formula another value."""
        here = self.record.recording
        changing: dict[int, Callable[[int], bool]] = {}

        def wanted(spot: Spot) -> bool:
            record = spot.record
            if record.recording is not here or self.past_of(spot) is None:
                return False
            return changing.setdefault(id(record), record.changing(name))(spot.done - 1)

        return wanted

    def when(self, question: Question) -> Wish:
        """An expression over the variables of this formula is VERDADE there. A fault in it is no VERDADE."""
        here = self.record.recording
        return lambda spot: spot.record.recording is here and question.answer(spot.state()).value is True

    def at_stop(self) -> Wish:
        """A breakpoint, or a call of ANALISAR."""
        return lambda spot: (
            spot.done < len(spot.record)
            and ((spot.record.source.name, spot.record.line(spot.done)) in self.stops or self.halts(spot))
        )

    def halts(self, spot: Spot) -> bool:
        """Whether the next step calls ANALISAR."""
        recording = spot.record.recording
        found = self.halting.get(id(recording))
        if found is None:
            found = self.halting[id(recording)] = halts_of(recording)
        return spot.done < len(spot.record) and spot.record.point(spot.done).number in found

    def stop_lines(self) -> set[int]:
        """The lines of the formula one is in that have a breakpoint."""
        name = self.record.source.name
        return {line for formula, line in self.stops if formula == name}

    # -- seeing ----------------------------------------------------------------------------------

    def state(self) -> dict[str, Value]:
        """The variables of the formula one is in."""
        return self.spot.state()

    def changed(self) -> Mapping[str, Any]:
        """What the step just done changed."""
        event = self.past_event()
        return {} if event is None else event.changes

    def effects(self) -> tuple[Effect, ...]:
        """The effects asked for so far, by all formulas."""
        return self.timeline.asked(self.spot)

    def answers(self) -> Iterator[tuple[str, Outcome | None]]:
        """Each watch with its outcome here."""
        spot = self.spot
        for one in self.watches:
            yield one.text, one.answer(spot)


def halts_of(recording: Recording) -> frozenset[int]:
    """The points of a formula that call ANALISAR."""
    return frozenset(
        point.number
        for point in recording.points
        if any(isinstance(node, Call) and node.word.key == "ANALISAR" for node in walk(point.expression))
    )


def within(inner: Span, outer: Span) -> bool:
    """Whether a range lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


def len_of(span: Span) -> int:
    """How long a range is."""
    return span.end - span.start

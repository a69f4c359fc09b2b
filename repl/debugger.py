"""Travelling through a recorded run: one position, moved forward and back. Pure; nothing runs again.

A position counts the steps done: 0 is before the first, ``last`` after the final one. The step *at* a position is the
one that comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from formula.effects import Effect
from formula.runtime.record import Event, Record
from formula.source import Span
from formula.syntax import Call, If, Repeat, Statement, While, walk
from repl.evaluation import Question

Wish = Callable[[int], bool]
"""Whether to stop at a position."""


@attrs.define(eq=False)
class Debugger:
    """A record with a place in it. ``first`` is where the author's own steps begin.

    ``stops`` are lines with a breakpoint, ``watches`` questions whose answers are shown; ``halts`` are the points that
    call ANALISAR.
    """

    record: Record
    first: int = 0
    position: int = 0
    stops: set[int] = attrs.field(factory=set)
    watches: list[Question] = attrs.field(factory=list)
    halts: frozenset[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin before the first step."""
        self.position = max(self.position, self.first)

    @halts.default
    def _halts(self) -> frozenset[int]:
        return frozenset(
            point.number
            for point in self.record.recording.points
            if any(isinstance(node, Call) and node.word.key == "ANALISAR" for node in walk(point.expression))
        )

    @property
    def last(self) -> int:
        """The position behind the final step; a step that broke is never done, so one stands before it."""
        return len(self.record) - (self.record.broken is not None)

    @property
    def at_end(self) -> bool:
        """Nothing comes next that could be done."""
        return self.position >= self.last

    def next_event(self) -> Event | None:
        """The step that comes next; at the end of a broken run the step that broke it."""
        return self.record.event(self.position) if self.position < len(self.record) else None

    def past_event(self) -> Event | None:
        """The step just done."""
        return self.record.event(self.position - 1) if self.position > self.first else None

    # -- moving: each gives whether the position changed ------------------------------------------

    def go(self, position: int) -> bool:
        """To a position, as far as there are any."""
        wanted = min(max(position, self.first), self.last)
        moved = wanted != self.position
        self.position = wanted
        return moved

    def step(self, count: int = 1) -> bool:
        """Forward, or back for a negative count."""
        return self.go(self.position + count)

    def seek(self, wanted: Wish, *, back: bool = False) -> bool:
        """To the nearest position, after or before this one, that is wanted; stay where there is none."""
        places = range(self.position - 1, self.first - 1, -1) if back else range(self.position + 1, self.last + 1)
        found = next((place for place in places if wanted(place)), None)
        return found is not None and self.go(found)

    def over(self, *, back: bool = False) -> bool:
        """Past the statement that comes next, all turns of a loop included; back: to before the one just done."""
        event = self.past_event() if back else self.next_event()
        if event is None:
            return False
        inside = self.whole(event.point.node)
        return self.leave(inside, back=back)

    def out(self, *, back: bool = False) -> bool:
        """Out of the innermost SE, REPITA or ENQUANTO around the next step."""
        event = self.next_event() or self.past_event()
        if event is None:
            return False
        around = self.around(event.point.span, event.point.node)
        return self.leave(around, back=back) if around is not None else self.go(self.first if back else self.last)

    def leave(self, inside: Span, *, back: bool) -> bool:
        """To the first position whose next step lies outside a range; at the latest to the end or the start."""
        if back:
            place = self.position - 1
            while place > self.first and within(self.span_at(place - 1), inside):
                place -= 1
            return self.go(place)
        place = self.position + 1
        while place < self.last and within(self.span_at(place), inside):
            place += 1
        return self.go(place)

    def span_at(self, index: int) -> Span:
        """The range of a step."""
        return self.record.point(index).span

    def whole(self, node: Statement) -> Span:
        """The range of a statement."""
        return node.span

    def around(self, span: Span, node: Statement) -> Span | None:
        """The range of the smallest block statement that holds a step, other than its own simple statement."""
        found: Span | None = None
        for point in self.record.recording.points:
            block = point.node
            if isinstance(block, If | Repeat | While) and within(span, block.span) and (block is node or block.span != span):
                if found is None or len_of(block.span) < len_of(found):
                    found = block.span
        return found

    # -- wishes ----------------------------------------------------------------------------------

    def on_line(self, line: int) -> Wish:
        """The next step is on a line."""
        return lambda place: place < len(self.record) and self.record.line(place) == line

    def after_change(self, name: str) -> Wish:
        """The step just done gave a variable another value."""
        changing = self.record.changing(name)
        return lambda place: place > self.first and changing(place - 1)

    def when(self, question: Question) -> Wish:
        """An expression is VERDADE there. A fault in it is no VERDADE."""
        return lambda place: question.answer(self.state_at(place)).value is True

    def at_stop(self) -> Wish:
        """A breakpoint, a call of ANALISAR, or the step that broke the run."""
        return lambda place: place < len(self.record) and (
            self.record.line(place) in self.stops or self.record.point(place).number in self.halts
        )

    # -- seeing ----------------------------------------------------------------------------------

    def state_at(self, place: int) -> dict[str, Any]:
        """The variables at a position."""
        return self.record.state(place - 1)

    def state(self) -> dict[str, Any]:
        """The variables here."""
        return self.state_at(self.position)

    def changed(self) -> Mapping[str, Any]:
        """What the step just done changed."""
        event = self.past_event()
        return {} if event is None else event.changes

    def effects(self) -> tuple[Effect, ...]:
        """The effects asked for so far."""
        return self.record.asked[: self.record.effects_after(self.position - 1)]

    def answers(self) -> Iterator[tuple[str, Any]]:
        """Each watch with its outcome here."""
        state = self.state()
        for question in self.watches:
            yield question.text, question.answer(state)


def within(inner: Span, outer: Span) -> bool:
    """Whether a range lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


def len_of(span: Span) -> int:
    """How long a range is."""
    return span.end - span.start

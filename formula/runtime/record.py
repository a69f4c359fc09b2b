"""A recorded run: everything that happened, as answers to questions (house §6).

Stepping, going back, breakpoints, "why" and coverage all read one :class:`Record`; none runs the formula again.
A *step* of a record is one event: a SETVAR, an expression statement, an effect or a tested condition.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

import attrs

from formula import values
from formula.effects import Effect
from formula.limits import DEFAULT
from formula.names import name_key
from formula.reading.tree import Binary, Call, Expression, Member, Name, Unary, bare
from formula.runtime.recording import UNSEEN, Point, Recording
from formula.source import Span
from formula.values import shorten

if TYPE_CHECKING:
    from formula.messages import Message
    from formula.outcome import Outcome
    from formula.source import Source

SHORT = 200
"""Characters of a text that a trace always tells."""


@attrs.frozen(eq=False)
class Event:
    """One step. ``parts`` are the sub-expressions that were evaluated with their values, in order; ``value`` the value
    assigned, given or tested; ``failed`` marks the step in which the run stopped with a fault or ANALISAR."""

    index: int
    point: Point
    parts: tuple[tuple[Expression, Any], ...]
    value: Any
    effects: int
    failed: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """What the step changed: one variable, or nothing."""
        return {self.point.target: self.value} if self.point.target is not None and not self.failed else {}


def starts_of(recording: Recording, log: list[Any]) -> Iterator[int]:
    """Where each event of a log begins."""
    sizes = [point.size for point in recording.points]
    at, end = 0, len(log)
    while at < end:
        yield at
        at += sizes[log[at]]


@attrs.frozen(eq=False, slots=False)
class Record:
    """A recorded run. ``outcome`` is what the plain run gives; step numbers count from 0."""

    source: Source
    outcome: Outcome
    recording: Recording
    log: list[Any]
    variables: tuple[str, ...]
    written: Mapping[str, str]
    broken: Event | None
    """The unfinished last step of a run that stopped."""

    asked: tuple[Effect, ...]
    """Effects asked for from the beginning to the end of the record, also when a fault or ANALISAR discarded them."""

    calls: list[Record]
    """The records of the formulas that this one called, in order; their name is that of their source."""

    before: int = 0
    """How many effects of the whole run came before this formula began."""

    notes: Sequence[tuple[int, Message, bool]] = ()
    """What functions found on their way in the whole run, each with the depth of calls at which, and whether it is slight."""

    depth: int = 0
    """By how many formulas this one was called."""

    @cached_property
    def starts(self) -> array[int]:
        """Where each step begins in the log."""
        return array("I", starts_of(self.recording, self.log))

    @cached_property
    def asides(self) -> dict[str, Any]:
        """What was worked out about the record and may be asked for again."""
        return {}

    def __len__(self) -> int:
        """How many steps, an unfinished last one included."""
        return len(self.starts) + (self.broken is not None)

    def point(self, index: int) -> Point:
        """The place of a step."""
        if index == len(self.starts) and self.broken is not None:
            return self.broken.point
        found: Point = self.recording.points[self.log[self.starts[index]]]
        return found

    def event(self, index: int) -> Event:
        """A step in full; IndexError outside the record."""
        if index < 0:
            raise IndexError(index)
        if index == len(self.starts) and self.broken is not None:
            return self.broken
        at = self.starts[index]
        point = self.recording.points[self.log[at]]
        count = len(point.parts)
        parts = tuple(
            (node, value) for node, value in zip(point.parts, self.log[at + 1 : at + 1 + count], strict=True) if value is not UNSEEN
        )
        value = self.log[at + 1 + count]
        whole = bare(point.expression)
        if isinstance(whole, Binary | Unary | Call | Member) or (isinstance(whole, Name) and whole.word.key not in self.written):
            parts = (*parts, (whole, value))
        return Event(index, point, parts, value, self.effects_after(index))

    def events(self) -> Iterator[Event]:
        """Every step in order."""
        return (self.event(index) for index in range(len(self)))

    # -- state -----------------------------------------------------------------------------------

    @cached_property
    def assignments(self) -> dict[str, tuple[array[int], list[Any]]]:
        """For each variable, the steps that set it and the values."""
        points, log, starts = self.recording.points, self.log, self.starts
        setters: dict[str, list[tuple[array[int], int]]] = {name: [] for name in self.variables}
        for number, steps in self.steps_of.items():
            target = points[number].target
            if target is not None:
                setters[target].append((steps, 1 + len(points[number].parts)))
        made: dict[str, tuple[array[int], list[Any]]] = {}
        for name, places in setters.items():
            if len(places) == 1:
                steps, slot = places[0]
                made[name] = (steps, [log[starts[index] + slot] for index in steps])
                continue
            found = sorted((index, starts[index] + slot) for steps, slot in places for index in steps)
            made[name] = (array("I", (index for index, _ in found)), [log[at] for _, at in found])
        return made

    def value_at(self, name: str, index: int) -> Any:
        """A variable's value after step ``index`` (-1: before the first); None (Vazio) when unset."""
        steps, given = self.assignments[name]
        found = bisect_right(steps, index)
        return given[found - 1] if found else None

    def set_at(self, name: str, index: int) -> int | None:
        """The step that last set a variable, looking back from ``index`` inclusive."""
        steps, _ = self.assignments[name]
        found = bisect_right(steps, index)
        return steps[found - 1] if found else None

    def state(self, index: int) -> dict[str, Any]:
        """All variables after step ``index`` (-1: before the first)."""
        return {name: self.value_at(name, index) for name in self.variables}

    def noted(self, wanted: Callable[[Point], bool], slot: int) -> tuple[array[int], array[int]]:
        """The steps of some points, and the number that each wrote into a ``slot`` (counted from the end of its event)."""
        log, starts = self.log, self.starts
        found = [
            (index, log[starts[index] + point.size - slot])
            for point in self.recording.points
            if wanted(point)
            for index in self.steps_of.get(point.number, ())
        ]
        found.sort()
        return array("I", (index for index, _ in found)), array("I", (count for _, count in found))

    @cached_property
    def effect_counts(self) -> tuple[array[int], array[int]]:
        """Steps after which the number of effects was noted, and those numbers."""
        return self.noted(lambda point: point.counts_effects, 1)

    def effects_after(self, index: int) -> int:
        """How many effects had been asked for after a step."""
        steps, counts = self.effect_counts
        found = bisect_right(steps, index)
        return counts[found - 1] - self.before if found else 0

    @cached_property
    def note_counts(self) -> dict[int, tuple[int, int]]:
        """For steps whose functions may have noted something, which notes are theirs."""
        made: dict[int, tuple[int, int]] = {}
        found = [
            (index, self.log[self.starts[index] + 1 + len(point.parts) + 1])
            for point in self.recording.points
            if point.counts_notes
            for index in self.steps_of.get(point.number, ())
        ]
        before = 0
        for index, count in sorted(found):
            made[index] = (before, count)
            before = count
        return made

    def noted_by(self, index: int) -> list[tuple[Message, bool]]:
        """What the functions that a step called found on their way, and whether it is slight."""
        if not self.notes:
            return []
        if self.broken is not None and index == self.broken.index:
            first, last = max((count for _, count in self.note_counts.values()), default=0), len(self.notes)
        else:
            first, last = self.note_counts.get(index, (0, 0))
        return [(said, slight) for depth, said, slight in self.notes[first:last] if depth == self.depth]

    # -- formulas that were called -----------------------------------------------------------------

    @cached_property
    def call_counts(self) -> tuple[array[int], array[int]]:
        """Steps that may call formulas, and how many calls had ended after each."""
        return self.noted(lambda point: point.counts_calls, 2)

    def called(self, index: int) -> list[Record]:
        """The records of the formulas that step ``index`` called, in order."""
        steps, counts = self.call_counts
        if self.broken is not None and index == self.broken.index:
            return self.calls[counts[-1] if counts else 0 :]
        at = bisect_right(steps, index) - 1
        if at < 0 or steps[at] != index:
            return []
        return self.calls[counts[at - 1] if at else 0 : counts[at]]

    def all_records(self) -> Iterator[Record]:
        """This record and those of all formulas called, at any depth."""
        yield self
        for record in self.calls:
            yield from record.all_records()

    # -- going ----------------------------------------------------------------------------------

    def forward(self, index: int, wanted: Callable[[int], bool]) -> int | None:
        """The first step after ``index`` that ``wanted`` accepts."""
        return next((step for step in range(index + 1, len(self)) if wanted(step)), None)

    def backward(self, index: int, wanted: Callable[[int], bool]) -> int | None:
        """The last step before ``index`` that ``wanted`` accepts."""
        return next((step for step in range(min(index, len(self)) - 1, -1, -1) if wanted(step)), None)

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The line of each point."""
        return tuple(self.source.position(point.span.start).line for point in self.recording.points)

    def line(self, index: int) -> int:
        """The line of a step."""
        return self.lines[self.point(index).number]

    def at_line(self, line: int) -> Callable[[int], bool]:
        """A wish for :meth:`forward` and :meth:`backward`: a step on a line."""
        return lambda index: self.line(index) == line

    def changing(self, name: str) -> Callable[[int], bool]:
        """A wish: a step after which a variable has another value than before."""
        key = name_key(name)
        return lambda index: self.point(index).target == key and self.value_at(key, index) != self.value_at(key, index - 1)

    # -- why ------------------------------------------------------------------------------------

    def cause(self, index: int) -> int | None:
        """The test that let a step run, as a step; None at the top level."""
        inside = self.point(index).inside
        if not inside:
            return None
        return self.tested_before(inside[-1][0], index)

    def tested_before(self, number: int, index: int) -> int | None:
        """The last step before ``index`` that tested the condition of a point."""
        if self.broken is not None and self.broken.point.number == number and index > self.broken.index:
            return self.broken.index
        steps = self.test_steps.get(number, ())
        found = bisect_left(steps, index)
        return steps[found - 1] if found else None

    @cached_property
    def steps_of(self) -> dict[int, array[int]]:
        """For each place (by point number) the finished steps at which it ran."""
        made: dict[int, array[int]] = {}
        log = self.log
        for index, at in enumerate(self.starts):
            number = log[at]
            steps = made.get(number)
            if steps is None:
                steps = made[number] = array("I")
            steps.append(index)
        return made

    @cached_property
    def test_steps(self) -> dict[int, array[int]]:
        """For each tested condition (by point number) the steps at which it was tested."""
        points = self.recording.points
        return {number: steps for number, steps in self.steps_of.items() if points[number].kind == "test"}

    def answer(self, index: int) -> Any:
        """What a finished test answered."""
        at = self.starts[index]
        return self.log[at + 1 + len(self.recording.points[self.log[at]].parts)]

    def causes(self, index: int) -> list[tuple[int, bool]]:
        """All tests that let a step run, outermost first, each as a step with its answer."""
        made: list[tuple[int, bool]] = []
        at = index
        for wanted, answer in reversed(self.point(index).inside):
            found = self.tested_before(wanted, at)
            if found is None:
                break
            made.append((found, answer))
            at = found
        return made[::-1]

    def last_value(self) -> int | None:
        """The step that gave the formula's value; None when nothing did (P7)."""
        points = self.recording.points
        return max((steps[-1] for number, steps in self.steps_of.items() if points[number].kind == "value"), default=None)

    # -- coverage -------------------------------------------------------------------------------

    @cached_property
    def point_counts(self) -> dict[int, int]:
        """How often each point ran."""
        made = {number: len(steps) for number, steps in self.steps_of.items()}
        if self.broken is not None:
            made[self.broken.point.number] = made.get(self.broken.point.number, 0) + 1
        return made

    @cached_property
    def answers(self) -> dict[int, set[bool]]:
        """For each tested condition (by point number) the answers it gave."""
        made: dict[int, set[bool]] = {}
        points, log = self.recording.points, self.log
        for at in self.starts:
            point = points[log[at]]
            if point.kind == "test":
                made.setdefault(point.number, set()).add(log[at + 1 + len(point.parts)])
        return made

    def lines_taken(self) -> set[int]:
        """Lines on which a step ran."""
        return {self.lines[number] for number in self.point_counts}

    # -- as data --------------------------------------------------------------------------------

    def text(self, span: Span) -> str:
        """The author's text of a range, on one line."""
        return " ".join(self.source.slice(span).split())

    def trace(self) -> list[dict[str, Any]]:
        """The contract's trace: line, column, text, changes, value of each step.

        A run charges a text once, however often it is looked at; so a trace that has told as much text as a run may make tells
        only the beginning of further long ones.
        """
        made = []
        left = DEFAULT.text

        def told(value: Any) -> dict[str, Any]:
            nonlocal left
            if type(value) is str and len(value) > SHORT:
                left -= 2 * len(value)
                value = value if left >= 0 else shorten(value, SHORT)
            return values.as_json(value)

        for event in self.events():
            start = self.source.position(event.point.span.start)
            made.append(
                {
                    "line": start.line,
                    "column": start.column,
                    "text": self.text(event.point.span),
                    "changes": {self.written[name]: told(value) for name, value in event.changes.items()},
                    "value": told(None if event.failed else event.value),
                }
            )
        return made


def interrupted(traceback: TracebackType | None, recording: Recording, log: list[Any], effects: int) -> Event | None:
    """The step in which a recorded run stopped, with the parts that were evaluated before. Finished steps that still stood
    in the function's locals go to the log."""
    while traceback is not None and traceback.tb_frame.f_code is not recording.program.code:
        traceback = traceback.tb_next
    if traceback is None:
        return None
    progress = recording.progress[traceback.tb_lineno - 1]
    found = traceback.tb_frame.f_locals
    for number in progress.waiting:
        log += [number, *(found[name] for name in recording.slots[number])]
    if progress.point < 0:
        return None
    point = recording.points[progress.point]
    names = recording.slots[progress.point][: progress.done]
    parts = tuple(
        (node, found[name]) for node, name in zip(point.parts, names, strict=False) if name in found and found[name] is not UNSEEN
    )
    return Event(sum(1 for _ in starts_of(recording, log)), point, parts, None, effects, failed=True)

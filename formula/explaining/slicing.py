"""Which steps of a recorded run mattered: a slice of the record, from its end back to the values it began with.

The step that gave the value, the tests that led there, and, for every variable they read, the step that set it and the tests
that kept it from being set again, and so on back. Of a loop the first turn and the last count, and the test that ended it: the
slice of a run of a hundred thousand turns is no longer than that of one of three, and takes time in proportion to the record.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from weakref import WeakKeyDictionary

import attrs

from formula.reading.tree import Call, Expression, If, Name, Repeat, While, bare, children
from formula.runtime.record import Event, Record
from formula.runtime.recording import Point, Recording
from formula.source import Span

LAST_TURNS = 2
"""So often a place is told near the end of a run, and once at its beginning: turns between are alike."""

VALUE, STEP, REST = "value", "step", "rest"
"""What a run was asked for: its value; a step to advance to; neither, only what it asks to be done counts."""

Loops = dict[int, tuple[int, ...]]


@attrs.frozen(eq=False)
class Chosen:
    """A step that mattered. ``kept`` are variables (as written) that would have been set, had a test led there; ``turns`` is how
    often the loop turned that this test ended; ``replaced`` is the step whose value this one put another in place of; ``gap``
    says that steps of the same place were left out before it."""

    event: Event
    kept: tuple[str, ...] = ()
    turns: int | None = None
    replaced: int | None = None
    gap: int = 0


LOOPS: WeakKeyDictionary[Recording, Loops] = WeakKeyDictionary()


def loops_around(recording: Recording) -> Loops:
    """For each point the tests of the loops whose body it stands in, by point number."""
    found = LOOPS.get(recording)
    if found is None:
        loops = [(point.number, point.node.span, point) for point in recording.points if isinstance(point.node, Repeat | While)]
        tests = [one for one in loops if one[2].kind == "test"]
        found = LOOPS[recording] = {
            point.number: tuple(number for number, span, _ in tests if within(point.span, span) and number != point.number)
            for point in recording.points
        } if tests else {}  # fmt: skip
    return found


def within(inner: Span, outer: Span) -> bool:
    """Whether a range lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


class Slicer:
    """Goes back through one record."""

    def __init__(self, record: Record, asked: str) -> None:
        """Nothing chosen yet. Of a run that was not ``asked`` for its value only effects count."""
        self.record = record
        self.asked = asked
        self.known = frozenset(record.variables)
        self.setters = conditional_setters(record) if self.known else {}
        self.loops = loops_around(record.recording)
        self.work: list[int] = []
        self.waiting: set[int] = set()
        self.counts: dict[int, int] = {}
        self.chosen: dict[int, Event] = {}
        self.kept: dict[int, dict[str, None]] = {}
        self.turns: dict[int, int] = {}
        self.replaced: dict[int, int] = {}
        self.endings: dict[int, list[int]] = {}

    def want(self, index: int) -> None:
        """A step that matters, once."""
        if index not in self.waiting:
            self.waiting.add(index)
            heappush(self.work, -index)

    def result(self) -> dict[int, Chosen]:
        """All that mattered, by step."""
        for index in starting_points(self.record, self.asked == VALUE):
            self.want(index)
        for later, earlier in overwritten(self.record, self.asked):
            self.replaced[later] = earlier
            self.want(earlier)
        while self.work:
            index = -heappop(self.work)
            number = self.record.point(index).number
            seen = self.counts[number] = self.counts.get(number, 0) + 1
            if seen > LAST_TURNS:
                first = self.first_of(number)
                if first == index:
                    self.choose(index)
                else:
                    self.want(first)
                continue
            self.choose(index)
        return {index: self.told(index) for index in sorted(self.chosen)}

    def first_of(self, number: int) -> int:
        """The first step of a place."""
        steps = self.record.steps_of.get(number)
        return steps[0] if steps else len(self.record) - 1

    def told(self, index: int) -> Chosen:
        """A step with what is known of it."""
        event = self.chosen[index]
        gap = 0
        number = event.point.number
        if self.counts.get(number, 0) > LAST_TURNS:
            steps = self.record.steps_of.get(number, ())
            at = bisect_left(steps, index)
            if at and steps[at - 1] not in self.chosen:
                gap = at - 1
        return Chosen(event, tuple(self.kept.get(index, ())), self.turns.get(index), self.replaced.get(index), gap)

    def choose(self, index: int) -> None:
        """A step, and what it comes from."""
        record = self.record
        event = self.chosen[index] = record.event(index)
        for step, _ in record.causes(index):
            self.want(step)
        for number in self.loops.get(event.point.number, ()):
            self.end_of_loop(number, index)
        for name in names_read(event, self.known):
            found = record.set_at(name, index - 1)
            if found is not None:
                self.want(found)
            for test in kept_by(record, self.setters.get(name, ()), -1 if found is None else found, index):
                self.kept.setdefault(test, {})[record.written[name]] = None
                self.want(test)

    def end_of_loop(self, number: int, index: int) -> None:
        """The test that ended the loop in which a step stands, and how often the loop had turned."""
        record = self.record
        steps: Sequence[int] = record.test_steps.get(number, ())
        ends = self.endings.get(number)
        if ends is None:
            ending = isinstance(record.recording.points[number].node, Repeat)
            points, log, starts = record.recording.points, record.log, record.starts
            slot = 1 + len(points[number].parts)
            ends = self.endings[number] = [step for step in steps if log[starts[step] + slot] is ending]
        at = bisect_left(ends, index)
        if at == len(ends):
            return
        end = ends[at]
        if end not in self.turns:
            before = bisect_left(steps, ends[at - 1]) + 1 if at else 0
            repeat = isinstance(record.recording.points[number].node, Repeat)
            self.turns[end] = bisect_left(steps, end) - before + repeat
            self.want(end)


def relevant(record: Record, asked: str = VALUE) -> dict[int, Chosen]:
    """The steps that led to the end of the record, in their order; when it was not ``asked`` for its value, to what was asked to
    be done."""
    return Slicer(record, asked).result()


def conditional_setters(record: Record) -> dict[str, list[Point]]:
    """For each variable, the statements that set it in a branch or loop."""
    found: dict[str, list[Point]] = {}
    for point in record.recording.points:
        if point.target is not None and point.inside:
            found.setdefault(point.target, []).append(point)
    return found


def kept_by(record: Record, setters: Iterable[Point], since: int, before: int) -> set[int]:
    """The tests between a step that set a variable and one that reads it, which led past another statement that sets it.
    The test that ended the loop in which it was set is none."""
    found: set[int] = set()
    own = {number for number, _ in record.point(since).inside} if since >= 0 else set()
    for point in setters:
        for number, answer in point.inside:
            test = last_between(record.test_steps.get(number, ()), since, before)
            if test is None:
                break
            if record.answer(test) is not answer:
                if number not in own or isinstance(record.recording.points[number].node, If):
                    found.add(test)
                break
    return found


def last_between(steps: Sequence[int], since: int, before: int) -> int | None:
    """The last of some steps after one and before another."""
    at = bisect_left(steps, before) - 1
    return steps[at] if at >= 0 and steps[at] > since else None


def starting_points(record: Record, wanted: bool = True) -> list[int]:
    """The step that gave the value or broke; for Vazio the tests that took no branch; and every effect."""
    if record.broken is not None or record.outcome.status != "ok":
        return [len(record) - 1] if len(record) else []
    found = [
        index for point in record.recording.points if point.kind == "effect" for index in record.steps_of.get(point.number, ())
    ]
    if not wanted:
        return found
    value = record.last_value()
    if record.outcome.value is not None and value is not None:
        return [*found, value]
    since = -1 if value is None else value
    tests = [
        index
        for point in record.recording.points
        if point.kind == "test" and isinstance(point.node, If)
        for index in record.steps_of.get(point.number, ())
        if index > since
    ]
    return [*found, *(tests or ([value] if value is not None else []))]


def origin(record: Record) -> list[int]:
    """The way of the value through variables, from the step that gave it back to the one that first had it."""
    value = record.last_value()
    if value is None or record.broken is not None:
        return []
    return followed(record, value, record.point(value).expression)


def followed(record: Record, index: int, expression: Expression) -> list[int]:
    """A step, and back from it the steps that set the variable which is all of its ``expression``."""
    made = [index]
    while True:
        whole = bare(expression)
        if not isinstance(whole, Name) or whole.word.key not in record.written or whole.word.key not in record.variables:
            return made
        found = record.set_at(whole.word.key, made[-1] - 1)
        if found is None:
            return made
        made.append(found)
        expression = record.point(found).expression


def last_asked(record: Record) -> list[int]:
    """The step of the last advance that was asked for, else of the last effect; back from an advance to where its step's name was
    first had."""
    effects = [point for point in record.recording.points if point.kind == "effect" and point.number in record.steps_of]
    advances = [point for point in effects if isinstance(call := bare(point.expression), Call) and call.word.key == "AVANCARETAPA"]
    if not effects:
        return []
    last = max(record.steps_of[point.number][-1] for point in advances or effects)
    call = bare(record.point(last).expression)
    named = call.arguments[0] if isinstance(call, Call) and call.word.key == "AVANCARETAPA" and call.arguments else None
    return [last] if named is None else followed(record, last, named)


def way_to(record: Record, asked: str) -> list[int]:
    """The way of what a run was asked for, from the step that gave it back to the one that first had it."""
    return origin(record) if asked == VALUE else last_asked(record) if asked == STEP else []


def overwritten(record: Record, asked: str = VALUE) -> Iterator[tuple[int, int]]:
    """On the way of what was asked for: each step that put a value in place of another, with the step that had set that one. A
    variable that grows from its own value replaces nothing, nor does a branch that departs from a start value. A statement that
    gives the value takes the place of any before it (P6)."""
    value = record.last_value() if asked == VALUE and record.outcome.value is not None else None
    if value is not None:
        given = [
            record.steps_of[point.number][-1]
            for point in record.recording.points
            if point.kind == "value" and point.number in record.steps_of and point.number != record.point(value).number
        ]
        earlier_ones = [step for step in given if step < value]
        if earlier_ones:
            yield value, max(earlier_ones)
    for index in way_to(record, asked):
        point = record.point(index)
        if point.target is None or point.target in names_in(point.expression):
            continue
        before = record.set_at(point.target, index - 1)
        if before is None or record.point(before).number == point.number:
            continue
        earlier = record.point(before)
        if earlier.inside and not leads_on(earlier, point):
            yield index, before


def leads_on(earlier: Point, later: Point) -> bool:
    """Whether a later statement stands under the tests of an earlier one and under more: it departs from it on purpose."""
    return len(later.inside) > len(earlier.inside) and later.inside[: len(earlier.inside)] == earlier.inside


def names_in(expression: Expression) -> set[str]:
    """The names written in an expression."""
    made: set[str] = set()
    stack: list[Expression] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            made.add(node.word.key)
        stack += children(node)  # type: ignore[arg-type]
    return made


def names_read(event: Event, known: frozenset[str]) -> set[str]:
    """The ``known`` variables that a step read; parts behind E or OU that were not reached do not count."""
    reached = {id(node) for node, _ in event.parts}
    made: set[str] = set()
    recorded = {id(node) for node in event.point.parts}
    stack: list[Expression] = [event.point.expression]
    while stack:
        node = stack.pop()
        if id(node) in recorded and id(node) not in reached and not event.failed:
            continue
        if isinstance(node, Name) and node.word.key in known:
            made.add(node.word.key)
        stack += children(node)  # type: ignore[arg-type]
    return made

"""Climbing towards one answer that no context has given yet: the nearest context is changed until a run gives it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count, islice
from math import inf
from typing import TYPE_CHECKING, Any

import attrs

from formula.reading.tree import Binary, Expression, Unary, bare, walk
from formula.runtime.covering import Fact
from formula.values import number_text, parse_date, parse_number, to_text
from routing.testing.proposing.inputs import COMPARISONS, DAY, Input, around
from routing.testing.proposing.wishes import OTHER_ANSWER, UNKNOWN, Changes, View, as_number, moved, repaired, turn, whole, wish

if TYPE_CHECKING:
    from formula.runtime.record import Record
    from formula.runtime.recording import Recording
    from routing.testing.proposing.search import Search

RUNS = 500
"""Contexts tried for one answer."""
STARTS = 12
"""Contexts from which a climb begins."""
WISHES = 60
MENDS = 6
DEEPEST = 2
"""How many changes may follow on one that undid something."""
EVENTS = 20
"""Times that a test in a loop is looked at in one run."""
BROKEN = 0.25
"""How far a test that broke is from any answer, at least."""
LONGEST = 20_000
"""Steps of a record that are looked through."""


@attrs.frozen(eq=False)
class Leg:
    """A condition on the way, in the test of a point, and the answer that leads on."""

    point: int
    node: Expression
    answer: bool


@attrs.frozen(eq=False)
class Standing:
    """How far a run came. ``height`` is 0 at the goal: legs left, and how far the next one is from its answer. ``broken``:
    the view is of the step in which the run broke before it came to the leg's test."""

    height: float
    leg: Leg | None = None
    view: View | None = None
    broken: bool = False


# -- the way --------------------------------------------------------------------------------------


def legs(goal: Fact, recording: Recording) -> list[Leg]:
    """The tests that lead to a goal with their answers, then the goal itself; nothing when it stands in no test."""
    for point in recording.points:
        if point.kind != "test" or not point.span.start <= goal.span.start <= goal.span.end <= point.span.end:
            continue
        own = (
            [(point.expression, goal.answer)]
            if goal.sort == "branch" and point.span == goal.span
            else way_in(point.expression, goal)
        )
        if own:
            before = [Leg(number, recording.points[number].expression, answer) for number, answer in point.inside]
            return before + [Leg(point.number, node, answer) for node, answer in own]
    return []


def way_in(node: Expression, goal: Fact) -> list[tuple[Expression, bool]]:
    """What must hold inside a test for an atomic condition to be asked, then the condition; nothing when it is not there."""
    inner = bare(node)
    if isinstance(inner, Unary) and inner.operator == "NAO":
        return way_in(inner.operand, goal)
    if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        parts: list[Expression] = []
        current: Expression = inner
        while isinstance(current, Binary) and current.operator == inner.operator:
            parts.append(current.right)
            current = current.left
        parts = [current, *reversed(parts)]
        for place, part in enumerate(parts):
            found = way_in(part, goal)
            if found:
                return [*((earlier, inner.operator == "E") for earlier in parts[:place]), *found]
        return []
    return [(inner, goal.answer)] if inner.span == goal.span and goal.sort == "condition" else []


# -- the height -----------------------------------------------------------------------------------


def standing(way: list[Leg], view: View) -> Standing:
    """How far a run came on the way."""
    record = view.record
    places = passed(record, {leg.point for leg in way})
    for number, leg in enumerate(way):
        left = len(way) - number - 1
        nearest: tuple[float, View] | None = None
        for index in places.get(leg.point, ()):
            here = view.at(index)
            far = max(distance(leg.node, leg.answer, here), BROKEN * record.event(index).failed)
            if nearest is None or far < nearest[0]:
                nearest = far, here
        if nearest is None:
            return short_of(left, leg, view)
        if nearest[0] > 0:
            return Standing(left + nearest[0], leg, attrs.evolve(nearest[1], depth=0))
    return Standing(0.0)


def short_of(left: int, leg: Leg, view: View) -> Standing:
    """A run that did not come to a leg's test: when it broke before, the later the better."""
    record = view.record
    if record.broken is None:
        return Standing(left + 1.5, leg)
    return Standing(left + 1.1 + 0.4 / len(record), leg, attrs.evolve(view.at(len(record) - 1), depth=0), broken=True)


def passed(record: Record, points: set[int]) -> dict[int, list[int]]:
    """The steps of each point: the first and the last few."""
    made: dict[int, list[int]] = {}
    for index in range(min(len(record), LONGEST)):
        number = record.point(index).number
        if number in points:
            found = made.setdefault(number, [])
            if len(found) >= EVENTS:
                del found[EVENTS // 2]
            found.append(index)
    return made


def distance(node: Expression, answer: bool, view: View) -> float:
    """How far a condition is from an answer, from 0 (given) to 1."""
    inner = whole(node)
    if isinstance(inner, Unary) and inner.operator == "NAO":
        return distance(inner.operand, not answer, view)
    if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        sides = [distance(inner.left, answer, view), distance(inner.right, answer, view)]
        return sum(sides) / 2 if answer is (inner.operator == "E") else min(sides)
    if isinstance(inner, Binary) and inner.operator in COMPARISONS:
        return compared(inner.operator if answer else OTHER_ANSWER[inner.operator], view.value(inner.left), view.value(inner.right))
    value = view.value(inner)
    return 1.0 if value is UNKNOWN else 0.0 if bool(value) is answer else 0.5


def compared(sign: str, left: Any, right: Any) -> float:
    """How far two values are from comparing so."""
    if left is UNKNOWN or right is UNKNOWN:
        return 1.0
    first, second = scaled(left, right), scaled(right, left)
    if first is None or second is None:
        words, others = to_text(None if isinstance(left, bool) else left), to_text(None if isinstance(right, bool) else right)
        same = (left is right) if isinstance(left, bool) or isinstance(right, bool) else words.rstrip() == others.rstrip()
        if same is (sign == "="):
            return 0.0
        return 0.9 if sign != "=" else 0.1 + 0.8 * unlike(words, others)
    gap = first - second
    holds = {"=": gap == 0, "<>": gap != 0, "<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0}[sign]
    return 0.0 if holds else float((abs(gap) + Decimal("0.001")) / (abs(gap) + 1))


def scaled(value: Any, other: Any) -> Decimal | None:
    """A value as a number beside another: days for dates; None where texts are compared."""
    if isinstance(value, bool) or isinstance(other, bool) or (isinstance(value, str) and isinstance(other, str)):
        return None
    if isinstance(value, datetime):
        return Decimal(value.toordinal()) + Decimal(value.hour * 60 + value.minute) / 1440
    if isinstance(value, str) and isinstance(other, datetime):
        found = parse_date(value)
        return None if found is None else Decimal(found.toordinal())
    number = parse_number(value) if isinstance(value, str) else 0 if value is None and isinstance(other, int | Decimal) else value
    return None if number is None else Decimal(number)


def unlike(text: str, other: str) -> float:
    """The share of characters in which two texts differ."""
    longest = max(len(text), len(other), 1)
    return 1 - sum(one == two for one, two in zip(text, other, strict=False)) / longest


# -- climbing -------------------------------------------------------------------------------------


@attrs.define(eq=False)
class Climb:
    """A climb under way: contexts to go on from, the nearest and plainest first."""

    search: Search
    goal: Fact
    way: list[Leg]
    waiting: list[tuple[float, int, int, Changes, Standing, bool]] = attrs.field(factory=list)
    been: set[Any] = attrs.field(factory=set)
    numbers: Iterator[int] = attrs.field(factory=count)
    latest: Standing = attrs.field(factory=lambda: Standing(inf))

    def visit(self, state: Changes) -> float:
        """Run a context that this climb has not seen; its height, or infinity."""
        key = self.search.key(state)
        if key in self.been:
            return inf
        self.been.add(key)
        self.search.attempt(state)
        self.latest = found = standing(self.way, self.search.view(state))
        self.wait(found.height, state, found, wished=False)
        return found.height

    def mend(self, state: Changes, changes: Changes, height: float, depth: int) -> float:
        """Visit a context; when what was changed undid something before, mend that at once. The least height met."""
        made = {**state, **changes}
        best = self.visit(made)
        if depth and height < best < inf:
            for further in islice(wishes(self.latest), MENDS):
                if depth == 1 or not further.keys() & changes.keys():
                    best = min(best, self.mend(made, {**changes, **further}, height, depth - 1))
                if self.goal in self.search.reached:
                    break
        return best

    def wait(self, height: float, state: Changes, found: Standing, *, wished: bool) -> None:
        """Come back to a context later."""
        heappush(self.waiting, (height, size(state), next(self.numbers), state, found, wished))

    def go(self) -> bool:
        """Whether the goal was reached."""
        search = self.search
        while self.waiting and len(self.been) < RUNS and not search.spent:
            height, _, _, state, found, wished = heappop(self.waiting)
            better = False
            for changes in moves(search, state, found) if wished else wishes(found):
                reached = self.visit({**state, **changes}) if wished else self.mend(state, changes, height, DEEPEST)
                better = reached < height or better
                if self.goal in search.reached:
                    return True
                if len(self.been) >= RUNS or (better and wished):
                    break
            if better or not wished:
                # wishes first; other moves when nothing that stands better is left
                self.wait(height + 0.0001, state, found, wished=True)
        return False


def climb(search: Search, goal: Fact) -> bool:
    """Try contexts for a goal, from those that came nearest; whether it was reached."""
    found = sorted(search.kept, key=lambda one: one.outcome.status != "ok")[:STARTS]
    way = legs(goal, search.prepared.rule.recording())
    if not way:
        return False
    made = Climb(search, goal, way)
    for trial in found:
        made.visit(trial.state)
    return made.go()


def size(state: Changes) -> int:
    """How long a context is when written, with a sign counted for more: plain values please people."""
    return sum(len(str(value)) + 3 * (isinstance(value, int | Decimal) and value < 0) for value in state.values())


def wishes(found: Standing) -> Iterator[Changes]:
    """What the next leg's condition asks for."""
    if found.view is None or found.leg is None:
        return iter(())
    if found.broken:
        return islice(repaired(found.view), WISHES)
    return islice(turn(found.leg.node, found.leg.answer, found.view), WISHES)


def moves(search: Search, state: Changes, found: Standing) -> Iterator[Changes]:
    """Steps of one input, those first that the wishes speak of."""
    named: dict[Input, None] = {one: None for changes in wishes(found) for one in changes}
    for one in [*named, *(one for one in search.values if one not in named)]:
        for value in [*steps(state.get(one)), *search.values.get(one, ())[:12]]:
            yield {one: value}


def steps(value: Any) -> Iterator[Any]:
    """Values near another, and farther away."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        for size in (1, 10, 100, 1000):
            yield from (value + size, value - size)
        yield from (value * 2, value // 2, -value)
    elif isinstance(value, datetime):
        for by in (
            timedelta(days=1),
            timedelta(days=7),
            timedelta(days=30),
            timedelta(days=365),
            timedelta(hours=1),
            timedelta(hours=8),
        ):
            yield from (day for day in (moved(value, by), moved(value, -by)) if day is not None)
    elif isinstance(value, list):
        if value:
            yield [*value, dict(value[-1])]
            yield value[:-1]
    elif isinstance(value, str):
        number = parse_number(value) if value.strip() else None
        if number is not None:
            yield from (number_text(one) for one in steps(number))
        yield value + (value[-1:] or "x")
        if value:
            yield value[:-1]


# -- edges ----------------------------------------------------------------------------------------


def edges(view: View) -> Iterator[Changes]:
    """Changes after which the comparisons of a run's tests stand at their edge: equal, or just beside."""
    record = view.record
    seen: set[int] = set()
    for index in range(min(len(record), LONGEST)):
        point = record.point(index)
        if point.kind != "test" or point.number in seen:
            continue
        seen.add(point.number)
        here = attrs.evolve(view.at(index), depth=0)
        for node in walk(point.expression):
            if isinstance(node, Binary) and node.operator in COMPARISONS:
                for side, other in ((node.left, here.value(node.right)), (node.right, here.value(node.left))):
                    for value in beside(other):
                        yield from islice(wish(side, value, here), MENDS)


def beside(value: Any) -> Iterator[Any]:
    """A value and its neighbours."""
    if value is UNKNOWN or value is None or isinstance(value, bool):
        return
    number = as_number(value)
    if isinstance(value, datetime):
        yield from (day for day in (value, moved(value, DAY), moved(value, -DAY)) if day is not None)
    elif number is not None:
        yield from around(number)
    else:
        yield value

"""What to change in a context so that an expression has another value: functions and operators turned round.

Nothing here is certain: a wish is tried, and a run tells whether it helped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, DecimalException
from itertools import islice
from typing import TYPE_CHECKING, Any

import attrs

from formula.diagnostics import Fault
from formula.reading.tree import (
    Binary,
    Call,
    Expression,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    TextLiteral,
    Unary,
    bare,
    walk,
)
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import date_text, number_text, parse_date, parse_number, to_number, to_text
from formula.working_calendar import WorkingCalendar
from routing.testing.case import DEFAULT_NOW
from routing.testing.proposing.inputs import COMPARISONS, DAY, Input, around, constant, input_key

if TYPE_CHECKING:
    from formula.runtime.record import Record

Changes = dict[Input, Any]
UNKNOWN = object()
DEEPEST = 12
"""Assignments that one wish is followed through."""
EARLIEST, LATEST = 1900, 2200
MOST = 24
"""Wishes tried for one comparison."""
OTHER_ANSWER = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TURNED_ROUND = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@attrs.frozen(eq=False)
class View:
    """One step of a recorded run, to ask what the parts of its expression were."""

    record: Record
    index: int
    values: Mapping[int, Any]
    bindings: Mapping[int, Any]
    state: Changes
    inputs: Mapping[tuple[str, str], Input]
    columns: Mapping[str, Mapping[str, None]]
    inverses: Mapping[str, Callable[..., Iterator[Changes]]]
    """What arguments a function wants for a value (:data:`routing.testing.proposing.inverses.CALLS`)."""
    depth: int = 0
    calendar: WorkingCalendar = WorkingCalendar()

    def value(self, node: Expression) -> Any:
        """What a part was; UNKNOWN when it was not reached."""
        inner = whole(node)
        if isinstance(inner, TextLiteral | NumberLiteral | LogicalLiteral):
            return inner.value
        if id(inner) in self.values:
            return self.values[id(inner)]
        if isinstance(inner, Name) and inner.word.key in self.record.variables:
            return self.record.value_at(inner.word.key, self.index - 1)
        found = self.input(inner)
        return self.state.get(found, UNKNOWN) if found is not None else UNKNOWN

    def input(self, node: Expression) -> Input | None:
        """The input that a part reads."""
        key = input_key(node, self.bindings)
        return None if key is None else self.inputs.get(key)

    def origin(self, node: Name) -> tuple[Expression, View] | None:
        """The expression that gave a variable its value, and the step in which it did."""
        if self.depth >= DEEPEST or node.word.key not in self.record.variables:
            return None
        step = self.record.set_at(node.word.key, self.index - 1)
        if step is None:
            return None
        return self.record.point(step).expression, self.at(step)

    def at(self, index: int) -> View:
        """The same of another step."""
        values = {id(part): value for part, value in self.record.event(index).parts}
        return attrs.evolve(self, index=index, values=values, depth=self.depth + 1)


def whole(node: Expression) -> Expression:
    """An expression without brackets and ``.value``."""
    inner = bare(node)
    return bare(inner.call) if isinstance(inner, Member) else inner


# -- conditions -----------------------------------------------------------------------------------


def turn(node: Expression, answer: bool, view: View) -> Iterator[Changes]:
    """Changes after which a condition may give an answer."""
    inner = whole(node)
    if isinstance(inner, Unary) and inner.operator == "NAO":
        yield from turn(inner.operand, not answer, view)
    elif isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        if answer is (inner.operator == "E"):
            yield from together(turn(inner.left, answer, view), turn(inner.right, answer, view))
        yield from turn(inner.left, answer, view)
        yield from turn(inner.right, answer, view)
    elif isinstance(inner, Binary) and inner.operator in COMPARISONS:
        yield from islice(compared(inner, answer, view), MOST)
    else:
        yield from wish(inner, answer, view)


def together(first: Iterator[Changes], second: Iterator[Changes]) -> Iterator[Changes]:
    """Both changes at once, a few of each; where they speak of the same input the later one holds."""
    others = list(islice(second, 4))
    for one in islice(first, 4):
        for other in others:
            yield {**one, **other}


def compared(node: Binary, answer: bool, view: View) -> Iterator[Changes]:
    """A comparison turned by its left or its right side."""
    sign = node.operator if answer else OTHER_ANSWER[node.operator]
    left, right = view.value(node.left), view.value(node.right)
    for side, other, one_sign in ((node.left, right, sign), (node.right, left, TURNED_ROUND[sign])):
        if other is not UNKNOWN:
            for value in meeting(one_sign, other):
                yield from wish(side, value, view)


def meeting(sign: str, other: Any) -> Iterator[Any]:
    """Values that compare so with another, the nearest first."""
    if isinstance(other, bool):
        yield other is (sign == "=")
        return
    number, day = other if isinstance(other, int | Decimal) else None, other if isinstance(other, datetime) else None
    if isinstance(other, str):
        number = parse_number(other) if other.strip() else None
        day = parse_date(other) if other.strip() else None
    same = [other]
    if number is not None:
        same, near, step = [other], around(number), 10
        less, more = [near[2], number - step], [near[1], number + step]
        if sign != "=" and isinstance(other, str):
            less, more = [number_text(one) for one in less], [number_text(one) for one in more]
    elif day is not None:
        less = [one for one in (moved(day, -DAY), moved(day, -40 * DAY)) if one is not None]
        more = [one for one in (moved(day, DAY), moved(day, 40 * DAY)) if one is not None] or [DEFAULT_NOW]
    else:
        text = to_text(other) if other is not None else ""
        less, more = ([""] if text else []), [text + "x", "x"]
        same = [text]
    yield from {"=": same, "<>": [*more, *less], "<": less, ">": more, "<=": [*same, *less], ">=": [*same, *more]}[sign]


def moved(day: datetime, by: timedelta) -> datetime | None:
    """Another day; None where no ticket's dates are."""
    try:
        found = day + by
    except OverflowError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def repaired(view: View) -> Iterator[Changes]:
    """Changes after which a step that broke may pass: numbers for texts that are none, divisors other than zero."""
    for node in walk(view.record.event(view.index).point.expression):
        if isinstance(node, Binary) and node.operator == "/" and as_number(view.value(node.right)) == 0:
            yield from wish(node.right, 1, view)
            yield from wish(node.right, 100, view)
        sides: tuple[Expression, ...] = (
            (node.left, node.right)
            if isinstance(node, Binary) and node.operator not in {"E", "OU"}
            else node.arguments
            if isinstance(node, Call)
            else (node.operand,)
            if isinstance(node, Unary)
            else ()
        )
        for one in sides:
            value = view.value(one)
            if isinstance(value, str) and constant(bare(one)) is None and (not value.strip() or parse_number(value) is None):
                for given in ("1", "0", "01/02/2026", "100"):
                    yield from wish(one, given, view)


# -- values ---------------------------------------------------------------------------------------


def wish(node: Expression, wanted: Any, view: View) -> Iterator[Changes]:
    """Changes after which an expression may have a value."""
    inner = whole(node)
    found = view.input(inner)
    if found is not None:
        fitting = fit(found, wanted, view.state.get(found))
        if fitting is not UNKNOWN:
            yield {found: fitting}
    elif isinstance(inner, Name):
        origin = view.origin(inner)
        if origin is not None:
            yield from wish(origin[0], wanted, origin[1])
    elif isinstance(inner, Unary):
        if inner.operator == "NAO" and isinstance(wanted, bool):
            yield from turn(inner.operand, not wanted, view)
        elif (number := as_number(wanted)) is not None:
            yield from wish(inner.operand, -number if inner.operator == "-" else number, view)
    elif isinstance(inner, Binary) and inner.operator in ARITHMETIC:
        yield from arithmetic(inner, wanted, view)
    elif isinstance(inner, Binary) and isinstance(wanted, bool):
        yield from turn(inner, wanted, view)
    elif isinstance(inner, Call):
        inverse = view.inverses.get(inner.word.key)
        if inverse is not None:
            yield from islice(inverse(inner.arguments, wanted, view), MOST)


def fit(one: Input, wanted: Any, before: Any) -> Any:
    """A value as an input may hold it; UNKNOWN when it cannot."""
    if one.table == "sql":
        return wanted if isinstance(wanted, list) else UNKNOWN
    if one.table == "agora" and not isinstance(wanted, datetime):
        wanted = parse_date(wanted) if isinstance(wanted, str) else None
    if one.table == "coligada" and (not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1):
        return UNKNOWN
    if isinstance(wanted, datetime) and not EARLIEST <= wanted.year <= LATEST and wanted.year > 1:
        return UNKNOWN
    if isinstance(wanted, Decimal) and one.kinds & NUMBER == INTEGER:
        if wanted != wanted.to_integral_value():
            return UNKNOWN
        wanted = int(wanted)
    if wanted is None or one.kinds & kind_of(wanted):
        return UNKNOWN if wanted is None else with_time(wanted, before)
    if isinstance(wanted, str):
        made: Any = parse_date(wanted) if one.kinds & DATE and wanted.strip() else None
        made = parse_number(wanted) if made is None and one.kinds & NUMBER else made
        return UNKNOWN if made is None else made
    if one.kinds & TEXT and not isinstance(wanted, bool):
        return date_text(wanted) if isinstance(wanted, datetime) else number_text(wanted)
    return UNKNOWN


def with_time(wanted: Any, before: Any) -> Any:
    """A day keeps the hour that the input had."""
    if isinstance(wanted, datetime) and isinstance(before, datetime) and wanted.time() == time.min:
        return datetime.combine(wanted.date(), before.time())
    return wanted


def kind_of(value: Any) -> int:
    """The kind of a value."""
    if isinstance(value, bool):
        return LOGICAL
    return DATE if isinstance(value, datetime) else TEXT if isinstance(value, str) else NUMBER


def as_number(value: Any) -> int | Decimal | None:
    """A number, or a text that is one."""
    if value is None or value is UNKNOWN or isinstance(value, bool | datetime | list):
        return None
    try:
        return parse_number(value) if isinstance(value, str) else to_number(value)
    except Fault:
        return None


ARITHMETIC = frozenset({"+", "-", "*", "/"})


def arithmetic(node: Binary, wanted: Any, view: View) -> Iterator[Changes]:
    """One side changed, the other as it was; a square by its root."""
    left, right = view.value(node.left), view.value(node.right)
    if isinstance(wanted, str):
        wanted = (parse_date(wanted) if "/" in wanted else None) or parse_number(wanted)
    for value in solved(node.operator, wanted, right, left_wanted=True):
        yield from wish(node.left, value, view)
    for value in solved(node.operator, wanted, left, left_wanted=False):
        yield from wish(node.right, value, view)
    number = as_number(wanted)
    if number is None or node.operator not in {"*", "/"}:
        return
    if node.operator == "*" and number > 0:
        root = Decimal(number).sqrt()
        for value in (int(root), int(root) + 1, plain(root)):
            yield from together(wish(node.left, value, view), wish(node.right, value, view))
    unit = number if node.operator == "*" else number * 100
    yield from together(wish(node.left, plain(Decimal(unit)), view), wish(node.right, 1 if node.operator == "*" else 100, view))


def solved(sign: str, wanted: Any, other: Any, *, left_wanted: bool) -> Iterator[Any]:
    """What one side must be when the other is known."""
    try:
        yield from side(sign, wanted, other, left_wanted)
    except (OverflowError, DecimalException):
        return


def side(sign: str, wanted: Any, other: Any, left_wanted: bool) -> Iterator[Any]:
    """As :func:`solved`; raises where the calendar or the numbers end."""
    if isinstance(wanted, datetime) or isinstance(other, datetime):
        yield from days(sign, wanted, other, left_wanted)
        return
    total, known = as_number(wanted), as_number(other)
    if total is None or known is None:
        return
    if sign in "+-":
        exact = total - known if sign == "+" else total + known if left_wanted else known - total
        yield exact
        return
    if sign == "/" and left_wanted:
        yield total * known
        return
    over, under = (total, known) if sign == "*" else (known, total)
    if not under:
        return
    value = Decimal(over) / Decimal(under)
    rounded = int(value.to_integral_value())
    yield plain(value)
    yield from (rounded, rounded + 1, rounded - 1)


def plain(value: Decimal) -> int | Decimal:
    """A number as a person writes it: whole when it is, else with at most four decimals."""
    if value == value.to_integral_value():
        return int(value)
    return value.quantize(Decimal("0.0001")).normalize() if abs(value) < 10**15 else value


def days(sign: str, wanted: Any, other: Any, left_wanted: bool) -> Iterator[Any]:
    """Dates and days: a day plus days, or the days between two."""
    count = as_number(other) if isinstance(wanted, datetime) else as_number(wanted)
    if count is None:
        return
    by = timedelta(days=int(count))
    if isinstance(wanted, datetime):
        yield wanted - by if sign == "+" else wanted + by
    elif sign == "-":
        yield other + by if left_wanted else other - by
    elif isinstance(other, datetime):
        yield int(count)

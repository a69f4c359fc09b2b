"""Values that meet some conditions, found by trying: near the values at hand and near the constants of the conditions.

What is found is right, since the conditions are judged by the engine's operators; that nothing is found proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal
from itertools import product
from typing import Any

from formula.values import NULL_DATE
from routing.proving.terms import Assignment, Term, Unknown, symbols_in, true_for, value_for

MOST_PAIRS = 900
SIX_PLACES = Decimal("0.000001")
MOST_DIGITS = 400
WIDE = Context(prec=MOST_DIGITS + 10)
"""Wide enough for six places of any number that is tried; a longer one stays as it is."""
FRESH = "Outro texto"
"""A text that no rule mentions."""


def guess(conditions: Sequence[Term], near: Assignment) -> dict[str, Any] | None:
    """Values for which all conditions hold, changing as few of ``near`` as possible; None when none was found."""
    if true_for(conditions, near):
        return dict(near)
    failing = [one for one in conditions if not true_for((one,), near)]
    names = list(dict.fromkeys(one for condition in failing for one in symbols_in(condition)))
    related = [one for one in conditions if any(sign in names for sign in symbols_in(one))]
    choices = {one: tuple(candidates(one, related, near)) for one in names}
    for one in names:
        for value in choices[one]:
            given = {**near, one[1]: value}
            if true_for(related, given) and true_for(conditions, given):
                return given
    return by_two(conditions, related, names, choices, near)


def by_two(
    conditions: Sequence[Term],
    related: Sequence[Term],
    names: Sequence[Term],
    choices: Mapping[Term, tuple[Any, ...]],
    near: Assignment,
) -> dict[str, Any] | None:
    """Changing one value to another, and then a second one with it."""
    tried = 0
    more = [one for one in dict.fromkeys(sign for condition in related for sign in symbols_in(condition)) if one not in names]
    others = [*names, *more]
    for first in names:
        for second in others:
            if first == second:
                continue
            options = choices.get(second) or tuple(candidates(second, related, near))
            for value, other in product(choices[first], options):
                tried += 1
                if tried > MOST_PAIRS:
                    return None
                given = {**near, first[1]: value, second[1]: other}
                if true_for(related, given) and true_for(conditions, given):
                    return given
    return None


def candidates(wanted: Term, conditions: Iterable[Term], near: Assignment) -> Iterator[Any]:
    """Values worth trying for a free value, the likeliest first."""
    kind = wanted[2]
    seen: list[Any] = []
    for value in every_candidate(wanted, kind, conditions, near):
        fit = fitted(value, kind)
        if not any(fit == old and type(fit) is type(old) for old in seen):
            seen.append(fit)
            yield fit
    yield None


def every_candidate(wanted: Term, kind: str, conditions: Iterable[Term], near: Assignment) -> Iterator[Any]:
    """The same, some more than once."""
    if kind == "bool":
        yield from (True, False)
        return
    steps: tuple[Any, ...] = (0, 1, -1) if kind == "int" else (0, Decimal("0.01"), Decimal("-0.01"), 1, -1)
    for condition in conditions:
        if kind == "text":
            yield from texts_for(condition, wanted)
            continue
        for value in roots(condition, wanted, near):
            if kind == "date":
                yield from (
                    (value, value + timedelta(days=1), value - timedelta(days=1))
                    if NULL_DATE < value < datetime(9990, 1, 1)
                    else (value,)
                )
            else:
                yield from (value + step for step in steps)
    yield from {
        "text": (FRESH, "", "10"),
        "date": (datetime(2026, 11, 24), NULL_DATE),
        "num": (0, 1, 1000, -1),
        "int": (0, 1, 1000, -1),
    }[kind]


def texts_for(condition: Term, wanted: Term) -> Iterator[str]:
    """Constants that a text is compared with, and texts that read as what is asked of them."""
    stack: list[Any] = [condition]
    while stack:
        one = stack.pop()
        if one[0] in {"teq", "tis"}:
            yield from (side[1] for side in one[1:] if side[0] == "v" and isinstance(side[1], str))
        elif one[0] == "isdate":
            yield "24/11/2026"
        if one[0] in {"<", "<=", "="}:
            for side, other in ((one[1], one[2]), (one[2], one[1])):
                if side[0] == "tonum" and other[0] == "v":
                    yield from (str(other[1]), str(other[1] + 1), str(other[1] - 1))
        if one[0] not in {"v", "s", "opaque"}:
            stack.extend(part for part in one[1:] if isinstance(part, tuple))


def roots(condition: Term, wanted: Term, near: Assignment) -> Iterator[Any]:
    """Where the two sides of the comparisons in a condition are equal, as far as one free value decides."""
    stack: list[Any] = [condition]
    while stack:
        one = stack.pop()
        if one[0] in {"<", "<=", "="}:
            yield from root(one, wanted, near)
        elif one[0] not in {"v", "s", "opaque"}:
            stack.extend(part for part in one[1:] if isinstance(part, tuple))


def root(comparison: Term, wanted: Term, near: Assignment) -> Iterator[Any]:
    """A value for which both sides are equal, when the difference is linear in the free value."""
    if wanted not in symbols_in(comparison):
        return
    for one, other in ((comparison[1], comparison[2]), (comparison[2], comparison[1])):
        if one == wanted and wanted not in symbols_in(other):
            try:
                value = value_for(other, near)
            except Unknown:
                continue
            if value is not None:
                yield value
            return
    if wanted[2] == "date":
        yield from dated_root(comparison, wanted, near)
        return
    at = near.get(wanted[1]) or 0
    try:
        gap, slope = difference(comparison, {**near, wanted[1]: at}), difference(comparison, {**near, wanted[1]: at + 1})
    except Unknown:
        return
    rise = slope - gap
    if rise:
        yield Decimal(at) - Decimal(gap) / Decimal(rise)


def dated_root(comparison: Term, wanted: Term, near: Assignment) -> Iterator[datetime]:
    """The same for a date inside a sum."""
    at = near.get(wanted[1])
    if not isinstance(at, datetime) or at == NULL_DATE:
        at = datetime(2026, 11, 24)
    try:
        gap = difference(comparison, {**near, wanted[1]: at})
        rise = difference(comparison, {**near, wanted[1]: at + timedelta(days=1)}) - gap
        if rise:
            yield at - timedelta(days=float(gap / rise))
    except (Unknown, OverflowError):
        return


def difference(comparison: Term, given: Assignment) -> Any:
    """How far the sides are apart, as a number."""
    return value_for(("-", comparison[1], comparison[2]), given)


def fitted(value: Any, kind: str) -> Any:
    """A value in the form of its kind: an integer, a decimal of few places."""
    if kind == "int" and isinstance(value, Decimal):
        return int(value)
    if kind == "num" and isinstance(value, Decimal):
        if value.adjusted() > MOST_DIGITS:
            return value
        short = value.quantize(SIX_PLACES, context=WIDE).normalize(WIDE)
        return int(short) if short == short.to_integral_value() else short
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return value

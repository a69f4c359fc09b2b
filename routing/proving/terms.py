"""What is known of a value for *all* tickets of a region: terms over free values, and conditions on them.

A term is a nested tuple, so that it can be compared, kept in sets and sent to another process:

* ``("v", value)`` a value of ours; ``("s", name, kind)`` a free value, ``kind`` one of ``num int text date bool``;
* ``("+" | "-" | "*" | "/", a, b)``, ``("neg", a)``, ``("trunc", a)``, ``("round", a)``, ``("day", a)``, ``("tonum", t)``,
  ``("todate", t)``: numbers and dates; a date counts in days;
* ``("if", c, a, b, kind)``: one of two values of a kind; ``("let", box)``: a term that stands in several places, as one thing;
* ``("opaque", names)``: a value that depends on the named free values in a way that is not modelled.

A condition is a free logical value, ``("<" | "<=" | "=", a, b)``, ``("teq", t, u)`` for texts as ``=`` compares them,
``("tis", t, u)`` for the very same text, ``("isnum", t)``, ``("isdate", t)``, ``("empty", s)``, ``("calendar", d)`` (the date
exists), ``("not", c)``, ``("and", …)`` or ``("or", …)``. What they mean is told by :func:`evaluate`, by the engine's operators.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from weakref import WeakValueDictionary

from formula.builtins.numbers import arred, trunc
from formula.builtins.operators import CHECKED, blank, negate
from formula.diagnostics import Fault
from formula.values import NULL_DATE, exact_context, parse_date, parse_number

Term = tuple[Any, ...]
Assignment = Mapping[str, Any]

TRUE: Term = ("and",)
ARITHMETIC = exact_context(400)


class Unknown(Exception):
    """A term has no value for this assignment: a division by zero, a text that is no number."""


def constant(value: Any) -> Term:
    """The term of a known value."""
    return ("v", value)


def symbol(name: str, kind: str) -> Term:
    """A free value."""
    return ("s", name, kind)


def negated(condition: Term) -> Term:
    """The opposite."""
    return condition[1] if condition[0] == "not" else ("not", condition)


def conjunction(conditions: Iterable[Term]) -> Term:
    """All of them."""
    return ("and", *conditions)


class Box:
    """A term that others hold as one thing: compared by what it is, looked through once. Boxes of equal terms are the same box."""

    __slots__ = ("__weakref__", "depth", "given", "heads", "symbols", "term", "texts", "value")

    def __init__(self, term: Term) -> None:
        """Gather what the term mentions, once."""
        self.term = term
        self.symbols: tuple[Term, ...] = tuple(dict.fromkeys(symbols_in(term)))
        self.texts: tuple[str, ...] = tuple(dict.fromkeys(texts_in(term)))
        self.heads: frozenset[str] = frozenset(heads_in(term))
        self.depth: int = depth_of(term)
        self.given: Assignment | None = None
        self.value: Any = None

    def __reduce__(self) -> tuple[Callable[[Term], Box], tuple[Term]]:
        """Another process makes its own."""
        return box_of, (self.term,)


BOXES: WeakValueDictionary[Term, Box] = WeakValueDictionary()
"""The boxes that are in use, by their terms."""


def box_of(term: Term) -> Box:
    """The box of a term."""
    found = BOXES.get(term)
    if found is None:
        found = BOXES[term] = Box(term)
    return found


def boxed(term: Term) -> Term:
    """A term to be used in several places."""
    return ("let", box_of(term))


def heads_in(term: Term) -> Iterator[str]:
    """The first words of a term's parts, some more than once."""
    stack: list[Any] = [term]
    while stack:
        one = stack.pop()
        yield one[0]
        if one[0] == "let":
            yield from one[1].heads
        elif one[0] not in {"s", "v", "opaque"}:
            stack.extend(part for part in one[1:] if isinstance(part, tuple))


def depth_of(term: Term) -> int:
    """How many parts of a term stand one in another, boxes looked through."""
    deepest = 0
    stack: list[tuple[Any, int]] = [(term, 1)]
    while stack:
        one, depth = stack.pop()
        if one[0] == "let":
            depth += one[1].depth
        elif one[0] not in {"s", "v", "opaque"}:
            stack.extend((part, depth + 1) for part in one[1:] if isinstance(part, tuple))
        deepest = max(deepest, depth)
    return deepest


def symbols_in(term: Term) -> Iterator[Term]:
    """The free values that a term mentions, some more than once."""
    stack: list[Any] = [term]
    while stack:
        one = stack.pop()
        if one[0] == "s":
            yield one
        elif one[0] == "opaque":
            stack.extend(one[1])
        elif one[0] == "let":
            yield from one[1].symbols
        elif one[0] != "v":
            stack.extend(part for part in one[1:] if isinstance(part, tuple))


def texts_in(term: Term) -> Iterator[str]:
    """The text constants that a term mentions."""
    stack: list[Any] = [term]
    while stack:
        one = stack.pop()
        if one[0] == "v":
            if isinstance(one[1], str):
                yield one[1]
        elif one[0] == "let":
            yield from one[1].texts
        elif one[0] not in {"s", "opaque"}:
            stack.extend(part for part in one[1:] if isinstance(part, tuple))


def true_for(conditions: Iterable[Term], given: Assignment) -> bool:
    """Whether all conditions hold for some values; one that has no value does not."""
    with decimal.localcontext(ARITHMETIC):
        try:
            return all(evaluate(condition, given) for condition in conditions)
        except (Unknown, Fault, decimal.DecimalException, RecursionError):
            return False


def value_for(term: Term, given: Assignment) -> Any:
    """The value of a term for some values. Raises :class:`Unknown`."""
    with decimal.localcontext(ARITHMETIC):
        try:
            return evaluate(term, given)
        except (Fault, decimal.DecimalException, RecursionError) as error:
            raise Unknown(str(error)) from None


def evaluate(term: Term, given: Assignment) -> Any:
    """The value of a term or condition, by the engine's own operators. An empty free value is its neutral one (T10)."""
    made: Any = MEANINGS[term[0]](term, given)
    return made


def free(term: Term, given: Assignment) -> Any:
    """A free value; an empty one counts as the neutral value of its kind."""
    value = given.get(term[1])
    return NEUTRAL[term[2]] if value is None else value


NEUTRAL: Mapping[str, Any] = {"num": 0, "int": 0, "text": "", "date": NULL_DATE, "bool": False}


def number_of_text(term: Term, given: Assignment) -> int | Decimal:
    """T6."""
    found = parse_number(evaluate(term[1], given))
    if found is None:
        raise Unknown
    return found


def date_of_text(term: Term, given: Assignment) -> datetime:
    """T2."""
    found = parse_date(evaluate(term[1], given))
    if found is None:
        raise Unknown
    return found


def day_of(term: Term, given: Assignment) -> datetime:
    """A date without its time."""
    when = evaluate(term[1], given)
    return datetime(when.year, when.month, when.day)


def in_calendar(term: Term, given: Assignment) -> bool:
    """Whether a date that is calculated exists (T4)."""
    try:
        evaluate(term[1], given)
    except Fault:
        return False
    return True


def opaque(term: Term, given: Assignment) -> Any:
    """A value that is not modelled."""
    raise Unknown


def chosen(term: Term, given: Assignment) -> Any:
    """One of two values."""
    return evaluate(term[2] if evaluate(term[1], given) else term[3], given)


def held_in_box(term: Term, given: Assignment) -> Any:
    """The value of a box, worked out once for each assignment."""
    box: Box = term[1]
    if box.given is not given:
        box.value = evaluate(box.term, given)
        box.given = given
    return box.value


def checked(sign: str) -> Callable[[Term, Assignment], Any]:
    """The engine's operator on the values of two terms."""
    operate = CHECKED[sign]
    return lambda term, given: operate(evaluate(term[1], given), evaluate(term[2], given))


MEANINGS: Mapping[str, Callable[[Term, Assignment], Any]] = {
    "v": lambda term, given: term[1],
    "s": free,
    **{sign: checked(sign) for sign in ("+", "-", "*", "/", "<", "<=", "=")},
    "neg": lambda term, given: negate(evaluate(term[1], given)),
    "trunc": lambda term, given: trunc.call(evaluate(term[1], given)),
    "round": lambda term, given: arred.call(evaluate(term[1], given)),
    "day": day_of,
    "tonum": number_of_text,
    "todate": date_of_text,
    "opaque": opaque,
    "if": chosen,
    "let": held_in_box,
    "teq": lambda term, given: blank(evaluate(term[1], given)) == blank(evaluate(term[2], given)),
    "tis": lambda term, given: evaluate(term[1], given) == evaluate(term[2], given),
    "isnum": lambda term, given: parse_number(evaluate(term[1], given)) is not None,
    "isdate": lambda term, given: parse_date(evaluate(term[1], given)) is not None,
    "empty": lambda term, given: given.get(term[1][1]) is None,
    "calendar": in_calendar,
    "not": lambda term, given: not evaluate(term[1], given),
    "and": lambda term, given: all(evaluate(part, given) for part in term[1:]),
    "or": lambda term, given: any(evaluate(part, given) for part in term[1:]),
}

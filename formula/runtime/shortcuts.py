"""Calls of a few rows as Python's own operations, where arguments are proven: the same values and faults, without a call.

A row is known here as an object, so a function of a site's plugin with the same name is never taken for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import datetime

from formula.builtins import dates, texts
from formula.builtins.table import Function
from formula.reading.tree import Expression, NumberLiteral, bare
from formula.runtime.python import Places

METHODS = {"upper": str.upper, "lower": str.lower, "strip": str.strip, "ordinal": datetime.toordinal, "size": len}
"""What shortcuts call, under the names that generated code uses."""

Shortcut = Callable[[Places, list[Expression], list[ast.expr]], ast.expr | None]


def method(name: str) -> Shortcut:
    """A function that is one of Python's own."""
    return lambda places, _arguments, made: places.call(name, made[0])


def piece(places: Places, arguments: list[Expression], made: list[ast.expr]) -> ast.expr | None:
    """SUBSTR with a literal start and length is a slice."""
    start, count = bare(arguments[1]), bare(arguments[2])
    if not (isinstance(start, NumberLiteral) and isinstance(count, NumberLiteral)):
        return None
    first, length = start.value, count.value
    if not (isinstance(first, int) and isinstance(length, int) and first >= 1):
        return None
    part = ast.Slice(places.constant(first - 1), places.constant(first - 1 + length), None, **places.at)
    return ast.Subscript(made[0], part, ast.Load(), **places.at)


def days(places: Places, _arguments: list[Expression], made: list[ast.expr]) -> ast.expr | None:
    """DIFDIAS of two names is the difference of their day numbers; day 1 may be DATANULA, which the row refuses."""
    later, earlier = made
    if not (isinstance(later, ast.Name) and isinstance(earlier, ast.Name)):
        return None
    one, other = f"{later.id}_day", f"{earlier.id}_day"
    known = places.both(
        ast.And(),
        [
            places.compare(places.named(one, places.call("ordinal", later)), ast.Gt(), places.constant(1)),
            places.compare(places.named(other, places.call("ordinal", earlier)), ast.Gt(), places.constant(1)),
        ],
    )
    gap = places.binary(places.load(one), ast.Sub(), places.load(other))
    return places.either(known, gap, places.call("B_DIFDIAS", later, earlier))


SHORTCUTS: Mapping[Function, tuple[str, Shortcut]] = {
    texts.substr: ("", piece),
    texts.maiuscula: ("upper", method("upper")),
    texts.minuscula: ("lower", method("lower")),
    texts.trim: ("strip", method("strip")),
    texts.tamanho: ("size", method("size")),
    dates.difdias: ("ordinal", days),
}
"""For each row, the method that its shortcut calls and how the call is made."""

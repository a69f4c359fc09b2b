"""Compiled code as bytes, and back: what a store of compiled formulas keeps.

Code travels as Python itself keeps it. What the code reaches by name travels as the name of its home, a function of the
table as its row's name, a constant as text; when all are found again, so is the program. Bytes that were not written here
must never come to :func:`unpacked`: see :mod:`formula.cache`, which knows its own.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from sys import modules
from types import FunctionType
from typing import TYPE_CHECKING, Any

from formula.builtins.operators import CHECKED
from formula.runtime.program import PackedSpans, Program, packed_spans

if TYPE_CHECKING:
    from formula.builtins.table import Function

HOMES = frozenset({"builtins", "decimal", "datetime"})
"""Where names may come from besides this package."""

OWN = "formula."
NAMED = ("formula.runtime.program", "formula.host")
"""Homes of objects that do not know their own name."""

OPERATORS = "formula.builtins.operators"
"""The home of checked comparisons, by their signs."""

PLAIN = frozenset({int, str, bool, type(None)})


class Unpackable(Exception):
    """A program reaches something that has no name to find it by."""


def packed(program: Program, table: Mapping[str, Function]) -> bytes:
    """A program as bytes. Raises :class:`Unpackable`; ``table`` are the rows it was compiled against."""
    homes: list[tuple[str, str, str]] = []
    rows: list[tuple[str, str]] = []
    values: list[tuple[str, Any]] = []
    for name, value in program.namespace.items():
        if name == "__builtins__":
            continue
        row = table.get(name.removeprefix("B_"))
        if row is not None and row.call is value:
            rows.append((name, row.name))
        elif type(value) in PLAIN or isinstance(value, Decimal | datetime | dict | tuple):
            values.append((name, as_plain(value)))
        else:
            homes.append((name, *home_of(name, value)))
    return marshal.dumps(
        (
            program.code, packed_spans(program.spans), program.needs_run, program.needs_numbers, program.base_steps,
            program.own_steps, tuple(homes), tuple(rows), tuple(values),
        )
    )  # fmt: skip


def unpacked(content: bytes, table: Mapping[str, Function]) -> Program:
    """The program again, bound to the rows of ``table``. ``content`` is what :func:`packed` gave."""
    code, spans, needs_run, needs_numbers, base_steps, own_steps, homes, rows, values = marshal.loads(content)  # noqa: S302 - see above
    namespace: dict[str, Any] = {"__builtins__": {}}
    for name, module, path in homes:
        namespace[name] = found(module, path)
    for name, row in rows:
        namespace[name] = table[row].call
    for name, value in values:
        namespace[name] = from_plain(value)
    function = FunctionType(code, namespace, "formula")
    return Program(function, PackedSpans(spans), needs_run, needs_numbers, base_steps, own_steps, namespace)


def home_of(name: str, value: Any) -> tuple[str, str]:
    """The module of an object, and its name there."""
    owner = getattr(value, "__objclass__", None)
    module = getattr(owner or value, "__module__", None) or "builtins"
    path = getattr(value, "__qualname__", None)
    places = [(module, path)] if isinstance(path, str) else []
    signs = [(OPERATORS, f"CHECKED.{sign}") for sign in CHECKED if CHECKED[sign] is value]
    for home, inside in [*places, *signs, *((home, name) for home in NAMED)]:
        if allowed(home) and home in modules and reached(modules[home], inside) is value:
            return home, inside
    raise Unpackable(name)


@lru_cache(maxsize=512)
def found(module: str, path: str) -> Any:
    """The object of a name in a module. Raises :class:`Unpackable` when it is not there."""
    from importlib import import_module

    value = reached(import_module(module), path) if allowed(module) else None
    if value is None:
        raise Unpackable(path)
    return value


def allowed(module: str) -> bool:
    """Only what generated code may reach anyway."""
    return module in HOMES or module.startswith(OWN)


def reached(module: object, path: str) -> Any:
    """``dict.get``, ``CHECKED.<=`` and the like, or None."""
    value: Any = module
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return value


def as_plain(value: Any) -> tuple[str, Any]:
    """A constant or a look-up table by a letter and what Python's own form can hold."""
    if isinstance(value, Decimal):
        return "n", str(value)
    if isinstance(value, datetime):
        return "t", value.isoformat()
    if isinstance(value, tuple):
        return ("p", value) if all(type(one) in PLAIN for one in value) else ("s", tuple(map(as_plain, value)))
    if isinstance(value, dict):
        keys, answers = tuple(map(as_plain, value)), tuple(map(as_plain, value.values()))
        simple = all(letter == "p" for letter, _ in (*keys, *answers))
        return ("p", value) if simple else ("d", (keys, answers))
    if type(value) in PLAIN:
        return "p", value
    raise Unpackable(repr(value))


READERS: Mapping[str, Callable[[Any], Any]] = {
    "p": lambda value: value,
    "n": Decimal,
    "t": datetime.fromisoformat,
    "s": lambda parts: tuple(map(from_plain, parts)),
    "d": lambda halves: dict(zip(map(from_plain, halves[0]), map(from_plain, halves[1]), strict=True)),
}


def from_plain(made: tuple[str, Any]) -> Any:
    """The constant again."""
    letter, value = made
    return READERS[letter](value)

"""Chains of SE … SENAO SE on equalities of the same fields, as one look-up (issue: compiled runtime).

An arm takes part when its condition is a chain of E whose equalities compare trusted text or number fields with literals;
the fields of these equalities must be the same in every arm. What else the arm asks is its *rest*. Testing equalities of
proven kinds cannot fail and has no effect, so the order of testing cannot be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from formula.checking.names import Builtin, Field, OtherFormula, StandIn
from formula.reading.tree import Binary, Expression, If, Name, NumberLiteral, TextLiteral, bare, walk
from formula.types import INTEGER, NUMBER, TEXT

if TYPE_CHECKING:
    from formula.runtime.expressions import Expressions

FEWEST_ARMS = 4
"""Shorter chains are as fast as they stand."""

Key = str | int | Decimal | tuple[str | int | Decimal, ...]


@attrs.frozen
class Lookup:
    """``first``: for each key the first arm that can match; ``following``: for each arm with a rest, the next arm of the
    same key (the number of arms means SENAO); ``rests``: the other conditions of an arm; ``locals``: the field locals."""

    locals: tuple[str, ...]
    first: Mapping[Key, int]
    following: Mapping[int, int]
    rests: Mapping[int, tuple[Expression, ...]]


def find_lookup(compiler: Expressions, arms: list[If]) -> Lookup | None:
    """The look-up of a chain, or None when it has no such shape."""
    if len(arms) < FEWEST_ARMS:
        return None
    split = [split_condition(compiler, arm.condition) for arm in arms]
    fields = set(split[0][0])
    if not fields or any(set(equalities) != fields for equalities, _ in split):
        return None
    if any(makes_calls(compiler, rest) for _, rests in split for rest in rests):
        return None
    order = sorted(fields)
    keys: list[Key] = []
    for equalities, _ in split:
        values = tuple(equalities[field] for field in order)
        keys.append(values[0] if len(values) == 1 else values)
    first: dict[Key, int] = {}
    following: dict[int, int] = {}
    later: dict[Key, int] = {}
    for position in reversed(range(len(arms))):
        key = keys[position]
        following[position] = later.get(key, len(arms))
        later[key] = position
        first[key] = position
    rests = {position: tuple(rest) for position, (_, rest) in enumerate(split) if rest}
    names = tuple(compiler.fields.setdefault(("campo", field), f"f{len(compiler.fields)}") for field in order)
    for field, name in zip(order, names, strict=True):
        compiler.field_kinds[name] = compiler.checked.schema.fields[field]
    return Lookup(names, first, following, rests)


def split_condition(compiler: Expressions, condition: Expression) -> tuple[dict[str, str | int | Decimal], list[Expression]]:
    """Equalities of fields with literals by field name, and the rest in order.

    An equality behind a condition that could fault stays in the rest, since that fault comes first.
    """
    equalities: dict[str, str | int | Decimal] = {}
    rest: list[Expression] = []
    for part in conjuncts(condition):
        found = equality(compiler, part)
        if found is not None and found[0] not in equalities and all(safe(compiler, before) for before in rest):
            equalities[found[0]] = found[1]
        else:
            rest.append(part)
    return equalities, rest


def conjuncts(condition: Expression) -> list[Expression]:
    """The parts of a chain of E, through brackets, in order."""
    made: list[Expression] = []
    stack = [condition]
    while stack:
        inner = bare(stack.pop())
        if isinstance(inner, Binary) and inner.operator == "E":
            stack += [inner.right, inner.left]
        else:
            made.append(inner)
    return made


def equality(compiler: Expressions, part: Expression) -> tuple[str, str | int | Decimal] | None:
    """``FIELD = literal`` of one kind, either way round."""
    if not (isinstance(part, Binary) and part.operator == "="):
        return None
    for one, other in ((bare(part.left), bare(part.right)), (bare(part.right), bare(part.left))):
        binding = compiler.bindings.get(id(one))
        if not (isinstance(one, Name) and isinstance(binding, Field)):
            continue
        if isinstance(other, TextLiteral) and binding.kinds == TEXT and other.value.strip():
            return binding.key, other.value
        if isinstance(other, NumberLiteral) and binding.kinds in {NUMBER, INTEGER}:
            return binding.key, other.value
    return None


def safe(compiler: Expressions, part: Expression) -> bool:
    """A comparison of two leaves of proven number or text kind: it cannot fault. A field whose kind is only tested where it
    is read proves nothing."""
    if not (isinstance(part, Binary) and part.operator in {"=", "<>", "<", "<=", ">", ">="}):
        return False
    sides = (bare(part.left), bare(part.right))
    if not all(isinstance(side, Name | NumberLiteral | TextLiteral) for side in sides):
        return False
    if any(doubted(compiler, side) for side in sides):
        return False
    kinds = [compiler.kinds[id(side)] for side in sides]
    return all(kind and not kind & ~NUMBER for kind in kinds) or kinds == [TEXT, TEXT]


def doubted(compiler: Expressions, side: Expression) -> bool:
    """A field that is tested where it is read."""
    binding = compiler.bindings.get(id(side))
    return isinstance(binding, Field) and binding.key in compiler.uses.doubted


def makes_calls(compiler: Expressions, rest: Expression) -> bool:
    """Whether a condition calls anything: then its steps and effects depend on the order of testing."""
    return any(isinstance(compiler.bindings.get(id(node)), Builtin | StandIn | OtherFormula) for node in walk(rest))

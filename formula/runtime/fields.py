"""How the fields of a formula are read, which decides how trusted code reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import TypeGuard

import attrs

from formula.checking.names import Builtin, Field, OtherFormula, StandIn
from formula.reading.tree import Binary, Call, Expression, LogicalLiteral, Name, Node, NumberLiteral, TextLiteral, bare
from formula.runtime.spared import spared_fields
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT

COMPARING: Mapping[str, ast.cmpop] = {
    "=": ast.Eq(),
    "<>": ast.NotEq(),
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
}

SHORT_TEXT = 256
"""Texts up to this length are compared without being weighed."""

SINGLE = frozenset({TEXT, NUMBER, INTEGER, DATE, LOGICAL})
"""Kind sets that one cheap test can confirm."""


def read_here(side: ast.expr) -> TypeGuard[ast.NamedExpr]:
    """A field read where it stands, to be tested there."""
    return isinstance(side, ast.NamedExpr) and side.target.id.startswith("d_")


@attrs.frozen
class FieldUses:
    """How the fields of a formula are read.

    ``doubted``: read once, compared with a literal, in a formula that asks nothing of its host. Such a formula may be run
    again from the start when the field turns out not to be of its kind, so the field is read and tested where it stands.
    ``spared``: read only where Vazio is worth the neutral value of the field's kind, which may then stand in its place.
    """

    doubted: frozenset[str]
    spared: frozenset[tuple[str, str]]


NO_USES = FieldUses(frozenset(), frozenset())


def field_uses(nodes: Iterable[Node], bindings: Mapping[int, object], kinds: Mapping[int, int]) -> FieldUses:
    """The uses of all fields in a tree with these nodes; bare ones but for ``spared``."""
    reads: dict[str, int] = {}
    compared: dict[str, int] = {}
    pure = True
    for node in nodes:
        if isinstance(node, Name | Call):
            binding = bindings.get(id(node))
            if isinstance(binding, Field):
                reads[binding.key] = reads.get(binding.key, 0) + 1
            elif isinstance(binding, StandIn | OtherFormula) or (isinstance(binding, Builtin) and not binding.row.pure):
                pure = False
        elif isinstance(node, Binary) and node.operator in COMPARING:
            for one, other in ((node.left, node.right), (node.right, node.left)):
                found = bindings.get(id(bare(one)))
                if isinstance(found, Field) and bears(found.kinds, node.operator, other):
                    compared[found.key] = compared.get(found.key, 0) + 1
    doubted = frozenset(key for key, count in compared.items() if reads[key] == count == 1) if pure else frozenset()
    return FieldUses(doubted, spared_fields(nodes, bindings, kinds))


def bears(kinds: int, operator: str, other: Expression) -> bool:
    """A field of these kinds is compared natively with this literal."""
    if kinds == TEXT:
        return operator in {"=", "<>"} and solid(other)
    return kinds in {NUMBER, INTEGER} and isinstance(bare(other), NumberLiteral)


def short(node: Expression) -> bool:
    """A literal: comparing with it costs no more than it is long."""
    inner = bare(node)
    return isinstance(inner, NumberLiteral | LogicalLiteral) or (
        isinstance(inner, TextLiteral) and 0 < len(inner.value.strip()) <= SHORT_TEXT
    )


def solid(node: Expression) -> bool:
    """A literal text that is not all blank: comparing with it needs no trimming (T7)."""
    inner = bare(node)
    return isinstance(inner, TextLiteral) and len(inner.value) <= SHORT_TEXT and bool(inner.value.strip())

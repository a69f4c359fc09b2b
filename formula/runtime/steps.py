"""What a block charges: calls by their cost, and a share for its operators (one budget for a whole run).

The count is read off the tree, so that every way of compiling charges alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from formula.checking.names import Builtin, OtherFormula, StandIn
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Evaluate,
    Expression,
    If,
    Name,
    Node,
    Repeat,
    Statement,
    Unary,
    While,
    bare,
    walk,
)
from formula.runtime.fields import COMPARING, short

FREE_OPERATIONS, OPERATIONS = 4, 2
"""A block of a loop does so many operators and assignments for nothing; so many more make one step."""


def direct(statement: Statement) -> list[Expression]:
    """The expressions that belong to the block a statement stands in: not those of blocks inside it."""
    match statement:
        case Assign():
            return [statement.value]
        case Evaluate():
            return [statement.expression]
        case If():
            return [statement.condition]
        case _:
            return []


def work_of(expression: Expression, bindings: Mapping[int, object]) -> tuple[int, int]:
    """The cost of the calls an expression makes at most, and how many operators it has."""
    calls = operations = 0
    for node in walk(expression):
        if isinstance(node, Binary | Unary):
            operations += not is_light(node)
        elif isinstance(node, Call | Name):
            binding = bindings.get(id(node))
            if isinstance(binding, Builtin):
                calls += binding.row.cost
            elif isinstance(binding, StandIn | OtherFormula):
                calls += 1
    return calls, operations


def is_light(node: Binary | Unary) -> bool:
    """E, OU, NAO and the comparison of a name with a literal: so cheap that routing tables need not count them."""
    if isinstance(node, Unary):
        return node.operator == "NAO"
    if node.operator in {"E", "OU"}:
        return True
    sides = (bare(node.left), bare(node.right))
    return node.operator in COMPARING and any(isinstance(one, Name) and short(other) for one, other in (sides, sides[::-1]))


def calls_formula(node: object, bindings: Mapping[int, object]) -> bool:
    """A call that runs other formulas: by name, by FORMULA, or by the binds of a sentence (F5)."""
    binding = bindings.get(id(node))
    return isinstance(binding, OtherFormula) or (isinstance(binding, Builtin) and binding.row.name in {"FORMULA", "EXECSQL"})


def counting(nodes: Iterable[Node], bindings: Mapping[int, object], work: Callable[[Expression], tuple[int, int]]) -> bool:
    """Whether the steps of a tree with these nodes depend on the way taken: loops, branches that may charge, other
    formulas. ``work`` is :func:`work_of`."""
    for node in nodes:
        if isinstance(node, Name | Call):
            if calls_formula(node, bindings):
                return True
        elif isinstance(node, Repeat | While):
            return True
        elif isinstance(node, If):
            blocks = (*node.then, *(node.otherwise or ()))
            if any(work(part)[0] for inner in blocks for part in direct(inner)):
                return True
    return False

"""The tree of a formula. Nodes are frozen and hold no results; spans do not take part in equality, so that two trees
are equal when they mean the same text. A word's ``key`` is its upper-case form (L1), ``written`` what the author typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs

from formula.source import Span

NOWHERE = Span(0, 0)


def place_field() -> Span:
    """A span that equality ignores."""
    return attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen
class Word:
    """A name where it stands."""

    key: str
    written: str = attrs.field(eq=False)
    span: Span = place_field()


@attrs.frozen
class NumberLiteral:
    """``12`` or ``12.50`` (L8). ``written`` keeps the author's digits."""

    value: int | Decimal
    written: str = attrs.field(eq=False)
    span: Span = place_field()


@attrs.frozen
class TextLiteral:
    """``'…'`` or ``"…"`` (L6); ``value`` has doubled delimiters undone."""

    value: str
    quote: str = attrs.field(default="'", eq=False)
    span: Span = place_field()


@attrs.frozen
class LogicalLiteral:
    """VERDADE or FALSO."""

    value: bool
    span: Span = place_field()


@attrs.frozen
class Name:
    """A bare name: a variable, a zero-argument function, a field or another formula (F1, F6)."""

    word: Word
    span: Span = place_field()


@attrs.frozen
class Call:
    """``NAME(arguments)``; always a function (V7)."""

    word: Word
    arguments: tuple[Expression, ...]
    span: Span = place_field()


@attrs.frozen
class Member:
    """``CALL(…).member`` (O6)."""

    call: Expression
    word: Word
    span: Span = place_field()


@attrs.frozen
class Paren:
    """An expression in brackets, kept because the author wrote them."""

    inner: Expression
    span: Span = place_field()


@attrs.frozen
class Unary:
    """``-`` ``+`` or ``NAO`` before an operand."""

    operator: str
    operand: Expression
    span: Span = place_field()


@attrs.frozen
class Binary:
    """``OU E = <> < <= > >= + - * /`` between two operands."""

    operator: str
    left: Expression
    right: Expression
    operator_span: Span = place_field()
    span: Span = place_field()


@attrs.frozen
class Hole:
    """Where an expression is missing or could not be read: only in trees that come with errors. Its kind is unknown."""

    span: Span = place_field()


Expression = NumberLiteral | TextLiteral | LogicalLiteral | Name | Call | Member | Paren | Unary | Binary | Hole


@attrs.frozen
class Declare:
    """``DECL A, B`` (V1)."""

    words: tuple[Word, ...]
    span: Span = place_field()


@attrs.frozen
class Assign:
    """``SETVAR(name, expression)`` (V2)."""

    target: Word
    value: Expression
    span: Span = place_field()


@attrs.frozen
class Evaluate:
    """An expression as a statement (P5)."""

    expression: Expression
    span: Span = place_field()


@attrs.frozen
class If:
    """``SE … ENTAO … [SENAO …] FIMSE`` (C1). ``otherwise`` is None without SENAO (P7)."""

    condition: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] | None
    span: Span = place_field()


@attrs.frozen
class Repeat:
    """``REPITA … ATE condition`` (C4)."""

    body: tuple[Statement, ...]
    until: Expression
    span: Span = place_field()


@attrs.frozen
class While:
    """``ENQUANTO condition FACA … FIMENQ`` (C5)."""

    condition: Expression
    body: tuple[Statement, ...]
    span: Span = place_field()


Statement = Declare | Assign | Evaluate | If | Repeat | While


@attrs.frozen
class Formula:
    """A whole text (P1)."""

    statements: tuple[Statement, ...]
    span: Span = place_field()


Node = Expression | Statement | Formula


BELOW: dict[type[Any], Callable[[Any], tuple[Node, ...]]] = {
    Formula: lambda node: node.statements,
    If: lambda node: (node.condition, *node.then, *(node.otherwise or ())),
    Repeat: lambda node: (*node.body, node.until),
    While: lambda node: (node.condition, *node.body),
    Assign: lambda node: (node.value,),
    Evaluate: lambda node: (node.expression,),
    Binary: lambda node: (node.left, node.right),
    Unary: lambda node: (node.operand,),
    Paren: lambda node: (node.inner,),
    Member: lambda node: (node.call,),
    Call: lambda node: node.arguments,
}
"""What stands right below a node of each kind; the others are leaves."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below, in order of place."""
    below = BELOW.get(type(node))
    return () if below is None else below(node)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first, in order of place; without recursion."""
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        yield current
        below = BELOW.get(type(current))
        if below is not None:
            stack.extend(reversed(below(current)))


def every_statement(tree: Formula) -> Iterator[Statement]:
    """Every statement of a tree, those inside others too, in order of place; without recursion."""
    stack: list[Statement] = list(reversed(tree.statements))
    while stack:
        current = stack.pop()
        yield current
        match current:
            case If():
                stack.extend(reversed(current.otherwise or ()))
                stack.extend(reversed(current.then))
            case Repeat() | While():
                stack.extend(reversed(current.body))


def bare(expression: Expression) -> Expression:
    """The expression without the brackets around it."""
    while isinstance(expression, Paren):
        expression = expression.inner
    return expression

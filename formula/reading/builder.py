"""Grammar rules to tree nodes: one method per alternative, called by the parser with the rule's children."""

# ruff: noqa: D102 - a method is named like the alternative it builds; grammar.lark says what that is

from __future__ import annotations

from decimal import Decimal
from typing import Any

from formula.reading import tree as syntax
from formula.source import Span

LOGICAL = frozenset({"E", "OU"})
"""Operators that are words: the kind of the token tells which, since an author may write them with accents (L10)."""


def word(token: Any) -> syntax.Word:
    """A name where it stands (L1)."""
    return syntax.Word(token.upper(), str(token), Span(token.start_pos, token.end_pos))


def literal(text: str) -> int | Decimal:
    """The exact value of digits (L8, T1). Very long integers stay decimals, which read faster."""
    if "." in text or len(text) > 4_000:
        return Decimal(text)
    return int(text)


def around(first: Any, last: Any) -> Span:
    """From the start of a token to the end of another."""
    return Span(first.start_pos, last.end_pos)


class Builder:
    """The parser's transformer. Children arrive as a list, tokens included."""

    def formula(self, parts: list[Any]) -> syntax.Formula:
        statements = tuple(parts[0])
        span = Span(statements[0].span.start, statements[-1].span.end) if statements else syntax.NOWHERE
        return syntax.Formula(statements, span)

    def block_empty(self, parts: list[Any]) -> list[syntax.Statement]:
        return []

    def block_first(self, parts: list[Any]) -> list[syntax.Statement]:
        return parts

    def block_same(self, parts: list[Any]) -> Any:
        return parts[0]

    def block_more(self, parts: list[Any]) -> Any:
        parts[0].append(parts[2])
        return parts[0]

    def declare(self, parts: list[Any]) -> syntax.Declare:
        words = parts[1]
        return syntax.Declare(tuple(words), Span(parts[0].start_pos, words[-1].span.end))

    def names_first(self, parts: list[Any]) -> list[syntax.Word]:
        return [word(parts[0])]

    def names_more(self, parts: list[Any]) -> Any:
        parts[0].append(word(parts[2]))
        return parts[0]

    def assign(self, parts: list[Any]) -> syntax.Assign:
        return syntax.Assign(word(parts[2]), parts[4], around(parts[0], parts[5]))

    def evaluate(self, parts: list[Any]) -> syntax.Evaluate:
        return syntax.Evaluate(parts[0], parts[0].span)

    def if_then(self, parts: list[Any]) -> syntax.If:
        return syntax.If(parts[1], tuple(parts[3]), None, around(parts[0], parts[4]))

    def if_else(self, parts: list[Any]) -> syntax.If:
        return syntax.If(parts[1], tuple(parts[3]), tuple(parts[5]), around(parts[0], parts[6]))

    def repeat(self, parts: list[Any]) -> syntax.Repeat:
        return syntax.Repeat(tuple(parts[1]), parts[3], Span(parts[0].start_pos, parts[3].span.end))

    def while_(self, parts: list[Any]) -> syntax.While:
        return syntax.While(parts[1], tuple(parts[3]), around(parts[0], parts[4]))

    def binary(self, parts: list[Any]) -> syntax.Binary:
        left, operator, right = parts
        return syntax.Binary(
            operator.type if operator.type in LOGICAL else operator.upper(),
            left,
            right,
            Span(operator.start_pos, operator.end_pos),
            Span(left.span.start, right.span.end),
        )

    def negation(self, parts: list[Any]) -> syntax.Unary:
        return syntax.Unary("NAO", parts[1], Span(parts[0].start_pos, parts[1].span.end))

    def signed(self, parts: list[Any]) -> syntax.Unary:
        return syntax.Unary(str(parts[0]), parts[1], Span(parts[0].start_pos, parts[1].span.end))

    def member(self, parts: list[Any]) -> syntax.Member:
        return syntax.Member(parts[0], word(parts[2]), Span(parts[0].span.start, parts[2].end_pos))

    def number(self, parts: list[Any]) -> syntax.NumberLiteral:
        token = parts[0]
        written = str(token)
        return syntax.NumberLiteral(literal(written), written, Span(token.start_pos, token.end_pos))

    def text(self, parts: list[Any]) -> syntax.TextLiteral:
        token = parts[0]
        quote = token[0]
        value = token[1:-1]
        if quote in value:
            value = value.replace(quote + quote, quote)
        return syntax.TextLiteral(value, quote, Span(token.start_pos, token.end_pos))

    def true(self, parts: list[Any]) -> syntax.LogicalLiteral:
        return syntax.LogicalLiteral(True, around(parts[0], parts[0]))

    def false(self, parts: list[Any]) -> syntax.LogicalLiteral:
        return syntax.LogicalLiteral(False, around(parts[0], parts[0]))

    def name(self, parts: list[Any]) -> syntax.Name:
        named = word(parts[0])
        return syntax.Name(named, named.span)

    def hole(self, parts: list[Any]) -> syntax.Hole:
        return syntax.Hole(around(parts[0], parts[0]))

    def paren(self, parts: list[Any]) -> syntax.Paren:
        return syntax.Paren(parts[1], around(parts[0], parts[2]))

    def call_empty(self, parts: list[Any]) -> syntax.Call:
        return syntax.Call(word(parts[0]), (), around(parts[0], parts[2]))

    def call_full(self, parts: list[Any]) -> syntax.Call:
        return syntax.Call(word(parts[0]), tuple(parts[2]), around(parts[0], parts[3]))

    def arguments_first(self, parts: list[Any]) -> list[syntax.Expression]:
        return parts

    def arguments_more(self, parts: list[Any]) -> Any:
        parts[0].append(parts[2])
        return parts[0]

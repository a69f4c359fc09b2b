"""Building blocks of generated code: Python ``ast`` nodes that carry a place.

Every node of generated code has a line number that is an index into a table of spans, plus one. When something goes wrong,
the interpreter's own position table then says which part of the formula was running, at no cost to a run that goes well.
"""

from __future__ import annotations

import ast
from typing import Any

from formula.source import Span

LOAD, STORE = ast.Load(), ast.Store()


class Places:
    """The table of spans behind the line numbers of one piece of generated code."""

    def __init__(self) -> None:
        """An empty table; the first line is 1."""
        self.spans: list[Span] = []
        self.at: dict[str, Any] = {}
        self.mark(Span(0, 0))

    def mark(self, span: Span) -> None:
        """Nodes made from here on belong to this span."""
        self.spans.append(span)
        line = len(self.spans)
        self.at = {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

    def constant(self, value: Any) -> ast.Constant:
        """A literal of a kind that Python code can hold."""
        return ast.Constant(value, **self.at)

    def load(self, name: str) -> ast.Name:
        """Read a name."""
        return ast.Name(name, LOAD, **self.at)

    def store(self, name: str) -> ast.Name:
        """A name to be written."""
        return ast.Name(name, STORE, **self.at)

    def call(self, name: str, *arguments: ast.expr) -> ast.Call:
        """A call of a name of the namespace."""
        return ast.Call(self.load(name), list(arguments), [], **self.at)

    def binary(self, left: ast.expr, sign: ast.operator, right: ast.expr) -> ast.BinOp:
        """A native two-sided operator."""
        return ast.BinOp(left, sign, right, **self.at)

    def compare(self, left: ast.expr, *rest: Any) -> ast.Compare:
        """``left op right [op right]``, given as alternating operators and operands."""
        return ast.Compare(left, list(rest[::2]), list(rest[1::2]), **self.at)

    def both(self, sign: ast.boolop, parts: list[ast.expr]) -> ast.expr:
        """``and``/``or`` over some parts, flat."""
        return parts[0] if len(parts) == 1 else ast.BoolOp(sign, parts, **self.at)

    def negated(self, operand: ast.expr) -> ast.UnaryOp:
        """``not``."""
        return ast.UnaryOp(ast.Not(), operand, **self.at)

    def either(self, test: ast.expr, body: ast.expr, other: ast.expr) -> ast.IfExp:
        """``body if test else other``."""
        return ast.IfExp(test, body, other, **self.at)

    def named(self, name: str, value: ast.expr) -> ast.NamedExpr:
        """``(name := value)``."""
        return ast.NamedExpr(self.store(name), value, **self.at)

    def sequence(self, parts: list[ast.expr]) -> ast.expr:
        """Evaluate all in order, give the last: ``(a, b, c)[-1]``."""
        if len(parts) == 1:
            return parts[0]
        whole = ast.Tuple(parts, LOAD, **self.at)
        return ast.Subscript(whole, self.constant(-1), LOAD, **self.at)

    def assign(self, name: str, value: ast.expr) -> ast.Assign:
        """``name = value``."""
        return ast.Assign([self.store(name)], value, **self.at)

    def add_to(self, name: str, amount: int) -> ast.AugAssign:
        """``name += amount``."""
        return ast.AugAssign(self.store(name), ast.Add(), self.constant(amount), **self.at)

    def discard(self, value: ast.expr) -> ast.Expr:
        """An expression for its effect."""
        return ast.Expr(value, **self.at)

    def branch(self, test: ast.expr, then: list[ast.stmt], other: list[ast.stmt]) -> ast.If:
        """``if``; an empty branch becomes ``pass``."""
        return ast.If(test, then or [ast.Pass(**self.at)], other, **self.at)

    def leave(self) -> ast.Break:
        """``break``."""
        return ast.Break(**self.at)

    def give(self, value: ast.expr) -> ast.Return:
        """``return``."""
        return ast.Return(value, **self.at)

    def function(self, name: str, parameters: list[str], body: list[ast.stmt]) -> ast.Module:
        """A module that defines one function."""
        arguments = ast.arguments(
            posonlyargs=[ast.arg(parameter, **self.at) for parameter in parameters],
            args=[],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        )
        made = ast.FunctionDef(name, arguments, body, [], **self.at)
        return ast.Module([made], [])

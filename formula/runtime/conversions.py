"""Expressions of a typed tree as one kind: converted now where they are literals, natively where their kinds are proven."""

import ast

from formula import values
from formula.reading.tree import (
    Expression,
    NumberLiteral,
    TextLiteral,
    bare,
)
from formula.runtime.namespace import Namespace
from formula.types import ANY, DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import MOST_DIGITS

FEW_DIGITS = 19
"""Texts shorter than this are read in place when they are digits."""

CONVERSIONS = {NUMBER: "to_number", TEXT: "to_text", DATE: "to_date", LOGICAL: "to_logical"}


class Conversions(Namespace):
    """Converts; what an expression itself becomes is said by :class:`formula.runtime.expressions.Expressions`."""

    def expression(self, node: Expression) -> ast.expr:
        """An expression with its own kind."""
        raise NotImplementedError

    def converted(self, node: Expression, wanted: int) -> ast.expr:
        """An expression as one kind (T2, T6, T8, T10); literals are converted now."""
        kind = self.kind(node)
        inner = bare(node)
        if kind and not kind & ~wanted:
            return self.expression(node)
        if wanted == ANY:
            return self.expression(node)
        if isinstance(inner, TextLiteral):
            made = (
                values.parse_date(inner.value)
                if wanted == DATE
                else (values.parse_number(inner.value) if wanted == NUMBER else None)
            )
            if made is not None:
                return self.value(made)
        if wanted == TEXT and isinstance(inner, NumberLiteral):
            return self.constant(values.number_text(inner.value))
        made_code = self.expression(node)
        self.mark(node.span)
        if wanted == TEXT and self.only(kind, NUMBER):
            return self.written(node, made_code)
        if wanted == NUMBER and kind == TEXT:
            return self.number_read(made_code)
        return self.help(CONVERSIONS[wanted], made_code)

    def converted_side(self, made: ast.expr, node: Expression, wanted: int) -> ast.expr:
        """A translated side as a kind; a literal is converted now."""
        if self.only(self.kind(node), wanted):
            return made
        inner = bare(node)
        if isinstance(inner, TextLiteral):
            return self.converted(node, wanted)
        self.mark(node.span)
        if wanted == NUMBER and self.kind(node) == TEXT:
            return self.number_read(made)
        return self.help(CONVERSIONS[wanted], made)

    def as_number(self, made: ast.expr, kind: int, node: Expression) -> ast.expr:
        """A translated side as a number."""
        if self.only(kind, NUMBER):
            return made
        self.mark(node.span)
        return self.number_read(made) if kind == TEXT else self.help("to_number", made)

    def number_read(self, made: ast.expr) -> ast.expr:
        """A proven text as a number (T6); a few digits and nothing else are what Python reads."""
        self.namespace |= {"len": len, "int": int, "is_digits": str.isdigit, "is_ascii": str.isascii}
        name = self.temporary()
        digits = [
            self.compare(self.call("len", self.named(name, made)), ast.Lt(), self.constant(FEW_DIGITS)),
            self.call("is_digits", self.load(name)),
            self.call("is_ascii", self.load(name)),
        ]
        return self.either(
            self.both(ast.And(), digits), self.call("int", self.load(name)), self.help("read_number", self.load(name))
        )

    def written(self, node: Expression, made: ast.expr) -> ast.expr:
        """A proven number as text (T8); an integer that is known to be short is what Python writes."""
        length = self.sizes.each.get(id(bare(node))) if self.ample else None
        if length is None or length > MOST_DIGITS:
            return self.help("number_text", made)
        self.namespace |= {"type": type, "int": int, "str": str}
        if self.kind(node) == INTEGER:
            return self.call("str", made)
        name = self.temporary()
        whole = self.compare(self.call("type", self.named(name, made)), ast.Is(), self.load("int"))
        return self.either(whole, self.call("str", self.load(name)), self.help("number_text", self.load(name)))

    def condition(self, node: Expression) -> ast.expr:
        """An expression as a logical value (C7)."""
        return self.converted(node, LOGICAL)

"""Operators of a typed tree as Python expressions.

Where the checker proved the kinds, an operator becomes Python's own; elsewhere it becomes a call of the checked way in
:mod:`formula.builtins.operators`. Both agree on values, faults and steps.
"""

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal

from formula.checking.checker import left_spine
from formula.host import (
    text_spent,
    too_long,
    weight,
)
from formula.reading.tree import (
    Binary,
    Expression,
    LogicalLiteral,
    NumberLiteral,
    TextLiteral,
    Unary,
    bare,
)
from formula.runtime.conversions import Conversions
from formula.runtime.fields import COMPARING, read_here, short, solid
from formula.runtime.given import WHOLE_FLOAT, compared_number
from formula.runtime.namespace import CHECKED_NAMES
from formula.types import DATE, DECIMAL, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import SMALL, workable

LONGEST_RUN = 40
"""Terms of a flat chain that may nest; longer ones are cut, since Python's own compiler recurses."""

SIGNS: Mapping[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}


class Operations(Conversions):
    """Translates operators over what their sides became."""

    def seen(self, node: Expression, made: ast.expr) -> ast.expr:
        """A recording point: the value of a sub-expression passes here. A plain compile adds nothing."""
        return made

    def maybe(self, translate: Callable[[Expression], ast.expr], node: Expression, perhaps: bool) -> ast.expr:
        """Translate a part that may not be reached when ``perhaps``."""
        return translate(node)

    def unary(self, node: Unary) -> ast.expr:
        """``NAO`` and signs, without recursion along a run of them."""
        run = [node]
        while isinstance(run[-1].operand, Unary):
            run.append(run[-1].operand)
        inner = run[-1].operand
        made = self.converted(inner, LOGICAL) if run[-1].operator == "NAO" else self.expression(inner)
        kind = self.kind(inner)
        for depth, one in enumerate(reversed(run)):
            self.mark(one.span)
            if one.operator == "NAO":
                if depth and not self.only(kind, LOGICAL):
                    made = self.help("to_logical", made)
                made = self.negated(made)
            elif self.only(kind, NUMBER):
                self.works_out, self.uses_numbers = True, self.uses_numbers or kind != INTEGER
                made = ast.UnaryOp(ast.USub() if one.operator == "-" else ast.UAdd(), made, **self.at)
            else:
                self.uses_numbers = True
                made = self.help("negate" if one.operator == "-" else "identity", made)
            kind = self.kind(one)
        return made

    def chain(self, node: Binary) -> ast.expr:
        """A left-leaning chain; long ones are cut into a flat sequence of temporaries."""
        if node.operator in {"E", "OU"}:
            return self.logical_chain(node)
        spine = list(left_spine(node))
        base = len(spine)
        for position, one in enumerate(spine):
            if one.operator in {"E", "OU"}:
                base = position
                break
        spine = spine[:base]
        first = spine[-1]
        if len(spine) <= LONGEST_RUN:
            made = self.expression(first.left)
            for one in reversed(spine):
                made = self.seen(one, self.operate(one, made))
            return made
        parts: list[ast.expr] = []
        made = self.expression(first.left)
        for count, one in enumerate(reversed(spine), 1):
            made = self.seen(one, self.operate(one, made))
            if count % LONGEST_RUN == 0:
                name = self.temporary()
                parts.append(self.named(name, made))
                made = self.load(name)
        return self.sequence([*parts, made])

    def logical_chain(self, node: Binary) -> ast.expr:
        """E and OU, flat and stopping early (O3)."""
        sign = node.operator
        parts: list[Expression] = []
        current: Expression = node
        while isinstance(current, Binary) and current.operator == sign:
            parts.append(current.right)
            current = current.left
        parts.append(current)
        made = [self.maybe(self.condition, part, bool(position)) for position, part in enumerate(reversed(parts))]
        self.mark(node.span)
        return self.seen(node, self.both(ast.And() if sign == "E" else ast.Or(), made))

    def operate(self, node: Binary, left: ast.expr) -> ast.expr:
        """One operator over an already translated left side."""
        kind, other = self.kind(node.left), self.kind(node.right)
        if node.operator in COMPARING:
            return self.comparison(node, left, kind, other)
        self.works_out = True
        if not self.exact(node.operator, kind, other):
            self.uses_numbers = True
        if node.operator == "/":
            left = self.as_number(left, kind, node.left)
            right = self.converted(node.right, NUMBER)
            self.mark(node.span)
            return self.help("quotient", left, right)
        if node.operator == "*":
            return self.product(node, left, kind, other)
        if self.only(kind, NUMBER) and self.only(other, NUMBER):
            right = self.expression(node.right)
            self.mark(node.span)
            return self.binary(left, SIGNS[node.operator], right)
        right = self.expression(node.right)
        self.mark(node.span)
        if kind == DATE and other == DATE and node.operator == "-":
            return self.help("days_between", left, right)
        if kind == DATE and self.only(other, NUMBER) and node.operator == "+":
            return self.help("shift", left, right)
        if node.operator == "+" and kind == TEXT and self.only(other, NUMBER):
            return self.help("add_to_text", left, right)
        return self.help(CHECKED_NAMES[node.operator], left, right)

    @staticmethod
    def exact(sign: str, kind: int, other: int) -> bool:
        """Whether an operator never rounds by the arithmetic that is set: only integers and dates take part, or it divides,
        which has an arithmetic of its own."""
        return sign == "/" or (kind in {INTEGER, DATE} and other in {INTEGER, DATE})

    def product(self, node: Binary, left: ast.expr, kind: int, other: int) -> ast.expr:
        """``*`` with the bound on digits: exact decimals raise by themselves, integers are compared.

        Times a literal a number only grows by the literal's digits, and SETVAR bounds what a loop makes of that.
        """
        left = self.as_number(left, kind, node.left)
        right = self.converted(node.right, NUMBER)
        self.mark(node.span)
        made = self.binary(left, SIGNS["*"], right)
        if DECIMAL in (kind, other) or any(isinstance(bare(side), NumberLiteral) for side in (node.left, node.right)):
            return made
        self.uses_digits = True
        if kind == other == INTEGER:
            name = self.temporary()
            self.namespace["too_long"] = too_long
            return self.either(
                self.compare(self.load("low"), ast.Lt(), self.named(name, made), ast.Lt(), self.load("high")),
                self.load(name),
                self.call("too_long", self.load(name), self.load("high")),
            )
        return self.help("bounded", made, self.load("high"))

    def comparison(self, node: Binary, left: ast.expr, kind: int, other: int) -> ast.expr:
        """A comparison: native for proven kinds (T2, T3, T6, T7, T9)."""
        sign = node.operator
        if self.only(kind, NUMBER) or self.only(other, NUMBER):
            both_numbers = NUMBER | TEXT
            if self.only(kind, both_numbers) and self.only(other, both_numbers) and self.in_order(node, kind, NUMBER):
                left = self.converted_side(left, node.left, NUMBER)
                right = self.converted(node.right, NUMBER)
                self.mark(node.span)
                return self.numbers_compared(left, COMPARING[sign], right)
        dates = DATE in {kind, other} and self.only(kind, DATE | TEXT) and self.only(other, DATE | TEXT)
        if dates and self.in_order(node, kind, DATE):
            left = self.converted_side(left, node.left, DATE)
            right = self.converted(node.right, DATE)
            self.mark(node.span)
            return self.compare(left, COMPARING[sign], right)
        right = self.expression(node.right)
        self.mark(node.span)
        native = (kind == other == LOGICAL and sign in {"=", "<>"}) or (
            kind == other == TEXT and sign in {"=", "<>"} and (solid(node.left) or solid(node.right))
        )
        if native:
            made = self.compare(left, COMPARING[sign], right)
            return self.trusting(sign, made)
        if any(short(side) for side in (node.left, node.right)):
            return self.help(CHECKED_NAMES[sign], left, right)
        return self.weighed(CHECKED_NAMES[sign], left, right)

    def weighed(self, name: str, left: ast.expr, right: ast.expr) -> ast.expr:
        """A comparison of what may be two long texts, which counts against the budget of text."""
        if self.ample:
            return self.help(name, left, right)
        self.uses_text = True
        self.namespace |= {"weight": weight, "text_spent": text_spent}
        one, other = self.temporary(), self.temporary()
        cost = ast.UnaryOp(ast.USub(), self.call("weight", self.named(one, left), self.named(other, right)), **self.at)
        left_over = self.named("left", self.binary(cost, ast.Add(), self.load("left")))
        return self.either(
            self.compare(left_over, ast.GtE(), self.constant(0)),
            self.help(name, self.load(one), self.load(other)),
            self.call("text_spent", self.load("L")),
        )

    def in_order(self, node: Binary, kind: int, wanted: int) -> bool:
        """Converting the left side before the right is evaluated cannot be told apart: either nothing is converted, or the
        right side cannot fault (F3)."""
        return (
            self.only(kind, wanted)
            or isinstance(bare(node.left), TextLiteral)
            or isinstance(bare(node.right), NumberLiteral | TextLiteral | LogicalLiteral)
        )

    def numbers_compared(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> ast.expr:
        """Two numbers compared; a field read only here is tested here, and converted when it is of another kind. A float is
        compared with an integer as it stands: both are exact."""
        for side, beside in ((left, right), (right, left)):
            if read_here(side):
                name = side.target.id
                self.namespace |= {"type": type, "int": int, "Decimal": Decimal}
                self.namespace |= {"workable": workable, "compared_number": compared_number}
                is_int = self.compare(self.call("type", side), ast.Is(), self.load("int"))
                is_decimal = self.compare(self.call("type", self.load(name)), ast.Is(), self.load("Decimal"))
                fit = self.both(ast.And(), [is_decimal, self.call("workable", self.load(name))])
                sure: list[ast.expr] = [self.both(ast.And(), [is_int, self.small(name)]), fit]
                if isinstance(beside, ast.Constant):
                    self.namespace["float"] = float
                    is_float = self.compare(self.call("type", self.load(name)), ast.Is(), self.load("float"))
                    edge = self.constant(float(WHOLE_FLOAT))
                    fair = self.compare(self.constant(-float(WHOLE_FLOAT)), ast.Lt(), self.load(name), ast.Lt(), edge)
                    sure.append(self.both(ast.And(), [is_float, fair]))
                made = self.named(name, self.call("compared_number", self.load(name)))
                sure.append(self.compare(made, ast.IsNot(), self.constant(None)))
                one, other = (self.load(name), right) if side is left else (left, self.load(name))
                return self.both(ast.And(), [self.both(ast.Or(), sure), self.compare(one, sign, other)])
        return self.compare(left, sign, right)

    def small(self, name: str) -> ast.expr:
        """An integer far from the bound on digits."""
        return self.compare(self.constant(-SMALL), ast.Lt(), self.load(name), ast.Lt(), self.constant(SMALL))

    def trusting(self, sign: str, made: ast.Compare) -> ast.expr:
        """A text field read only here, compared with a text, needs no test beforehand: equal to a text it *is* one, so only
        the other answer is doubted. ``x in ''`` is Python's cheapest question that only a text bears: anything else raises
        TypeError, which gives up the trusted way. Its own answer does not matter. Vazio is the empty text (T10), and so another."""
        for side in (made.left, made.comparators[0]):
            if read_here(side):
                name = side.target.id
                asked = self.compare(self.load(name), ast.In(), self.constant(""))
                if sign == "=":
                    some = self.compare(self.load(name), ast.IsNot(), self.constant(None))
                    return self.both(ast.Or(), [made, self.both(ast.And(), [some, asked, self.constant(False)])])
                none = self.compare(self.load(name), ast.Is(), self.constant(None))
                return self.both(ast.And(), [made, self.both(ast.Or(), [none, asked, self.constant(True)])])
        return made

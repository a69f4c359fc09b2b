"""Expressions of a typed tree as Python expressions.

Where the checker proved the kinds, an operator becomes Python's own; elsewhere it becomes a call of the checked way in
:mod:`formula.builtins.operators`. Both agree on values, faults and steps.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from formula import values
from formula.builtins import TABLE, is_foreign, operators
from formula.builtins.table import Argument, Function
from formula.checking.checker import Checked, left_spine
from formula.checking.names import Builtin, Field, OtherFormula, StandIn, Variable
from formula.reading.tree import (
    Binary,
    Call,
    Expression,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    Paren,
    TextLiteral,
    Unary,
    bare,
    walk,
)
from formula.runtime.fields import COMPARING, SINGLE, FieldUses, field_uses, read_here, short, solid
from formula.runtime.host import (
    bounded,
    distrust,
    field_value,
    of_kind,
    parameter_value,
    stand_in,
    text_spent,
    too_long,
    trusted_stand_in,
    weight,
)
from formula.runtime.python import Places
from formula.runtime.shortcuts import METHODS, SHORTCUTS
from formula.runtime.sizes import UNKNOWN, Sizes, sizes_of
from formula.source import Span
from formula.types import ANY, DATE, DECIMAL, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import MOST_DIGITS

LONGEST_RUN = 40
"""Terms of a flat chain that may nest; longer ones are cut, since Python's own compiler recurses."""

FEW_DIGITS = 19
"""Texts shorter than this are read in place when they are digits."""

SIGNS: Mapping[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult()}
HELPERS = {
    "to_number": values.to_number,
    "to_text": values.to_text,
    "to_date": values.to_date,
    "to_logical": values.to_logical,
    "to_integer": values.to_integer,
    "read_number": values.read_number,
    "number_text": values.number_text,
    "divide": operators.divide,
    "negate": operators.negate,
    "identity": operators.identity,
    "shift": operators.shift,
    "days_between": operators.days_between,
    "bounded": bounded,
    "too_long": too_long,
    "text_spent": text_spent,
    "field_value": field_value,
    "parameter_value": parameter_value,
    "stand_in": stand_in,
    "trusted_stand_in": trusted_stand_in,
    "of_kind": of_kind,
    "len": len,
    "type": type,
    "range": range,
}
CHECKED_NAMES = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide",
    "=": "equal", "<>": "different", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least",
}  # fmt: skip
HELPERS |= {CHECKED_NAMES[sign]: checked for sign, checked in operators.CHECKED.items()}
CONVERSIONS = {NUMBER: "to_number", TEXT: "to_text", DATE: "to_date", LOGICAL: "to_logical"}


class Expressions(Places):
    """Translates expressions; statements are added by :class:`formula.runtime.compile.Compiler`."""

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool) -> None:
        """``trusted``: fields were found to hold their declared kinds, and stand in locals."""
        super().__init__()
        self.checked = checked
        self.kinds = kinds
        self.bindings = checked.bindings
        self.trusted = trusted
        self.namespace: dict[str, object] = {"__builtins__": {}}
        self.constants: dict[tuple[type, object], str] = {}
        self.locals: dict[str, str] = {key: f"v{number}" for number, key in enumerate(checked.variables)}
        self.fields: dict[tuple[str, str], str] = {}
        self.field_kinds: dict[str, int] = {}
        self.uses_run = self.looks_around = False
        self.uses_parameters = False
        self.uses_text = False
        self.uses_digits = False
        self.uses_numbers = False
        self.fresh = 0
        self.sizes_asked = False
        self.nodes = tuple(walk(checked.tree))
        self.uses = field_uses(self.nodes, self.bindings) if trusted else FieldUses(frozenset(), frozenset())

    # -- names of the namespace ------------------------------------------------------------------

    def help(self, name: str, *arguments: ast.expr) -> ast.Call:
        """A call of a helper, which joins the namespace."""
        self.namespace[name] = HELPERS[name]
        return self.call(name, *arguments)

    def value(self, value: object) -> ast.expr:
        """A constant of any kind of value."""
        if isinstance(value, Decimal | datetime):
            key = (type(value), str(value))
            name = self.constants.setdefault(key, f"K{len(self.constants)}")
            self.namespace[name] = value
            return self.load(name)
        return self.constant(value)

    def temporary(self) -> str:
        """A fresh local name."""
        self.fresh += 1
        return f"t{self.fresh}"

    def kind(self, node: Expression) -> int:
        """The kind set of an expression."""
        return self.kinds[id(node)]

    # -- expressions -----------------------------------------------------------------------------

    def seen(self, node: Expression, made: ast.expr) -> ast.expr:
        """A recording point: the value of a sub-expression passes here. A plain compile adds nothing."""
        return made

    def expression(self, node: Expression) -> ast.expr:
        """An expression with its own kind."""
        match node:
            case TextLiteral() | LogicalLiteral() | NumberLiteral():
                return self.value(node.value)
            case Name():
                made = self.name(node)
                return made if isinstance(self.bindings[id(node)], Variable) else self.seen(node, made)
            case Binary():
                return self.chain(node)
            case Paren():
                return self.expression(node.inner)
            case Call():
                return self.seen(node, self.function_call(node))
            case Unary():
                return self.seen(node, self.unary(node))
            case Member():
                return self.expression(node.call)
        raise AssertionError(f"a tree with {type(node).__name__} has errors and is never compiled")

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

    @cached_property
    def sizes(self) -> Sizes:
        """How long texts may be. Only trusted code profits: the others count."""
        self.sizes_asked = True
        return sizes_of(self.checked) if self.trusted else UNKNOWN

    @property
    def ample(self) -> bool:
        """All texts of a run are known to fit, so that none is counted (:mod:`formula.runtime.sizes`)."""
        return self.sizes.whole is not None

    def name(self, node: Name) -> ast.expr:
        """A bare name by its binding."""
        binding = self.bindings[id(node)]
        match binding:
            case Variable(key=key):
                return self.load(self.locals[key])
            case Field(key=key, kinds=kinds):
                return self.field("campo", key, kinds, node.span)
            case Builtin(row=row):
                self.mark(node.span)
                return self.row_call(row, [], node)
            case StandIn(key=key):
                return self.stand_in_call(key, (), node)
            case OtherFormula(code=code):
                self.mark(node.span)
                return self.other_formula(self.constant(code))
        raise AssertionError

    def field(self, table: str, key: str, kinds: int, span: Span) -> ast.expr:
        """A ticket field or parameter: a trusted local, or the checked read."""
        if self.trusted and kinds in SINGLE:
            self.uses_parameters = self.uses_parameters or table != "campo"
            if table == "campo" and key in self.uses.doubted:
                return self.named(f"d_{key}", ast.Subscript(self.load("F"), self.constant(key), ast.Load(), **self.at))
            name = self.fields.setdefault((table, key), f"f{len(self.fields)}")
            self.field_kinds[name] = kinds
            return self.load(name)
        self.mark(span)
        self.uses_parameters = True
        reader, source = ("field_value", "F") if table == "campo" else ("parameter_value", "P")
        return self.help(reader, self.load(source), self.constant(key), self.constant(kinds))

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
                self.uses_numbers = True
                made = ast.UnaryOp(ast.USub() if one.operator == "-" else ast.UAdd(), made, **self.at)
            else:
                self.uses_numbers = True
                made = self.help("negate" if one.operator == "-" else "identity", made)
            kind = self.kind(one)
        return made

    @staticmethod
    def only(kind: int, wanted: int) -> bool:
        """The set has kinds of ``wanted`` alone."""
        return bool(kind) and not kind & ~wanted

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

    def maybe(self, translate: Callable[[Expression], ast.expr], node: Expression, perhaps: bool) -> ast.expr:
        """Translate a part that may not be reached when ``perhaps``."""
        return translate(node)

    def condition(self, node: Expression) -> ast.expr:
        """An expression as a logical value (C7)."""
        return self.converted(node, LOGICAL)

    def operate(self, node: Binary, left: ast.expr) -> ast.expr:
        """One operator over an already translated left side."""
        kind, other = self.kind(node.left), self.kind(node.right)
        if node.operator in COMPARING:
            return self.comparison(node, left, kind, other)
        self.uses_numbers = True
        if node.operator == "/":
            left = self.as_number(left, kind, node.left)
            right = self.converted(node.right, NUMBER)
            self.mark(node.span)
            return self.help("divide", left, right)
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
        return self.help(CHECKED_NAMES[node.operator], left, right)

    def as_number(self, made: ast.expr, kind: int, node: Expression) -> ast.expr:
        """A translated side as a number."""
        if self.only(kind, NUMBER):
            return made
        self.mark(node.span)
        return self.number_read(made) if kind == TEXT else self.help("to_number", made)

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
        """Two numbers compared; a field read only here is tested here."""
        for side in (left, right):
            if read_here(side):
                name = side.target.id
                self.namespace |= {"type": type, "int": int, "Decimal": Decimal, "distrust": distrust}
                sure = self.both(
                    ast.Or(),
                    [
                        self.compare(self.call("type", side), ast.Is(), self.load("int")),
                        self.compare(self.call("type", self.load(name)), ast.Is(), self.load("Decimal")),
                        self.call("distrust"),
                    ],
                )
                one, other = (self.load(name), right) if side is left else (left, self.load(name))
                return self.both(ast.And(), [sure, self.compare(one, sign, other)])
        return self.compare(left, sign, right)

    def trusting(self, sign: str, made: ast.Compare) -> ast.expr:
        """A text field read only here, compared with a text, needs no test beforehand: equal to a text it *is* one, so only
        the other answer is doubted. ``x in ''`` is Python's cheapest question that only a text bears: anything else raises
        TypeError, which gives up the trusted way. Its own answer does not matter."""
        for side in (made.left, made.comparators[0]):
            if read_here(side):
                asked = self.compare(self.load(side.target.id), ast.In(), self.constant(""))
                if sign == "=":
                    return self.both(ast.Or(), [made, self.both(ast.And(), [asked, self.constant(False)])])
                return self.both(ast.And(), [made, self.both(ast.Or(), [asked, self.constant(True)])])
        return made

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

    # -- calls -----------------------------------------------------------------------------------

    def function_call(self, node: Call) -> ast.expr:
        """A call by its binding."""
        binding = self.bindings[id(node)]
        if isinstance(binding, Builtin):
            return self.row_call(binding.row, list(node.arguments), node)
        if isinstance(binding, StandIn):
            return self.stand_in_call(binding.key, node.arguments, node)
        if isinstance(binding, OtherFormula):
            self.mark(node.span)
            return self.other_formula(self.constant(binding.code))
        raise AssertionError

    def row_call(self, row: Function, arguments: list[Expression], node: Name | Call) -> ast.expr:
        """A call of a row; fields and joined texts are inlined."""
        inlined = self.inlined_getter(row, arguments, node)
        if inlined is not None:
            return inlined
        if row.name == "FORMULA":
            code = self.converted(arguments[0], TEXT)
            self.mark(node.span)
            return self.other_formula(code)
        made: list[ast.expr] = []
        for position, argument in enumerate(arguments):
            wanted = row.arguments[min(position, len(row.arguments) - 1)]
            given = self.argument(wanted, argument)
            if row.scans and wanted.kinds == TEXT and not isinstance(bare(argument), TextLiteral):
                given = self.charged(given)
            made.append(given)
        self.mark(node.span)
        if row.result & NUMBER or row.result == ANY:
            self.uses_numbers = True
        if row.name == "CONCAT" and row.contexts == {"global"}:
            whole = made[0]
            for part in made[1:]:
                whole = self.binary(whole, SIGNS["+"], part)
            return self.charged(whole)
        name = f"B_{row.name}"
        self.namespace[name] = row.call
        if row.needs_run:
            self.uses_run, self.looks_around = True, self.looks_around or not (row.effect and TABLE.get(row.name) is row)
            made.insert(0, self.load("run"))
        called = self.shortcut(row, arguments, made) or self.call(name, *made)
        if is_foreign(row):
            called = self.help("of_kind", called, self.constant(row.result), self.constant(row.name))
        if row.name == "EXECSQL":
            return self.within_budget(called)
        return self.charged(called) if row.result == TEXT and made else called

    def shortcut(self, row: Function, arguments: list[Expression], made: list[ast.expr]) -> ast.expr | None:
        """A call as an operation of Python's own, where there is one."""
        name, shortcut = SHORTCUTS.get(row, ("", None))
        if shortcut is None:
            return None
        if name:
            self.namespace[name] = METHODS[name]
        return shortcut(self, arguments, made)

    def inlined_getter(self, row: Function, arguments: list[Expression], node: Name | Call) -> ast.expr | None:
        """CAMPOATENDIMENTO('X') and PARAMETROATENDIMENTO('X') of a known name, read like a bare field."""
        if len(arguments) != 1 or row.name not in {"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO"}:
            return None
        literal = bare(arguments[0])
        if not isinstance(literal, TextLiteral):
            return None
        key = literal.value.strip().upper()
        schema = self.checked.schema
        if row.name == "CAMPOATENDIMENTO":
            return self.field("campo", key, schema.fields[key], node.span) if key in schema.fields else None
        if schema.parameters is None or key not in schema.parameters:
            return None
        return self.field("parametro", key, schema.parameters[key], node.span)

    def argument(self, wanted: Argument, node: Expression) -> ast.expr:
        """One argument as its parameter's kind."""
        if wanted.kinds == INTEGER:
            if self.only(self.kind(node), INTEGER):
                return self.expression(node)
            made = self.expression(node)
            self.mark(node.span)
            return self.help("to_integer", made)
        return self.converted(node, wanted.kinds)

    def charged(self, made: ast.expr) -> ast.expr:
        """A text that a function made, counted against the run's budget."""
        if self.ample:
            return made
        self.uses_text = True
        self.namespace["len"] = len
        self.namespace["text_spent"] = text_spent
        name = self.temporary()
        size = ast.UnaryOp(ast.USub(), self.call("len", self.named(name, made)), **self.at)
        # what is left is read after the text was made, since its parts were charged meanwhile
        left = self.named("left", self.binary(size, ast.Add(), self.load("left")))
        return self.either(
            self.compare(left, ast.GtE(), self.constant(0)), self.load(name), self.call("text_spent", self.load("L"))
        )

    def stand_in_call(self, key: str, arguments: tuple[Expression, ...], node: Name | Call) -> ast.expr:
        """A function that the context answers for."""
        made: list[ast.expr] = [self.expression(argument) for argument in arguments]
        self.mark(node.span)
        self.uses_run = self.looks_around = True
        kinds = self.kind(node)
        if kinds == ANY:
            return self.help("stand_in", self.load("run"), self.constant(key), *made)
        return self.help("trusted_stand_in", self.load("run"), self.constant(key), self.constant(kinds), *made)

    def other_formula(self, code: ast.expr) -> ast.expr:
        """The value of another formula, within this run's budget (F6)."""
        raise NotImplementedError

    def within_budget(self, called: ast.expr) -> ast.expr:
        """A call that may run other formulas, within this run's budget."""
        raise NotImplementedError

"""Expressions of a typed tree as Python expressions: names, fields and calls, above the operators."""

import ast

from formula.builtins import is_foreign
from formula.builtins.table import Argument, Function
from formula.checking.names import Builtin, Field, OtherFormula, StandIn, Variable
from formula.host import (
    text_spent,
)
from formula.names import name_key
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
)
from formula.runtime.fields import SINGLE
from formula.runtime.namespace import HELPERS
from formula.runtime.operations import SIGNS, Operations
from formula.runtime.shortcuts import METHODS, SHORTCUTS
from formula.runtime.sizes import flat_cost
from formula.source import Span
from formula.types import ANY, INTEGER, NUMBER, TEXT


class Expressions(Operations):
    """Translates expressions; statements are added by :class:`formula.runtime.compile.Compiler`."""

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
            code = self.read(row, row.arguments[0], arguments[0])
            self.mark(node.span)
            return self.other_formula(code)
        made: list[ast.expr] = []
        for position, argument in enumerate(arguments):
            wanted = row.arguments[min(position, len(row.arguments) - 1)]
            made.append(self.read(row, wanted, argument))
        self.mark(node.span)
        self.works_out = self.works_out or bool(row.result & NUMBER)
        if is_foreign(row):  # the rows of this package do not leave rounding to the arithmetic that is set
            self.uses_numbers = True
        if row.name == "CONCAT" and row.contexts == {"global"}:
            whole = made[0]
            for part in made[1:]:
                whole = self.binary(whole, SIGNS["+"], part)
            return self.charged(whole)
        name = f"B_{row.name}"
        self.namespace[name] = row.call
        if row.needs_run:
            self.uses_run = True
            made.insert(0, self.load("run"))
        called = self.shortcut(row, arguments, made) or self.call(name, *made)
        if is_foreign(row):
            called = self.help("of_kind", called, self.constant(row.result), self.constant(row.name))
        if row.name == "EXECSQL":
            called = self.within_budget(called)
        elif row.result == TEXT and made:
            called = self.charged(called)
        flat = flat_cost(row, arguments)
        return self.sequence([self.paid(flat), called]) if flat and not self.ample else called

    def read(self, row: Function, wanted: Argument, argument: Expression) -> ast.expr:
        """An argument as its parameter's kind; a text that the function reads or keeps counts against the budget."""
        made = self.argument(wanted, argument)
        if not (row.scans and wanted.kinds & TEXT) or isinstance(bare(argument), TextLiteral | NumberLiteral | LogicalLiteral):
            return made
        if wanted.kinds == TEXT:
            return self.charged(made)
        return self.charged(made, "length") if self.kind(argument) & TEXT else made

    def paid(self, amount: int) -> ast.expr:
        """A fixed amount of the budget of text."""
        self.uses_text = True
        self.namespace["text_spent"] = text_spent
        left = self.named("left", self.binary(self.load("left"), ast.Sub(), self.constant(amount)))
        return self.both(ast.Or(), [self.compare(left, ast.GtE(), self.constant(0)), self.call("text_spent", self.load("L"))])

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
        key = name_key(literal.value)
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

    def charged(self, made: ast.expr, measure: str = "len") -> ast.expr:
        """A text that a function made or reads, counted against the run's budget; ``length`` measures what may be none."""
        if self.ample:
            return made
        self.uses_text = True
        self.namespace[measure] = HELPERS[measure]
        self.namespace["text_spent"] = text_spent
        name = self.temporary()
        size = ast.UnaryOp(ast.USub(), self.call(measure, self.named(name, made)), **self.at)
        # what is left is read after the text was made, since its parts were charged meanwhile
        left = self.named("left", self.binary(size, ast.Add(), self.load("left")))
        return self.either(
            self.compare(left, ast.GtE(), self.constant(0)), self.load(name), self.call("text_spent", self.load("L"))
        )

    def stand_in_call(self, key: str, arguments: tuple[Expression, ...], node: Name | Call) -> ast.expr:
        """A function that the context answers for."""
        made: list[ast.expr] = []
        for argument in arguments:
            given = self.expression(argument)
            literal = isinstance(bare(argument), TextLiteral | NumberLiteral | LogicalLiteral)
            made.append(given if literal or not self.kind(argument) & TEXT else self.charged(given, "length"))
        self.mark(node.span)
        self.uses_run = True
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

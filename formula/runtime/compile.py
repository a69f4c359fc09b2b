"""From a typed tree to one Python function (house §6).

The function takes the context's fields and parameters, the run (None when nothing in the formula needs it) and the bounds
of the run, and gives the formula's value. When a field is not of its declared kind, the trusted function gives FALLBACK
before anything has happened, and the plain one is used instead.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import datetime
from types import CodeType, FunctionType
from typing import Any

from formula.checking.checker import Checked, untrusted_kinds
from formula.checking.names import Builtin
from formula.host import FALLBACK, lend, steps_of, text_of, text_spent, value_of
from formula.limits import DEFAULT
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    If,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    Unary,
    While,
    bare,
)
from formula.runtime.control import Control
from formula.runtime.given import GIVEN, NEUTRAL
from formula.runtime.program import MOST_TEXT, Program
from formula.runtime.sizes import LONGEST_FIELD
from formula.source import Span
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import SMALL


def compile_program(checked: Checked, *, trusted: bool) -> Program:
    """Compile a runnable tree. ``trusted``: fields stand in locals behind one test each."""
    kinds = checked.kinds if trusted else untrusted_kinds(checked)
    return Compiler(checked, kinds, trusted).program()


class Compiler(Control):
    """The whole function: fields, statements, the value at the end."""

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool) -> None:
        """See :class:`formula.runtime.expressions.Expressions`."""
        super().__init__(checked, kinds, trusted)
        self.uses_value = False

    def program(self) -> Program:
        """The whole function."""
        statements = self.checked.tree.statements
        base = self.charge_of(statements)
        last = last_value(statements, self.bindings)
        self.value_is_dead = not self.recording
        body = self.block(statements[:last])
        self.value_is_dead = False
        tail = not self.counts and not self.recording
        body += self.block(statements[last:-1]) if tail else self.block(statements[last:])
        if tail and statements:
            body += self.tail(statements[-1])
        self.mark(Span(0, 0))
        self.uses_value = self.uses_value or not tail or not statements
        start: list[ast.stmt] = []
        if self.uses_text or self.uses_digits or self.counts:
            start.append(
                ast.Assign(
                    [ast.Tuple([self.store(name) for name in ("top", "left", "low", "high")], ast.Store(), **self.at)],
                    self.load("L"),
                    **self.at,
                )
            )
        if self.counts:
            start.append(self.assign("s", self.constant(base)))
        start += self.opening()
        start += [self.assign(name, self.constant(None)) for name in self.locals.values()]
        if self.uses_value:
            start.append(self.assign("r", self.constant(None)))
        end: list[ast.stmt] = []
        if self.counts:
            end.append(ast.Assign([ast.Attribute(self.load("run"), "steps", ast.Store(), **self.at)], self.load("s"), **self.at))
        if self.uses_text and not self.trusted:
            end.append(
                ast.Assign([ast.Attribute(self.load("run"), "text_left", ast.Store(), **self.at)], self.load("left"), **self.at)
            )
        if self.uses_value:
            end.append(self.give(self.load("r")))
        whole = self.doubting([*self.prologue(), *start, *body, *end])
        parameters = ["F"] if self.asks_fields_only(base) else ["F", "P", "run", "L"]
        module = self.function("formula", parameters, whole)
        code = compile(module, "<fórmula>", "exec", dont_inherit=True)
        inner = next(constant for constant in code.co_consts if isinstance(constant, CodeType))
        if self.sizes_asked and self.sizes.whole:
            self.namespace[MOST_TEXT] = self.sizes.whole
        return Program(
            function=FunctionType(inner, self.namespace, "formula"),
            spans=tuple(self.spans),
            needs_run=self.uses_run or self.counts,
            needs_numbers=self.uses_numbers,
            base_steps=base,
            own_steps=self.counts,
            namespace=self.namespace,
        )

    def asks_fields_only(self, base: int) -> bool:
        """Whether the code needs nothing but the fields: no parameter, host, budget or arithmetic. Such a function has one
        parameter, and when anything goes wrong in it the plain way tells what."""
        asks = self.uses_parameters or self.uses_run or self.uses_text or self.uses_digits or self.uses_numbers or self.works_out
        return self.trusted and not (asks or self.counts) and base <= DEFAULT.steps

    def opening(self) -> list[ast.stmt]:
        """What a recording compile does first."""
        return []

    # -- fields ----------------------------------------------------------------------------------

    def prologue(self) -> list[ast.stmt]:
        """Fields into locals, each behind one test of its type; a value of another kind is converted or gives the run up."""
        if not self.fields:
            return []
        self.namespace |= {"FALLBACK": FALLBACK, "KeyError": KeyError}
        give_up: list[ast.stmt] = [self.give(self.load("FALLBACK"))]
        loads: list[ast.stmt] = []
        tests: list[ast.stmt] = []
        for (table, key), name in self.fields.items():
            source = self.load("F" if table == "campo" else "P")
            loads.append(self.assign(name, ast.Subscript(source, self.constant(key), ast.Load(), **self.at)))
            kinds = self.field_kinds[name]
            test = self.small_integer(name) if kinds in {NUMBER, INTEGER} else self.type_test(name, kinds)
            made = self.given(name, kinds, spared=(table, key) in self.uses.spared)
            tests.append(self.branch(self.negated(test), [self.assign(name, made)], []))
            if self.sizes_asked and (table, key) in self.sizes.measured:
                self.namespace["len"] = len
                size = self.call("len", self.load(name))
                tests.append(self.branch(self.compare(size, ast.Gt(), self.constant(LONGEST_FIELD)), give_up, []))
        handler = ast.ExceptHandler(self.load("KeyError"), None, give_up, **self.at)
        return [ast.Try(loads, [handler], [], [], **self.at), *tests]

    def given(self, name: str, kinds: int, *, spared: bool) -> ast.expr:
        """A field that failed the test of its kind, converted; ``spared``: Vazio is worth its neutral value wherever it is read."""
        convert = GIVEN[kinds]
        self.namespace[convert.__name__] = convert
        made = self.call(convert.__name__, self.load(name))
        if not spared:
            return made
        return self.either(self.compare(self.load(name), ast.Is(), self.constant(None)), self.value(NEUTRAL[kinds]), made)

    def doubting(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Fields that are read where they stand may be missing there, or of another kind: then the checked way says so."""
        if not self.uses.doubted:
            return body
        self.namespace |= {"FALLBACK": FALLBACK, "KeyError": KeyError, "TypeError": TypeError}
        give_up: list[ast.stmt] = [self.give(self.load("FALLBACK"))]
        faults = ast.Tuple([self.load("KeyError"), self.load("TypeError")], ast.Load(), **self.at)
        return [ast.Try(body, [ast.ExceptHandler(faults, None, give_up, **self.at)], [], [], **self.at)]

    def small_integer(self, name: str) -> ast.expr:
        """A number that arithmetic may take as it is: a small integer passes without a call."""
        self.namespace |= {"type": type, "int": int}
        is_int = self.compare(self.call("type", self.load(name)), ast.Is(), self.load("int"))
        return self.both(ast.And(), [is_int, self.small(name)])

    def type_test(self, name: str, kinds: int) -> ast.expr:
        """The one cheap test of the kind of a field that is no number."""
        self.namespace["type"] = type
        kind = self.call("type", self.load(name))
        python = {TEXT: str, DATE: datetime, LOGICAL: bool}[kinds]
        self.namespace[python.__name__] = python
        test = self.compare(kind, ast.Is(), self.load(python.__name__))
        if kinds != DATE:
            return test
        zone = ast.Attribute(self.load(name), "tzinfo", ast.Load(), **self.at)
        return self.both(ast.And(), [test, self.compare(zone, ast.Is(), self.constant(None))])

    # -- statements ------------------------------------------------------------------------------

    def statement(self, statement: Statement) -> list[ast.stmt]:
        """One statement."""
        match statement:
            case Assign():
                return self.around(statement, self.assignment)
            case Evaluate():
                return self.around(statement, self.evaluation)
            case If():
                return self.choice(statement)
            case Repeat():
                return self.loop(statement, statement.body, statement.until, test_first=False)
            case While():
                return self.loop(statement, statement.body, statement.condition, test_first=True)
            case Declare():
                return []

    def around(self, statement: Any, translate: Callable[[Any], list[ast.stmt]]) -> list[ast.stmt]:
        """A recording point around a simple statement. A plain compile adds nothing."""
        return translate(statement)

    def assignment(self, statement: Assign) -> list[ast.stmt]:
        """SETVAR; a sum of two unknown numbers is bounded here, products bound themselves."""
        name = self.locals[statement.target.key]
        joined = self.joined_text(statement.value, name)
        if joined is not None:
            return joined
        value = self.expression(statement.value)
        self.mark(statement.value.span)
        if not may_grow(statement.value):
            return [self.assign(name, value)]
        kind = self.kind(statement.value)
        if not self.only(kind, NUMBER):
            self.uses_digits = True
            return [self.assign(name, self.help("bounded", value, self.load("high")))]
        return [self.assign(name, value), self.bounded_local(name, kind)]

    def bounded_local(self, name: str, kind: int) -> ast.stmt:
        """Bound a number that may have grown; small integers pass two native comparisons."""
        self.uses_digits = True
        small = self.both(
            ast.And(),
            [
                self.compare(self.load(name), ast.Lt(), self.constant(SMALL)),
                self.compare(self.load(name), ast.Gt(), self.constant(-SMALL)),
            ],
        )
        doubtful: ast.expr = self.negated(small)
        if kind != INTEGER:
            self.namespace |= {"type": type, "int": int}
            is_int = self.compare(self.call("type", self.load(name)), ast.Is(), self.load("int"))
            doubtful = self.both(ast.And(), [is_int, doubtful])
        return self.branch(doubtful, [self.assign(name, self.help("bounded", self.load(name), self.load("high")))], [])

    def joined_text(self, expression: Expression, name: str) -> list[ast.stmt] | None:
        """``SETVAR(A, CONCAT(A, …))`` as ``A = A + …``, which Python does in place; None for anything else."""
        call = bare(expression)
        binding = self.bindings.get(id(call))
        if self.recording or not (isinstance(call, Call) and isinstance(binding, Builtin) and binding.row.name == "CONCAT"):
            return None
        parts = [self.argument(binding.row.arguments[0], argument) for argument in call.arguments]
        self.mark(call.span)
        whole = parts[0]
        for part in parts[1:]:
            whole = self.binary(whole, ast.Add(), part)
        if self.ample:
            return [self.assign(name, whole)]
        self.uses_text = True
        self.namespace |= {"len": len, "text_spent": text_spent}
        size = self.call("len", self.load(name))
        spent = self.branch(
            self.compare(self.load("left"), ast.Lt(), self.constant(0)),
            [self.discard(self.call("text_spent", self.load("L")))],
            [],
        )
        return [
            self.assign(name, whole),
            ast.AugAssign(self.store("left"), ast.Sub(), size, **self.at),
            spent,
        ]

    def evaluation(self, statement: Evaluate) -> list[ast.stmt]:
        """An expression statement gives the formula's value; a call for its effect does not (P6, P8)."""
        binding = self.bindings.get(id(bare(statement.expression)))
        value = self.expression(statement.expression)
        self.mark(statement.span)
        if self.value_is_dead or (isinstance(binding, Builtin) and (binding.row.effect or binding.row.never_returns)):
            return [self.discard(value)]
        return self.give_value(value)

    def give_value(self, value: ast.expr) -> list[ast.stmt]:
        """The formula's value so far; in tail position its last one."""
        if self.in_tail:
            return [self.give(value)]
        self.uses_value = True
        return [self.assign("r", value)]

    def tail(self, statement: Statement) -> list[ast.stmt]:
        """The last statement: what it gives is returned at once."""
        if not isinstance(statement, Evaluate | If):
            self.uses_value = True
            return self.statement(statement)
        self.in_tail = True
        made = self.statement(statement)
        self.in_tail = False
        if not always_returns(made):
            self.uses_value = True
        return made

    def other_formula(self, code: ast.expr) -> ast.expr:
        """The value of another formula, within this run's budget (F6)."""
        self.namespace["value_of"] = value_of
        return self.within_budget(self.call("value_of", self.load("run"), code))

    def within_budget(self, called: ast.expr) -> ast.expr:
        """A call that may run other formulas: it takes the budget along and brings it back."""
        self.uses_run = self.uses_text = self.uses_numbers = True
        result = self.temporary()
        self.namespace |= {"lend": lend, "steps_of": steps_of, "text_of": text_of}
        return self.sequence(
            [
                self.call("lend", self.load("run"), self.load("s"), self.load("left")),
                self.named(result, called),
                self.named("s", self.call("steps_of", self.load("run"))),
                self.named("left", self.call("text_of", self.load("run"))),
                self.load(result),
            ]
        )


def may_grow(expression: Expression) -> bool:
    """A sum, or a product with a literal, that a loop can make grow. ``name ± literal`` grows by a fixed step a turn, so
    the limit of steps bounds it; products of two unknowns bound themselves."""
    inner = bare(expression)
    if isinstance(inner, Unary):
        return inner.operator != "NAO" and may_grow(inner.operand)
    if not isinstance(inner, Binary) or inner.operator not in {"+", "-", "*"}:
        return False
    left, right = bare(inner.left), bare(inner.right)
    if inner.operator == "*":
        return isinstance(left, NumberLiteral) != isinstance(right, NumberLiteral)
    return not (
        (isinstance(left, Name | NumberLiteral) and isinstance(right, NumberLiteral))
        or (isinstance(left, NumberLiteral) and isinstance(right, Name))
    )


def always_returns(statements: list[ast.stmt]) -> bool:
    """Generated statements that never fall through."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.If):
        return always_returns(last.body) and always_returns(last.orelse)
    return isinstance(last, ast.Return)


def last_value(statements: tuple[Statement, ...], bindings: Mapping[int, object]) -> int:
    """The position of the last top statement that always gives the formula's value; what earlier ones give is lost."""
    for position in reversed(range(len(statements))):
        statement = statements[position]
        if isinstance(statement, Evaluate):
            binding = bindings.get(id(bare(statement.expression)))
            if not (isinstance(binding, Builtin) and (binding.row.effect or binding.row.never_returns)):
                return position
    return 0

"""From a typed tree to one Python function (house §6).

The function takes the context's fields and parameters, the run (None when nothing in the formula needs it) and the bounds
of the run, and gives the formula's value. When a field is not of its declared kind, the trusted function gives FALLBACK
before anything has happened, and the plain one is used instead.

Steps: each block charges the calls that stand directly in it when it is entered, each loop turn one more. The count is
static, so that it is the same for every way of compiling, and costs next to nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import CodeType, FunctionType
from typing import Any

import attrs

from formula.bindings import Builtin
from formula.checker import Checked, untrusted_kinds
from formula.runtime.expressions import Expressions
from formula.runtime.host import steps_spent, text_spent
from formula.runtime.lookup import Lookup, find_lookup
from formula.runtime.steps import FREE_OPERATIONS, OPERATIONS, calls_formula, counting, direct, work_of
from formula.source import Span
from formula.syntax import (
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
    walk,
)
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT

FALLBACK = object()
"""Given by a trusted function whose fields are not what the schema says."""

SMALL = 1_000_000_000
"""Integers below this are compared by Python's fast way; larger ones by the bound itself."""

DEEPEST_FLAT = 4
"""Loops around a chain up to which it may become flat: Python itself nests at most 20 blocks."""

LONGEST_NEST = 12
"""Arms of a SE … SENAO SE chain that may nest in Python's own syntax; longer chains become flat."""


@attrs.frozen(eq=False)
class Program:
    """Compiled code of one way. ``spans`` turns line numbers of the code into places; ``base_steps`` is what the top
    block charges; ``own_steps`` says that the function counts further and stores the sum in the run."""

    function: FunctionType
    spans: tuple[Span, ...]
    needs_run: bool
    needs_numbers: bool
    base_steps: int
    own_steps: bool
    calls_formulas: bool

    @property
    def code(self) -> CodeType:
        """The code object that positions of a traceback refer to."""
        return self.function.__code__


def compile_program(checked: Checked, *, trusted: bool) -> Program:
    """Compile a runnable tree. ``trusted``: fields stand in locals behind one test each."""
    kinds = checked.kinds if trusted else untrusted_kinds(checked)
    return Compiler(checked, kinds, trusted).program()


class Compiler(Expressions):
    """Statements on top of expressions."""

    recording = False

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool) -> None:
        """See :class:`Expressions`."""
        super().__init__(checked, kinds, trusted)
        self.counts = counting(checked)
        self.calls_formulas = False
        self.loop_depth = 0
        self.uses_value = False
        self.counters: list[str] = []
        self.closed_counters = 0
        self.turning = 0
        self.value_is_dead = False
        self.in_tail = False

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
            end.append(
                ast.Assign([ast.Attribute(self.load("run"), "steps", ast.Store(), **self.at)], self.load("s"), **self.at)
            )
        if self.uses_text and not self.trusted:
            end.append(
                ast.Assign(
                    [ast.Attribute(self.load("run"), "text_left", ast.Store(), **self.at)], self.load("left"), **self.at
                )
            )
        if self.uses_value:
            end.append(self.give(self.load("r")))
        whole = self.doubting([*self.prologue(), *start, *body, *end])
        module = self.function("formula", ["F", "P", "run", "L"], whole)
        code = compile(module, "<fórmula>", "exec", dont_inherit=True)
        inner = next(constant for constant in code.co_consts if isinstance(constant, CodeType))
        return Program(
            function=FunctionType(inner, self.namespace, "formula"),
            spans=tuple(self.spans),
            needs_run=self.uses_run or self.counts,
            needs_numbers=self.uses_numbers,
            base_steps=base,
            own_steps=self.counts,
            calls_formulas=self.calls_formulas,
        )

    def opening(self) -> list[ast.stmt]:
        """What a recording compile does first."""
        return []

    # -- fields ----------------------------------------------------------------------------------

    def prologue(self) -> list[ast.stmt]:
        """Fields into locals, each behind one test of its type; anything else gives FALLBACK."""
        if not self.fields:
            return []
        self.namespace["FALLBACK"] = FALLBACK
        self.namespace["KeyError"] = KeyError
        give_up: list[ast.stmt] = [self.give(self.load("FALLBACK"))]
        loads: list[ast.stmt] = []
        tests: list[ast.expr] = []
        for (table, key), name in self.fields.items():
            source = self.load("F" if table == "campo" else "P")
            loads.append(self.assign(name, ast.Subscript(source, self.constant(key), ast.Load(), **self.at)))
            tests.append(self.type_test(name, self.field_kinds[name]))
        handler = ast.ExceptHandler(self.load("KeyError"), None, give_up, **self.at)
        attempt = ast.Try(loads, [handler], [], [], **self.at)
        return [attempt, self.branch(self.negated(self.both(ast.And(), tests)), give_up, [])]

    def doubting(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Fields that are read where they stand may be missing there: then the checked way says so."""
        if not self.doubted:
            return body
        self.namespace |= {"FALLBACK": FALLBACK, "KeyError": KeyError}
        give_up: list[ast.stmt] = [self.give(self.load("FALLBACK"))]
        return [ast.Try(body, [ast.ExceptHandler(self.load("KeyError"), None, give_up, **self.at)], [], [], **self.at)]

    def type_test(self, name: str, kinds: int) -> ast.expr:
        """The one cheap test of a field's kind."""
        self.namespace["type"] = type
        kind = self.call("type", self.load(name))
        if kinds == NUMBER:
            self.namespace |= {"Decimal": Decimal, "int": int}
            again = self.call("type", self.load(name))
            return self.both(
                ast.Or(),
                [self.compare(kind, ast.Is(), self.load("Decimal")), self.compare(again, ast.Is(), self.load("int"))],
            )
        python = {TEXT: str, INTEGER: int, DATE: datetime, LOGICAL: bool}[kinds]
        self.namespace[python.__name__] = python
        return self.compare(kind, ast.Is(), self.load(python.__name__))

    # -- statements ------------------------------------------------------------------------------

    def block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """Statements in order, without the charge of the block. Only the last of a block in tail position returns."""
        made: list[ast.stmt] = []
        tail, self.in_tail = self.in_tail, False
        for position, statement in enumerate(statements):
            self.in_tail = tail and position == len(statements) - 1 and isinstance(statement, Evaluate | If)
            made += self.statement(statement)
        self.in_tail = tail
        return made

    def charged_block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """A block that charges its calls on entry."""
        amount = self.charge_of(statements)
        return [*self.charge(amount), *self.block(statements)]

    def charge_of(self, statements: tuple[Statement, ...], *conditions: Expression) -> int:
        """What stands directly in a block, not in the blocks inside it: calls by their cost, and inside loops a step for
        every :data:`OPERATIONS` operators and assignments, so that a turn's work is bounded by what it charges."""
        calls, operations = 0, 0
        for statement in statements:
            operations += isinstance(statement, Assign)
            for expression in direct(statement):
                made, done = work_of(expression, self.bindings)
                calls, operations = calls + made, operations + done
        for expression in conditions:
            made, done = work_of(expression, self.bindings)
            calls, operations = calls + made, operations + done
        return calls + (max(0, operations - FREE_OPERATIONS) // OPERATIONS if self.turning else 0)

    def charge(self, amount: int) -> list[ast.stmt]:
        """Charge steps and stop at the limit."""
        if not amount:
            return []
        return [self.add_to("s", amount), self.stop_when_spent()]

    def out_of_steps(self, more: int) -> ast.stmt:
        """Raise the fault of spent steps; ``more`` is what the next turn would have charged."""
        self.namespace["steps_spent"] = steps_spent
        used = self.so_far()
        if more:
            used = self.binary(used, ast.Add(), self.constant(more))
        return ast.Raise(self.call("steps_spent", used, self.load("top")), None, **self.at)

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

    def tested(self, owner: If | Repeat | While, condition: Expression) -> tuple[list[ast.stmt], ast.expr]:
        """A condition: what goes before its test, and the test. A recording compile stores the answer first."""
        return [], self.condition(condition)

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
        self.uses_text = True
        whole = parts[0]
        for part in parts[1:]:
            whole = self.binary(whole, ast.Add(), part)
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
        if self.value_is_dead or isinstance(binding, Builtin) and (binding.row.effect or binding.row.never_returns):
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

    def choice(self, statement: If) -> list[ast.stmt]:
        """A chain of SE … SENAO SE …: a look-up, nested or flat."""
        arms, last = arms_of(statement)
        free = self.trusted and not self.recording and not any(self.charge_of((arm,)) for arm in arms[1:])
        lookup = find_lookup(self, arms) if free else None
        if lookup is not None:
            return self.looked_up(arms, last, lookup)
        flat = len(arms) > LONGEST_NEST and self.loop_depth <= DEEPEST_FLAT
        self.loop_depth += flat
        pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]] = []
        for position, arm in enumerate(arms):
            before, test = self.tested(arm, arm.condition)
            charge = self.charge(self.charge_of((arm,))) if position else []
            self.enter_test(True)
            then = self.charged_block(arm.then)
            self.turn_test()
            pieces.append(([*charge, *before], test, then))
        end = self.ending(last)
        self.leave_tests(len(arms))
        self.mark(statement.span)
        self.loop_depth -= flat
        return self.flat(pieces, end) if flat else self.nested(pieces, end)

    def enter_test(self, answer: bool) -> None:
        """What follows runs when the last test gave ``answer``. Of use to a recording compile."""

    def turn_test(self) -> None:
        """What follows runs when that test gave the other answer."""

    def leave_tests(self, count: int) -> None:
        """What follows no longer depends on the last ``count`` tests."""

    def ending(self, last: tuple[Statement, ...] | None) -> list[ast.stmt]:
        """What happens when no arm was taken: SENAO, or Vazio (P7)."""
        if last is not None:
            return self.charged_block(last)
        return [] if self.value_is_dead else self.give_value(self.constant(None))

    def nested(
        self, pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]], made: list[ast.stmt]
    ) -> list[ast.stmt]:
        """``if … else: if …``; the calls of a later condition are charged when it is reached."""
        for before, test, then in reversed(pieces):
            made = [*before, self.branch(test, then, made)]
        return made

    def flat(
        self, pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]], end: list[ast.stmt]
    ) -> list[ast.stmt]:
        """``while True: if a: …; break`` for chains that would nest too deep for Python's own compiler."""
        body: list[ast.stmt] = []
        for before, test, then in pieces:
            body += [*before, self.branch(test, [*then, self.leave()], [])]
        return [ast.While(self.constant(True), [*body, *end, self.leave()], [], **self.at)]

    def looked_up(self, arms: list[If], last: tuple[Statement, ...] | None, lookup: Lookup) -> list[ast.stmt]:
        """Equalities of the same fields become one look-up of the first arm that can match, then a search by halves.

        The rest of each arm's condition is tested in order of the chain; a failed test goes to the next arm of that key.
        """
        name, table = self.temporary(), f"T{len(self.constants)}"
        self.constants[(dict, table)] = table
        self.namespace[table] = lookup.first
        self.mark(arms[0].condition.span)
        keys: ast.expr = (
            self.load(lookup.locals[0])
            if len(lookup.locals) == 1
            else ast.Tuple([self.load(local) for local in lookup.locals], ast.Load(), **self.at)
        )
        self.namespace["find"] = dict.get
        found = self.call("find", self.load(table), keys, self.constant(len(arms)))
        jumps = self.jumps(arms, last, lookup, name, 0, len(arms))
        start = self.assign(name, found)
        if not lookup.rests:
            return [start, *jumps]
        return [start, ast.While(self.constant(True), [*jumps, self.leave()], [], **self.at)]

    def jumps(
        self, arms: list[If], last: tuple[Statement, ...] | None, lookup: Lookup, name: str, low: int, high: int
    ) -> list[ast.stmt]:
        """Search by halves for arm number ``name`` among ``low..high``; ``high`` of the whole is the SENAO."""
        if low == high:
            if low == len(arms):
                return self.ending(last)
            return self.landing(arms[low], lookup, name, low)
        middle = (low + high) // 2
        test = self.compare(self.load(name), ast.LtE(), self.constant(middle))
        return [
            self.branch(
                test,
                self.jumps(arms, last, lookup, name, low, middle),
                self.jumps(arms, last, lookup, name, middle + 1, high),
            )
        ]

    def landing(self, arm: If, lookup: Lookup, name: str, position: int) -> list[ast.stmt]:
        """An arm whose equalities hold: its other conditions, then its block; else on to the next arm of the key."""
        body = self.charged_block(arm.then)
        rest = lookup.rests.get(position)
        if rest is None:
            return body
        tests = [self.condition(part) for part in rest]
        self.mark(arm.condition.span)
        following = [
            self.assign(name, self.constant(lookup.following[position])),
            ast.Continue(**self.at),
        ]
        return [self.branch(self.both(ast.And(), tests), body, following)]

    def loop(
        self, statement: Repeat | While, body: tuple[Statement, ...], condition: Expression, *, test_first: bool
    ) -> list[ast.stmt]:
        """A loop. The counter of ``range`` counts the steps of its turns, which costs next to nothing; what inner blocks
        charge is added up apart and looked at when it is charged and once more when the loop ends. Only loops that call
        other formulas count each turn by itself, since the called formula needs the exact sum."""
        self.turning += 1
        turn = 1 + self.charge_of(body, condition)
        exact = any(calls_formula(node, self.bindings) for node in walk(statement))
        counter = "" if exact else f"n{len(self.counters) + self.closed_counters}"
        if counter:
            self.counters.append(counter)
        self.loop_depth += 1
        if test_first:
            before, test = self.tested(statement, condition)
            self.enter_test(True)
            inside = self.block(body)
            self.leave_tests(1)
        else:
            inside = self.block(body)
            before, test = self.tested(statement, condition)
        self.mark(condition.span)
        self.loop_depth -= 1
        ended = not any(self.counts_inside(inner) for inner in body)
        self.turning -= 1
        if test_first:
            back: ast.stmt = ast.AugAssign(self.store(counter or "s"), ast.Sub(), self.constant(turn), **self.at)
            turn_body = [*before, self.branch(self.negated(test), [back, self.leave()], []), *inside]
        else:
            turn_body = [*inside, *before, self.branch(test, [self.leave()], [])]
        self.mark(condition.span)
        if exact:
            return [ast.While(self.constant(True), [*self.charge(turn), *turn_body], [], **self.at)]
        return self.counted(turn, turn_body, exact_end=ended)

    def counted(self, turn: int, turn_body: list[ast.stmt], *, exact_end: bool) -> list[ast.stmt]:
        """A loop on a counter of ``range`` that ends when the steps are spent."""
        counter = self.counters.pop()
        self.closed_counters += 1
        self.namespace["range"] = range
        room = self.binary(self.binary(self.load("top"), ast.Sub(), self.so_far()), ast.Add(), self.constant(1))
        turns = self.call("range", self.constant(turn), room, self.constant(turn))
        self.counters.append(counter)
        spent = self.out_of_steps(turn)
        self.counters.pop()
        made: list[ast.stmt] = [
            self.assign(counter, self.constant(0)),
            ast.For(self.store(counter), turns, turn_body, [spent], **self.at),
            ast.AugAssign(self.store("s"), ast.Add(), self.load(counter), **self.at),
            self.assign(counter, self.constant(0)),
        ]
        if not exact_end:
            made.append(self.stop_when_spent())
        return made

    def so_far(self) -> ast.expr:
        """The steps so far: those added up and those of the loops that are running."""
        total: ast.expr = self.load("s")
        for counter in self.counters:
            total = self.binary(total, ast.Add(), self.load(counter))
        return total

    def stop_when_spent(self) -> ast.stmt:
        """Stop when the steps so far are over the limit."""
        return self.branch(self.compare(self.so_far(), ast.Gt(), self.load("top")), [self.out_of_steps(0)], [])

    def counts_inside(self, statement: Statement) -> bool:
        """Whether a statement of a loop's body charges steps of its own: a loop, a block with calls, a formula."""
        for node in walk(statement):
            if isinstance(node, Repeat | While):
                return True
            if isinstance(node, If) and (
                self.charge_of(node.then) or (node.otherwise is not None and self.charge_of(node.otherwise))
            ):
                return True
            if calls_formula(node, self.bindings):
                return True
        return False

    def other_formula(self, code: ast.expr) -> ast.expr:
        """The value of another formula, within this run's budget (F6)."""
        self.namespace["value_of"] = value_of
        return self.within_budget(self.call("value_of", self.load("run"), code))

    def within_budget(self, called: ast.expr) -> ast.expr:
        """A call that may run other formulas: it takes the budget along and brings it back."""
        self.uses_run = self.uses_text = self.uses_numbers = True
        self.calls_formulas = True
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


def value_of(run: Any, code: str) -> Any:
    """The value of another formula (F6)."""
    return run.formula(code)


def lend(run: Any, steps: int, left: int) -> None:
    """Give the run what it has used so far, for a call that uses more."""
    run.steps, run.text_left = steps, left


def steps_of(run: Any) -> int:
    """Steps so far, after a called formula."""
    return int(run.steps)


def text_of(run: Any) -> int:
    """Text budget left, after a called formula."""
    return int(run.text_left)


def arms_of(statement: If) -> tuple[list[If], tuple[Statement, ...] | None]:
    """The arms of a chain SE … SENAO SE …, and its last SENAO."""
    arms = [statement]
    while True:
        rest = arms[-1].otherwise
        if rest is not None and len(rest) == 1 and isinstance(rest[0], If):
            arms.append(rest[0])
        else:
            return arms, rest


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

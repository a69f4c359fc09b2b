"""A formula run for one ticket, and beside each value what it is for all tickets that take the same way.

The value is made by the engine's own operators and functions; the term beside it and the conditions met on the way say for
which other tickets the run goes the same way, and what it then gives. So one run stands for a *region* of tickets.
"""

from __future__ import annotations

import decimal
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from formula.builtins import is_foreign, operators
from formula.builtins.table import Function
from formula.checking.names import Builtin, Field, OtherFormula, StandIn, Variable
from formula.context import Context, Run
from formula.diagnostics import Fault, FormulaError, Stop
from formula.host import MISSING, digits_spent, field_value, find, of_kind, parameter_value, stand_in
from formula.limits import Limits
from formula.names import name_key
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    If,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    Paren,
    Repeat,
    Statement,
    TextLiteral,
    Unary,
    While,
    bare,
)
from formula.runtime.calling import Formulas
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import (
    NOTED,
    exact_context,
    parse_date,
    parse_number,
    release,
    to_date,
    to_integer,
    to_logical,
    to_number,
    to_text,
)
from routing.messages import message
from routing.proving.joining.walking import join_condition, join_part
from routing.proving.modelled import LOOSE, MODELLED
from routing.proving.pairs import NOTHING, Beyond, Pair, Shadow, Told, few_values, joined, kept_small, kind_of, whole
from routing.proving.terms import Term, constant, negated

if TYPE_CHECKING:
    from formula.checking.checker import Checked
    from formula.engine import Rule

MOST_STEPS = 20_000
"""Statements and operators that one run is followed for."""


def follow(rule: Rule, context: Context, limits: Limits, shadow: Shadow) -> Told:
    """Run a rule and keep the terms. Raises :class:`Beyond`."""
    run = Run(context, limits)
    walker = Walker(rule, run, shadow)
    run.called = walker.value_of_formula
    noting = NOTED.set([])
    with decimal.localcontext(exact_context(limits.digits)):
        try:
            value = walker.block_value(rule.tree.statements)
        except Stop:
            return Told("stopped", NOTHING, ())
        except Fault as fault:
            return Told("fault", NOTHING, (), fault.code)
        except decimal.DecimalException:
            return Told("fault", NOTHING, (), "limite-digitos")
        except RecursionError:
            raise Beyond(message("a fórmula {codigo} é funda demais para ser seguida", codigo=rule.source.name)) from None
        finally:
            NOTED.reset(noting)
    return Told("ok", attrs.evolve(value, value=release(value.value)), tuple(run.effects))


class Walker:
    """One formula being followed."""

    def __init__(self, rule: Rule, run: Run, shadow: Shadow, memories: dict[str, Pair] | None = None, code: str = "") -> None:
        """``memories`` are shared by the formulas of a run."""
        self.rule = rule
        self.checked: Checked = rule.checked
        self.run = run
        self.shadow = shadow
        self.code = (code or rule.source.name).upper()
        self.variables: dict[str, Pair] = {}
        self.memories = {name: Pair(value) for name, value in run.memories.items()} if memories is None else memories
        self.steps = [0]
        self.letters = [0]
        self.value = NOTHING

    def plain(self) -> Walker:
        """The same run, with values alone."""
        shadow = Shadow(lambda table, key, raw: None)
        shadow.asked = self.shadow.asked
        made = Walker(self.rule, self.run, shadow, {name: Pair(pair.value) for name, pair in self.memories.items()}, self.code)
        made.variables = {name: Pair(pair.value) for name, pair in self.variables.items()}
        made.value = Pair(self.value.value)
        made.steps, made.letters = self.steps, self.letters
        return made

    # -- statements ------------------------------------------------------------------------------

    def block_value(self, statements: tuple[Statement, ...]) -> Pair:
        """The value of a formula (P6)."""
        self.value = NOTHING
        self.block(statements)
        return self.value

    def block(self, statements: tuple[Statement, ...]) -> None:
        """Statements in order."""
        for statement in statements:
            self.spend()
            if self.shadow.joins is not None and isinstance(statement, If | While | Repeat) and join_part(self, statement):
                continue
            match statement:
                case Assign():
                    self.variables[statement.target.key] = kept_small(self.expression(statement.value))
                case Evaluate():
                    self.evaluation(statement)
                case If():
                    self.choice(statement)
                case Repeat():
                    self.spend()
                    self.block(statement.body)
                    while not self.tested(statement.until):
                        self.block(statement.body)
                case While():
                    while self.tested(statement.condition):
                        self.block(statement.body)
                case Declare():
                    pass

    def spend(self) -> None:
        """A run that goes on and on is not followed to its end."""
        self.steps[0] += 1
        if self.steps[0] > MOST_STEPS:
            raise Beyond(message("a fórmula {codigo} dá mais voltas do que se seguem aqui", codigo=self.code))

    def evaluation(self, statement: Evaluate) -> None:
        """P6, P8."""
        binding = self.checked.bindings.get(id(bare(statement.expression)))
        value = self.expression(statement.expression)
        if not (isinstance(binding, Builtin) and (binding.row.effect or binding.row.never_returns)):
            self.value = value

    def choice(self, statement: If) -> None:
        """C1; without SENAO a branch not taken leaves Vazio (P7)."""
        while not self.tested(statement.condition):
            otherwise = statement.otherwise
            if otherwise is None:
                self.value = NOTHING
                return
            if len(otherwise) != 1 or not isinstance(otherwise[0], If):
                self.block(otherwise)
                return
            statement = otherwise[0]
        self.block(statement.then)

    def tested(self, condition: Expression) -> bool:
        """A condition's answer, noted."""
        self.spend()
        answer = self.truth(self.expression(condition))
        self.shadow.branches.add((self.code, condition.span.start, answer))
        return answer

    def truth(self, pair: Pair) -> bool:
        """C7, as a condition noted."""
        value = to_logical(pair.value)
        term = self.logical_term(pair)
        if term is not None:
            self.shadow.decide(term, value)
        return value

    def logical_term(self, pair: Pair) -> Term | None:
        """The condition under which a pair is VERDADE."""
        if pair.term is None or pair.value is None:
            return None
        if isinstance(pair.value, bool):
            if pair.term[0] == "opaque":
                self.shadow.pin(pair, self.unmodelled())
                return None
            return pair.term
        if pair.term[0] == "opaque":
            self.shadow.pin(pair, self.unmodelled())
            return None
        return ("not", ("=", pair.term, constant(0)))

    def unmodelled(self) -> str:
        """Why a value is pinned, when nothing better is known."""
        return message("uma conta da fórmula {codigo} só foi tentada com alguns valores", codigo=self.code)

    # -- expressions -----------------------------------------------------------------------------

    def expression(self, node: Expression) -> Pair:
        """One expression."""
        match node:
            case TextLiteral() | LogicalLiteral() | NumberLiteral():
                return Pair(node.value)
            case Paren():
                return self.expression(node.inner)
            case Member():
                return self.expression(node.call)
            case Name():
                return self.name(node)
            case Call():
                return self.written(self.call(node))
            case Unary():
                return self.unary(node)
            case Binary():
                return self.written(self.binary(node))
        raise AssertionError(f"a tree with {type(node).__name__} has errors and is never run")

    def written(self, made: Pair) -> Pair:
        """A value that was made: its letters count against those of a run, so that no loop of texts eats the memory."""
        if isinstance(made.value, str):
            self.letters[0] += len(made.value)
            if self.letters[0] > self.run.limits.text:
                raise Beyond(message("a fórmula {codigo} faz mais texto do que se segue aqui", codigo=self.code))
        return made

    def name(self, node: Name) -> Pair:
        """A bare name by its binding."""
        binding = self.checked.bindings[id(node)]
        match binding:
            case Variable(key=key):
                return self.variables.get(key, NOTHING)
            case Field(key=key, kinds=kinds):
                return self.host_value("campo", key, kinds)
            case Builtin(row=row):
                return self.row(row, ())
            case StandIn(key=key):
                return self.other_module(key, ())
            case OtherFormula(code=code):
                return self.formula(code)
        raise AssertionError

    def call(self, node: Call) -> Pair:
        """A call by its binding."""
        binding = self.checked.bindings[id(node)]
        if isinstance(binding, Builtin):
            return self.row(binding.row, node.arguments)
        if isinstance(binding, StandIn):
            return self.other_module(binding.key, tuple(self.expression(one) for one in node.arguments))
        assert isinstance(binding, OtherFormula)
        return self.formula(binding.code)

    def host_value(self, table: str, key: str, kinds: int) -> Pair:
        """A field or parameter as its schema declares it."""
        context = self.run.context
        value = field_value(context.fields, key, kinds) if table == "campo" else parameter_value(context.parameters, key, kinds)
        raw = find(context.fields if table == "campo" else context.parameters, key)
        return self.free(table, key, raw, value)

    def free(self, table: str, key: str, raw: Any, value: Any) -> Pair:
        """A value of the ticket with its term. Whether it is empty is a condition of its own."""
        term = self.shadow.symbol_of(table, key, raw)
        if term is None:
            return Pair(value)
        if term[0] == "s":
            self.shadow.decide(("empty", term), raw is None)
        if raw is None:
            return NOTHING
        if type(value) is not type(raw) and not isinstance(value, datetime | int | Decimal):
            return Pair(self.shadow.pin(Pair(raw, term), self.unmodelled()) and value)
        return Pair(value, term)

    def unary(self, node: Unary) -> Pair:
        """Signs and NAO."""
        inner = self.expression(node.operand)
        if node.operator == "NAO":
            term = self.logical_term(inner)
            return Pair(not to_logical(inner.value), None if term is None else negated(term))
        number = self.number(inner)
        if node.operator == "+":
            return number
        value = operators.negate(number.value)
        if number.term is None or number.term[0] == "opaque":
            return Pair(value, number.term)
        return Pair(value, ("neg", number.term))

    def binary(self, node: Binary) -> Pair:
        """Operators; E and OU stop early (O3)."""
        if node.operator in {"E", "OU"}:
            whole = join_condition(self, node) if self.shadow.joins is not None else None
            return self.logical(node) if whole is None else whole
        left = self.expression(node.left)
        right = self.expression(node.right)
        self.spend()
        if left.term is None and right.term is None:
            return Pair(operators.CHECKED[node.operator](left.value, right.value))
        if node.operator in operators.COMPARISONS:
            return self.comparison(node.operator, left, right)
        if node.operator in {"+", "-"}:
            return self.sum(node.operator, left, right)
        one, other = self.number(left), self.number(right)
        opaque = other.term is not None and other.term[0] == "opaque"
        if node.operator == "/" and other.term is not None and (opaque or few_values(other.term, self.shadow.conditions)):
            other = Pair(self.shadow.pin(other, self.unmodelled()))
        if node.operator == "/" and other.term is not None:
            self.shadow.decide(("=", other.term, constant(0)), other.value == 0)
        return self.operated(node.operator, one, other)

    def logical(self, node: Binary) -> Pair:
        """A chain of E or OU, from the left, stopping early."""
        parts: list[Expression] = []
        current: Expression = node
        while isinstance(current, Binary) and current.operator == node.operator:
            parts.append(current.right)
            current = current.left
        parts.append(current)
        stops = node.operator == "OU"
        for part in reversed(parts):
            if self.truth(self.expression(part)) is stops:
                return Pair(stops)
        return Pair(not stops)

    def operated(self, sign: str, left: Pair, right: Pair) -> Pair:
        """An operator on two numbers or dates."""
        value = operators.CHECKED[sign](left.value, right.value)
        if type(value) is int and abs(value) >= 10**self.run.limits.digits:
            raise digits_spent(self.run.limits.digits)
        if left.term is None and right.term is None:
            return Pair(value)
        one, other = self.term(left), self.term(right)
        if "opaque" in (one[0], other[0]):
            return Pair(value, joined(one, other))
        return Pair(value, (sign, one, other))

    def term(self, pair: Pair) -> Term:
        """The term of a pair; a known value is a constant."""
        return constant(0 if pair.value is None else pair.value) if pair.term is None else pair.term

    def sum(self, sign: str, left: Pair, right: Pair) -> Pair:
        """T4, T5, T6: what is added depends on the kinds, which are those of this run."""
        left, right = self.number_text(left), self.number_text(right)
        dates = isinstance(left.value, datetime), isinstance(right.value, datetime)
        if any(dates) and not all(dates):
            days = right if dates[0] else left
            if days.term is not None and not (isinstance(days.value, int) and whole(days.term)):
                days = Pair(self.shadow.pin(days, self.unmodelled()))
            left, right = (left, days) if dates[0] else (days, right)
            if (left.term or right.term) and not (sign == "-" and dates[1]):
                self.in_calendar(sign, left, right)
        return self.operated(sign, left, right)

    def in_calendar(self, sign: str, left: Pair, right: Pair) -> None:
        """Whether a calculated date exists is a condition; one that does not is a fault."""
        made: Term = (sign, self.term(left), self.term(right))
        if "opaque" in (made[1][0], made[2][0]):
            return
        try:
            operators.CHECKED[sign](left.value, right.value)
        except Fault:
            self.shadow.decide(("calendar", made), False)
            raise
        self.shadow.decide(("calendar", made), True)

    def number_text(self, pair: Pair) -> Pair:
        """A free text beside ``+`` or ``-``: a number when it reads as one, else just this text."""
        if pair.term is None or not isinstance(pair.value, str):
            return pair
        if pair.term[0] == "opaque":
            return Pair(self.shadow.pin(pair, self.unmodelled()))
        found = parse_number(pair.value)
        self.shadow.decide(("isnum", pair.term), found is not None)
        if found is None:
            return Pair(self.shadow.pin(pair, self.unmodelled()))
        return Pair(found, ("tonum", pair.term))

    def number(self, pair: Pair) -> Pair:
        """T6, T10 as a pair. Raises Fault as the engine does."""
        if pair.term is not None and isinstance(pair.value, str):
            if pair.term[0] == "opaque":
                return Pair(to_number(self.shadow.pin(pair, self.unmodelled())))
            found = parse_number(pair.value)
            self.shadow.decide(("isnum", pair.term), found is not None)
            return Pair(to_number(pair.value), ("tonum", pair.term))
        return Pair(to_number(pair.value), pair.term)

    def date(self, pair: Pair) -> Pair:
        """T2, T10 as a pair."""
        if pair.term is not None and isinstance(pair.value, str):
            if pair.term[0] == "opaque":
                return Pair(to_date(self.shadow.pin(pair, self.unmodelled())))
            self.shadow.decide(("isdate", pair.term), parse_date(pair.value) is not None)
            return Pair(to_date(pair.value), ("todate", pair.term))
        return Pair(to_date(pair.value), pair.term)

    def comparison(self, sign: str, left: Pair, right: Pair) -> Pair:
        """T3, T6, T7, T9, T10."""
        value = None
        kinds = kind_of(left.value), kind_of(right.value)
        if "vazio" in kinds:
            full = right if kinds[0] == "vazio" else left
            filler = Pair(operators.neutral(full.value))
            left, right = (filler, right) if kinds[0] == "vazio" else (left, filler)
            kinds = kind_of(left.value), kind_of(right.value)
        if kinds == ("texto", "texto"):
            return self.text_comparison(sign, left, right)
        if kinds == ("logico", "logico"):
            return Pair(operators.CHECKED[sign](self.shadow.pin(left, ""), self.shadow.pin(right, "")))
        if "logico" in kinds or set(kinds) == {"data", "numero"}:
            return Pair(operators.CHECKED[sign](left.value, right.value))
        if "data" in kinds:
            left, right = self.date(left), self.date(right)
        else:
            left, right = self.number(left), self.number(right)
        value = operators.CHECKED[sign](left.value, right.value)
        if left.term is None and right.term is None:
            return Pair(value)
        one, other = self.term(left), self.term(right)
        if "opaque" in (one[0], other[0]):
            return Pair(value, joined(one, other))
        condition: Term = {
            "=": ("=", one, other),
            "<>": ("not", ("=", one, other)),
            "<": ("<", one, other),
            "<=": ("<=", one, other),
            ">": ("<", other, one),
            ">=": ("<=", other, one),
        }[sign]
        return Pair(value, condition)

    def text_comparison(self, sign: str, left: Pair, right: Pair) -> Pair:
        """T7; the order of texts is not modelled."""
        value = operators.CHECKED[sign](left.value, right.value)
        one, other = self.term(left), self.term(right)
        if "opaque" in (one[0], other[0]) or sign not in {"=", "<>"}:
            return Pair(value, joined(one, other)) if left.term or right.term else Pair(value)
        made: Term = ("teq", one, other)
        return Pair(value, made if sign == "=" else ("not", made))

    # -- calls -----------------------------------------------------------------------------------

    def other_module(self, key: str, arguments: tuple[Pair, ...]) -> Pair:
        """A function of another module: what the context answers, free in kind."""
        self.shadow.asked.add(key)
        pinned = [self.shadow.pin(one, self.of_function(key)) for one in arguments]
        return Pair(stand_in(self.run, key, *pinned))

    def of_function(self, name: str) -> str:
        """Why an argument is pinned."""
        return message("{funcao} só foi tentada com alguns valores", funcao=name)

    def formula(self, code: str) -> Pair:
        """Another formula (F6), within the same run."""
        key = name_key(code)
        text = find(self.run.context.formulas, key)
        if text is MISSING:
            field = find(self.run.context.fields, key)
            if field is not MISSING and self.rule.schema.table.get(key) is None:
                return self.free(
                    "campo", key, field, Formulas(self.run, self.rule.schema, self.code, self.rule.compiled).value(code)
                )
            return Pair(Formulas(self.run, self.rule.schema, self.code, self.rule.compiled).value(code))
        if key in self.run.chain or len(self.run.chain) >= self.run.limits.depth:
            raise Fault("formulas-em-circulo", message("referência circular entre fórmulas: {caminho}", caminho=key))
        try:
            rule = self.rule.compiled(text, self.rule.schema, key)
        except FormulaError as error:
            raise Fault("formula-com-erros", message("a fórmula {codigo} tem erros", codigo=key)) from error
        inner = Walker(rule, self.run, self.shadow, self.memories, key)
        inner.steps = self.steps
        inner.letters = self.letters
        self.run.chain.append(key)
        before = self.run.called
        self.run.called = inner.value_of_formula
        try:
            return inner.block_value(rule.tree.statements)
        finally:
            self.run.chain.pop()
            self.run.called = before

    def value_of_formula(self, code: str) -> Any:
        """For binds of sentences: the value, pinned."""
        return self.shadow.pin(self.formula(code), self.unmodelled())

    def row(self, row: Function, arguments: tuple[Expression, ...]) -> Pair:
        """A call of a row."""
        if row.name == "FORMULA":
            code = self.shadow.pin(self.converted(self.expression(arguments[0]), TEXT), self.of_function(row.name))
            return self.formula(code)
        given: list[Pair] = []
        for position, argument in enumerate(arguments):
            wanted = row.arguments[min(position, len(row.arguments) - 1)]
            given.append(self.converted(self.expression(argument), wanted.kinds))
        meaning = MODELLED.get(row.name)
        if meaning is not None:
            made = meaning(self, row, given)
            if made is not None:
                return made
        loose = LOOSE.get(row.name, ())
        terms = (given[position].term for position in loose if position < len(given))
        self.shadow.loose += [term for term in terms if term is not None]
        values = [
            one.value if position in loose else self.shadow.pin(one, self.of_function(row.name))
            for position, one in enumerate(given)
        ]
        called = row.call(self.run, *values) if row.needs_run else row.call(*values)
        if is_foreign(row):
            self.shadow.asked.add(row.name)
            called = of_kind(called, row.result, row.name)
        return Pair(called)

    def converted(self, pair: Pair, kinds: int) -> Pair:
        """An argument as its parameter's kind."""
        if kinds == INTEGER:
            number = self.number(pair)
            if number.term is not None and not whole(number.term):
                if isinstance(number.value, int):
                    return Pair(self.shadow.pin(number, self.unmodelled()))
                return Pair(to_integer(self.shadow.pin(number, self.unmodelled())))
            return Pair(to_integer(number.value), number.term)
        if kinds == NUMBER:
            return self.number(pair)
        if kinds == DATE:
            return self.date(pair)
        if kinds == LOGICAL:
            return Pair(self.truth(pair))
        if kinds == TEXT and not isinstance(pair.value, str):
            text = to_text(pair.value)
            return Pair(text, None if pair.term is None else joined(pair.term))
        return pair

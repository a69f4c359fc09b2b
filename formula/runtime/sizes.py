"""How much text a formula without loops can make at most, read off its tree.

When no default run can be short of that much, the trusted code need not count texts one by one: the engine compares the sum
with the limit once, before the run, and takes the counting way when it does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from formula.builtins import dates, numbers, texts
from formula.builtins.table import Function
from formula.checking.checker import Checked
from formula.checking.names import Builtin, Field, OtherFormula, StandIn, Variable
from formula.limits import DEFAULT
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Evaluate,
    Expression,
    If,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    Repeat,
    TextLiteral,
    Unary,
    While,
    bare,
    walk,
)
from formula.runtime.fields import SHORT_TEXT
from formula.runtime.steps import calls_formula
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import LONGEST_NUMBER, MOST_DIGITS, number_text

LONGEST_FIELD = 4_000
"""Characters of a text field up to which the sum holds; trusted code tests the length at its entry."""

NUMBER_LENGTH = 2 * MOST_DIGITS + 10
"""A number from outside, written out: digits before and after the point, sign and point."""

READ_NUMBER = LONGEST_NUMBER + 3
"""A number read from a text, written out again."""

DATE_LENGTH = 19
"""``dd/mm/aaaa hh:mm:ss``."""

ROOM = 32
"""What one operator adds at most to its two sides: a sign, a point, and the 28 digits of a quotient."""

FIELD_LENGTHS = {NUMBER: NUMBER_LENGTH, INTEGER: NUMBER_LENGTH, DATE: DATE_LENGTH, LOGICAL: 0, TEXT: LONGEST_FIELD}
EFFECT = 400
"""What an effect costs of the budget of text beside its texts: the record, its JSON, the row it becomes."""

QUIET = frozenset({"=", "<>", "<", "<=", ">", ">=", "E", "OU"})
"""Operators whose answer is a logical, which is never written as a text."""


@attrs.frozen
class Sizes:
    """``whole``: characters that all texts of a run have together at most, None when the tree does not tell. ``each``: how
    long the text form of an expression (by ``id``) may be. ``measured``: the fields whose length matters to it."""

    whole: int | None
    each: Mapping[int, int | None]
    measured: frozenset[tuple[str, str]]


UNKNOWN = Sizes(None, {}, frozenset())


class Unbounded(Exception):
    """A part of the tree says nothing about its size."""


def sizes_of(checked: Checked) -> Sizes:
    """The sizes of a whole formula whose fields are trusted."""
    survey = Survey(checked)
    try:
        for node in walk(checked.tree):
            survey.take(node)
    except Unbounded:
        return UNKNOWN
    return Sizes(survey.whole, survey.each, frozenset(survey.measured)) if survey.whole <= DEFAULT.text else UNKNOWN


def flat_cost(row: Function, arguments: Sequence[Expression]) -> int:
    """What a call costs of the budget of text whatever its arguments are: an effect with its literals, and long literals that
    are read again at each call."""
    literals = [len(inner.value) for inner in map(bare, arguments) if isinstance(inner, TextLiteral)] if row.scans else []
    if row.effect:
        return EFFECT + sum(literals)
    return sum(size for size in literals if size > SHORT_TEXT)


class Survey:
    """Goes through the statements in order; without loops a variable is read only after all that may stand in it."""

    def __init__(self, checked: Checked) -> None:
        """Nothing is made yet."""
        self.checked = checked
        self.whole = 0
        self.each: dict[int, int | None] = {}
        self.measured: set[tuple[str, str]] = set()
        self.variables: dict[str, int | None] = {}

    def take(self, node: object) -> None:
        """One statement; expressions are looked at from their statement."""
        match node:
            case Repeat() | While():
                raise Unbounded
            case Assign():
                self.expressions(node.value)
                before, now = self.variables.get(node.target.key, 0), self.known(node.value)
                self.variables[node.target.key] = None if before is None or now is None else max(before, now)
            case Evaluate():
                self.expressions(node.expression)
            case If():
                self.expressions(node.condition)

    def expressions(self, whole: Expression) -> None:
        """An expression with its parts, the parts first."""
        for node in reversed(list(walk(whole))):
            match node:
                case TextLiteral():
                    self.each[id(node)] = len(node.value)
                case NumberLiteral():
                    self.each[id(node)] = len(number_text(node.value))
                case Member():
                    self.each[id(node)] = self.known(node.call)
                case LogicalLiteral():
                    self.each[id(node)] = 0
                case Unary():
                    self.each[id(node)] = 0 if node.operator == "NAO" else self.sum_of(node.operand)
                case Binary():
                    self.each[id(node)] = self.operation(node)
                case Name() | Call():
                    self.each[id(node)] = self.named(node)

    def operation(self, node: Binary) -> int | None:
        """An operator. Comparing two texts that may be long reads them, which counts as if it made them."""
        if node.operator not in QUIET:
            return self.sum_of(node.left, node.right)
        kinds = self.checked.kinds
        sides = (node.left, node.right)
        if node.operator not in {"E", "OU"} and all(kinds[id(side)] & TEXT for side in sides):
            self.whole += sum(self.size(side) for side in sides if not isinstance(bare(side), TextLiteral))
        return 0

    def sum_of(self, *operands: Expression) -> int | None:
        """A number, or a date, made of numbers, dates and texts that are read as such."""
        total = ROOM
        for operand in operands:
            kinds = self.checked.kinds[id(operand)]
            length = 0 if kinds == TEXT else self.known(operand)
            if length is None:
                return None
            total += max(length, READ_NUMBER) if kinds & TEXT else length
        return total

    def named(self, node: Name | Call) -> int | None:
        """A variable, field or function."""
        binding = self.checked.bindings.get(id(node))
        if calls_formula(node, self.checked.bindings) or isinstance(binding, OtherFormula):
            raise Unbounded
        if isinstance(binding, Variable):
            return self.variables.get(binding.key, 0)
        if isinstance(binding, Field):
            return FIELD_LENGTHS.get(binding.kinds)
        if isinstance(binding, StandIn) or not isinstance(binding, Builtin):
            return None
        return self.called(binding.row, node.arguments if isinstance(node, Call) else ())

    def called(self, row: Function, arguments: tuple[Expression, ...]) -> int | None:
        """The result of a function, and what the run is charged for it."""
        for position, argument in enumerate(arguments):
            wanted = row.arguments[min(position, len(row.arguments) - 1)]
            literal = isinstance(bare(argument), TextLiteral | NumberLiteral | LogicalLiteral)
            if (
                row.scans
                and wanted.kinds & TEXT
                and not literal
                and (wanted.kinds == TEXT or self.checked.kinds[id(argument)] & TEXT)
            ):
                self.whole += self.size(argument)
        self.whole += flat_cost(row, arguments)
        rule = RULES.get(row)
        length = rule(self, arguments) if rule is not None else None
        if row.result == TEXT and arguments:
            if length is None:
                raise Unbounded
            self.whole += length
        return length

    def known(self, node: Expression) -> int | None:
        """How long an expression's text may be, if the tree tells; a text field is measured for it."""
        inner = bare(node)
        binding = self.checked.bindings.get(id(inner))
        if isinstance(binding, Field) and binding.kinds == TEXT:
            self.measured.add(("campo", binding.key))
        return self.each.get(id(inner))

    def size(self, node: Expression) -> int:
        """The same, when it must be known."""
        length = self.known(node)
        if length is None:
            raise Unbounded
        return length


Rule = Callable[[Survey, tuple[Expression, ...]], int | None]


def joined(survey: Survey, arguments: tuple[Expression, ...]) -> int | None:
    """All arguments one after the other."""
    return sum(survey.size(argument) for argument in arguments)


def piece(survey: Survey, arguments: tuple[Expression, ...]) -> int | None:
    """SUBSTR: as long as its literal says, whatever the text."""
    count = bare(arguments[2])
    if isinstance(count, NumberLiteral) and type(count.value) is int:
        return count.value
    return survey.size(arguments[0])


def changed(survey: Survey, arguments: tuple[Expression, ...]) -> int | None:
    """Another letter case: one letter becomes three at most."""
    return 3 * survey.size(arguments[0])


def number_of(survey: Survey, arguments: tuple[Expression, ...]) -> int | None:
    """A number made of numbers."""
    return survey.sum_of(*arguments)


def small(_survey: Survey, _arguments: tuple[Expression, ...]) -> int | None:
    """Days, years, positions."""
    return ROOM


RULES: Mapping[Function, Rule] = {
    texts.concat: joined,
    texts.substr: piece,
    texts.maiuscula: changed,
    texts.minuscula: changed,
    texts.trim: joined,
    **dict.fromkeys((texts.tamanho, texts.posicao, texts.ascii_), small),
    **dict.fromkeys((dates.difdias, dates.anodt, dates.mesdt, dates.diadt, dates.horadt, dates.mtdata), small),
    **dict.fromkeys((numbers.abs_, numbers.arred, numbers.int_, numbers.frac, numbers.max_, numbers.min_), number_of),
    **dict.fromkeys((numbers.arredonda, numbers.trunc), number_of),
}
"""Rows whose results have a known size. Others leave the sizes unknown where their text is wanted."""

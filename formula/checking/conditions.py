"""Branches of SE that the conditions before them leave nothing for, and conditions that overlap so that their order decides.

A condition is read as cases: each a list of comparisons of one name with one literal. What is not such a comparison counts as
unknown, true or false, so that only what holds whatever it is gets said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import attrs

from formula.builtins.operators import blank
from formula.checking.comparisons import TURNED, Range, parts
from formula.checking.names import Binding, Builtin, Field, Variable
from formula.messages import message
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    TextLiteral,
    Unary,
    While,
    bare,
    walk,
)
from formula.reporter import Reporter
from formula.types import EMPTY, LOGICAL, NUMBER, TEXT

MOST_CASES, MOST_FACTS, DEEPEST = 32, 60, 40
"""More cases of a condition, comparisons of a case and branches in branches are not followed."""
OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "="}
GETTERS = frozenset({"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO"})


@attrs.frozen
class Fact:
    """``name sign value``; a logical name has the sign ``=``."""

    name: str
    sign: str
    value: int | Decimal | str | bool


Case = tuple[Fact, ...]
ANYTHING: tuple[Case, ...] = ((),)
"""Cases of a condition of which nothing is known."""


@attrs.frozen(eq=False)
class Reader:
    """Conditions of one formula."""

    bindings: Mapping[int, Binding]
    kinds: Mapping[int, int]
    text: str

    def words(self, block: Sequence[Statement]) -> str:
        """A block as it is written, whatever its blanks."""
        return " ".join(self.text[block[0].span.start : block[-1].span.end].split()).upper() if block else ""

    def cases(self, node: Expression, truth: bool = True, depth: int = 0) -> tuple[Case, ...]:
        """The cases in which a condition may have an answer; no case when it never can."""
        inner = bare(node)
        if depth > DEEPEST:
            return ANYTHING
        if isinstance(inner, Unary) and inner.operator == "NAO":
            return self.cases(inner.operand, not truth, depth + 1)
        if isinstance(inner, LogicalLiteral):
            return ANYTHING if inner.value is truth else ()
        if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
            join = both if (inner.operator == "E") is truth else either
            made: tuple[Case, ...] | None = None
            for part in parts(inner):
                mine = self.cases(part, truth, depth + 1)
                made = mine if made is None else join(made, mine)
            return made or ()
        found = self.fact(inner)
        if found is None:
            return ANYTHING
        if isinstance(found.value, bool):
            return ((attrs.evolve(found, value=truth),),)
        return ((found if truth else attrs.evolve(found, sign=OPPOSITE[found.sign]),),)

    def whole(self, condition: Expression) -> bool:
        """Whether nothing of a condition is unknown."""
        waiting = [condition]
        while waiting:
            inner = bare(waiting.pop())
            if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
                waiting += (inner.left, inner.right)
            elif isinstance(inner, Unary) and inner.operator == "NAO":
                waiting.append(inner.operand)
            elif self.fact(inner) is None:
                return False
        return True

    def fact(self, inner: Expression) -> Fact | None:
        """A comparison of a name with a literal of its own kind, or a logical name."""
        name = self.named(inner)
        if name is not None:
            return Fact(name, "=", True) if self.only(inner, LOGICAL) else None
        if not isinstance(inner, Binary) or inner.operator not in TURNED:
            return None
        for one, other, sign in (
            (bare(inner.left), bare(inner.right), inner.operator),
            (bare(inner.right), bare(inner.left), TURNED[inner.operator]),
        ):
            name = self.named(one)
            if name is not None and isinstance(other, NumberLiteral) and self.only(one, NUMBER):
                return Fact(name, sign, other.value)
            if name is not None and isinstance(other, TextLiteral) and sign in {"=", "<>"} and self.only(one, TEXT):
                return Fact(name, sign, blank(other.value))
        return None

    def named(self, node: Expression) -> str | None:
        """What a variable, a field or a reading of a field is called; None for anything else."""
        binding = self.bindings.get(id(node))
        if isinstance(node, Name) and isinstance(binding, Variable | Field):
            return node.word.key
        if isinstance(node, Call) and isinstance(binding, Builtin) and binding.row.name in GETTERS:
            given = [bare(one) for one in node.arguments]
            if all(isinstance(one, TextLiteral) for one in given):
                return "\n".join((binding.row.name, *(one.value.strip().upper() for one in given if isinstance(one, TextLiteral))))
        return None

    def only(self, node: Expression, kinds: int) -> bool:
        """Whether a value is of these kinds or Vazio, whatever the ticket."""
        found = self.kinds.get(id(node), 0)
        return bool(found & kinds) and not found & ~(kinds | EMPTY)


def both(one: Sequence[Case], other: Sequence[Case]) -> tuple[Case, ...]:
    """The cases of two conditions together; what becomes too much is forgotten, which only leaves more open."""
    if len(one) * len(other) > MOST_CASES:
        return tuple(one) if len(one) <= len(other) else tuple(other)
    made = (tuple(dict.fromkeys((*mine, *theirs))) for mine in one for theirs in other)
    return tuple(case[-MOST_FACTS:] for case in made if possible(case))


def either(one: Sequence[Case], other: Sequence[Case]) -> tuple[Case, ...]:
    """The cases of one condition or another."""
    made = tuple(dict.fromkeys((*one, *other)))
    return ANYTHING if () in made or len(made) > MOST_CASES else made


def possible(case: Case) -> bool:
    """Whether comparisons can hold together."""
    by_name: dict[str, list[Fact]] = {}
    for fact in case:
        by_name.setdefault(fact.name, []).append(fact)
    return all(one_value(facts) for facts in by_name.values())


def one_value(facts: Sequence[Fact]) -> bool:
    """Whether one value can meet comparisons; values of two kinds are not judged."""
    values = [fact.value for fact in facts]
    if all(isinstance(value, bool) for value in values):
        return len(set(values)) == 1
    unlike = {fact.value for fact in facts if fact.sign == "<>"}
    if all(isinstance(value, str) for value in values):
        equal = {fact.value for fact in facts if fact.sign == "="}
        return len(equal) < 2 and not equal & unlike
    if any(isinstance(value, bool | str) for value in values):
        return True
    left = Range()
    for fact in facts:
        if fact.sign != "<>" and not isinstance(fact.value, str):
            left = left.cut(fact.sign, fact.value)
    return not left.empty and not (left.low is not None and left.low == left.high and left.low in unlike)


def branches(tree: Formula, bindings: Mapping[int, Binding], kinds: Mapping[int, int], reporter: Reporter) -> None:
    """Report branches that are never taken, and conditions whose order decides."""
    block(tree.statements, ANYTHING, Reader(bindings, kinds, reporter.source.text), reporter, 0)


def block(statements: Sequence[Statement], known: tuple[Case, ...], reader: Reader, reporter: Reporter, depth: int) -> None:
    """Statements in order, with what is known where they begin; a value that is given takes away what was known of the old."""
    if depth > DEEPEST:
        return
    for statement in statements:
        if isinstance(statement, If):
            chain(statement, known, reader, reporter, depth)
        elif isinstance(statement, Repeat | While):
            block(statement.body, without(known, statement), reader, reporter, depth + 1)
        known = without(known, statement)


def chain(statement: If, known: tuple[Case, ...], reader: Reader, reporter: Reporter, depth: int) -> None:
    """SE … SENAO SE …: each condition with all before it untrue."""
    before: list[If] = []
    current, reached = statement, bool(known)
    while True:
        mine = reader.cases(current.condition)
        if reached and mine and not both(known, mine) and not asked_again(current, reporter):
            reached = bool(known)
            reporter.add(
                "ramo-nunca-tomado",
                current.condition.span,
                message("este ramo nunca é tomado: as condições antes dele não deixam nada para ele"),
                message("mude a ordem das condições ou os valores que elas comparam"),
            )
        elif before and overlaps(before[-1], current, reader):
            reporter.add(
                "condicoes-sobrepostas",
                current.condition.span,
                message("esta condição e a anterior valem juntas para alguns valores; a ordem decide qual ramo é tomado"),
                message("feche os intervalos para que só uma valha, se a ordem não é de propósito"),
            )
        block(current.then, both(known, mine), reader, reporter, depth + 1)
        known = both(known, reader.cases(current.condition, truth=False))
        before.append(current)
        rest = current.otherwise or ()
        if len(rest) == 1 and isinstance(rest[0], If):
            current = rest[0]
            continue
        block(rest, known, reader, reporter, depth + 1)
        return


def asked_again(statement: If, reporter: Reporter) -> bool:
    """Whether it was said already that the condition never holds."""
    return any(one.code == "comparacao-nunca-verdadeira" and one.span == statement.condition.span for one in reporter.found)


def overlaps(one: If, other: If, reader: Reader) -> bool:
    """Whether two conditions about the same names partly hold together, and the branches do different things. Where one holds in
    all that the other does, the order is what the author means: ``SE V > 100 … SENAO SE V > 10``."""
    mine, theirs = reader.cases(one.condition), reader.cases(other.condition)
    names = [{fact.name for case in cases for fact in case} for cases in (mine, theirs)]
    told = all(reader.whole(each.condition) for each in (one, other))
    if (
        not told
        or names[0] != names[1]
        or len(mine) * len(theirs) > MOST_CASES
        or (len(names[0]) > 1 and (len(mine) > 1 or len(theirs) > 1))
    ):
        return False
    shared = both(mine, theirs)
    apart = (both(mine, reader.cases(other.condition, truth=False)), both(reader.cases(one.condition, truth=False), theirs))
    return bool(shared and all(apart)) and reader.words(one.then) != reader.words(other.then)


def assigned(statement: Statement) -> set[str]:
    """The variables that a statement may give a value to."""
    return {node.target.key for node in walk(statement) if isinstance(node, Assign)}


def without(known: tuple[Case, ...], statement: Statement) -> tuple[Case, ...]:
    """What stays known when a statement gives variables other values."""
    if known in ((), ANYTHING):
        return known
    names = assigned(statement)
    if not names:
        return known
    made = tuple(dict.fromkeys(tuple(fact for fact in case if fact.name not in names) for case in known))
    return ANYTHING if () in made else made

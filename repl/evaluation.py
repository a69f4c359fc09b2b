"""Running what is typed into a session: variables of earlier inputs are there, and those of this one stay.

The typed text keeps its own places. Before its statements the tree gets one DECL and one SETVAR for each variable that
the session knows; behind them, one call for each that hands its value back. The rows these calls belong to have names
that no formula can write.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from formula.builtins.table import Argument, Function
from formula.checker import check_tree
from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.engine import Rule
from formula.outcome import Outcome
from formula.parser import parse
from formula.runtime.compile import compile_program
from formula.runtime.limits import Limits
from formula.runtime.values import Value
from formula.schema import Schema
from formula.syntax import (
    NOWHERE,
    Assign,
    Call,
    Declare,
    Evaluate,
    Expression,
    Formula,
    LogicalLiteral,
    Name,
    NumberLiteral,
    Statement,
    TextLiteral,
    Unary,
    Word,
    walk,
)
from formula.types import ANY, DATE, EMPTY, TEXT
from repl.messages import message

KEEP, RECALL = "$GUARDA", "$LEMBRA"

OF_WHOLE_FORMULAS = frozenset(
    {"variavel-sem-uso", "variavel-sem-valor", "pode-terminar-sem-valor", "condicao-constante", "decl-repetido"}
)
"""Lints about a formula as a whole; a line of a session is not one."""


@attrs.define
class Memory:
    """The variables of a session by key, with the names as first written."""

    values: dict[str, Value] = attrs.field(factory=dict)
    written: dict[str, str] = attrs.field(factory=dict)

    def clear(self) -> None:
        """Forget all variables."""
        self.values.clear()
        self.written.clear()


@attrs.frozen
class Evaluated:
    """An input that ran: the compiled rule, what it gave, its lints, and the variables it changed, in order."""

    rule: Rule
    outcome: Outcome
    lints: tuple[Diagnostic, ...]
    changed: tuple[str, ...]


def evaluate(
    text: str, name: str, memory: Memory, context: Context, schema: Schema, limits: Limits, *, lenient: bool = False
) -> Evaluated:
    """Run one input. Raises FormulaError when it has errors; a fault leaves the variables as they were."""
    kept: dict[str, Value] = {}
    rule = prepare(text, name, memory, with_rows(schema, memory, kept), lenient=lenient)
    outcome = rule.run(context, limits)
    own_calls = sum(isinstance(node, Call) and node.word.key in {KEEP, RECALL} for node in walk(rule.tree))
    outcome = attrs.evolve(outcome, steps=max(outcome.steps - own_calls, 0))
    changed: tuple[str, ...] = ()
    if outcome.status == "ok":
        changed = tuple(key for key, value in kept.items() if differs(memory, key, value))
        for word in declared_words(rule.tree):
            memory.written.setdefault(word.key, word.written)
        memory.values.update(kept)
    return Evaluated(rule, outcome, rule.diagnostics, changed)


def prepare(text: str, name: str, memory: Memory, schema: Schema, *, lenient: bool) -> Rule:
    """Compile an input between the variables of the session. Raises FormulaError."""
    parsed = parse(text, name)
    if parsed.tree is None:
        raise FormulaError(list(parsed.diagnostics), parsed.source)
    checked = check_tree(parsed.source, surrounded(parsed.tree, memory, lenient=lenient), schema, lenient)
    found = [*parsed.diagnostics, *(d for d in checked.diagnostics if d.code not in OF_WHOLE_FORMULAS)]
    found = sorted((d for d in found if d.span != NOWHERE or d.severity == "error"), key=lambda d: d.span.start)
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise FormulaError(found, parsed.source)
    checked = attrs.evolve(checked, diagnostics=tuple(found))
    return Rule(checked, compile_program(checked, trusted=True))


def differs(memory: Memory, key: str, value: Value) -> bool:
    """Whether a variable has another value, or another kind, than before."""
    if key not in memory.values:
        return value is not None
    before = memory.values[key]
    return type(before) is not type(value) or before != value


def surrounded(tree: Formula, memory: Memory, *, lenient: bool) -> Formula:
    """The tree with the session's variables before it and the calls that keep them behind it."""
    before: list[Statement] = []
    if memory.values:
        before.append(Declare(tuple(Word(key, memory.written[key], NOWHERE) for key in memory.values), NOWHERE))
    for key, value in memory.values.items():
        if value is not None:
            before.append(Assign(Word(key, memory.written[key], NOWHERE), remembered(key, value), NOWHERE))
    names = dict.fromkeys([*memory.values, *(word.key for word in declared_words(tree, lenient=lenient))])
    behind = [Evaluate(call(KEEP, TextLiteral(key), Name(Word(key, key, NOWHERE)))) for key in names]
    return attrs.evolve(tree, statements=(*before, *tree.statements, *behind))


def declared_words(tree: Formula, *, lenient: bool = True) -> list[Word]:
    """The names that a tree declares; in lenient mode by their first SETVAR too."""
    found: list[Word] = []
    for node in walk(tree):
        if isinstance(node, Declare):
            found.extend(node.words)
        elif lenient and isinstance(node, Assign):
            found.append(node.target)
    return found


def remembered(key: str, value: Value) -> Expression:
    """A variable's value as source of its kind, so that the checker knows it; a date through its row."""
    if isinstance(value, bool):
        return LogicalLiteral(value)
    if isinstance(value, int | Decimal):
        positive = NumberLiteral(abs(value), "")
        return Unary("-", positive) if value < 0 else positive
    return TextLiteral(value) if isinstance(value, str) else call(RECALL, TextLiteral(key))


def call(row: str, *arguments: Expression) -> Call:
    """A call without a place."""
    return Call(Word(row, row, NOWHERE), arguments)


def with_rows(schema: Schema, memory: Memory, kept: dict[str, Value]) -> Schema:
    """The schema with the two rows that tie an input to the session."""
    rows = {
        KEEP: session_row(KEEP, ("nome", TEXT), ("valor", ANY), result=EMPTY, act=kept.__setitem__),
        RECALL: session_row(RECALL, ("nome", TEXT), result=DATE, act=memory.values.__getitem__),
    }
    return attrs.evolve(schema, table={**schema.table, **rows})


def session_row(name: str, *arguments: tuple[str, int], result: int, act: Callable[..., Any]) -> Function:
    """A row that only a session has; KEEP is called for its effect, so it leaves the formula's value alone (P8)."""
    return Function(
        name=name,
        call=act,
        arguments=tuple(Argument(one, kinds, "", False, one) for one, kinds in arguments),
        result=result,
        result_name="",
        result_role="",
        needs_run=False,
        variadic=False,
        contexts=frozenset({"global", "taa"}),
        origin="extension",
        pure=False,
        effect=result == EMPTY,
        never_returns=False,
        examples=(),
        help=message(""),
        aliases=(),
    )

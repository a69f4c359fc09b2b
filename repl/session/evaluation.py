"""Running what is typed into a session: variables of earlier inputs are there, and those of this one stay.

The typed text keeps its own places. Before its statements the tree gets one DECL and one SETVAR for each variable that
the session knows. Every run is recorded, so that questions about it need no second run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from formula.builtins.table import function
from formula.checking.checker import check_tree
from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.engine import Rule
from formula.limits import Limits
from formula.outcome import Outcome
from formula.parser import parse
from formula.reading.tree import (
    NOWHERE,
    Assign,
    Call,
    Declare,
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
from formula.runtime.compile import compile_program
from formula.runtime.record import Record
from formula.schema import Schema
from formula.types import Anything, Date, Text
from formula.values import Value

RECALL = "$LEMBRA"
"""A row that no formula can name: the value a variable had."""

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
    """An input that ran: the compiled rule, its record, and the variables it changed, in order.

    ``first`` is the first step of the record that the author wrote; those before it brought the variables in.
    """

    rule: Rule
    record: Record
    outcome: Outcome
    first: int
    changed: tuple[str, ...]

    @property
    def lints(self) -> tuple[Diagnostic, ...]:
        """What the check noticed in a text that ran."""
        return self.rule.diagnostics


def evaluate(
    text: str, name: str, memory: Memory, context: Context, schema: Schema, limits: Limits, *, lenient: bool = False
) -> Evaluated:
    """Run one input. Raises FormulaError when it has errors; only a run to the end changes the variables."""
    rule = prepare(text, name, memory, with_recall(schema, memory.values), lenient=lenient)
    record = rule.record(context, limits)
    own_calls = sum(isinstance(value, datetime) for value in memory.values.values())
    outcome = record.outcome._replace(steps=max(record.outcome.steps - own_calls, 0))
    first = sum(value is not None for value in memory.values.values())
    changed: tuple[str, ...] = ()
    if outcome.status == "ok":
        kept = record.state(len(record) - 1)
        changed = tuple(key for key, value in kept.items() if differs(memory, key, value))
        memory.written = {**record.written, **memory.written}
        memory.values.update(kept)
    return Evaluated(rule, record, outcome, first, changed)


def prepare(text: str, name: str, memory: Memory, schema: Schema, *, lenient: bool) -> Rule:
    """Compile an input between the variables of the session. Raises FormulaError."""
    parsed = parse(text, name)
    if parsed.tree is None:
        raise FormulaError(list(parsed.diagnostics), parsed.source)
    checked = check_tree(parsed.source, surrounded(parsed.tree, memory), schema, lenient)
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


def surrounded(tree: Formula, memory: Memory) -> Formula:
    """The tree with the session's variables before it."""
    before: list[Statement] = []
    if memory.values:
        before.append(Declare(tuple(Word(key, memory.written[key], NOWHERE) for key in memory.values), NOWHERE))
    for key, value in memory.values.items():
        if value is not None:
            before.append(Assign(Word(key, memory.written[key], NOWHERE), remembered(key, value), NOWHERE))
    return attrs.evolve(tree, statements=(*before, *tree.statements))


def remembered(key: str, value: Value) -> Expression:
    """A variable's value as source of its kind, so that the checker knows it; a date through its row."""
    if isinstance(value, bool):
        return LogicalLiteral(value)
    if isinstance(value, int | Decimal):
        size: int | Decimal = -value if value < 0 else value
        return Unary("-", NumberLiteral(size, "")) if value < 0 else NumberLiteral(size, "")
    return TextLiteral(value) if isinstance(value, str) else recall(key)


def recall(key: str) -> Call:
    """The call that brings a variable in, without a place."""
    return Call(Word(RECALL, RECALL, NOWHERE), (TextLiteral(key),), NOWHERE)


def with_recall(schema: Schema, values: Mapping[str, Value], result: Any = Date) -> Schema:
    """The schema with the row that gives a variable's value; ``result`` is the annotation of what it may be."""

    def given(name: str) -> Value:
        """A variable of the session."""
        return values[name]

    given.__annotations__.update({"name": Text, "return": result})
    row = function(origin="extension", contexts=("global", "taa"), pure=False, name=RECALL)(given)
    return attrs.evolve(schema, table={**schema.table, RECALL: row})


class Question:
    """An expression asked of a run's state: compiled once, answered for any step. It changes nothing."""

    def __init__(self, text: str, names: Mapping[str, str], context: Context, schema: Schema) -> None:
        """``names`` are the variables as written, by key. Raises FormulaError when it cannot be asked."""
        self.text = text
        self.context = context
        self.state: dict[str, Value] = dict.fromkeys(names)
        parsed = parse(text, "<pergunta>")
        if parsed.tree is None:
            raise FormulaError(list(parsed.diagnostics), parsed.source)
        before = [Declare(tuple(Word(key, written, NOWHERE) for key, written in names.items()), NOWHERE)] if names else []
        used = {node.word.key for node in walk(parsed.tree) if isinstance(node, Name)}
        sets = [Assign(Word(key, names[key], NOWHERE), recall(key), NOWHERE) for key in names if key in used]
        tree = attrs.evolve(parsed.tree, statements=(*before, *sets, *parsed.tree.statements))
        checked = check_tree(parsed.source, tree, with_recall(schema, self.state, Anything))
        found = [d for d in (*parsed.diagnostics, *checked.diagnostics) if d.severity == "error"]
        if found:
            raise FormulaError(found, parsed.source)
        self.rule = Rule(checked, compile_program(checked, trusted=True))

    def answer(self, state: Mapping[str, Value]) -> Outcome:
        """What the expression gives in a state; a fault is an outcome too."""
        self.state.update(state)
        return self.rule.run(self.context)

"""Where a name is declared and used, and the outline of a formula: for going to, renaming, listing. Pure.

Places come from the words of a text, not from its tree, so that they are right in a text with faults too. A variable
lives in its formula alone (V3); another formula is known by its code wherever it is called (F6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from formula.editing.typed_words import Kind, TextWord, declared
from formula.messages import Message, message
from formula.reading.tree import Assign, Declare, Evaluate, Formula, If, Repeat, Statement, While
from formula.schema import Schema
from formula.source import Source, Span

VARIABLE, FORMULA = "variable", "formula"


@attrs.frozen
class Symbol:
    """A name that can be followed: ``kind`` is ``variable`` or ``formula``, ``span`` where it was asked about."""

    kind: str
    key: str
    span: Span


@attrs.frozen
class Entry:
    """A line of the outline. ``span`` is the whole part, ``name_span`` what to select; ``kind`` is ``variable`` or
    ``block``."""

    name: str
    detail: str
    kind: str
    span: Span
    name_span: Span
    inside: tuple[Entry, ...] = ()


def symbol_at(
    typed: list[TextWord], offset: int, schema: Schema, codes: Iterable[str] = (), lenient: bool = False
) -> Symbol | None:
    """The variable or formula whose name holds an offset. ``codes`` are formulas known beside the schema's.

    A name that nothing else explains counts as a variable when it is the target of a SETVAR.
    """
    known = {*(schema.formulas or ()), *(code.upper() for code in codes)}
    variables = set(variables_of(typed, lenient))
    for found in named_places(typed, schema):
        if found.span.start <= offset <= found.span.end:
            return meaning(found, variables, known, schema)
    return None


def meaning(found: Symbol, variables: set[str], codes: set[str], schema: Schema) -> Symbol | None:
    """What a place names, in the order of look-up (V7, F6)."""
    if found.kind == FORMULA:
        return found if found.key in codes else None
    if found.kind == VARIABLE and found.key in variables:
        return found
    if found.key in schema.table or found.key in schema.fields or found.key in schema.functions:
        return None
    return attrs.evolve(found, kind=FORMULA) if found.key in codes else None


CALLED = "called"


def named_places(typed: Iterable[TextWord], schema: Schema) -> Iterator[Symbol]:
    """Every name of a text, with what its form says: a bare name may be a variable, a called one is not (V7), and a
    text that stands for a formula's code names that formula."""
    before: list[TextWord] = []
    for word in typed:
        if word.kind is Kind.COMMENT:
            continue
        if word.kind is Kind.NAME and not (before and before[-1].key == "."):
            yield Symbol(VARIABLE, word.key, word.span)
        elif word.kind is Kind.CALL:
            yield Symbol(CALLED, word.key, word.span)
        elif word.kind is Kind.TEXT and word.closed and names_formula(before, schema):
            yield Symbol(FORMULA, word.key[1:-1].strip().upper(), Span(word.start + 1, word.end - 1))
        before = [*before[-1:], word]


def names_formula(before: list[TextWord], schema: Schema) -> bool:
    """Whether a text that follows these two words is the code of a formula: ``FORMULA(``."""
    if len(before) < 2 or before[1].kind is not Kind.OPEN or before[0].kind is not Kind.CALL:
        return False
    row = schema.table.get(before[0].key)
    return row is not None and bool(row.arguments) and row.arguments[0].role == "formula"


def variables_of(typed: list[TextWord], lenient: bool = False) -> dict[str, Span]:
    """The variables of a formula and where each is declared: at its DECL or, if lenient, its first SETVAR (V5)."""
    found = {key: word.span for key, word in declared(typed).items()}
    if lenient:
        for first, second, third in zip(typed, typed[1:], typed[2:], strict=False):
            if first.kind is Kind.KEYWORD and first.key == "SETVAR" and second.kind is Kind.OPEN and third.kind is Kind.NAME:
                found.setdefault(third.key, third.span)
    return found


def places(typed: list[TextWord], symbol: Symbol, schema: Schema, lenient: bool = False) -> list[Span]:
    """Every place of a text that names a symbol, in order."""
    variables = set(variables_of(typed, lenient))
    codes = {symbol.key} if symbol.kind == FORMULA else set()
    return [
        found.span
        for found in named_places(typed, schema)
        if found.key == symbol.key and (known := meaning(found, variables, codes, schema)) and known.kind == symbol.kind
    ]


def outline(source: Source, tree: Formula) -> list[Entry]:
    """Variables and blocks, in order of place; blocks hold what is inside them."""
    return [entry for statement in tree.statements for entry in entries(source, statement)]


def entries(source: Source, statement: Statement, depth: int = 0) -> Iterator[Entry]:
    """The outline of one statement. A chain of SENAO SE stays on one level; very deep blocks are left out."""
    match statement:
        case Declare(words=words):
            for word in words:
                yield Entry(word.written, message("variável"), VARIABLE, word.span, word.span)
        case If() | Repeat() | While() if depth < 50:
            inside = tuple(inner for part in parts(statement) for inner in entries(source, part, depth + 1))
            title, span = heading(source, statement)
            yield Entry(title, opening(statement), "block", statement.span, span, inside)
        case Assign() | Evaluate() | _:
            return


def parts(statement: If | Repeat | While) -> tuple[Statement, ...]:
    """The statements right inside a block."""
    if isinstance(statement, If):
        return (*statement.then, *(statement.otherwise or ()))
    return statement.body


def heading(source: Source, statement: If | Repeat | While) -> tuple[str, Span]:
    """A block's condition on one line, and where it stands."""
    span = statement.until.span if isinstance(statement, Repeat) else statement.condition.span
    text = " ".join(source.slice(span).split())
    word = {If: "SE", Repeat: "REPITA … ATE", While: "ENQUANTO"}[type(statement)]
    return f"{word} {text if len(text) <= 60 else text[:59] + '…'}", span


def opening(statement: If | Repeat | While) -> Message:
    """What a block is."""
    return message("escolha") if isinstance(statement, If) else message("laço")

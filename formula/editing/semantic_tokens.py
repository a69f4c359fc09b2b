"""What an editor adds to a text: the meaning of each word for its colour, and the kinds the checker inferred. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from formula.checking.checker import Checked
from formula.editing.typed_words import Kind, TextWord, declared
from formula.messages import Message, message
from formula.reading.tree import Assign, Declare, Name, walk
from formula.schema import Schema
from formula.source import Span
from formula.types import ANY, EMPTY, shown

MEANINGS = ("keyword", "variable", "function", "property", "string", "number", "comment", "operator", "type", "macro")
"""Meanings of words, by the names of the Language Server Protocol: ``property`` is a ticket field, ``macro`` another
formula, ``type`` a stand-in of the context."""

SIMPLE = {
    Kind.KEYWORD: "keyword",
    Kind.TEXT: "string",
    Kind.NUMBER: "number",
    Kind.COMMENT: "comment",
    Kind.OPERATOR: "operator",
}


@attrs.frozen
class Note:
    """A short text to show at an offset, between two characters of the source."""

    offset: int
    text: Message
    help: Message


def meanings(typed: list[TextWord], schema: Schema) -> Iterator[tuple[Span, str]]:
    """Each word that has a meaning, in order; unknown names have none."""
    variables = declared(typed)
    for word in typed:
        found = SIMPLE.get(word.kind) or (
            name_meaning(word, word.key in variables, schema) if word.kind in {Kind.NAME, Kind.CALL} else None
        )
        if found is not None:
            yield word.span, found


def name_meaning(word: TextWord, variable: bool, schema: Schema) -> str | None:
    """What a name is, in the order of look-up (V7, F6)."""
    if variable and word.kind is Kind.NAME:
        return "variable"
    if word.key in schema.table:
        return "function"
    if word.key in schema.fields and word.kind is Kind.NAME:
        return "property"
    if word.key in schema.functions:
        return "type"
    return "macro" if word.key in (schema.formulas or ()) else None


def kinds_by_place(checked: Checked) -> dict[int, int]:
    """The kind set of each name by its offset: of a variable's value there, of what SETVAR gives it, and at its DECL of
    all that it ever gets."""
    made: dict[int, int] = {}
    whole: dict[str, int] = {}
    for node in walk(checked.tree):
        if isinstance(node, Name):
            made[node.word.span.start] = checked.kinds.get(id(node), ANY)
        elif isinstance(node, Assign):
            kind = checked.kinds.get(id(node.value), ANY)
            made[node.target.span.start] = kind
            whole[node.target.key] = whole.get(node.target.key, 0) | kind
    for node in walk(checked.tree):
        if isinstance(node, Declare):
            made.update({word.span.start: whole.get(word.key, EMPTY) for word in node.words})
    return made


def notes(checked: Checked) -> Iterable[Note]:
    """The kind of each variable at its DECL, and at each SETVAR of one that changes its kind (V4). Variables that never
    get a value have no note."""
    kinds = kinds_by_place(checked)
    made: list[Note] = []
    for node in walk(checked.tree):
        if isinstance(node, Declare):
            made += [note(word.span.end, kinds[word.span.start]) for word in node.words if kinds[word.span.start] != EMPTY]
        elif isinstance(node, Assign) and node.target.key in checked.words:
            kind, at = kinds[node.target.span.start], checked.words[node.target.key].span.start
            if kinds.get(at, kind) != kind:
                made.append(note(node.target.span.end, kind))
    return sorted(made, key=lambda one: one.offset)


def note(offset: int, kind: int) -> Note:
    """A kind set as a note; Vazio is left out beside another kind, since every variable may be Vazio (V3)."""
    told = kind & ~EMPTY or kind
    return Note(offset, message(": {tipo}", tipo=shown(told)), message("tipo que o verificador inferiu para esta variável"))

"""What a text of a formula stands for at its place: the code of a formula, a destination, the value of a field. Pure.

The words around a text decide, so that texts which are still being typed have a role too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import attrs

from formula.editing.signatures import Signature, enclosing
from formula.editing.typed_words import Kind, TextWord, word_start
from formula.field_changes import PARAMETER
from formula.schema import Schema
from formula.source import Span

CHANGE, VALUE_OF, DESTINATION, STEP = "mudanca", "valor", "destino", "etapa"
"""Roles beside those of arguments: a name that ALTERARCAMPOATENDIMENTO sets, and the value of a field or parameter."""

COMPARING = frozenset({"=", "<>", "<", ">", "<=", ">="})
BEGINNING = frozenset({"ENTAO", "SENAO", "FACA", "REPITA"})
GETTERS = frozenset({"campo", "parametro"})


@attrs.frozen
class TextRole:
    """The part of a text around a place. ``span`` is the part, ``typed`` what of it stands before the place; ``name`` is the
    field whose value it is, ``PARAMETRO.X`` for a parameter."""

    role: str
    span: Span
    typed: str
    name: str = ""


def role_at(words: Sequence[TextWord], word: TextWord, offset: int, schema: Schema) -> TextRole:
    """What the text ``word`` stands for at an offset inside it."""
    begin, end = word.start + 1, word.end - 1 if word.closed else word.end
    inner = word.key[1 : end - word.start]
    found = enclosing(words, word.start, schema)
    role = argument_role(found)
    if role == "atribuicoes":
        return change_at(inner, begin, offset)
    whole = TextRole(role, Span(begin, end), inner[: max(offset - begin, 0)])
    if role:
        return whole
    compared = compared_name(words, word, schema)
    if compared:
        return attrs.evolve(whole, role=VALUE_OF, name=compared)
    return attrs.evolve(whole, role=DESTINATION if is_result(words, word) else "")


def argument_role(found: Signature | None) -> str:
    """The role of the argument a place is in, or nothing."""
    if found is None or found.argument >= len(found.row.arguments):
        return ""
    return found.row.arguments[found.argument].role


def change_at(inner: str, begin: int, offset: int) -> TextRole:
    """The pair of ``CAMPO=VALOR;…`` at an offset: its name, or the value of that name."""
    at = min(max(offset - begin, 0), len(inner))
    first = inner.rfind(";", 0, at) + 1
    last = inner.find(";", at)
    last = len(inner) if last < 0 else last
    sign = inner.find("=", first, last)
    if 0 <= sign < at:
        return TextRole(VALUE_OF, Span(begin + sign + 1, begin + last), inner[sign + 1 : at], changed_name(inner[first:sign]))
    stop = last if sign < 0 else sign + 1
    first += len(inner[first:at]) - len(inner[first:at].lstrip())
    return TextRole(CHANGE, Span(begin + first, begin + stop), inner[first:at])


def changed_name(written: str) -> str:
    """The field that a pair sets, or ``PARAMETRO.X``."""
    parameter = PARAMETER.fullmatch(written.strip())
    return (f"PARAMETRO.{parameter[1].strip()}" if parameter else written.strip()).upper()


def compared_name(words: Sequence[TextWord], word: TextWord, schema: Schema) -> str:
    """The field or parameter that a text is compared with: by its bare name, or by the getter's call before the sign."""
    before = neighbours(words, word, -1)
    if before and before[0].kind is Kind.OPERATOR and before[0].key in COMPARING:
        return field_of(before[1:], schema)
    after = neighbours(words, word, 1)
    if len(after) > 1 and after[0].kind is Kind.OPERATOR and after[0].key in COMPARING:
        return after[1].key if after[1].kind is Kind.NAME and after[1].key in schema.fields else ""
    return ""


def field_of(before: Sequence[TextWord], schema: Schema) -> str:
    """The field that some words, the nearest first, give the value of."""
    if before and before[0].kind is Kind.NAME:
        return before[0].key if before[0].key in schema.fields else ""
    for at, one in enumerate(before):
        if one.kind is Kind.TEXT and [more.kind for more in before[at + 1 : at + 3]] == [Kind.OPEN, Kind.CALL]:
            return gotten(before[at + 2].key, one.key[1:-1].strip().upper(), schema)
        if one.kind not in {Kind.CLOSE, Kind.COMMA, Kind.TEXT}:
            return ""
    return ""


def gotten(function: str, name: str, schema: Schema) -> str:
    """The field or parameter that a getter's call gives the value of."""
    row = schema.table.get(function)
    role = row.arguments[0].role if row is not None and row.arguments else ""
    if role not in GETTERS:
        return ""
    return f"PARAMETRO.{name}" if role == "parametro" else name


def is_result(words: Sequence[TextWord], word: TextWord) -> bool:
    """Whether a text stands where a formula's value does: alone as a statement, or given to a variable."""
    before = neighbours(words, word, -1)
    if not before or before[0].kind is Kind.SEMICOLON or (before[0].kind is Kind.KEYWORD and before[0].key in BEGINNING):
        return True
    given = [one.kind for one in before[:3]] == [Kind.COMMA, Kind.NAME, Kind.OPEN]
    return given and len(before) > 3 and before[3].key == "SETVAR"


def neighbours(words: Sequence[TextWord], word: TextWord, step: int) -> list[TextWord]:
    """The six words before (-1) or after (1) a word, nearest first, comments aside."""
    at = bisect_left(words, word.start, key=word_start) + step
    found: list[TextWord] = []
    while 0 <= at < len(words) and len(found) < 6:
        if words[at].kind is not Kind.COMMENT:
            found.append(words[at])
        at += step
    return found

"""Help while a formula is typed: completion, hover and signature, as plain data for any editor (house §2).

Pure: a text, an offset in code points and a :class:`formula.schema.Schema` give the same answer everywhere. Texts may be
broken; nothing here parses them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from formula.builtins.table import Function
from formula.editing.signatures import Signature, enclosing
from formula.editing.text_roles import CHANGE, TextRole, role_at
from formula.editing.typed_words import Kind, TextWord, declared, word_start, words
from formula.field_changes import OWN_WAYS, READ_ONLY
from formula.messages import Message, message
from formula.reading.lexer import KEYWORDS
from formula.schema import Schema
from formula.source import Span
from formula.types import ANY, shown

KEYWORD, FUNCTION, VARIABLE, FIELD, FORMULA, STAND_IN, VALUE = (
    "keyword", "function", "variable", "field", "formula", "stand-in", "value",
)  # fmt: skip
"""Kinds of proposals. A value is what may stand inside a text: a field's name, a sentence's code."""


@attrs.frozen
class Proposal:
    """Something that could stand at the cursor. ``label`` is shown, ``insert`` replaces the range of the completion;
    ``detail`` is one short line, ``help`` a sentence."""

    label: str
    insert: str
    kind: str
    detail: str = ""
    help: str = ""


@attrs.frozen
class Completion:
    """Proposals, best first, for the range that was typed so far; ``text`` tells the role of the text that the place is in."""

    span: Span
    proposals: tuple[Proposal, ...]
    text: TextRole | None = None


@attrs.frozen
class Hover:
    """What the word at a place is."""

    span: Span
    title: str
    help: str


LETTERS: Mapping[str, Message] = {
    "V": message("número com decimais"),
    "I": message("número inteiro"),
    "S": message("texto"),
    "D": message("data"),
}

KEYWORD_HELP: Mapping[str, Message] = {
    "DECL": message("declara variáveis: DECL A, B;"),
    "SETVAR": message("dá valor a uma variável: SETVAR(A, 1);"),
    "SE": message("escolhe: SE condição ENTAO … SENAO … FIMSE;"),
    "ENTAO": message("abre o que se faz quando a condição vale"),
    "SENAO": message("abre o que se faz quando a condição não vale"),
    "FIMSE": message("fecha um SE"),
    "REPITA": message("repete até a condição valer: REPITA … ATE condição;"),
    "ATE": message("fecha um REPITA com sua condição"),
    "ENQUANTO": message("repete enquanto a condição vale: ENQUANTO condição FACA … FIMENQ;"),
    "FACA": message("abre o corpo de um ENQUANTO"),
    "FIMENQ": message("fecha um ENQUANTO"),
    "FIMENQUANTO": message("fecha um ENQUANTO"),
    "E": message("as duas condições valem"),
    "OU": message("ao menos uma condição vale"),
    "NAO": message("a condição não vale"),
    "VERDADE": message("valor lógico verdadeiro"),
    "FALSO": message("valor lógico falso"),
}


FINISHED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.CLOSE, Kind.NAME})
"""After one of these an operand is whole: only a word that goes on may follow."""


def word_at(text_words: Sequence[TextWord], offset: int) -> TextWord | None:
    """The word that holds an offset, or that ends there."""
    at = bisect_right(text_words, offset, key=word_start) - 1
    if at < 0:
        return None
    found = text_words[at]
    if offset <= found.end:
        before = text_words[at - 1] if at else None
        at_seam = found.start == offset and before is not None and before.end == offset
        return before if at_seam and found.kind in SEAMS and before is not None else found
    return None


SEAMS = frozenset({Kind.OPEN, Kind.CLOSE, Kind.COMMA, Kind.SEMICOLON, Kind.OPERATOR})
"""Between a word and one of these, the word is the one being typed."""


def complete(
    text: str, offset: int, schema: Schema, variables: Iterable[str] = (), typed: list[TextWord] | None = None
) -> Completion:
    """What may stand at an offset. ``variables`` are known beside those the text declares; ``typed`` are the text's
    words when the caller has them already."""
    typed = words(text) if typed is None else typed
    word = word_at(typed, offset)
    if word is not None and word.kind is Kind.COMMENT and not (word.closed and offset == word.end):
        return Completion(Span(offset, offset), ())
    if word is not None and word.kind is Kind.TEXT and word.start < offset and not (word.closed and offset == word.end):
        return inside_text(typed, word, offset, schema)
    if word is None or word.kind not in {Kind.NAME, Kind.CALL, Kind.KEYWORD} or word.start == offset:
        start, prefix, end = offset, "", offset
    else:
        start, end = word.start, word.end
        prefix = text[start:offset].upper()
    names = {**dict.fromkeys(name.upper() for name in variables), **dict.fromkeys(declared(typed, start))}
    proposals = outside_text(typed, start, schema, names)
    return Completion(Span(start, end), ranked(proposals, prefix))


def ranked(proposals: Iterable[Proposal], prefix: str) -> tuple[Proposal, ...]:
    """Those that begin with the prefix, then those that hold it; each in the given order."""
    kept = list(proposals)
    begins = [one for one in kept if one.label.upper().startswith(prefix)]
    if len(prefix) < 2:
        return tuple(begins)
    holds = [one for one in kept if prefix in one.label.upper() and not one.label.upper().startswith(prefix)]
    return (*begins, *holds)


def last_words(typed: Sequence[TextWord], start: int, count: int) -> list[TextWord]:
    """The last words, comments aside, that end at or before an offset."""
    at = bisect_right(typed, start, key=word_start) - 1
    found: list[TextWord] = []
    while at >= 0 and len(found) < count:
        if typed[at].end <= start and typed[at].kind is not Kind.COMMENT:
            found.append(typed[at])
        at -= 1
    return found[::-1]


def outside_text(typed: list[TextWord], start: int, schema: Schema, variables: Mapping[str, object]) -> Iterator[Proposal]:
    """Variables, fields, functions, formulas and keywords; only variables where SETVAR wants its target."""
    before = last_words(typed, start, 2)
    last = before[-1].key if before else ""
    if last == "DECL" or (before and before[-1].kind in FINISHED):
        yield from (keyword(word) for word in ("ENTAO", "E", "OU", "FACA", "SENAO", "FIMSE") if last != "DECL")
        return
    yield from (Proposal(name, name, VARIABLE, message("variável")) for name in variables)
    if len(before) == 2 and before[0].key == "SETVAR" and last == "(":
        return
    for name, kinds in schema.fields.items():
        if name not in variables:
            yield Proposal(name, name, FIELD, message("campo, {tipo}", tipo=shown(kinds)))
    yield from (called(row, name) for name, row in schema.table.items() if row.contexts & schema.contexts)
    yield from (Proposal(name, name, STAND_IN, message("do contexto")) for name in schema.functions)
    yield from (Proposal(code, code, FORMULA, message("fórmula")) for code in sorted(schema.formulas or ()))
    yield from (keyword(word) for word in KEYWORDS)


def keyword(word: str) -> Proposal:
    """A keyword with what it does."""
    return Proposal(word, word, KEYWORD, message("palavra da linguagem"), KEYWORD_HELP[word])


def called(row: Function, name: str) -> Proposal:
    """A function; its bracket comes along when it takes arguments."""
    detail = row.signature if name == row.name else row.signature.replace(row.name, name, 1)
    return Proposal(name, name + ("(" if row.arguments else ""), FUNCTION, detail, row.help)


def inside_text(typed: list[TextWord], word: TextWord, offset: int, schema: Schema) -> Completion:
    """What a text may say, when its place gives it a role."""
    found = role_at(typed, word, offset, schema)
    proposals = (Proposal(name, name, VALUE, detail) for name, detail in known_in(found.role, schema))
    return Completion(found.span, ranked(proposals, found.typed.upper()), found)


def known_in(role: str, schema: Schema) -> Iterable[tuple[str, str]]:
    """What a text of a role may say by the schema alone, each with a short line."""
    if role == "campo":
        return ((name, message("campo, {tipo}", tipo=shown(kinds))) for name, kinds in schema.fields.items())
    if role == "parametro":
        return ((name, message("parâmetro, {tipo}", tipo=shown(kinds))) for name, kinds in (schema.parameters or {}).items())
    if role == "sentenca":
        return ((code, message("sentença SQL")) for code in sorted(schema.sentences or ()))
    if role == "formula":
        return ((code, message("fórmula")) for code in sorted(schema.formulas or ()))
    if role == CHANGE:
        return changeable(schema)
    return LETTERS.items() if role == "letra" else ()


def changeable(schema: Schema) -> Iterator[tuple[str, str]]:
    """The names that ALTERARCAMPOATENDIMENTO may set, each with its sign."""
    for name, kinds in schema.fields.items():
        if name not in OWN_WAYS and name not in READ_ONLY:
            yield f"{name}=", message("campo, {tipo}", tipo=shown(kinds))
    for number, (name, kinds) in enumerate((schema.parameters or {}).items(), 1):
        yield f"PARAMETRO{number}.{name}=", message("parâmetro, {tipo}", tipo=shown(kinds))


def signature_at(text: str, offset: int, schema: Schema) -> Signature | None:
    """The call that a place is inside of."""
    return enclosing(words(text), offset, schema)


def hover(
    text: str, offset: int, schema: Schema, kinds: Mapping[str, int] | None = None, typed: list[TextWord] | None = None
) -> Hover | None:
    """What the word at an offset is; ``kinds`` may give the kinds of variables by name, ``typed`` are the text's words when the
    caller has them already."""
    typed = words(text) if typed is None else typed
    word = word_at(typed, offset)
    if word is None:
        return None
    if word.kind is Kind.KEYWORD:
        return Hover(word.span, word.key, KEYWORD_HELP.get(word.key, message("palavra da linguagem")))
    if word.kind not in {Kind.NAME, Kind.CALL}:
        return None
    return named_hover(word, word.key in declared(typed), schema, kinds or {})


def named_hover(word: TextWord, variable: bool, schema: Schema, kinds: Mapping[str, int]) -> Hover | None:
    """What a name is, in the order in which names are looked up (V7, F6); a called name is a function."""
    key = word.key
    if variable and word.kind is Kind.NAME:
        return Hover(word.span, key, message("variável: {tipo}", tipo=shown(kinds.get(key, ANY))))
    if key in schema.table:
        row = schema.table[key]
        return Hover(word.span, row.signature, row.help)
    if key in schema.functions:
        return Hover(word.span, key, message("função dada pelo contexto: {tipo}", tipo=shown(schema.functions[key])))
    if key in schema.fields:
        return Hover(word.span, key, message("campo do atendimento: {tipo}", tipo=shown(schema.fields[key])))
    if schema.formulas and key in schema.formulas:
        return Hover(word.span, key, message("outra fórmula, chamada pelo seu código"))
    return None

"""What is easily overlooked in a comparison: an empty value, two texts compared letter by letter, texts that differ only in what
the eye passes over, a number whose dot is a decimal point.

What is said depends on the values of one comparison and never repeats them, as they stand beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from formula.messages import Message, message
from formula.names import without_accents
from formula.reading.tree import Binary, Expression, LogicalLiteral, Name, NumberLiteral, TextLiteral, bare, walk
from formula.runtime.record import Event, Record
from formula.runtime.recording import UNSEEN, Point, Recording
from formula.values import display, shorten
from formula.visible import OBEYED

ORDER, EQUALITY = frozenset({"<", "<=", ">", ">="}), frozenset({"=", "<>"})
GROUPED = re.compile(r"\d{1,3}\.\d{3}")
NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)*\s*")
DAY = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
ALIKE = str.maketrans("OoIlS", "00115")
"""Letters that look like digits."""
LOOSELY = str.maketrans("oils", "0115")

Read = Callable[[tuple[Any, ...], Callable[[str], Any]], Any]
"""Gives a side of a comparison from the values of its step's parts and a reader of variables."""


@attrs.frozen(eq=False)
class Comparison:
    """A comparison of a point: how to read its sides, and their texts."""

    operator: str
    left: Read
    right: Read
    left_text: str
    right_text: str


@attrs.frozen(eq=False)
class Watched:
    """The comparisons of a point, and what is to be said of its literals whatever the values are."""

    comparisons: tuple[Comparison, ...]
    always: tuple[Message, ...]


KEPT: WeakKeyDictionary[Recording, dict[int, Watched]] = WeakKeyDictionary()


def watched(recording: Recording, text: Callable[[Expression], str]) -> dict[int, Watched]:
    """The points of a recording that compare something, by number."""
    found = KEPT.get(recording)
    if found is None:
        found = KEPT[recording] = {
            point.number: seen for point in recording.points if (seen := watched_in(recording, point, text)) is not None
        }
    return found


def watched_in(recording: Recording, point: Point, text: Callable[[Expression], str]) -> Watched | None:
    """What to watch in one point."""
    comparisons, always = [], []
    for node in walk(point.expression):
        if isinstance(node, NumberLiteral) and GROUPED.fullmatch(node.written):
            always.append(message("{escrito} é {valor}: o ponto é decimal", escrito=node.written, valor=display(node.value)))
        if not isinstance(node, Binary) or node.operator not in ORDER | EQUALITY:
            continue
        left, right = reader(recording, point, node.left), reader(recording, point, node.right)
        if left is not None and right is not None:
            sides = (shorten(text(node.left), 40), shorten(text(node.right), 40))
            comparisons.append(Comparison(node.operator, left, right, *sides))
    return Watched(tuple(comparisons), tuple(dict.fromkeys(always))) if comparisons or always else None


def reader(recording: Recording, point: Point, node: Expression) -> Read | None:
    """How a side gets its value; None for one that is not written down."""
    inner = bare(node)
    if isinstance(inner, NumberLiteral | TextLiteral | LogicalLiteral):
        value = inner.value
        return lambda _parts, _variable: value
    if isinstance(inner, Name) and inner.word.key in recording.variables:
        key = inner.word.key
        return lambda _parts, variable: variable(key)
    for at, part in enumerate(point.parts):
        if part is inner:
            return lambda parts, _variable: parts[at]
    return None


def remarks_of(record: Record, event: Event) -> tuple[Message, ...]:
    """What is easily overlooked in a step."""
    found = watched(record.recording, lambda node: record.text(node.span)).get(event.point.number)
    if found is None:
        return ()
    given = {id(node): value for node, value in event.parts}
    parts = tuple(given.get(id(node), UNSEEN) for node in event.point.parts)
    return said(found, parts, lambda key: record.value_at(key, event.index - 1))


def said(found: Watched, parts: tuple[Any, ...], variable: Callable[[str], Any]) -> tuple[Message, ...]:
    """The remarks on a point's comparisons with the values of one step."""
    made = list(found.always)
    for one in found.comparisons:
        left, right = one.left(parts, variable), one.right(parts, variable)
        if left is not UNSEEN and right is not UNSEEN:
            made += remarks_on(one, left, right)
    return tuple(made)


def remarks_on(one: Comparison, left: Any, right: Any) -> Iterator[Message]:
    """Of one comparison."""
    if left is None or right is None:
        yield message("{nome} está vazio", nome=one.left_text if left is None else one.right_text)
    elif isinstance(left, str) and isinstance(right, str):
        if one.operator in ORDER:
            if looks_counted(left) or looks_counted(right):
                yield message("são dois textos: comparados letra a letra, não como números ou datas")
        elif left != right:
            difference = only_difference(left, right)
            if difference is not None:
                yield difference


def looks_counted(text: str) -> bool:
    """Whether a text reads as a number or a date."""
    return bool(NUMBER.fullmatch(text) or DAY.fullmatch(text))


def loosely(text: str) -> str:
    """A text without all that the eye may pass over: texts of which this differs are plainly others, as most are."""
    if not (text.isascii() and text.isprintable()):
        text = without_accents(OBEYED.sub("", text).casefold())
    return "".join(text.split()).casefold().translate(LOOSELY)


def only_difference(left: str, right: str) -> Message | None:
    """How two unequal texts differ, where the eye passes over it."""
    return smallest_difference(left, right) if loosely(left) == loosely(right) else None


def smallest_difference(left: str, right: str) -> Message | None:
    """The same, each kind of difference looked for in turn."""
    if OBEYED.sub("", left) == OBEYED.sub("", right):
        return message("só difere em um caractere que não se vê")
    if unicodedata.normalize("NFC", left) == unicodedata.normalize("NFC", right):
        return message("na tela são iguais: só difere no modo como os acentos são gravados (Unicode)")
    if left.strip() == right.strip():
        longer = left if len(left) > len(right) else right
        if longer != longer.rstrip() and longer == longer.lstrip():
            return message("só difere em um branco no fim")
        return message("só difere em um branco no começo") if longer == longer.rstrip() else message("só difere em brancos")
    if "".join(left.split()) == "".join(right.split()):
        return message("só difere em brancos")
    a, b = " ".join(left.split()), " ".join(right.split())
    if a.casefold() == b.casefold():
        return message("só difere em maiúsculas e minúsculas")
    if without_accents(a) == without_accents(b):
        return message("só difere em acentos")
    if without_accents(a).casefold() == without_accents(b).casefold():
        return message("só difere em acentos e maiúsculas")
    if a.translate(ALIKE).casefold() == b.translate(ALIKE).casefold():
        return message("só difere em letras que parecem números (O e 0, l e 1)")
    return None

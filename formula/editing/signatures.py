"""The call around a place of a text that is being typed. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import attrs

from formula.builtins.table import Function
from formula.editing.typed_words import Kind, TextWord, word_start
from formula.schema import Schema


@attrs.frozen
class Signature:
    """The call around a place: its row and the argument, from 0, that the place is in."""

    row: Function
    argument: int


def enclosing(typed: Sequence[TextWord], offset: int, schema: Schema) -> Signature | None:
    """The innermost call of a known function whose brackets are open at an offset."""
    open_calls: list[list[object]] = []
    before: TextWord | None = None
    end = bisect_left(typed, offset, key=word_start)
    at = end
    while at and typed[at - 1].kind is not Kind.SEMICOLON:
        at -= 1  # no call goes on past a semicolon
    for word in typed[at:end]:
        if word.kind is Kind.OPEN:
            open_calls.append([before.key if before is not None and before.kind is Kind.CALL else None, 0])
        elif word.kind is Kind.CLOSE and open_calls:
            open_calls.pop()
        elif word.kind is Kind.COMMA and open_calls:
            open_calls[-1][1] += 1  # type: ignore[operator]
        elif word.kind is Kind.SEMICOLON:
            open_calls.clear()
        if word.kind is not Kind.COMMENT:
            before = word
    if not open_calls or open_calls[-1][0] is None:
        return None
    name, argument = open_calls[-1]
    row = schema.table.get(str(name))
    return None if row is None else Signature(row, int(argument))  # type: ignore[call-overload]

"""Texts that lack a quote: where it was meant to be, judged by what stands around (L6)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from formula.messages import Message, message
from formula.source import Source, Span

if TYPE_CHECKING:
    from formula.reading.tokens import Token

NEAR = 80
"""So many characters tell whether code goes on, and hold a text that was not opened."""
OTHER_QUOTE = {"'": '"', '"': "'"}

CUT = re.compile(r"(?<!\d);|;(?!\d)|\)|\s(?:ENTAO|FACA|SENAO|FIMSE)\b|,\s*['\"]", re.IGNORECASE)
"""Where the code most likely goes on after a text whose end is missing."""
AFTER_A_TEXT = re.compile(r"\s*(?:[),;=<>+*/]|(?:ENT[AÃ]O|SEN[AÃ]O|FIMSE|FA[CÇ]A|E|OU)\b)", re.IGNORECASE)
"""How code goes on behind a text."""
UNOPENED = re.compile(
    r"(?:^|[,;()=<>+*/'\"\s])(?:(?:SE|ENT[AÃ]O|SEN[AÃ]O|FA[CÇ]A|E|OU|N[AÃ]O)\s+)?"
    r"((?:\d+;)?\w[^,;()=<>+*/'\"]*)(?<=\S)$",
    re.IGNORECASE,
)
"""Words that end a piece of code, and were meant as a text."""


@attrs.frozen
class Misread:
    """A text that lacks a quote: the first of its tokens, its range, where the quote belongs, and what it says."""

    place: int
    span: Span
    gap: Span
    inside: str
    text: Message
    hint: Message


def misread(source: Source, tokens: Sequence[Token], place: int, line: int, end: int) -> Misread | None:
    """Whether a text is the one that lacks a quote, in a line that begins at ``line`` and was read up to ``end``:
    ``'Alta" ENTAO '``, ``'Alta ENTAO '``, or, for ``Alta'``, ``' ENTAO '``."""
    one = tokens[place]
    start, written = one.start_pos, str(one)
    quote, other = written[0], OTHER_QUOTE[written[0]]
    crossing, size = written.find(other), cut_open_text(written)
    if crossing > 0 and goes_on(written[crossing + 1 :]):
        text = message("texto aberto com {sinal} e fechado com {outro}", sinal=quote, outro=other)
        stop = start + crossing + 1
        return Misread(
            place, Span(start, stop), Span(stop - 1, stop), written[1:crossing], text, message("use o mesmo sinal dos dois lados")
        )
    behind = source.text[one.end_pos : min(end, one.end_pos + NEAR)]
    if size == len(written) or not behind.strip() or goes_on(behind):
        return None
    if size > 3 and written[size - 2 : size] == quote * 2:
        text, stop = message("aspas dobradas no fim de um texto"), start + size
        hint = message("feche o texto com {sinal}", sinal=quote)
        return Misread(place, Span(start, stop), Span(stop - 2, stop), written[1 : size - 2], text, hint)
    if size > 1:
        text = message("texto aberto com {sinal} e não fechado", sinal=quote)
        stop = start + size
        return Misread(
            place, Span(start, stop), Span(stop, stop), written[1:size], text, message("feche o texto com {sinal}", sinal=quote)
        )
    begin = start - unopened_text(source.text[max(line, start - NEAR) : start])
    if begin == start:
        return None
    text = message("texto fechado com {sinal} e não aberto", sinal=quote)
    return Misread(
        bisect_left(tokens, begin, key=start_of),
        Span(begin, start + 1),
        Span(begin, begin),
        source.text[begin:start],
        text,
        message("abra o texto com {sinal}", sinal=quote),
    )


def start_of(token: Token) -> int:
    """Where a token begins."""
    return int(token.start_pos)


def cut_open_text(text: str) -> int:
    """How much of a broken text (with its opening sign) belongs to the text."""
    found = CUT.search(text, 1)
    end = found.start() if found else len(text)
    return len(text[:end].rstrip()) or 1


def goes_on(text: str) -> bool:
    """Whether a piece of text reads like code that follows a text."""
    return AFTER_A_TEXT.match(text) is not None


def unopened_text(before: str) -> int:
    """How many characters right before a closing quote are most likely its text: words behind the last sign or keyword."""
    found = UNOPENED.search(before)
    return len(found[1]) if found else 0

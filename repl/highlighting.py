"""Colours for formulas and for session answers; style names are ours, the terminal gives them colours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache

from formula.words import Kind, words

Fragments = list[tuple[str, str]]
"""Pieces of a line as (style, text)."""

CLASSES: Mapping[Kind, str] = {
    Kind.KEYWORD: "class:keyword",
    Kind.CALL: "class:call",
    Kind.NAME: "class:name",
    Kind.NUMBER: "class:number",
    Kind.TEXT: "class:text",
    Kind.COMMENT: "class:comment",
    Kind.OPERATOR: "class:operator",
    Kind.OPEN: "class:operator",
    Kind.CLOSE: "class:operator",
    Kind.COMMA: "class:operator",
    Kind.SEMICOLON: "class:operator",
    Kind.ERROR: "class:error",
}

COLOURS: Mapping[str, str] = {
    "keyword": "bold ansiblue",
    "call": "ansicyan",
    "name": "",
    "number": "ansimagenta",
    "text": "ansigreen",
    "comment": "italic ansibrightblack",
    "operator": "",
    "error": "underline ansired",
    "command": "bold ansiyellow",
    "value": "bold",
    "fault": "ansired",
    "hint": "ansiyellow",
    "effect": "ansicyan",
    "title": "bold underline",
    "source": "",
    "current": "reverse",
    "changed": "bold ansigreen",
    "dim": "ansibrightblack",
    "plain": "",
    "prompt": "bold ansiblue",
    "toolbar": "noreverse ansibrightblack",
}
"""Sixteen colours only: every terminal has them, and its owner has chosen how they look."""


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins, as an editor counts lines."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


@lru_cache(maxsize=8)
def painter(text: str) -> Callable[[int], Fragments]:
    """A function from line number, from 0, to the coloured pieces of that line. Lines are coloured when asked for."""
    found = words(text)
    begins = [word.start for word in found]
    starts = line_starts(text)
    done: dict[int, Fragments] = {}

    def paint(number: int) -> Fragments:
        if number in done:
            return done[number]
        if number >= len(starts):
            return []
        start = starts[number]
        end = starts[number + 1] - 1 if number + 1 < len(starts) else len(text)
        pieces: Fragments = []
        at = start
        for word in found[max(bisect_right(begins, start) - 1, 0) :]:
            if word.start >= end:
                break
            left, right = max(word.start, start), min(word.end, end)
            if left >= right:
                continue
            if left > at:
                pieces.append(("", text[at:left]))
            pieces.append((CLASSES[word.kind], text[left:right]))
            at = right
        if at < end:
            pieces.append(("", text[at:end]))
        done[number] = pieces
        return pieces

    return paint

"""Colours for formulas and for session answers; style names are ours, the terminal gives them colours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping

from formula.editing.typed_words import Kind, TextWord, word_start, words, words_again

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


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins, as an editor counts lines."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


class Typed:
    """The words of a text while it is edited: an edit reads only what follows it."""

    def __init__(self) -> None:
        """Nothing typed yet."""
        self.text = ""
        self.words: list[TextWord] = []

    def of(self, text: str) -> list[TextWord]:
        """The words of a text, from those of the latest one."""
        if text != self.text:
            self.words = words_again(text, self.text, self.words)
            self.text = text
        return self.words


def painter(text: str, typed: Typed | None = None) -> Callable[[int], Fragments]:
    """A function from line number, from 0, to the coloured pieces of that line. Lines are coloured when asked for."""
    found = words(text) if typed is None else typed.of(text)
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
        index = max(bisect_right(found, start, key=word_start) - 1, 0)
        while index < len(found) and found[index].start < end:
            word = found[index]
            index += 1
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

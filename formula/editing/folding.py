"""The parts of a formula that an editor can fold away: blocks and comments of several lines. Pure.

Found by words alone, so that a text with faults folds too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from formula.editing.typed_words import CLOSING, Kind, TextWord

BLOCK, COMMENT = "block", "comment"
MIDDLE = {"SENAO": "SE"}
"""A word that ends one part of a block and begins the next."""


@attrs.frozen
class Fold:
    """A part from one offset to another: the words that open and close it, which stay in sight."""

    start: int
    end: int
    kind: str


def folds(words: Iterable[TextWord]) -> Iterator[Fold]:
    """Every block and each of its branches, and every comment. What is never closed does not fold."""
    waiting: list[tuple[str, int]] = []
    for word in words:
        if word.kind is Kind.COMMENT and word.closed:
            yield Fold(word.start, word.end, COMMENT)
        if word.kind is not Kind.KEYWORD:
            continue
        opener = CLOSING.get(word.key) or MIDDLE.get(word.key)
        if opener is not None and any(name == opener for name, _ in waiting):
            while waiting[-1][0] != opener:
                waiting.pop()
            yield Fold(waiting.pop()[1], word.start, BLOCK)
        if word.key in MIDDLE and opener is not None:
            waiting.append((opener, word.start))
        elif word.key in OPENING:
            waiting.append((word.key, word.start))


OPENING = frozenset(CLOSING.values())

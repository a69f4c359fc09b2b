"""The words of a text while it is being typed: for colours, completion and the question whether more must follow.

Unlike the parser's lexer this one never complains: whatever it cannot place is a word of kind ``error``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from formula.reading.foreign_words import plain
from formula.reading.lexer import KEYWORDS
from formula.source import Span


class Kind(StrEnum):
    """What a word is, as far as the text alone tells. CALL is a name with ``(`` after it."""

    KEYWORD = "keyword"
    CALL = "call"
    NAME = "name"
    NUMBER = "number"
    TEXT = "text"
    COMMENT = "comment"
    OPERATOR = "operator"
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    SEMICOLON = "semicolon"
    ERROR = "error"


class TextWord(NamedTuple):
    """A word at its place. ``key`` is the upper-case form of names and keywords, the text itself otherwise;
    ``closed`` is False for a text or comment without its end."""

    kind: Kind
    key: str
    start: int
    end: int
    closed: bool = True

    @property
    def span(self) -> Span:
        """The range of the word."""
        return Span(self.start, self.end)


# no possessive quantifiers: those of groups with choices match wrongly in Python before 3.11.5, and Debian bookworm has 3.11.2
WORD = re.compile(
    r"""(?P<comment>/\*(?:[^*]|\*(?!/))*(?P<end>\*/)?)
    |(?P<text>'(?:[^'\r\n]|'')*(?P<single>')?|"(?:[^"\r\n]|"")*(?P<double>")?)
    |(?P<name>[^\W\d]\w*)(?P<call>\s*\()?
    |(?P<number>\d+(?:\.\d+)?)(?!\w|\.\d)
    |(?P<operator><>|<=|>=|[-+*/=<>.])
    |(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<semicolon>;)
    |(?P<error>\d\w*|[^\s])""",
    re.VERBOSE,
)


PLAIN = {kind.value: kind for kind in Kind}


def words(text: str, start: int = 0) -> list[TextWord]:
    """All words in order of place, from an offset between two words on."""
    return list(reading(text, start))


def reading(text: str, start: int) -> Iterator[TextWord]:
    """As :func:`words`, one by one. What a word is depends on nothing before its first character."""
    for found in WORD.finditer(text, start):
        if found["name"] is not None:
            yield from named(found)
        elif found["comment"] is not None:
            yield TextWord(Kind.COMMENT, "", found.start(), found.end(), found["end"] is not None)
        elif found["text"] is not None:
            closed = found["single"] is not None or found["double"] is not None
            yield TextWord(Kind.TEXT, found.group(), found.start(), found.end(), closed)
        else:
            yield TextWord(PLAIN[found.lastgroup or "error"], found.group(), found.start(), found.end())


MOST_AHEAD = 6
"""Words that may follow one and still decide what it is, itself included."""


def words_again(text: str, old_text: str, old_words: list[TextWord]) -> list[TextWord]:
    """The words of a text that an edit made of another: those before the edit are taken over, and those after it, moved,
    from the first word on that begins where one began. A word is not before it when what it is depends on what may be
    new: ``(`` after a name makes it a call, and in ``1.51.5B`` the last letter decides about the first digit."""
    same = common_start(text, old_text)
    kept = max(bisect_left(old_words, same, key=word_start) - MOST_AHEAD, 0)
    made = old_words[:kept]
    moved = len(text) - len(old_text)
    alike = len(text) - common_end(text, old_text, same)
    for word in reading(text, old_words[kept - 1].end if kept else 0):
        if word.start >= alike:
            after = bisect_left(old_words, word.start - moved, lo=kept, key=word_start)
            if after < len(old_words) and old_words[after].start == word.start - moved:
                rest = old_words[after:]
                made += [TextWord(one[0], one[1], one[2] + moved, one[3] + moved, one[4]) for one in rest] if moved else rest
                return made
        made.append(word)
    return made


def word_start(word: TextWord) -> int:
    """For searches by place."""
    return word.start


def common_start(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(one: str, other: str, start: int) -> int:
    """How many characters two texts end with alike, of those after ``start``."""
    low, high = 0, min(len(one), len(other)) - start
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def named(found: re.Match[str]) -> Iterable[TextWord]:
    """A keyword, a name, or a name that is called, with its bracket as a word of its own."""
    written = found["name"]
    key = plain(written).upper() if not written.isascii() else written.upper()
    start, end = found.span("name")
    keyword = KEYWORDS.get(key)
    if keyword is not None:
        yield TextWord(Kind.KEYWORD, keyword, start, end)
    else:
        yield TextWord(Kind.NAME if found["call"] is None else Kind.CALL, key, start, end)
    if found["call"] is not None:
        yield TextWord(Kind.OPEN, "(", found.end() - 1, found.end())


CLOSING = {"FIMSE": "SE", "ATE": "REPITA", "FIMENQ": "ENQUANTO"}
UNFINISHED_KINDS = frozenset({Kind.OPERATOR, Kind.COMMA, Kind.OPEN})
UNFINISHED_WORDS = frozenset(("DECL", "SETVAR", "SE", "ENTAO", "SENAO", "REPITA", "ATE", "ENQUANTO", "FACA", "E", "OU", "NAO"))


def wants_more(text: str) -> bool:
    """Whether the text cannot be whole yet: something is open, or its last word asks for another. In a line where a text lacks its
    end, what seems open may have been closed inside it."""
    waiting: list[str] = []
    torn: list[int] = []
    last: TextWord | None = None
    for word in words(text):
        if word.kind is Kind.COMMENT:
            if not word.closed:
                return True
            continue
        last = word
        if word.kind is Kind.TEXT and not word.closed:
            torn.append(word.start)
        if word.kind is Kind.KEYWORD and word.key in CLOSING.values():
            waiting.append(word.key)
        elif word.kind is Kind.OPEN:
            waiting.append("(")
        else:
            opener = "(" if word.kind is Kind.CLOSE else CLOSING.get(word.key) if word.kind is Kind.KEYWORD else None
            if opener is not None and opener in waiting:
                while waiting.pop() != opener:
                    pass
    if last is None:
        return False
    more = bool(waiting) or last.kind in UNFINISHED_KINDS or (last.kind is Kind.KEYWORD and last.key in UNFINISHED_WORDS)
    return wants_more(without_quotes(text, torn)) if more and torn else more


def without_quotes(text: str, places: Iterable[int]) -> str:
    """The text without the quotes of the lines in which the places lie."""
    lines = text.splitlines(keepends=True)
    ends = list(accumulate(map(len, lines)))
    for place in places:
        number = bisect_right(ends, place)
        lines[number] = lines[number].replace("'", " ").replace('"', " ")
    return "".join(lines)


def declared(text_words: Iterable[TextWord], but: int = -1) -> dict[str, TextWord]:
    """The names after each DECL up to its end, by key, at their first place; ``but`` leaves out the word that begins
    there, which is still being typed."""
    found: dict[str, TextWord] = {}
    declaring = False
    for word in text_words:
        kind = word[0]
        if kind is Kind.NAME:
            if declaring and word.start != but:
                found.setdefault(word.key, word)
        elif kind is Kind.KEYWORD:
            declaring = word.key == "DECL"
        elif kind is Kind.SEMICOLON:
            declaring = False
    return found

"""What the recognisers of foreign texts give: a mistake, what is read in its place, and words for it."""

from __future__ import annotations

import re
from html import unescape

import attrs

from formula.messages import Message, message
from formula.source import Source, Span

Found = re.Match[str]
ENTITY = r"&(?:amp;)*(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});"
"""A sign as pages write it."""
TAGS = "a b br code div em font h1 h2 h3 i img li o:p ol p pre small span strong sub sup table tbody td th tr u ul"
"""Names of a page's markup."""


@attrs.frozen
class Change:
    """What stands in a range of the text, and what is read in its place."""

    span: Span
    text: str


@attrs.frozen
class Slip:
    """One mistake: what is read instead, and what is told. ``fix`` is a range and its new text. ``anyway``: a mistake also in a
    text that reads well as it stands, since that reading is another one than was meant."""

    changes: tuple[Change, ...]
    code: str
    span: Span
    text: Message
    hint: Message | None
    fix: tuple[Span, str] | None
    anyway: bool = False


def once(span: Span, put: str, code: str, text: Message, hint: Message | None, fix: str | None, *, anyway: bool = False) -> Slip:
    """A range that is one other text: read and mended alike, unless ``fix`` says otherwise."""
    return Slip((Change(span, put),), code, span, text, hint, None if fix is None else (span, fix), anyway)


def span_of(found: Found) -> Span:
    """The range of a match."""
    return Span(found.start(), found.end())


def code_points(text: str) -> str:
    """The first characters of a text by their numbers."""
    return " ".join(f"U+{ord(char):04X}" for char in text[:3])


def said_entity(written: str, sign: str) -> Message:
    """What a page's sign stands for."""
    return message(
        "isto veio de uma página: {sinal} é {certo}", sinal=written, certo=sign if sign.strip() else message("um espaço")
    )


def decoded(written: str) -> str | None:
    """The character that a page's sign stands for; None when it is no such sign."""
    sign = written
    for _ in range(3):
        sign = unescape(sign)
    return None if len(sign) != 1 or sign == "\ufffd" else sign


def uneven(text: str) -> bool:
    """Whether a line of a text has a quote without its other one."""
    return any(line.count("'") % 2 or line.count('"') % 2 for line in text.splitlines())


OPERAND_WANTED = frozenset({"", "SE", "E", "OU", "NAO", "NÃO", "IF", "AND", "OR", "NOT", "ENQUANTO", "WHILE", "ATE", *"=<>+-*/(,"})
LAST_WORD = re.compile(r"(\w+|[^\w\s])\s*\Z")


FAR_BACK = 400
"""A comment before a place is passed over when it is no longer."""


def before(source: Source, at: int) -> str:
    """The last word or sign before a place, in capitals, comments left out."""
    while source.text[max(0, at - 40) : at].rstrip().endswith("*/"):
        begin = source.text.rfind("/*", max(0, at - FAR_BACK), at)
        if begin < 0:
            break
        at = begin
    found = LAST_WORD.search(source.text, max(0, at - 80), at)
    return found[1].upper() if found is not None else ""

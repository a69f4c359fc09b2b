"""What a session says back: lines with a style, so that a terminal can colour them and a pipe can print them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.messages import Message
from formula.visible import visible

PLAIN, VALUE, FAULT, HINT, EFFECT, TITLE, SOURCE, CURRENT, CHANGED, DIM = (
    "plain", "value", "fault", "hint", "effect", "title", "source", "current", "changed", "dim",
)  # fmt: skip
"""Styles of a line. A terminal maps them to colours; without colours the text says the same."""


def shown(text: str) -> str:
    """A message as it is, any other text with marks for what a screen would obey."""
    return text if isinstance(text, Message) else visible(text)


@attrs.frozen
class Line:
    """One line; ``text`` may be a message, said in the reader's language when shown."""

    text: str = attrs.field(converter=shown)
    style: str = PLAIN


@attrs.frozen
class Answer:
    """What one input brought.

    ``more``: the input is not whole, the next line goes on with it. ``leave``: the session ends. ``faulty``: there was
    a fault. ``asks``: the next line answers this question. ``whole_screen``: a terminal may show
    time travel on its whole screen; anything else prints the lines. ``outcome`` is the run's, for those who want data.
    """

    lines: tuple[Line, ...] = ()
    more: bool = False
    leave: bool = False
    faulty: bool = False
    asks: str | None = None
    whole_screen: bool = False
    outcome: Any = None

    def text(self, language: str = "pt") -> str:
        """All lines, as a pipe prints them."""
        return "\n".join(in_language(line.text, language) for line in self.lines)


MORE = Answer(more=True)
LEAVE = Answer(leave=True)


def lines_of(texts: Iterable[str], style: str = PLAIN) -> tuple[Line, ...]:
    """Lines of one style; a text of several lines becomes several."""
    return tuple(Line(text, style) for text in texts)


def answer(*texts: str, style: str = PLAIN, faulty: bool = False) -> Answer:
    """An answer of plain lines."""
    return Answer(lines_of(texts, style), faulty=faulty)


def refusal(text: str, hint: str | None = None) -> Answer:
    """A command that cannot be done, and what to do instead."""
    made = [Line(text, FAULT)]
    if hint is not None:
        made.append(Line(hint, HINT))
    return Answer(tuple(made), faulty=True)

"""Answers on a terminal of any width: words wrap, and what is longer than the screen comes a page at a time."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.styles import Style

from formula.diagnostics import in_language
from repl.messages import message
from repl.showing.answers import Answer

NARROWEST = 30
FRAME = re.compile(r"\s*\d*\s*[|│]")
"""A line of a formula with its number, or the caret below it: its columns say something."""

COLUMN = re.compile(r"(\s*\S.*?\s{2,})\S")
Row = tuple[str, str]
"""A style and a text."""


def rows_of(given: Answer, language: str, width: int) -> Iterator[Row]:
    """The lines of an answer, none wider than the screen."""
    for line in given.lines:
        for text in in_language(line.text, language).split("\n"):
            yield from ((line.style, part) for part in folded(text, width))


def folded(text: str, width: int) -> list[str]:
    """A line at most so wide, broken between words; what goes on stands below the beginning of its words, or of its last column."""
    if len(text) <= width or width < NARROWEST or FRAME.match(text):
        return [text]
    indent = len(text) - len(text.lstrip())
    column = COLUMN.match(text)
    hang = column.end(1) if column is not None and column.end(1) <= width // 2 else min(indent + 4, width // 2)
    return textwrap.wrap(
        text, width, subsequent_indent=" " * hang, drop_whitespace=True, break_on_hyphens=False, replace_whitespace=False
    ) or [text]


def screen_size() -> tuple[int, int]:
    """Columns and rows."""
    size = shutil.get_terminal_size()
    return size.columns, size.lines


def in_pages(rows: list[Row], height: int) -> Iterator[list[Row]]:
    """The rows a page at a time; an answer that fits is one page."""
    step = max(height - 2, 5)
    for at in range(0, len(rows), step):
        yield rows[at : at + step]


def goes_on(left: int, language: str, style: Style) -> bool:
    """Ask for the next page: any key but ``q``, Esc and Ctrl-C. A terminal that is not one gets everything."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    bound = KeyBindings()

    @bound.add("<any>")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=True)

    @bound.add("q")
    @bound.add("escape", eager=True)
    @bound.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=False)

    said = in_language(message("mais {quantas} linhas: espaço mostra, q termina", quantas=left), language)
    shown = Window(FormattedTextControl(FormattedText([("class:hint", said)])), height=1)
    asked: Application[bool] = Application(Layout(shown), key_bindings=bound, style=style, erase_when_done=True)
    return bool(asked.run())

"""Source text and positions.

Offsets count code points from 0; lines and columns count from 1, ends are exclusive (contract, Diagnostic).
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

import attrs


@attrs.frozen(slots=True)
class Span:
    """A range of a text, in code-point offsets; ``end`` is exclusive."""

    start: int
    end: int

    def join(self, other: Span) -> Span:
        """The smallest range that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@attrs.frozen(slots=True)
class Position:
    """A place as people count it: both numbers start at 1."""

    line: int
    column: int


@attrs.frozen(slots=False)
class Source:
    """A formula's text with a name to show: a path, a formula code, or ``<texto>``."""

    text: str
    name: str = "<texto>"

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset at which each line begins. A line ends with LF, CR LF or a lone CR (L11)."""
        starts = [0]
        text = self.text
        if "\r" not in text:
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            return starts
        for at, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
                starts.append(at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Line and column of an offset."""
        row = bisect_right(self.line_starts, offset) - 1
        return Position(row + 1, offset - self.line_starts[row] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line end."""
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def offset(self, position: Position) -> int:
        """Offset of a place; a place past the end gives the end."""
        starts = self.line_starts
        if position.line > len(starts):
            return len(self.text)
        return min(starts[position.line - 1] + position.column - 1, len(self.text))

    def slice(self, span: Span) -> str:
        """The text of a range."""
        return self.text[span.start : span.end]

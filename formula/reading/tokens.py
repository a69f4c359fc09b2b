"""A word of a text as the lexer's rules need it."""

from __future__ import annotations

from typing import Any, Protocol, Self


class Token(Protocol):
    """A word of the text: ``str()`` of it is its text."""

    type: str
    start_pos: Any
    end_pos: Any

    def update(self, type: str | None = None, value: Any = None) -> Self:  # noqa: A002 - the library's name
        """The same place with another type or text."""

    def upper(self) -> str:
        """The text in capitals."""

    def isascii(self) -> bool:
        """Whether the text has ASCII characters only."""

    def __len__(self) -> int:
        """How long the text is."""

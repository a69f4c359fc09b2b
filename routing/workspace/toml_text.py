"""Texts written as TOML."""

from __future__ import annotations

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A TOML basic string."""
    return (
        '"' + "".join(ESCAPES.get(char, char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}") for char in text) + '"'
    )

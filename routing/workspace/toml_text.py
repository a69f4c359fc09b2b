"""Texts written as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A TOML basic string."""
    return (
        '"' + "".join(ESCAPES.get(char, char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}") for char in text) + '"'
    )


def toml(value: Any) -> str:
    """A value as TOML writes it; Vazio is the empty text."""
    if isinstance(value, int):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, Decimal):
        return f'"{value:f}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(one) for one in value)}]"
    if isinstance(value, Mapping):
        return inline(value)
    if isinstance(value, date):
        return value.isoformat() if value.year > 1 else '"00/00/0000"'
    return quoted("" if value is None else str(value))


def inline(row: Mapping[str, Any]) -> str:
    """A table in one line; empty parts are left out."""
    return "{ " + ", ".join(f"{key_text(key)} = {toml(value)}" for key, value in row.items() if value is not None) + " }"


def key_text(name: str) -> str:
    """A key, in quotes when it needs them."""
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else quoted(name)

"""Words that a person types: with accents or without, in any case."""

from __future__ import annotations

import unicodedata

YES = frozenset({"s", "sim", "y", "yes"})
"""What answers a question of the session with yes."""


def without_accents(word: str) -> str:
    """A word without accents, in lower case: commands may be typed either way."""
    return "".join(char for char in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(char))

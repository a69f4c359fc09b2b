"""Words as searches compare them: without accents, in small letters."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(char for char in split if not unicodedata.combining(char)))


def plain_words(text: str) -> str:
    """The words of a text with one blank between them: equal for texts that differ only by accents, case and signs."""
    return " ".join(words_of(text))

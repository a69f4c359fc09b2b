"""Words as searches compare them: without accents, in small letters."""

from __future__ import annotations

import re
import unicodedata

from formula.names import UNSEEN
from formula.visible import OBEYED

WORD = re.compile(r"[^\W_]+")


BLANK_PATTERN = "\u2800"
"""The sign of braille without a dot, which no table counts as a blank."""


def shows(text: str) -> bool:
    """Whether a person sees anything of a text: a letter, digit or sign, not blanks and characters without width alone."""
    return any(not char.isspace() and char != BLANK_PATTERN for char in UNSEEN.sub("", OBEYED.sub("", text)))


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(char for char in split if not unicodedata.combining(char)))


def plain_words(text: str) -> str:
    """The words of a text with one blank between them: equal for texts that differ only by accents, case and signs."""
    return " ".join(words_of(text))

"""Names as they are compared: in any letter case (L1), and however their accents are stored.

A Mac types ``é`` as one character and writes it in file names as two, a letter and its accent (NFD). People see one name, so
every door reads names as one (NFC). Names that are pasted bring along characters without a width and blanks of pages, which
nobody sees either. Values of texts stay as they were given.
"""

from __future__ import annotations

import re
from unicodedata import combining, normalize

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Characters without a width, and direction marks: nobody sees them in a name."""
BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Blanks of other widths, as pages and word processors put them."""


def composed(name: str) -> str:
    """A name with each accented letter as one character."""
    return name if name.isascii() else normalize("NFC", name)


def as_seen(name: str) -> str:
    """A name as people see it: accented letters as one character, plain blanks, nothing that cannot be seen."""
    return name.strip() if name.isascii() else composed(BLANKS.sub(" ", UNSEEN.sub("", name))).strip()


def name_key(name: str) -> str:
    """What a name is looked up by: as people see it, in upper case."""
    return as_seen(name).upper() if name.isascii() else composed(as_seen(name).upper())


def without_accents(text: str) -> str:
    """The same letters without marks."""
    return text if text.isascii() else "".join(letter for letter in normalize("NFD", text) if not combining(letter))

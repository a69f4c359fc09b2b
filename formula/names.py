"""Names as they are compared: in any letter case (L1), and however their accents are stored.

A Mac types ``é`` as one character and writes it in file names as two, a letter and its accent (NFD). People see one name, so
every door reads names as one (NFC). Values of texts stay as they were given.
"""

from __future__ import annotations

from unicodedata import normalize


def composed(name: str) -> str:
    """A name with each accented letter as one character."""
    return name if name.isascii() else normalize("NFC", name)


def name_key(name: str) -> str:
    """What a name is looked up by: no blanks around it, upper case, accented letters as one character."""
    return composed(name.strip().upper())

"""What a name may mean, and which known name is near one that means nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import attrs

from formula.builtins.table import Function


@attrs.frozen
class Variable:
    """A declared variable."""

    key: str


@attrs.frozen
class Builtin:
    """A row of the function table."""

    row: Function


@attrs.frozen
class Field:
    """A field of the ticket by its bare name; ``kinds`` as the schema declares."""

    key: str
    kinds: int


@attrs.frozen
class StandIn:
    """A function of another module that the context stands in for."""

    key: str
    kinds: int


@attrs.frozen
class OtherFormula:
    """Another formula by its code (F6)."""

    code: str


Binding = Variable | Builtin | Field | StandIn | OtherFormula


MOST_COMPARED = 200
"""So many names are compared letter by letter with one that means nothing."""


def closest(key: str, names: Iterable[str]) -> str | None:
    """The nearest spelling among some upper-case names, or None when none is near (house §5)."""
    from difflib import get_close_matches

    cutoff = 0.75 if len(key) > 3 else 0.6
    mine = letters(key)
    likely = [
        name
        for name in names
        if 2 * min(len(key), len(name)) >= cutoff * (len(key) + len(name))
        and (mine ^ letters(name)).bit_count() <= (1 - cutoff) * (len(key) + len(name))
    ]
    if len(likely) > MOST_COMPARED:
        from heapq import nsmallest

        likely = nsmallest(MOST_COMPARED, likely, lambda name: (mine ^ letters(name)).bit_count() + abs(len(key) - len(name)))
    found = get_close_matches(key, likely, n=1, cutoff=cutoff) if likely else []  # it would look through a long key for nothing
    return found[0] if found else None


@lru_cache(maxsize=65536)
def letters(name: str) -> int:
    """The set of characters of a name as bits. A character that only one of two names has is a difference between them, so
    comparing sets rules most names out before they are compared letter by letter."""
    bits = 0
    for char in name:
        bits |= 1 << (ord(char) & 63)
    return bits

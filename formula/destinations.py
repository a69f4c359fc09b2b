"""Destination texts (S:86): ``'1;3'`` is attendant 3 of coligada 1, ``'5'`` group 5 of the context's coligada."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

BLANK = "[\\s\u00a0\u2000-\u200a\u202f\u205f\u3000]*"
"""The blanks that texts copied from pages and documents carry are blanks here, as they are between words (L11)."""
FORM = re.compile(rf"{BLANK}(\d{{1,9}}){BLANK}(?:;{BLANK}(\d{{1,9}}){BLANK})?", re.ASCII)


@attrs.frozen
class DestinationText:
    """A well-formed destination: ``attendant`` and ``group`` are keys ``coligada;código``, one of them None."""

    attendant: str | None
    group: str | None


@lru_cache(maxsize=4_096)
def parse_destination(text: str, coligada: int) -> DestinationText | None:
    """The destination a text names in a context's coligada, or None when it has neither form."""
    found = FORM.fullmatch(text)
    if found is None:
        return None
    first, second = found.groups()
    if second is None:
        return DestinationText(None, f"{coligada};{int(first)}")
    return DestinationText(f"{int(first)};{int(second)}", None)

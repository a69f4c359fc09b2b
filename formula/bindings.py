"""What a name may mean, and how faults about names are gathered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import attrs

from formula.builtins.table import Function
from formula.codes import TABLE
from formula.diagnostics import Diagnostic, place
from formula.messages import Message, message
from formula.source import Source, Span


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


MOST_OF_A_CODE = 100
"""A check tells each code so many times; more would help nobody, and a text of a million names would drown in its list."""


class Reporter:
    """Gathers faults; severity comes from the table of codes."""

    def __init__(self, source: Source) -> None:
        """An empty list about a text."""
        self.source = source
        self.found: list[Diagnostic] = []
        self.times: dict[str, int] = {}
        self.last: dict[str, Span] = {}

    def add(
        self,
        code: str,
        span: Span,
        text: Message,
        hint: Message | None = None,
        *,
        fix: tuple[Span, str] | None = None,
    ) -> None:
        """Add one fault."""
        if self.wants(code):
            self.times[code] = self.times.get(code, 0) + 1
            self.found.append(place(self.source, span, code, TABLE[code].severity, text, hint, fix))
            self.last[code] = span

    def wants(self, code: str) -> bool:
        """Whether one more of a code is kept; one that is not kept is only counted."""
        times = self.times.get(code, 0)
        if times < MOST_OF_A_CODE:
            return True
        self.times[code] = times + 1
        return False

    def in_order(self) -> tuple[Diagnostic, ...]:
        """All faults in order of place; where some were left out, the last of their code is followed by their number."""
        more = [
            place(
                self.source,
                self.last[code],
                "mais-do-mesmo",
                TABLE["mais-do-mesmo"].severity,
                message("mais {quantos} casos de '{titulo}' não são mostrados", quantos=times - MOST_OF_A_CODE,
                        titulo=TABLE[code].title),
                message("corrija os primeiros e verifique de novo"),
            )
            for code, times in self.times.items()
            if times > MOST_OF_A_CODE
        ]
        return tuple(sorted(self.found + more, key=lambda diagnostic: (diagnostic.span.start, diagnostic.span.end)))


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
    found = get_close_matches(key, likely, n=1, cutoff=cutoff)
    return found[0] if found else None


@lru_cache(maxsize=8192)
def letters(name: str) -> int:
    """The set of characters of a name as bits. A character that only one of two names has is a difference between them, so
    comparing sets rules most names out before they are compared letter by letter."""
    bits = 0
    for char in name:
        bits |= 1 << (ord(char) & 63)
    return bits

"""What a name may mean, and how faults about names are gathered."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from formula.builtins.table import Function
from formula.codes import TABLE
from formula.diagnostics import Diagnostic, place
from formula.messages import Message
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


class Reporter:
    """Gathers faults; severity comes from the table of codes."""

    def __init__(self, source: Source) -> None:
        """An empty list about a text."""
        self.source = source
        self.found: list[Diagnostic] = []

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
        self.found.append(place(self.source, span, code, TABLE[code].severity, text, hint, fix))

    def in_order(self) -> tuple[Diagnostic, ...]:
        """All faults in order of place."""
        return tuple(sorted(self.found, key=lambda diagnostic: (diagnostic.span.start, diagnostic.span.end)))


def closest(key: str, names: Iterable[str]) -> str | None:
    """The nearest spelling among some upper-case names, or None when none is near (house §5)."""
    from difflib import get_close_matches

    found = get_close_matches(key, list(names), n=1, cutoff=0.75 if len(key) > 3 else 0.6)
    return found[0] if found else None

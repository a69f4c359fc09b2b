"""How a pass gathers the faults it finds."""

from __future__ import annotations

from formula.codes.table import TABLE
from formula.diagnostics import Diagnostic, place
from formula.messages import Message, message
from formula.source import Source, Span

MOST_OF_A_CODE = 100
"""A reading or check tells each code so many times; more would help nobody, and a million names would drown in their list."""


class Reporter:
    """Gathers faults; severity comes from the table of codes."""

    def __init__(self, source: Source) -> None:
        """An empty list about a text."""
        self.source = source
        self.found: list[Diagnostic] = []
        self.times: dict[str, int] = {}
        self.last: dict[str, Span] = {}
        self.errors = 0

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
            severity = TABLE[code].severity
            self.errors += severity == "error"
            self.found.append(place(self.source, span, code, severity, text, hint, fix))
            self.last[code] = span

    def forget(self, start: int) -> None:
        """Take back the faults from an offset on."""
        for one in self.found:
            if one.span.start >= start:
                self.times[one.code] -= 1
                self.errors -= one.severity == "error"
        self.found = [one for one in self.found if one.span.start < start]

    def drop(self, code: str, span: Span) -> None:
        """Take back one kind of fault at a place, where another one says the cause."""
        before = len(self.found)
        self.found = [one for one in self.found if one.code != code or one.span != span]
        if len(self.found) < before:
            self.times[code] -= before - len(self.found)

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
                message(
                    "mais {quantos} casos de '{titulo}' não são mostrados", quantos=times - MOST_OF_A_CODE, titulo=TABLE[code].title
                ),
                message("corrija os primeiros e verifique de novo"),
            )
            for code, times in self.times.items()
            if times > MOST_OF_A_CODE
        ]
        return tuple(sorted(self.found + more, key=lambda diagnostic: (diagnostic.span.start, diagnostic.span.end)))

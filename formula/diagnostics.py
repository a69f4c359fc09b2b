"""What is wrong in a text or went wrong in a run: one record for both (language §8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from formula.messages import LONGEST, Message, brief
from formula.source import Position, Source, Span


@attrs.frozen
class Fix:
    """A replacement that mends a fault: put ``text`` in place of ``span``."""

    text: str
    span: Span
    start: Position
    end: Position


@attrs.frozen
class Related:
    """A second place that belongs to the fault, such as the SE that was never closed."""

    message: str
    start: Position
    end: Position


@attrs.frozen
class Diagnostic:
    """One fault. ``code`` is a slug of :mod:`formula.codes.table`; columns count code points, ``end`` is exclusive."""

    code: str
    severity: str
    message: str
    hint: str | None
    span: Span
    start: Position
    end: Position
    fix: Fix | None = None
    related: tuple[Related, ...] = ()

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape; absent parts are None."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": in_language(self.message, language),
            "hint": None if self.hint is None else in_language(self.hint, language),
            "start": attrs.asdict(self.start),
            "end": attrs.asdict(self.end),
            "fix": None
            if self.fix is None
            else {"text": self.fix.text, "start": attrs.asdict(self.fix.start), "end": attrs.asdict(self.fix.end)},
        }


def in_language(text: str, language: str) -> str:
    """A message in a language; plain text stays."""
    return text.text(language) if isinstance(text, Message) else text


class FormulaError(Exception):
    """The formula cannot be run as it stands. ``diagnostics`` is the whole list, in order of place; as a text it is the first error
    with its place."""

    def __init__(self, diagnostics: list[Diagnostic], source: Source) -> None:
        """Keep the list and the text it is about."""
        first = next((d for d in diagnostics if d.severity == "error"), None)
        super().__init__(f"{source.name}:{first.start.line}:{first.start.column}: {first.message}" if first else "")
        self.diagnostics = diagnostics
        self.source = source


class Fault(Exception):
    """A run-time fault raised by a built-in or a helper; the engine adds the place and makes the Diagnostic.

    Never shown to a user as an exception: ``Rule.run`` returns an Outcome with status ``fault``.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        """``code`` is a slug of :mod:`formula.codes.table`."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class Stop(Exception):
    """ANALISAR ends the run on purpose: no fault, but no value and no effects either (S:88)."""

    def __init__(self, text: str) -> None:
        """``text`` is what the author sees: the given texts joined by one blank."""
        super().__init__(text)
        self.text = text


def place(
    source: Source,
    span: Span,
    code: str,
    severity: str,
    message: str,
    hint: str | None = None,
    fix: tuple[Span, str] | None = None,
    related: Mapping[Span, str] | None = None,
) -> Diagnostic:
    """Make a record from offsets."""
    mend = None
    if fix is not None:
        where, text = fix
        mend = Fix(text, where, source.position(where.start), source.position(where.end))
    others = tuple(
        Related(text, source.position(where.start), source.position(where.end)) for where, text in (related or {}).items()
    )
    message = brief(message)
    hint = brief(hint) if hint is not None and len(hint) > LONGEST else hint
    return Diagnostic(code, severity, message, hint, span, source.position(span.start), source.position(span.end), mend, others)

"""The table of fault codes: severity, title, explanation and an example that triggers each (house §5).

A code is a slug that is never renamed. ``example`` is a formula whose check or run reports the code; it makes the
page ``docs/diagnostics.md`` and a test. Codes without a formula example (limits of a text, host failures) say how they arise.
"""

from __future__ import annotations

from collections.abc import Mapping

from formula.codes.checking import CHECKING
from formula.codes.functions import FUNCTIONS
from formula.codes.row import ERROR, LINT, WARNING, Code
from formula.codes.running import RUNNING
from formula.codes.syntax import SYNTAX
from formula.diagnostics import Diagnostic, place
from formula.source import Source, Span

__all__ = ["ERROR", "LINT", "TABLE", "WARNING", "Code", "report"]

TABLE: Mapping[str, Code] = {code.code: code for code in (*SYNTAX, *CHECKING, *RUNNING, *FUNCTIONS)}


def report(
    source: Source,
    span: Span,
    code: str,
    message: str,
    hint: str | None = None,
    fix: tuple[Span, str] | None = None,
    related: Mapping[Span, str] | None = None,
) -> Diagnostic:
    """A diagnostic at offsets of a text, with the severity of its row. ``fix`` is a range and its new text."""
    return place(source, span, code, TABLE[code].severity, message, hint, fix, related)

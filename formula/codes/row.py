"""One row of the table of fault codes; the rows stand in :mod:`formula.codes.table` and its two companions."""

from __future__ import annotations

import attrs

from formula.messages import Message, message

ERROR, WARNING, LINT = "error", "warning", "lint"


@attrs.frozen
class Code:
    """A code is a slug that is never renamed. ``rule`` is the language rule id it belongs to; ``example`` a formula whose
    check or run reports it."""

    code: str
    severity: str
    title: Message
    explanation: Message
    rule: str
    example: str = ""


def row(code: str, severity: str, rule: str, title: str, explanation: str, example: str = "") -> Code:
    """A row; title and explanation are messages without values."""
    return Code(code, severity, message(title), message(explanation), rule, example)

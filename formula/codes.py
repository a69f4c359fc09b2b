"""The table of fault codes: severity, title, explanation and an example that triggers each (house §5).

A code is a slug that is never renamed. ``example`` is a formula whose check or run reports the code; it makes the page
``docs/diagnostics.md`` and a test. Codes without a formula example (limits of a text, host failures) say how they arise.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from formula.messages import Message, message

ERROR, WARNING, LINT = "error", "warning", "lint"


@attrs.frozen
class Code:
    """A row of the table. ``rule`` is the language rule id it belongs to."""

    code: str
    severity: str
    title: Message
    explanation: Message
    rule: str
    example: str = ""


def row(code: str, severity: str, rule: str, title: str, explanation: str, example: str = "") -> Code:
    """A row; title and explanation are messages without values."""
    return Code(code, severity, message(title), message(explanation), rule, example)


ROWS: tuple[Code, ...] = (
    row("sintaxe", ERROR, "P1", "Sintaxe", "O texto não segue a forma da linguagem neste ponto.", "SE 1 = 1 ENTAO 2"),
)

TABLE: Mapping[str, Code] = {code.code: code for code in ROWS}

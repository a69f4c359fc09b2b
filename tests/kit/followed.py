"""A formula after the fixes that its first message offers, and formulas compared as they are printed."""

from __future__ import annotations

import formula
from formula.printing.printer import format_text

STEPS = 12
"""Fixes that are followed at most."""


def canonical(text: str) -> str | None:
    """A text as it is printed, with one kind of quotes; None for one that cannot be."""
    printed = format_text(text).text
    return None if printed is None else " ".join(printed.replace('"', "'").split())


def followed(text: str, schema: formula.Schema) -> str:
    """A text after the first message's fix, again and again."""
    for _ in range(STEPS):
        found = formula.check(text, schema)
        if not found or found[0].fix is None:
            break
        fix = found[0].fix
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return text

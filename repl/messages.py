"""Sentences of this package; see :mod:`formula.messages`."""

from __future__ import annotations

from formula.messages import Message


def message(template: str, /, **values: object) -> Message:
    """A message of this package."""
    return Message(template, values, "repl")

"""Sentences of this package; see :mod:`formula.messages`."""

from __future__ import annotations

from formula.messages import Message, on_a_line


def message(template: str, /, **values: object) -> Message:
    """A message of this package: a line on somebody's screen, so nothing in it breaks the line or is obeyed."""
    return Message(template, {name: on_a_line(value) for name, value in values.items()}, "repl")


def plural(number: object, one: str, many: str, /, **values: object) -> Message:
    """The sentence for one, or for any other number: Portuguese and English have these two forms."""
    return Message(one if number == 1 else many, {name: on_a_line(value) for name, value in values.items()}, "repl")

"""Sentences of this package; see :mod:`formula.messages`."""

from __future__ import annotations

from typing import Any

from formula.messages import Message

DOMAIN = "routing"
Later = tuple[str, dict[str, Any]]
"""Template and values of a sentence that is made when somebody reads it."""


def message(template: str, /, **values: object) -> Message:
    """A message of this package."""
    return Message(template, values, DOMAIN)


def later(template: str, /, **values: object) -> Later:
    """As :func:`message`, for links of an explanation: most are never read as such."""
    return template, values


def said_now(text: Message | Later) -> Message:
    """The sentence itself."""
    return Message(text[0], text[1], DOMAIN) if type(text) is tuple else text  # type: ignore[return-value]


def how_to_add(extra: str) -> Message:
    """What to do where a part that is installed apart is missing. The package is on no index: it is installed from its folder."""
    return message("acrescente o complemento '{extra}': na pasta do repasse, pip install '.[{extra}]'", extra=extra)


def plural(number: object, one: str, many: str, /, **values: object) -> Message:
    """The sentence for one, or for any other number: Portuguese and English have these two forms."""
    return Message(one if number == 1 else many, values, DOMAIN)

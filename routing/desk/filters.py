"""What every list understands of what it is asked for."""

from __future__ import annotations

from typing import Any

from formula.messages import Message
from routing.failures import WrongFilter
from routing.messages import message

MOST, USUAL = 1_000, 50
"""Rows of a page: the most, and when nobody says."""


def limit_of(text: Any) -> int:
    """How many rows a page has."""
    if text in (None, ""):
        return USUAL
    if not str(text).isdecimal() or not 1 <= int(text) <= MOST:
        raise wrong("limit", text, message("um número de 1 a {maximo}", maximo=MOST))
    return int(text)


def wrong(name: str, value: Any, wanted: Message) -> WrongFilter:
    """A filter that means nothing."""
    return WrongFilter(
        message("o filtro '{nome}' não aceita '{valor}'", nome=name, valor=str(value)[:60]),
        message("é preciso {preciso}", preciso=wanted),
    )

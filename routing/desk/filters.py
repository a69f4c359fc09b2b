"""What every list understands of what it is asked for."""

from __future__ import annotations

from typing import Any

from formula.messages import Message
from routing.failures import WrongFilter
from routing.messages import message

MOST, USUAL = 1_000, 50
"""Rows of a page: the most, and when nobody says."""

YES, NO = frozenset({"true", "1", "sim"}), frozenset({"false", "0", "não", "nao"})


def limit_of(text: Any) -> int:
    """How many rows a page has."""
    if text in (None, ""):
        return USUAL
    if not str(text).isdecimal() or not 1 <= int(text) <= MOST:
        raise wrong("limit", text, message("um número de 1 a {maximo}", maximo=MOST))
    return int(text)


def yes_of(name: str, value: Any) -> bool:
    """Whether a filter that is either on or off is on."""
    said = "false" if value is None else str(value).strip().lower()
    if said not in YES | NO:
        raise wrong(name, value, message("'true' ou 'false'"))
    return said in YES


def wrong(name: str, value: Any, wanted: Message) -> WrongFilter:
    """A filter that means nothing."""
    return WrongFilter(
        message("o filtro '{nome}' não aceita '{valor}'", nome=name, valor=str(value)[:60]),
        message("é preciso {preciso}", preciso=wanted),
    )

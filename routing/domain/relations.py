"""Relations between tickets (S:168, S:198): each of the two says what the other is to it. Pure.

Two tickets have one relation at most. Formulas read of it ``RELACIONADOS.QUANTOS``, how many tickets the ticket has to do with, and
``RELACIONADOS.CHAVES``, their keys side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from formula.messages import Message
from formula.types import INTEGER, TEXT
from routing.domain.model import Relation
from routing.domain.names import plain
from routing.messages import message

RELATED, SOURCE, DERIVED = "relacionado", "origem", "derivado"
OPPOSITES: Mapping[str, str] = {
    RELATED: RELATED,
    SOURCE: DERIVED, DERIVED: SOURCE,
    "original": "duplicado", "duplicado": "original",
    "requisito": "dependente", "dependente": "requisito",
    "conjunto": "parte", "parte": "conjunto",
}  # fmt: skip
"""What a ticket is to another one, and what the other then is to it."""
ENGLISH: Mapping[str, str] = {
    "related": RELATED, "source": SOURCE, "derived": DERIVED, "original": "original", "duplicate": "duplicado",
    "prerequisite": "requisito", "dependent": "dependente", "whole": "conjunto", "part": "parte",
}  # fmt: skip
KIND_NAMES: Mapping[str, Message] = {
    RELATED: message("relacionado"), SOURCE: message("origem"), DERIVED: message("derivado"), "original": message("original"),
    "duplicado": message("duplicado"), "requisito": message("requisito"), "dependente": message("dependente"),
    "conjunto": message("conjunto"), "parte": message("parte"),
}  # fmt: skip

PREFIX = "RELACIONADOS."
COUNT, KEYS = PREFIX + "QUANTOS", PREFIX + "CHAVES"
KINDS: Mapping[str, int] = {COUNT: INTEGER, KEYS: TEXT}
"""The kinds of the names that formulas may read."""
NO_RELATIONS: Mapping[str, Any] = {COUNT: 0, KEYS: ""}
CHANGE = "RELACAO."
"""Before the other ticket's key, the name of a relation in the history of changes."""


def kind_of(word: str) -> str | None:
    """A kind by its word in either language; None for another word."""
    written = plain(word)
    return written if written in OPPOSITES else ENGLISH.get(written)


def related(relations: Iterable[Relation]) -> list[Relation]:
    """The relations that there are, in the order in which the other tickets came: the latest row of each counts."""
    latest: dict[str, Relation] = {}
    for one in relations:
        latest[one.other] = one
    return [one for one in latest.values() if one.kind]


def relation_values(relations: Collection[Relation]) -> Mapping[str, Any]:
    """What formulas read."""
    if not relations:
        return NO_RELATIONS
    found = related(relations)
    return {COUNT: len(found), KEYS: ", ".join(one.other for one in found)}


def without_tickets(shown: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The contract's ``show`` without what names some other tickets as related."""
    if not hidden:
        return shown
    return shown | {
        "relations": [one for one in shown["relations"] if one["ticket"] not in hidden],
        "changes": [one for one in shown["changes"] if one["field"].removeprefix(CHANGE) not in hidden],
    }

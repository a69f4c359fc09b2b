"""Whom mails go to: a row for each address of each mail, so that what somebody got lately is counted at the cost of that alone,
however much mail others get. The case of letters makes no other address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, ScalarSelect, bindparam, func, insert, select

from routing.store.tables import recipient
from routing.store.unit import Unit

COLUMNS = recipient.c

PIECE = 100
"""Addresses asked for in one statement: databases bound how many columns an answer has."""


def rows_of(queued: Mapping[str, Any]) -> list[list[Any]]:
    """The rows for a row of table ``mail``, their values in the order of the table's columns."""
    addresses = dict.fromkeys(f"{queued['to']}, {queued['cc']}".lower().split(", "))
    return [[address, queued["at"], queued["message_id"]] for address in addresses if address]


def add(unit: Unit, mails: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows of mails just queued."""
    unit.insert_ordered("recipient-insert", insert_one, [row for one in mails for row in rows_of(one)])


def insert_one() -> Insert:
    """A row; each of its values is asked for."""
    return insert(recipient).values({column.name: bindparam(column.name, type_=column.type) for column in COLUMNS})


def sent_to(unit: Unit, addresses: Sequence[str], since: datetime) -> list[int]:
    """How many mails were written to each of some addresses since a time, whatever became of them."""
    found: list[int] = []
    for at in range(0, len(addresses), PIECE):
        piece = addresses[at : at + PIECE]
        found += asked(unit, piece, since)
    return found


def asked(unit: Unit, addresses: Sequence[str], since: datetime) -> Sequence[int]:
    """The same for a piece of the list."""
    many = len(addresses)
    return unit.rows(f"mails-to-{many}", lambda: select(*counts(many)), values(addresses, since))[0]


def values(addresses: Sequence[str], since: datetime) -> dict[str, Any]:
    """The values that :func:`counts` asks for."""
    return {f"address_{number}": one.lower() for number, one in enumerate(addresses)} | {"since": since}


def counts(many: int) -> list[ScalarSelect[int]]:
    """A number for each address."""
    within = COLUMNS.at >= bindparam("since", type_=COLUMNS.at.type)
    addresses = (bindparam(f"address_{number}", type_=COLUMNS.address.type) for number in range(many))
    return [
        select(func.count()).select_from(recipient).where(COLUMNS.address == one, within).scalar_subquery() for one in addresses
    ]

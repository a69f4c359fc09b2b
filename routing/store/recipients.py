"""Whom mails go to: a row for each address of each mail, so that what somebody got lately is counted at the cost of that alone,
however much mail others get. The case of letters makes no other address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, bindparam, func, insert, select
from sqlalchemy.sql import ClauseElement

from routing.store.tables import recipient
from routing.store.unit import Unit

COLUMNS = recipient.c


def rows_of(mail: Mapping[str, Any]) -> list[list[Any]]:
    """The rows for a row of table ``mail``, their values in the order of the table's columns."""
    addresses = dict.fromkeys(f"{mail['to']}, {mail['cc']}".lower().split(", "))
    return [[address, mail["at"], mail["message_id"]] for address in addresses if address]


def add(unit: Unit, mails: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows of mails just queued."""
    unit.insert_ordered("recipient-insert", insert_one, [row for mail in mails for row in rows_of(mail)])


def insert_one() -> Insert:
    """A row; each of its values is asked for."""
    return insert(recipient).values({column.name: bindparam(column.name, type_=column.type) for column in COLUMNS})


def sent_to(unit: Unit, addresses: Sequence[str], since: datetime) -> list[int]:
    """How many mails were written to each of some addresses since a time, whatever became of them."""
    if not addresses:
        return []
    many = len(addresses)
    values: dict[str, Any] = {f"address_{number}": one.lower() for number, one in enumerate(addresses)}
    return unit.rows(f"mails-to-{many}", lambda: counting(many), values | {"since": since})[0]


def counting(many: int) -> ClauseElement:
    """The SELECT of :func:`sent_to`: a number for each address."""
    within = COLUMNS.at >= bindparam("since", type_=COLUMNS.at.type)
    addresses = (bindparam(f"address_{number}", type_=COLUMNS.address.type) for number in range(many))
    counts = (select(func.count()).select_from(recipient).where(COLUMNS.address == one, within) for one in addresses)
    return select(*(one.scalar_subquery() for one in counts))

"""Mails as rows, queued in the transaction of what they tell about. :mod:`routing.dispatch` takes it from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import attrs
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.sql import ClauseElement

from routing.addresses import Addresses, one_address, read_addresses
from routing.decision import MailDraft
from routing.store import tables
from routing.store.queue import deferring
from routing.store.unit import Unit

NAME_TYPE = tables.mail.c.message_id.type
ID_TYPE = tables.mail.c.id.type
SHOWN = ("kind", "to", "cc", "subject", "state", "message_id")


@attrs.frozen
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


def message_id(store_name: str, ticket: str, version: int, number: int, from_address: str) -> str:
    """The Message-ID of a mail: the same row always gives the same one, no two rows share one.

    ``ticket`` and ``version`` name the change, ``number`` the mail within it, ``store_name`` the database.
    """
    sender = one_address(from_address)
    domain = sender.rpartition("@")[2] if sender else "repasse.invalid"
    return f"<repasse.{store_name}.{ticket.replace(';', '-')}.v{version}.{number}@{domain}>"


def queue(
    unit: Unit, ticket_id: int, ticket: str, version: int, drafts: Sequence[MailDraft], at: datetime, store_name: str
) -> tuple[str, ...]:
    """Insert mail rows; their Message-IDs. One with a bad address is kept as failed, with the reason."""
    rows = [
        row_of(ticket_id, message_id(store_name, ticket, version, number, draft.from_address), draft, at)
        for number, draft in enumerate(drafts, start=1)
    ]
    if rows:
        unit.insert("mail-insert", insert_mail, rows)
        wake(unit, [row["message_id"] for row in rows if row["state"] == "queued"])
    return tuple(row["message_id"] for row in rows)


def row_of(ticket_id: int, name: str, draft: MailDraft, at: datetime) -> dict[str, Any]:
    """The row of a draft."""
    to, cc = read_addresses(draft.to), read_addresses(draft.cc)
    wrong = faulty(draft, to, cc)
    return {
        "ticket_id": ticket_id,
        "kind": draft.kind,
        "state": "failed" if wrong else "queued",
        "message_id": name,
        "from_address": one_address(draft.from_address) or draft.from_address,
        "to": ", ".join(to.good),
        "cc": ", ".join(cc.good),
        "subject": one_line(draft.subject),
        "body": str(draft.body),
        "html": draft.html or None,
        "recipients": len(to.good) + len(cc.good),
        "at": at,
        "fault": wrong,
    }


def faulty(draft: MailDraft, to: Addresses, cc: Addresses) -> str | None:
    """Why a draft cannot be sent: the parts that are no addresses; None when it can."""
    bad = [*to.bad, *cc.bad]
    if draft.from_address and one_address(draft.from_address) is None:
        bad.append(draft.from_address)
    if bad:
        return "endereço inválido: " + ", ".join(repr(part) for part in bad)
    return None if to.good or cc.good else "sem destinatário"


def one_line(text: str) -> str:
    """A subject without anything that could end the header."""
    plain = str(text)
    if not plain.isprintable():
        plain = "".join(c if c.isprintable() else " " for c in plain)
    return " ".join(plain.split())


def insert_mail() -> ClauseElement:
    """The row of a new mail; what only workers fill is left to its default."""
    names = (
        "ticket_id", "kind", "state", "message_id", "from_address", "to", "cc", "subject", "body", "html",
        "recipients", "at", "fault",
    )  # fmt: skip
    return insert(tables.mail).values({name: bindparam(name, type_=tables.mail.c[name].type) for name in names})


def wake(unit: Unit, names: Sequence[str]) -> None:
    """PostgreSQL: one job a mail, in this very transaction, so that job and mail appear together or not at all."""
    if names and not unit.store.is_sqlite:
        unit.call(*deferring(names))


def attach(unit: Unit, name: str, files: Sequence[Attachment]) -> None:
    """Put files with a mail just queued."""
    ((number,),) = unit.rows(
        "mail-id",
        lambda: select(tables.mail.c.id).where(tables.mail.c.message_id == bindparam("name", type_=NAME_TYPE)),
        {"name": name},
    )
    table = tables.attachment
    unit.insert(
        "attachment-insert",
        lambda: insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns if c.name != "id"}),
        [{"mail_id": number, **attrs.asdict(file)} for file in files],
    )
    unit.change(
        "mail-attachments",
        lambda: (
            update(tables.mail)
            .where(tables.mail.c.id == bindparam("row", type_=ID_TYPE))
            .values(attachments=bindparam("count", type_=tables.mail.c.attachments.type))
        ),
        {"row": number, "count": len(files)},
    )


def of_ticket(unit: Unit, ticket_id: int) -> list[dict[str, Any]]:
    """The mails of a ticket as ``show`` gives them, oldest first."""
    columns = tables.mail.c
    found = unit.rows(
        "mails-shown",
        lambda: (
            select(*(columns[name] for name in SHOWN))
            .where(columns.ticket_id == bindparam("ticket", type_=ID_TYPE))
            .order_by(columns.id)
        ),
        {"ticket": ticket_id},
    )
    return [dict(zip(SHOWN, row, strict=True)) for row in found]


def sent_to(unit: Unit, addresses: Sequence[str], since: datetime) -> list[int]:
    """How many mails were written to each of some addresses since a time, whatever became of them. The case of letters makes
    no other address."""
    if not addresses:
        return []
    values: dict[str, Any] = {f"address_{number}": one for number, one in enumerate(addresses)}
    make = partial(counting, len(addresses), func.group_concat if unit.store.is_sqlite else func.string_agg)
    *alone, several = unit.rows(f"mails-to-{len(addresses)}", make, values | {"since": since})[0]
    mails = "\n" + (several or "").lower()
    return [many + named(one.lower(), mails) for many, one in zip(alone, addresses, strict=True)]


def named(address: str, mails: str) -> int:
    """How many mails to several, as :func:`counting` gives them, name an address; but not as the only one they are sent to, for
    those are counted among the mails to it alone."""
    return mails.count(f", {address},") - mails.count(f"\n, {address},|")


def counting(many: int, joined: Callable[..., Any]) -> ClauseElement:
    """The SELECT of :func:`sent_to`: how many mails were sent to each address alone, by the index of addresses; and, a line each,
    the addresses of the few mails to several, ``joined`` by the database. The number of recipients stands in the statement itself:
    only so is their index used.
    """
    columns = tables.mail.c
    within = columns.at >= bindparam("since", type_=columns.at.type)
    addresses = (func.lower(bindparam(f"address_{number}", type_=columns.to.type)) for number in range(many))
    alone = (select(func.count()).select_from(tables.mail).where(func.lower(columns.to) == one, within) for one in addresses)
    line = ", " + columns.to + ",|, " + columns.cc + ","
    several = select(joined(line, "\n")).where(text("recipients > 1"), within)
    return select(*(one.scalar_subquery() for one in (*alone, several)))

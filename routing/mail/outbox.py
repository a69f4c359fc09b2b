"""Mails as rows, queued in the transaction of what they tell about. :mod:`routing.mail.states` takes it from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.sql import ClauseElement

from routing.domain.addresses import Addresses, one_address, read_addresses
from routing.domain.mails import MailDraft, MailFile
from routing.store import recipients, tables
from routing.store.postgres.queue import deferring
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
        recipients.add(unit, rows)
        for row, draft in zip(rows, drafts, strict=True):
            if draft.files:
                attach(unit, row["message_id"], draft.files)
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
        "at", "fault",
    )  # fmt: skip
    return insert(tables.mail).values({name: bindparam(name, type_=tables.mail.c[name].type) for name in names})


def wake(unit: Unit, names: Sequence[str]) -> None:
    """PostgreSQL: one job a mail, in this very transaction, so that job and mail appear together or not at all."""
    if names and not unit.store.is_sqlite:
        unit.call(*deferring(names))


def attach(unit: Unit, name: str, files: Sequence[MailFile]) -> None:
    """Put files with a mail just queued."""
    assert all(file.content is not None for file in files)
    ((number,),) = unit.rows(
        "mail-id",
        lambda: select(tables.mail.c.id).where(tables.mail.c.message_id == bindparam("name", type_=NAME_TYPE)),
        {"name": name},
    )
    table = tables.attachment
    unit.insert(
        "attachment-insert",
        lambda: insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns if c.name != "id"}),
        [{"mail_id": number, "name": file.name, "content_type": file.content_type, "content": file.content} for file in files],
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

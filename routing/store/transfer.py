"""A store's contents as a folder and back, without loss: the workspace's files, and every ticket in a register.

A line of ``registro.jsonl`` is one ticket with its histories, discussion, mails (with files) and decisions. So a
store moves from SQLite to PostgreSQL, to another machine, or into an archive.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from routing.domain.model import Holder
from routing.failures import StoreError
from routing.messages import message
from routing.store import files, tables
from routing.store.engine import reading, writing
from routing.store.recipients import rows_of
from routing.store.types import read_scalars, write_scalars
from routing.store.unit import Store

REGISTER = "registro.jsonl"
FORMAT = 1
CHILDREN: Mapping[str, Table] = {
    "steps": tables.step_change,
    "handoffs": tables.handoff,
    "statuses": tables.status_change,
    "discussion": tables.discussion,
    "mails": tables.mail,
    "decisions": tables.decision,
}
LINKS = frozenset({"id", "ticket_id", "mail_id"})
"""Columns that are only numbers of rows: the new store gives its own."""


def export_store(store: Store, folder: Path, workspace: Path | None = None) -> int:
    """Write the store below a folder; how many tickets. The folder's own files of the same names are replaced.

    ``workspace`` is the folder that the store belongs to, when its files were never imported.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files.export_files(store, folder)
    if workspace is not None:
        files.copy_files(workspace, folder)
    count = 0
    with reading(store.engine) as connection, (folder / REGISTER).open("w", encoding="utf-8", newline="\n") as out:
        out.write(line({"registro": FORMAT}))
        for record in ticket_records(connection):
            out.write(line(record))
            count += 1
    return count


def import_store(store: Store, folder: Path) -> tuple[int, int]:
    """Bring a folder in, all or nothing: its workspace files, and the tickets of its register.

    Gives how many tickets came in, and how many were there already and stayed as they were.
    """
    register = folder / REGISTER
    lines = register.read_text(encoding="utf-8").splitlines() if register.is_file() else []
    records = [parsed(text, number) for number, text in enumerate(lines, start=1)][1:]
    with writing(store.engine) as connection:
        names = files.put_files(connection, folder, leave_out=(REGISTER,))
        if not names and not lines:
            raise StoreError(message("a pasta '{pasta}' não tem nada para importar", pasta=folder))
        new = sum(put_ticket(connection, record) for record in records)
        connection.commit()
    return new, len(records) - new


def parsed(text: str, number: int) -> Mapping[str, Any]:
    """A line of the register. StoreError names a line that is none, and a register of another format."""
    try:
        record = json.loads(text)
        good = isinstance(record, dict) and (record.get("registro") == FORMAT if number == 1 else "ticket" in record)
    except ValueError:
        good = False
    if not good:
        raise StoreError(
            message("{arquivo}, linha {linha}: não é um registro que este programa entenda", arquivo=REGISTER, linha=number)
        )
    return record  # type: ignore[no-any-return]


def ticket_records(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every ticket with all that hangs on it, in order of key."""
    columns = tables.ticket.c
    order = (columns.coligada, columns.locality, columns.code)
    for row in connection.execute(select(tables.ticket).order_by(*order)).mappings():
        record: dict[str, Any] = {"ticket": plain_row(dict(row))}
        for name, table in CHILDREN.items():
            record[name] = [child(connection, name, found) for found in children(connection, table, "ticket_id", row["id"])]
        yield record


def child(connection: Connection, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that hangs on a ticket; a mail has its files within."""
    made = plain_row(row)
    if name == "mails" and row["attachments"]:
        made["files"] = [plain_row(one) for one in children(connection, tables.attachment, "mail_id", row["id"])]
    return made


def children(connection: Connection, table: Table, link: str, number: int) -> Sequence[Mapping[str, Any]]:
    """Rows that hang on another, oldest first."""
    found = connection.execute(select(table).where(table.c[link] == number).order_by(table.c.id)).mappings()
    return [dict(row) for row in found]


def put_ticket(connection: Connection, record: Mapping[str, Any]) -> bool:
    """Insert a ticket with all that hangs on it. False when its key is taken."""
    ticket = restored(record["ticket"])
    columns = tables.ticket.c
    same = [columns[name] == ticket[name] for name in ("coligada", "locality", "code")]
    if connection.scalar(select(columns.id).where(*same)) is not None:
        return False
    number = put(connection, tables.ticket, ticket)
    for name, table in CHILDREN.items():
        for given in record.get(name, ()):
            row = {"ticket_id": number, **restored({key: value for key, value in given.items() if key in table.c})}
            made = put(connection, table, row)
            for address in rows_of(row) if table is tables.mail else ():
                connection.execute(insert(tables.recipient).values(tuple(address)))
            for file in given.get("files", ()):
                put(connection, tables.attachment, {"mail_id": made, **restored(file)})
    return True


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert a row; its number."""
    made: Any = connection.execute(insert(table).values(**row)).inserted_primary_key
    return int(made[0])


def line(record: Mapping[str, Any]) -> str:
    """One line of the register; names in order, so that equal stores give equal files."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its numbers, as JSON can hold it."""
    return {name: plain(value) for name, value in row.items() if name not in LINKS}


def plain(value: Any) -> Any:
    """A value, tagged when JSON has no such kind."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Holder):
        return {"h": [value.kind, value.key]}
    if isinstance(value, bytes):
        return {"b": b64encode(value).decode("ascii")}
    return {"s": write_scalars(value)} if isinstance(value, Mapping) else value


def restored(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row of the register."""
    return {name: untagged(value) for name, value in row.items()}


def untagged(value: Any) -> Any:
    """The value that :func:`plain` tagged."""
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    return RESTORE[tag](content)


RESTORE: Mapping[str, Any] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "h": lambda parts: Holder(*parts),
    "b": b64decode,
    "s": read_scalars,
}

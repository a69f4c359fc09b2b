"""A store's contents as a folder and back, without loss: the workspace's files, and every ticket in a register.

A line of ``registro.jsonl`` is one ticket with its histories, discussion, mails (with files) and decisions, or, behind them, a row
that belongs to no ticket (releases with their texts, presence, turns, articles). So a store moves from SQLite to PostgreSQL, to
another machine, or into an archive, and decisions can still be made again there.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from routing.domain.model import HISTORIES, Holder
from routing.failures import StoreError
from routing.messages import message
from routing.store import files, tables
from routing.store.engine import snapshot, writing
from routing.store.recipients import rows_of
from routing.store.releases import ACTIVE
from routing.store.types import read_scalars, write_scalars
from routing.store.unit import Store

REGISTER = "registro.jsonl"
FORMAT, FORMATS = 2, (1, 2)
"""What is written, and what is understood: the first had tickets alone."""
SHARED: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "text": (tables.release_text, ("hash",)),
    "release": (tables.release, ("revision", "kind")),
    "turn": (tables.rotation, ("group",)),
    "presence": (tables.presence, ()),
    "article": (tables.article, ()),
}
"""Rows of no ticket, and what tells them apart; those of the last two come only into a store that has none of their own, since
their order is what they mean."""
CHILDREN: Mapping[str, Table] = {
    "steps": tables.step_change,
    "handoffs": tables.handoff,
    "statuses": tables.status_change,
    "discussion": tables.discussion,
    "changes": tables.field_change,
    "relations": tables.relation,
    "queue_views": tables.queue_view,
    "voices": tables.voice,
    "annexes": tables.annex,
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
    register = folder / REGISTER
    register.unlink(missing_ok=True)
    register.touch(0o600)
    with snapshot(store.engine) as connection, register.open("w", encoding="utf-8", newline="\n") as out:
        out.write(line({"registro": FORMAT}))
        for record in ticket_records(connection):
            out.write(line(record))
            count += 1
        for record in shared_records(connection):
            out.write(line(record))
    return count


def import_store(store: Store, folder: Path) -> tuple[int, int]:
    """Bring a folder in, all or nothing: its workspace files, and the tickets of its register.

    Gives how many tickets came in, and how many were there already and stayed as they were.
    """
    register = folder / REGISTER
    new = there = 0
    with writing(store.engine) as connection:
        names = files.put_files(connection, folder, leave_out=(REGISTER,))
        if not names and not register.is_file():
            raise StoreError(message("a pasta '{pasta}' não tem nada para importar", pasta=folder))
        shared = Shared(connection)
        for record in records_of(register) if register.is_file() else ():
            if "registro" in record:
                shared.placed = record["registro"] > 1
                for row in rows_of_no_ticket(register):
                    shared.put(row)
            elif "ticket" in record:
                came = put_ticket(connection, record, shared)
                new, there = new + came, there + (not came)
        shared.decide()
        connection.commit()
    return new, there


def records_of(register: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a register, its head first, one at a time. StoreError for a line that is none, or that contradicts itself."""
    with register.open(encoding="utf-8") as lines:
        try:
            for number, text in enumerate(lines, start=1):
                record = parsed(text, number)
                if "ticket" in record:
                    refuse_contradiction(record, number)
                yield record
        except UnicodeDecodeError:
            raise StoreError(message("{arquivo} não é um texto em UTF-8", arquivo=REGISTER)) from None


def rows_of_no_ticket(register: Path) -> Iterator[Mapping[str, Any]]:
    """The rows at the end of a register, which its tickets speak of."""
    with register.open(encoding="utf-8", errors="replace") as lines:
        for number, text in enumerate(lines, start=1):
            if '"shared"' in text and "shared" in (record := parsed(text, number)):
                yield record


def refuse_contradiction(record: Mapping[str, Any], number: int) -> None:
    """A ticket and its histories tell of one moment: nothing in them is newer than the ticket, no version was decided twice,
    and the last step and status are those of the ticket. StoreError names the line, the ticket and what does not fit."""
    ticket = record["ticket"]
    versions = [one["version"] for one in record.get("decisions", ()) if one.get("version")]
    said = None
    if len(set(versions)) < len(versions):
        said = message("duas decisões têm a mesma versão")
    elif max(versions, default=0) > ticket["version"]:
        said = message(
            "há uma decisão da versão {versao}, e o atendimento está na {dele}", versao=max(versions), dele=ticket["version"]
        )
    else:
        for name, key, mine in (("steps", "to_step", "step"), ("statuses", "status", "status")):
            history = record.get(name, ())
            if history and history[-1][key] != ticket[mine]:
                said = message(
                    "o histórico termina em {fim}, e o atendimento está em {dele}", fim=history[-1][key], dele=ticket[mine]
                )
    if said is not None:
        raise StoreError(
            message(
                "{arquivo}, linha {linha}: o atendimento {chave} se contradiz: {motivo}",
                arquivo=REGISTER,
                linha=number,
                chave=";".join(str(ticket[name]) for name in ("coligada", "locality", "code")),
                motivo=said,
            ),
            message("exporte de novo; nada foi importado"),
        )


def parsed(text: str, number: int) -> Mapping[str, Any]:
    """A line of the register. StoreError names a line that is none, and a register of another format."""
    try:
        record = json.loads(text)
        good = isinstance(record, dict) and (record.get("registro") in FORMATS if number == 1 else whole(record))
    except (ValueError, RecursionError):
        good = False
    if not good:
        raise StoreError(
            message("{arquivo}, linha {linha}: não é um registro que este programa entenda", arquivo=REGISTER, linha=number)
        )
    return record  # type: ignore[no-any-return]


def whole(record: Mapping[str, Any]) -> bool:
    """Whether a record has a ticket and lists of rows, or is a row of no ticket."""
    if "shared" in record:
        return record["shared"] in {*SHARED, ACTIVE} and isinstance(record.get("row"), dict)
    ticket = record.get("ticket")
    needed = ("coligada", "locality", "code", "version", "step", "status")
    lists = [record.get(name, []) for name in CHILDREN]
    return (
        isinstance(ticket, dict)
        and all(name in ticket for name in needed)
        and isinstance(ticket["version"], int)
        and all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in lists)
        and all(isinstance(row.get("version"), int) for row in record.get("decisions", []))
        and all("to_step" in row for row in record.get("steps", []))
        and all("status" in row for row in record.get("statuses", []))
    )


def shared_records(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every row of no ticket, oldest first, and which release is active."""
    for name, (table, _) in SHARED.items():
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            yield {"shared": name, "row": plain_row(dict(row))}
    switch = tables.switch.c
    active = connection.execute(select(switch.value).where(switch.name == ACTIVE)).scalar()
    if active is not None:
        yield {"shared": ACTIVE, "row": {"value": active}}


class Shared:
    """Rows of no ticket on their way in. ``said`` are the new numbers of what people said of their presence, in order; None when
    the store has words of its own. ``placed``: facts of decisions name rows by their place, not by numbers of the other store."""

    def __init__(self, connection: Connection) -> None:
        """What the store has already stays."""
        self.connection = connection
        self.own = {name for name, (table, keys) in SHARED.items() if not keys and self.any_of(table)}
        self.said: list[int] | None = None if "presence" in self.own else []
        self.active: str | None = None
        self.placed = True

    def any_of(self, table: Table) -> bool:
        """Whether a table has rows."""
        return self.connection.execute(select(table.c.id).limit(1)).first() is not None

    def put(self, record: Mapping[str, Any]) -> None:
        """One row, unless it is there."""
        name, row = record["shared"], restored(record["row"])
        if name == ACTIVE:
            self.active = str(row["value"])
            return
        table, keys = SHARED[name]
        row = {key: value for key, value in row.items() if key in table.c}
        same = [table.c[key] == row[key] for key in keys]
        if name in self.own or (keys and self.connection.execute(select(table.c[keys[0]]).where(*same)).first() is not None):
            return
        if "id" not in table.c:
            self.connection.execute(insert(table).values(**row))
            return
        number = put(self.connection, table, row)
        if name == "presence" and self.said is not None:
            self.said.append(number)

    def decide(self) -> None:
        """What was active there is active here, unless something is."""
        switch = tables.switch.c
        if self.active is not None and self.connection.execute(select(switch.value).where(switch.name == ACTIVE)).first() is None:
            self.connection.execute(insert(tables.switch).values(name=ACTIVE, value=self.active))


def ticket_records(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every ticket with all that hangs on it, in order of key."""
    columns = tables.ticket.c
    said = list(connection.scalars(select(tables.presence.c.id).order_by(tables.presence.c.id)))
    order = (columns.coligada, columns.locality, columns.code)
    for row in connection.execute(select(tables.ticket).order_by(*order)).mappings():
        record: dict[str, Any] = {"ticket": plain_row(dict(row))}
        rows = {name: children(connection, table, "ticket_id", row["id"]) for name, table in CHILDREN.items()}
        for name, found in rows.items():
            record[name] = [child(connection, name, one) for one in found]
        for one in record["decisions"]:
            one["facts"] = with_places(one.get("facts"), [[each["id"] for each in rows[name]] for name in HISTORIES], said)
        yield record


def with_places(facts: str | None, histories: Sequence[Sequence[int]], said: Sequence[int]) -> str | None:
    """Facts that name the newest rows by their place, since another store gives other numbers."""
    if not facts:
        return facts
    kept = json.loads(facts)
    kept["n"] = [bisect_right(numbers, newest) for numbers, newest in zip(histories, kept.get("n", ()), strict=False)]
    kept["p"] = bisect_right(said, kept.get("p", 0))
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def with_numbers(facts: str | None, histories: Sequence[Sequence[int]], said: Sequence[int] | None) -> str | None:
    """The same with the numbers of this store. None when they speak of a presence that did not come along."""
    if not facts:
        return facts
    kept = json.loads(facts)
    kept["n"] = [
        numbers[at - 1] if 0 < at <= len(numbers) else 0 for numbers, at in zip(histories, kept.get("n", ()), strict=False)
    ]
    spoken = int(kept.pop("p", 0))
    if spoken:
        if said is None or spoken > len(said):
            return None
        kept["p"] = said[spoken - 1]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


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


def put_ticket(connection: Connection, record: Mapping[str, Any], shared: Shared) -> bool:
    """Insert a ticket with all that hangs on it. False when its key is taken."""
    ticket = restored(record["ticket"])
    columns = tables.ticket.c
    same = [columns[name] == ticket[name] for name in ("coligada", "locality", "code")]
    if connection.scalar(select(columns.id).where(*same)) is not None:
        return False
    number = put(connection, tables.ticket, ticket)
    numbers: dict[str, list[int]] = {name: [] for name in CHILDREN}
    for name, table in CHILDREN.items():
        for given in record.get(name, ()):
            row = {"ticket_id": number, **restored({key: value for key, value in given.items() if key in table.c})}
            if name == "decisions":
                facts = row.get("facts") if shared.placed else None
                row["facts"] = with_numbers(facts, [numbers[one] for one in HISTORIES], shared.said)
            made = put(connection, table, row)
            numbers[name].append(made)
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

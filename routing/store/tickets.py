"""Tickets and their histories as rows: reading, inserting, changing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import attrs
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import ColumnElement

from formula.names import as_seen
from routing.domain.due import entered_at
from routing.domain.model import (
    EMPTY,
    HISTORIES,
    AnnexRecord,
    DiscussionEntry,
    FieldChange,
    HandoffRecord,
    Holder,
    Relation,
    StatusChange,
    StepChange,
    Ticket,
    Voice,
    changed,
    replaced,
    ticket_of,
)
from routing.failures import UnknownTicket
from routing.messages import message
from routing.store import tables
from routing.store.unit import Asked, Unit

ID, KEY = "id", ("coligada", "locality", "code")
COLUMNS = tuple(column.name for column in tables.ticket.columns if column.name != ID)
ROW = tables.ticket.c.id.type
HISTORY: Mapping[str, tuple[Any, type[Any]]] = {
    "steps": (tables.step_change, StepChange),
    "handoffs": (tables.handoff, HandoffRecord),
    "statuses": (tables.status_change, StatusChange),
    "discussion": (tables.discussion, DiscussionEntry),
    "changes": (tables.field_change, FieldChange),
    "voices": (tables.voice, Voice),
    "relations": (tables.relation, Relation),
    "annexes": (tables.annex, AnnexRecord),
}
TABLES: Mapping[str, Any] = {name: table for name, (table, _) in HISTORY.items()}
NO_HISTORIES: Mapping[str, Any] = dict.fromkeys(HISTORIES, ())
RECORD_VALUES: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    name: attrgetter(*(column.name for column in table.columns if column.name not in {ID, "ticket_id"}))
    for name, table in TABLES.items()
}
"""The values of a record in the order of its table's columns."""


def ticket_key(text: str) -> tuple[int, int, int]:
    """``1;1;42`` as numbers. UnknownTicket when the text is none."""
    parts = as_seen(text).split(";")
    if len(parts) == len(KEY) and all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        numbers = tuple(int(part) for part in parts)
        if all(number < 2**31 for number in numbers):
            return numbers  # type: ignore[return-value]
    raise UnknownTicket(
        message("'{texto}' não é a chave de um atendimento", texto=text),
        message("escreva coligada;localidade;código, por exemplo '1;1;42'"),
    )


@attrs.frozen
class Stored:
    """A ticket and the number of its row; when histories were asked for, the numbers of the newest row of each (0 for none)."""

    id: int
    ticket: Ticket
    newest: tuple[int, ...] = ()


def find(unit: Unit, key: str) -> Stored | None:
    """The ticket of a key, without histories."""
    return found(ask(unit, key))


def ask(unit: Unit, key: str, lock: bool = False) -> Asked:
    """Ask for a ticket. ``lock`` keeps other moves of it waiting (PostgreSQL)."""
    return unit.ask("ticket-lock" if lock else "ticket", lambda: select_ticket(lock), key_values(key))


def found(asked: Asked, histories: Mapping[str, Any] = EMPTY, newest: tuple[int, ...] = ()) -> Stored | None:
    """The ticket asked for, with histories read apart, whose ``newest`` rows are those."""
    rows = asked.rows()
    if not rows:
        return None
    number, *values = rows[0]
    return Stored(number, ticket_of(NO_HISTORIES, dict(zip(COLUMNS, values, strict=True)), histories), newest)


@lru_cache(maxsize=4_096)
def key_values(key: str) -> Mapping[str, int]:
    """The values of a key's columns. UnknownTicket when the text is no key."""
    return dict(zip(KEY, ticket_key(key), strict=True))


def is_key() -> list[ColumnElement[bool]]:
    """The condition that a ticket has the key of :func:`key_values`."""
    columns = tables.ticket.c
    return [columns[name] == bindparam(name, type_=columns[name].type) for name in KEY]


def find_whole(unit: Unit, key: str) -> Stored | None:
    """The ticket of a key with its whole histories."""
    stored = find(unit, key)
    if stored is None:
        return None
    parts: dict[str, Any] = {name: history(unit, name, stored.id) for name in HISTORY}
    return Stored(stored.id, changed(stored.ticket, **parts))


def select_ticket(lock: bool) -> ClauseElement:
    """One ticket by its key. The lock lets child rows be inserted by moves of other tickets."""
    columns = tables.ticket.c
    made = select(columns.id, *(columns[name] for name in COLUMNS)).where(*is_key())
    return made.with_for_update(key_share=True) if lock else made


def history(unit: Unit, name: str, number: int) -> tuple[Any, ...]:
    """The rows of a history, oldest first."""
    table, kind = HISTORY[name]
    columns = [table.c[field.name] for field in attrs.fields(kind)]

    def make() -> ClauseElement:
        return select(*columns).where(table.c.ticket_id == bindparam("ticket_id", type_=ROW)).order_by(table.c.id)

    return tuple(kind(*values) for values in unit.rows(f"history-{name}", make, {"ticket_id": number}))


def add(unit: Unit, ticket: Ticket) -> int:
    """Insert a ticket with its histories; the number of its row. The key must be free."""
    values = {name: getattr(ticket, name) for name in COLUMNS} | {"entered_at": entered_at(ticket)}
    unit.insert("ticket-insert", lambda: insert(tables.ticket).values(placeholders(tables.ticket)), [values])
    number = row_number(unit, ticket)
    for name in HISTORY:
        add_history(unit, name, number, getattr(ticket, name))
    return number


def add_many(unit: Unit, added: Sequence[Ticket]) -> None:
    """Insert tickets without histories. The keys must be free."""
    rows = [{name: getattr(ticket, name) for name in COLUMNS} | {"entered_at": entered_at(ticket)} for ticket in added]
    unit.insert("ticket-insert", lambda: insert(tables.ticket).values(placeholders(tables.ticket)), rows)


def row_number(unit: Unit, ticket: Ticket) -> int:
    """The number of a ticket's row, which exists."""
    columns = tables.ticket.c
    rows = unit.rows(
        "ticket-id",
        lambda: select(columns.id).where(*is_key()),
        {name: getattr(ticket, name) for name in KEY},
    )
    return int(rows[0][0])


def add_history(unit: Unit, name: str, number: int, records: Sequence[Any]) -> None:
    """Append rows to a history."""
    if records:
        table, values_of = TABLES[name], RECORD_VALUES[name]
        rows = [[number, *values_of(record)] for record in records]
        unit.insert_ordered(f"history-{name}-insert", lambda: insert(table).values(placeholders(table)), rows)


def placeholders(table: Any) -> dict[str, Any]:
    """A bound parameter for each column but the row number."""
    return {column.name: bindparam(column.name, type_=column.type) for column in table.columns if column.name != ID}


def change(unit: Unit, number: int, before: Ticket, after: Ticket) -> None:
    """Write what differs. StoreClash when the stored version is no longer that of ``before``."""
    names = tuple(replaced(before, after))
    columns = tables.ticket.c

    def make() -> ClauseElement:
        return (
            update(tables.ticket)
            .where(
                columns.id == bindparam("row_id", type_=columns.id.type),
                columns.version == bindparam("row_version", type_=columns.version.type),
            )
            .values({name: bindparam(name, type_=columns[name].type) for name in names})
        )

    values = {"row_id": number, "row_version": before.version, **{name: getattr(after, name) for name in names}}
    unit.change("ticket-update " + " ".join(names), make, values)


def open_count(unit: Unit, holder: Holder) -> int:
    """How many tickets somebody still has to do with: concluded ones are solved, also those not answered or confirmed yet."""
    columns = tables.ticket.c
    rows = unit.rows(
        "open-count",
        lambda: select(func.count()).where(
            columns.holder == bindparam("holder", type_=columns.holder.type),
            *(columns.status != letter for letter in "ROFC"),
        ),
        {"holder": holder},
    )
    return int(rows[0][0])


def entry(unit: Unit, key: str, number: int) -> tuple[int, DiscussionEntry] | None:
    """An entry of a ticket's discussion, counted from 1, with the number of its row."""
    columns = tables.discussion.c
    names = [columns[field.name] for field in attrs.fields(DiscussionEntry)]
    owner = select(tables.ticket.c.id).where(*is_key()).scalar_subquery()

    def make() -> ClauseElement:
        return (
            select(columns.id, *names)
            .where(columns.ticket_id == owner)
            .order_by(columns.id)
            .limit(1)
            .offset(bindparam("skipped", type_=ROW))
        )

    if number < 1:
        return None
    rows = unit.rows("entry-by-number", make, {**key_values(key), "skipped": number - 1})
    return (rows[0][0], DiscussionEntry(*rows[0][1:])) if rows else None


def change_entry(unit: Unit, row: int, entry: DiscussionEntry) -> None:
    """Another text, kind and mark for an entry of the discussion."""
    columns, names = tables.discussion.c, ("text", "kind", "publishable")

    def make() -> ClauseElement:
        made = {name: bindparam(name, type_=columns[name].type) for name in names}
        return update(tables.discussion).where(columns.id == bindparam("row_id", type_=ROW)).values(made)

    unit.change("entry-update", make, {"row_id": row, **{name: getattr(entry, name) for name in names}})


def all_keys(unit: Unit) -> list[str]:
    """The keys of every stored ticket, in order."""
    columns = tables.ticket.c
    rows = unit.rows("keys", lambda: select(*(columns[name] for name in KEY)).order_by(*(columns[n] for n in KEY)), {})
    return [";".join(str(part) for part in row) for row in rows]


VIEWS = tables.queue_view.c
VIEW_NAMES = ("group", "by", "at")


def queue_views(unit: Unit, number: int) -> list[dict[str, Any]]:
    """Who looked at a ticket in which queue and when, oldest first (S:170)."""
    columns = [VIEWS[name] for name in VIEW_NAMES]
    wanted = VIEWS.ticket_id == bindparam("row_id", type_=ROW)
    rows = unit.rows("queue-views", lambda: select(*columns).where(wanted).order_by(VIEWS.id), {"row_id": number})
    return [dict(zip(VIEW_NAMES, row, strict=True)) for row in rows]


def add_queue_view(unit: Unit, number: int, view: Mapping[str, Any]) -> None:
    """Keep that somebody looked."""
    names = ("ticket_id", *VIEW_NAMES)
    unit.insert(
        "queue-view-insert",
        lambda: insert(tables.queue_view).values({name: bindparam(name, type_=VIEWS[name].type) for name in names}),
        [{"ticket_id": number, **view}],
    )

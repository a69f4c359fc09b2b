"""Tickets and their histories as rows: reading, inserting, changing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.sql import ClauseElement

from routing.failures import UnknownTicket
from routing.messages import message
from routing.model import DiscussionEntry, HandoffRecord, Holder, StatusChange, StepChange, Ticket
from routing.store import tables
from routing.store.unit import Unit

ID, KEY = "id", ("coligada", "locality", "code")
COLUMNS = tuple(column.name for column in tables.ticket.columns if column.name != ID)
HISTORY: Mapping[str, tuple[Any, type[Any]]] = {
    "steps": (tables.step_change, StepChange),
    "handoffs": (tables.handoff, HandoffRecord),
    "statuses": (tables.status_change, StatusChange),
    "discussion": (tables.discussion, DiscussionEntry),
}
RECENT = 200
"""How many rows of a history a decision sees; the whole history is kept and shown."""


def ticket_key(text: str) -> tuple[int, int, int]:
    """``1;1;42`` as numbers. UnknownTicket when the text is none."""
    parts = text.split(";")
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
    """A ticket and the number of its row."""

    id: int
    ticket: Ticket


def find(
    unit: Unit, key: str, lock: bool = False, histories: Iterable[str] = HISTORY, most: int | None = None
) -> Stored | None:
    """The ticket of a key, with the named histories, or the newest ``most`` rows of each. ``lock`` keeps other moves of it waiting (PostgreSQL)."""
    coligada, locality, code = ticket_key(key)
    found = unit.rows(
        "ticket-lock" if lock else "ticket",
        lambda: select_ticket(lock),
        {"coligada": coligada, "locality": locality, "code": code},
    )
    if not found:
        return None
    number, *values = found[0]
    parts = dict(zip(COLUMNS, values, strict=True))
    for name in histories:
        parts[name] = history(unit, name, number, most)
    return Stored(number, Ticket(**parts))


def select_ticket(lock: bool) -> ClauseElement:
    """One ticket by its key. The lock lets child rows be inserted by moves of other tickets."""
    columns = tables.ticket.c
    made = select(columns.id, *(columns[name] for name in COLUMNS)).where(
        *(columns[name] == bindparam(name, type_=columns[name].type) for name in KEY)
    )
    return made.with_for_update(key_share=True) if lock else made


def history(unit: Unit, name: str, number: int, most: int | None = None) -> tuple[Any, ...]:
    """The rows of a history, oldest first; only the newest ``most``."""
    table, kind = HISTORY[name]
    columns = [table.c[field.name] for field in attrs.fields(kind)]

    def make() -> ClauseElement:
        made = select(*columns).where(table.c.ticket_id == bindparam("ticket_id", type_=table.c.ticket_id.type))
        if most is None:
            return made.order_by(table.c.id)
        return made.order_by(table.c.id.desc()).limit(bindparam("most", type_=table.c.ticket_id.type))

    values = {"ticket_id": number} if most is None else {"ticket_id": number, "most": most}
    found = unit.rows(f"history-{name}-{most is None}", make, values)
    made = [kind(*values) for values in found]
    return tuple(made if most is None else reversed(made))


def add(unit: Unit, ticket: Ticket) -> int:
    """Insert a ticket with its histories; the number of its row. The key must be free."""
    values = {name: getattr(ticket, name) for name in COLUMNS}
    unit.insert("ticket-insert", lambda: insert(tables.ticket).values(placeholders(tables.ticket)), [values])
    number = row_number(unit, ticket)
    for name in HISTORY:
        add_history(unit, name, number, getattr(ticket, name))
    return number


def row_number(unit: Unit, ticket: Ticket) -> int:
    """The number of a ticket's row, which exists."""
    columns = tables.ticket.c
    found = unit.rows(
        "ticket-id",
        lambda: select(columns.id).where(*(columns[name] == bindparam(name, type_=columns[name].type) for name in KEY)),
        {name: getattr(ticket, name) for name in KEY},
    )
    return int(found[0][0])


def add_history(unit: Unit, name: str, number: int, records: Iterable[Any]) -> None:
    """Append rows to a history."""
    table, kind = HISTORY[name]
    names = [field.name for field in attrs.fields(kind)]
    rows = [{"ticket_id": number, **{name: getattr(record, name) for name in names}} for record in records]
    if rows:
        unit.insert(f"history-{name}-insert", lambda: insert(table).values(placeholders(table)), rows)


def placeholders(table: Any) -> dict[str, Any]:
    """A bound parameter for each column but the row number."""
    return {column.name: bindparam(column.name, type_=column.type) for column in table.columns if column.name != ID}


def change(unit: Unit, number: int, before: Ticket, after: Ticket) -> bool:
    """Write what differs. False when the stored version is no longer that of ``before``."""
    names = tuple(name for name in COLUMNS if getattr(before, name) != getattr(after, name))
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
    return unit.change("ticket-update " + " ".join(names), make, values) == 1


def open_count(unit: Unit, holder: Holder) -> int:
    """How many tickets that are not at their end somebody holds."""
    columns = tables.ticket.c
    found = unit.rows(
        "open-count",
        lambda: select(func.count()).where(
            columns.holder == bindparam("holder", type_=columns.holder.type),
            columns.status != "F",
            columns.status != "C",
        ),
        {"holder": holder},
    )
    return int(found[0][0])


def latest_handoff(unit: Unit, holder: Holder) -> int:
    """The number of the latest handoff row to somebody; 0 when there is none."""
    columns = tables.handoff.c
    found = unit.rows(
        "latest-handoff",
        lambda: select(func.max(columns.id)).where(
            columns.to_holder == bindparam("holder", type_=columns.to_holder.type)
        ),
        {"holder": holder},
    )
    return int(found[0][0] or 0)


def all_keys(unit: Unit) -> list[str]:
    """The keys of every stored ticket, in order."""
    columns = tables.ticket.c
    found = unit.rows("keys", lambda: select(*(columns[name] for name in KEY)).order_by(*(columns[n] for n in KEY)), {})
    return [";".join(str(part) for part in row) for row in found]

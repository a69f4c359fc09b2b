"""Values in JSON that JSON itself has not: a date is written as the service writes its own values (contract, Value).

``{"kind": "data", "value": "2026-11-24"}`` is a date, with ``T10:00:00`` a date and time. The other kinds are read too,
so that a value that came as an answer can be sent back as it is; its ``display`` is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MEMBERS = ({"kind", "value"}, {"kind", "value", "display"})
NAMED = ("campos", "parametros", "funcoes", "memorias")
"""Tables of a context, or of a ticket, whose members are single values."""


def plain_tables(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a context or ticket with such values as dates, numbers, texts. What does not fit stays as it is, for
    the reader of the tables to refuse."""
    made = {name: plain_value(value) for name, value in tables.items()}
    for name in NAMED:
        if name in tables:
            made[name] = plain_members(tables[name])
    if isinstance(tables.get("sql"), Mapping):
        made["sql"] = {code: plain_rows(table) for code, table in tables["sql"].items()}
    return made


def plain_members(table: Any) -> Any:
    """A table of values by name."""
    return {key: plain_value(value) for key, value in table.items()} if isinstance(table, Mapping) else table


def plain_rows(table: Any) -> Any:
    """The rows that a sentence gives."""
    rows = table.get("linhas") if isinstance(table, Mapping) else None
    return {**table, "linhas": [plain_members(row) for row in rows]} if isinstance(rows, list) else table


def plain_value(value: Any) -> Any:
    """One value; anything else stays."""
    if not isinstance(value, Mapping) or set(value) not in MEMBERS:
        return value
    read = READERS.get(value["kind"]) if isinstance(value["kind"], str) else None
    if read is None:
        return value
    try:
        return read(value["value"])
    except (ValueError, TypeError, InvalidOperation):
        return value


def moment(text: Any) -> date:
    """An ISO date, or date and time; its offset stays, for the reader of the tables to turn."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def number(text: Any) -> int | Decimal:
    """An exact number as text."""
    made = Decimal(text if isinstance(text, str) else str(text))
    if not made.is_finite() or abs(made.adjusted()) > 10_000:
        raise ValueError(text)
    return int(made) if made == made.to_integral_value() and "." not in str(made) and "E" not in str(made) else made


def of_kind(kind: type[Any]) -> Callable[[Any], Any]:
    """Reads only values of a type."""

    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(value)
        return value

    return read


READERS: Mapping[str, Callable[[Any], Any]] = {
    "data": moment,
    "numero": number,
    "texto": of_kind(str),
    "logico": of_kind(bool),
    "vazio": of_kind(type(None)),
}

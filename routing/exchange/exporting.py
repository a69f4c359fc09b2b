"""Every ticket of a store as a row of a file that an import takes back: the keys of ``[[atendimento]]``."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from formula.values import number_text
from routing.domain.model import Holder
from routing.domain.site import Site
from routing.domain.ticket_fields import HOLDER, ROWS, VALUES
from routing.exchange.columns import FileRefused
from routing.messages import message
from routing.store.bulk import TOGETHER, Moment, one_moment
from routing.store.unit import Store
from routing.workspace.sheet_text import defused

NAMES = {row.attribute: row.key for row in ROWS if row.key and row.kind not in {VALUES, HOLDER}}
INNER = {row.attribute: row.key for row in ROWS if row.kind == VALUES}
Told = Callable[[int], None]


def export_tickets(store: Store, site: Site, path: Path, told: Told | None = None) -> int:
    """Write a ``.csv`` or ``.jsonl`` file of all tickets, as they were at one moment; how many. Raises FileRefused."""
    kind = path.suffix.lower()
    if kind not in {".csv", ".jsonl"}:
        said = message("'{arquivo}' não é .csv nem .jsonl", arquivo=path.name)
        raise FileRefused(said, message("dê um desses finais ao arquivo"))
    beside = path.with_name(path.name + ".novo")
    try:
        with one_moment(store) as moment:
            count = (write_csv if kind == ".csv" else write_json)(moment, site, beside, told)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def records(moment: Moment, told: Told | None) -> Iterator[dict[str, Any]]:
    """Tickets as tables of ``[[atendimento]]``, without what is empty."""
    for count, row in enumerate(moment.rows(*NAMES, *INNER, "holder"), start=1):
        yield record_of(row)
        if told is not None and count % TOGETHER == 0:
            told(count)


def record_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """One ticket."""
    made: dict[str, Any] = {key: plain(row[name]) for name, key in NAMES.items() if row[name] not in (None, "")}
    holder: Holder | None = row["holder"]
    if holder is not None:
        made["atendente" if holder.kind == "attendant" else "grupo"] = holder.key
    for name, key in INNER.items():
        if values := {inner: plain(value) for inner, value in (row[name] or {}).items() if value is not None}:
            made[key] = values
    return made


def plain(value: Any) -> Any:
    """A value as JSON and spreadsheets keep it: numbers with decimals and times as texts, exactly."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else number_text(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def write_json(moment: Moment, _site: Site, path: Path, told: Told | None) -> int:
    """One object a line."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for record in records(moment, told):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_csv(moment: Moment, site: Site, path: Path, told: Told | None) -> int:
    """A spreadsheet: the plain keys, then a column for each parameter and extra field that a ticket or the site has."""
    inner = inner_names(moment, site)
    heading = [*NAMES.values(), "atendente", "grupo", *inner]
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(heading)
        for record in records(moment, told):
            writer.writerow([cell(value_at(record, name)) for name in heading])
            count += 1
    return count


def inner_names(moment: Moment, site: Site) -> list[str]:
    """``parametros.X`` and ``campos.Y``, in order of name."""
    found = {f"parametros.{name}" for kind in site.types.values() for name in kind.parameters}
    found |= {f"campos.{name}" for name in site.declared_fields or ()}
    for row in moment.rows(*INNER):
        found |= {f"{INNER[table]}.{name}" for table in INNER for name, value in (row[table] or {}).items() if value is not None}
    return sorted(found)


def value_at(record: Mapping[str, Any], name: str) -> Any:
    """A value by the name of its column."""
    table, dot, inner = name.partition(".")
    return record.get(table, {}).get(inner) if dot else record.get(name)


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "VERDADE" if value else "FALSO"
    text = "" if value is None else str(value)
    return defused(text)

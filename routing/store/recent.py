"""The newest rows of all four histories of a ticket in one statement: what a decision looks at.

A decision needs the latest change of step, the latest handoffs, what happened within the hour (G13), and the
discussion since the latest step. Usually that is within the newest :data:`FEW` rows of each; if not, more are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Integer, Text, cast, literal, literal_column, null, select, union_all
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import ColumnElement

from routing.model import DiscussionEntry, HandoffRecord, StatusChange, StepChange, changed
from routing.store.tables import discussion, handoff, status_change, step_change, ticket
from routing.store.tickets import ROW, Stored, is_key, key_values
from routing.store.types import HolderText, WallClock
from routing.store.unit import Asked, Unit

FEW, MANY = 4, 2_000
HOUR = timedelta(hours=1)
LONG_AGO = datetime(1, 1, 1)
Records = dict[str, Any]

SHAPE: Mapping[str, Any] = {
    "number": ROW, "first": Integer(), "second": Integer(), "holder_a": HolderText(), "holder_b": HolderText(),
    "person": Text(), "at": WallClock(), "words": Text(), "mark": Text(), "flag": Boolean(),
}  # fmt: skip
"""Columns that the four tables share in the statement, under names of its own."""

STEPS, HANDOFFS, STATUSES, DISCUSSION = step_change.c, handoff.c, status_change.c, discussion.c
PARTS: Mapping[str, Mapping[str, Any]] = {
    "steps": {
        "number": STEPS.id, "first": STEPS.from_step, "second": STEPS.to_step, "holder_a": STEPS.holder_from,
        "holder_b": STEPS.holder_to, "person": STEPS.by, "at": STEPS.at,
    },
    "handoffs": {
        "number": HANDOFFS.id, "first": HANDOFFS.reason, "holder_a": HANDOFFS.from_holder,
        "holder_b": HANDOFFS.to_holder, "person": HANDOFFS.by, "at": HANDOFFS.at, "words": HANDOFFS.justification,
        "mark": HANDOFFS.way,
    },
    "statuses": {
        "number": STATUSES.id, "first": STATUSES.reason, "person": STATUSES.by, "at": STATUSES.at,
        "words": STATUSES.justification, "mark": STATUSES.status,
    },
    "discussion": {
        "number": DISCUSSION.id, "first": DISCUSSION.from_step, "second": DISCUSSION.to_step,
        "person": DISCUSSION.author, "at": DISCUSSION.at, "words": DISCUSSION.text, "mark": DISCUSSION.kind,
        "flag": DISCUSSION.publishable,
    },
}  # fmt: skip


def ask(unit: Unit, key: str, most: int = FEW) -> Asked:
    """Ask for the newest rows of the histories of a ticket."""
    return unit.ask(f"recent-{most}", lambda: statement(most), key_values(key))


def with_recent(unit: Unit, stored: Stored, asked: Asked, now: datetime) -> Stored:
    """The ticket with the newest rows of its histories, oldest first."""
    records = read(asked)
    if not enough(records, now - HOUR):
        records = read(ask(unit, stored.ticket.key, MANY))
    return Stored(stored.id, changed(stored.ticket, **records))


def enough(found: Records, since: datetime) -> bool:
    """Whether the rows reach back to a time, and the discussion to the latest change of step."""
    entered = found["steps"][-1].at if found["steps"] else LONG_AGO
    starts = {name: min(since, entered) if name == "discussion" else since for name in found}
    return all(len(rows) < FEW or rows[0].at < starts[name] for name, rows in found.items())


def read(asked: Asked) -> Records:
    """The records asked for, by history."""
    made: dict[str, list[Any]] = {name: [] for name in PARTS}
    for name, _, *values in sorted(asked.rows(), key=lambda row: row[1]):
        made[name].append(RECORDS[name](*values))
    return {name: tuple(records) for name, records in made.items()}


def statement(most: int) -> ClauseElement:
    """Newest first within each part. The number stands in the text, so that the database plans for it."""
    return union_all(*(part(name, columns, most) for name, columns in PARTS.items()))


def part(name: str, columns: Mapping[str, ColumnElement[Any]], most: int) -> Any:
    """One history in the shared shape."""
    table = columns["number"].table
    newest = (
        select(*columns.values())
        .where(table.c.ticket_id == select(ticket.c.id).where(*is_key()).scalar_subquery())
        .order_by(table.c.id.desc())
        .limit(literal_column(str(most)))
        .subquery(f"newest_{name}")
    )
    return select(
        literal(name, Text()).label("part"),
        *(
            newest.c[columns[label].name].label(label) if label in columns else cast(null(), kind).label(label)
            for label, kind in SHAPE.items()
        ),
    )


def step_record(first: Any, second: Any, holder_a: Any, holder_b: Any, person: str, at: datetime, *_: Any) -> StepChange:
    """From the shared shape."""
    return StepChange(first, second, holder_a, holder_b, person, at)


def handoff_record(
    first: Any, _: Any, holder_a: Any, holder_b: Any, person: str, at: datetime, words: str, mark: str, *__: Any
) -> HandoffRecord:
    """From the shared shape."""
    return HandoffRecord(holder_a, holder_b, person, first, words, at, mark)


def status_record(
    first: Any, _: Any, __: Any, ___: Any, person: str, at: datetime, words: str, mark: str, *____: Any
) -> StatusChange:
    """From the shared shape."""
    return StatusChange(mark, person, at, first, words)


def entry_record(
    first: Any, second: Any, _: Any, __: Any, person: str, at: datetime, words: str, mark: str, flag: Any
) -> DiscussionEntry:
    """From the shared shape."""
    return DiscussionEntry(mark, words, person, at, first, second, bool(flag))


RECORDS: Mapping[str, Any] = {
    "steps": step_record, "handoffs": handoff_record, "statuses": status_record, "discussion": entry_record,
}  # fmt: skip

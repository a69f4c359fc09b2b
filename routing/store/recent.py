"""The newest rows of all histories of a ticket in one statement: what a decision looks at.

A decision needs the latest change of step, the latest handoffs, what happened within the hour (G13), and the
discussion since the latest step. Usually that is within the newest :data:`FEW` rows of each; if not, more are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Integer, Text, cast, literal_column, null, select, union_all
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import ColumnElement

from routing.domain.model import DiscussionEntry, HandoffRecord, Relation, StatusChange, StepChange, Voice
from routing.store.tables import discussion, handoff, relation, status_change, step_change, ticket, voice
from routing.store.tickets import ROW, Stored, found, is_key, key_values
from routing.store.types import HolderText, WallClock, text_holder
from routing.store.unit import Asked, Unit

FEW, MANY = 4, 2_000
HOUR = timedelta(hours=1)
LONG_AGO = datetime(1, 1, 1)
Records = dict[str, Any]
Row = Sequence[Any]
Time = Callable[[Any], datetime]
Make = Callable[[Row, Time], Any]

SHAPE: Mapping[str, Any] = {
    "number": ROW, "first": Integer(), "second": Integer(), "holder_a": HolderText(), "holder_b": HolderText(),
    "person": Text(), "at": WallClock(), "words": Text(), "mark": Text(), "flag": Boolean(), "seat": Text(),
}  # fmt: skip
"""Columns that the tables share in the statement, under names of its own; before them stands the table's."""

AT = 1 + list(SHAPE).index("at")
by_number = itemgetter(1)

STEPS, HANDOFFS, STATUSES, DISCUSSION, VOICES = step_change.c, handoff.c, status_change.c, discussion.c, voice.c
RELATIONS = relation.c
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
    "voices": {
        "number": VOICES.id, "first": VOICES.step, "second": VOICES.version, "person": VOICES.by, "at": VOICES.at,
        "words": VOICES.justification, "mark": VOICES.voice, "seat": VOICES.seat,
    },
    "relations": {
        "number": RELATIONS.id, "person": RELATIONS.by, "at": RELATIONS.at, "words": RELATIONS.other, "mark": RELATIONS.kind,
    },
}  # fmt: skip


def ask(unit: Unit, key: str, most: int = FEW) -> Asked:
    """Ask for the newest rows of the histories of a ticket."""
    return unit.ask(f"recent-{most}", lambda: statement(most), key_values(key))


def with_recent(unit: Unit, key: str, ticket_asked: Asked, asked: Asked, now: datetime) -> Stored | None:
    """The ticket asked for with the newest rows of its histories, oldest first."""
    histories, newest = read(asked)
    if not enough(histories, now - HOUR):
        histories, newest = read(ask(unit, key, MANY))
    return found(ticket_asked, histories, newest)


def enough(histories: Records, since: datetime) -> bool:
    """Whether the rows reach back to a time, the discussion to the latest change of step, and the relations to the first."""
    if max(map(len, histories.values())) < FEW:
        return True
    entered = histories["steps"][-1].at if histories["steps"] else LONG_AGO
    starts = {name: min(since, entered) if name in {"discussion", "voices"} else since for name in histories}
    starts["relations"] = LONG_AGO
    return all(len(rows) < FEW or rows[0].at < starts[name] for name, rows in histories.items())


def read(asked: Asked) -> tuple[Records, tuple[int, ...]]:
    """The records asked for, by history; the number of the newest row of each, 0 for none."""
    parts: dict[str, list[Any]] = {name: [] for name in PARTS}
    for row in asked.cursor.fetchall():
        parts[row[0]].append(row)
    time = dict(asked.statement.readers).get(AT, as_it_is)
    made = {name: records(rows, RECORDS[name], time) for name, rows in parts.items()}
    return made, tuple([by_number(rows[-1]) if rows else 0 for rows in parts.values()])


def records(rows: list[Any], make: Make, time: Time) -> tuple[Any, ...]:
    """The records of one history, oldest first."""
    if not rows:
        return ()
    rows.sort(key=by_number)
    return tuple([make(row, time) for row in rows])


def as_it_is(value: Any) -> Any:
    """PostgreSQL gives a time as such."""
    return value


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
        literal_column(f"'{name}'", Text()).label("part"),
        *(
            newest.c[columns[label].name].label(label) if label in columns else cast(null(), kind).label(label)
            for label, kind in SHAPE.items()
        ),
    )


def step_record(row: Row, time: Time) -> StepChange:
    """From the shared shape."""
    _, _, first, second, holder_from, holder_to, person, at, *_ = row
    return StepChange(first, second, text_holder(holder_from), text_holder(holder_to), person, time(at))


def handoff_record(row: Row, time: Time) -> HandoffRecord:
    """From the shared shape."""
    _, _, first, _, holder_from, holder_to, person, at, words, mark, *_ = row
    receiver = text_holder(holder_to)
    assert receiver is not None
    return HandoffRecord(text_holder(holder_from), receiver, person, first, words, time(at), mark)


def status_record(row: Row, time: Time) -> StatusChange:
    """From the shared shape."""
    _, _, first, _, _, _, person, at, words, mark, *_ = row
    return StatusChange(mark, person, time(at), first, words)


def entry_record(row: Row, time: Time) -> DiscussionEntry:
    """From the shared shape."""
    _, _, first, second, _, _, person, at, words, mark, flag, _ = row
    return DiscussionEntry(mark, words, person, time(at), first, second, bool(flag))


def voice_record(row: Row, time: Time) -> Voice:
    """From the shared shape."""
    _, _, first, second, _, _, person, at, words, mark, _, seat = row
    return Voice(first, seat, person, mark, time(at), words, second)


def relation_record(row: Row, time: Time) -> Relation:
    """From the shared shape."""
    _, _, _, _, _, _, person, at, words, mark, *_ = row
    return Relation(words, mark, person, time(at))


RECORDS: Mapping[str, Any] = {
    "steps": step_record,
    "handoffs": handoff_record,
    "statuses": status_record,
    "discussion": entry_record,
    "voices": voice_record,
    "relations": relation_record,
}

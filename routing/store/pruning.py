"""Taking out what is older than it must be kept: decisions, mails that ended, their addresses, events. Tickets and their histories
stay, so nothing that decides is lost; only a decision that was taken out cannot be shown or made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, Date, Table, cast, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from formula.messages import Message
from routing.messages import message
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store

AT_ONCE = 5_000
"""Rows of one transaction: others do not wait long for their turn."""
ENDED = ("sent", "failed", "cancelled")
PRUNED = "pruned"
"""The switch that remembers up to which number decisions were taken out, and when."""
Told = Callable[[int], None]
NOBODY: Mapping[str, int] = {}


@attrs.define
class Pruned:
    """How many rows went, or would go."""

    decisions: int = 0
    mails: int = 0
    recipients: int = 0
    events: int = 0

    def as_json(self) -> dict[str, int]:
        """For programs."""
        return attrs.asdict(self)


def conditions(before: datetime, last: int) -> Mapping[str, tuple[Table, list[ColumnElement[bool]]]]:
    """What goes: the name of its count, its table, and the rows. Of events, those up to ``last``."""
    decision, mail, recipient, event = tables.decision.c, tables.mail.c, tables.recipient.c, tables.event.c
    return {
        "decisions": (tables.decision, [decision.at < before]),
        "mails": (tables.mail, [mail.at < before, mail.state.in_(ENDED)]),
        "recipients": (tables.recipient, [recipient.at < before]),
        "events": (tables.event, [event.at < before, event.place <= last]),
    }


def last_event(store: Store, followers: Mapping[str, int]) -> int:
    """The place of the last event that may go: every follower has it, and it is not the newest, behind which places go on."""
    webhook = tables.webhook.c
    with reading(store.engine) as connection:
        newest = connection.execute(select(func.max(tables.event.c.place))).scalar() or 0
        told: dict[str, int] = {row.name: row.place for row in connection.execute(select(webhook.name, webhook.place))}
    return min([int(newest) - 1, *(told.get(name, since) for name, since in followers.items())])


def would_prune(store: Store, before: datetime, followers: Mapping[str, int] = NOBODY) -> Pruned:
    """How many rows are older, without taking any out."""
    made, last = Pruned(), last_event(store, followers)
    with reading(store.engine) as connection:
        for name, (table, where) in conditions(before, last).items():
            setattr(made, name, connection.execute(select(func.count()).select_from(table).where(*where)).scalar())
    return made


def prune(
    store: Store, before: datetime, now: datetime, *, followers: Mapping[str, int] = NOBODY, counts: bool = False,
    told: Told | None = None,
) -> Pruned:  # fmt: skip
    """Take out what is older than a time, in small transactions: interrupted, what went is gone and the rest is there.

    Events that one of the ``followers`` (webhooks by name, with the place they began behind) has not got stay. ``counts`` keeps how
    many there were of each day, by action and status, gate, kind and state. Raises StoreError.
    """
    made = Pruned()
    for name, (table, where) in conditions(before, last_event(store, followers)).items():
        while True:
            with writing(store.engine) as connection:
                gone = take_out(connection, table, where, now, counts=counts)
                connection.commit()
            setattr(made, name, getattr(made, name) + gone)
            if told is not None:
                told(sum(made.as_json().values()))
            if gone < AT_ONCE:
                break
    return made


def take_out(connection: Connection, table: Table, where: list[ColumnElement[bool]], now: datetime, *, counts: bool) -> int:
    """At most :data:`AT_ONCE` rows, the oldest first."""
    if table is tables.recipient:
        return connection.execute(delete(table).where(*where)).rowcount
    numbers = connection.execute(select(table.c.id).where(*where).order_by(table.c.id).limit(AT_ONCE)).scalars().all()
    if not numbers:
        return 0
    chosen = [*where, table.c.id <= numbers[-1]]
    if counts:
        keep_counts(connection, table, chosen)
    if table is tables.decision:
        remember(connection, numbers[-1], now)
    return connection.execute(delete(table).where(*chosen)).rowcount


NAMED: Mapping[str, tuple[str, str | None]] = {"decision": ("action", "gate"), "mail": ("kind", None), "event": ("type", None)}
"""By what is counted: a column that names the rows, and one for the gate."""


def keep_counts(connection: Connection, table: Table, chosen: list[ColumnElement[bool]]) -> None:
    """Add the rows to the counts of their days."""
    name, gate = NAMED[table.name]
    at = table.c["at"]
    day: Any = func.date(at) if connection.dialect.name == "sqlite" else cast(at, Date)
    columns = [day.label("day"), table.c[name].label("name")]
    if gate is not None:
        columns.append(table.c[gate].label("gate"))
    asked = select(*columns, func.count().label("count")).where(*chosen).group_by(*columns)
    tally = tables.tally
    for row in connection.execute(asked).mappings().all():
        when = datetime.fromisoformat(row["day"]).date() if isinstance(row["day"], str) else row["day"]
        key = {"day": when, "what": table.name, "name": row["name"], "gate": row.get("gate", "") or ""}
        where = [tally.c[column] == value for column, value in key.items()]
        added = connection.execute(update(tally).where(*where).values(count=tally.c["count"] + row["count"])).rowcount
        if not added:
            connection.execute(insert(tally).values(count=row["count"], **key))


def remember(connection: Connection, number: int, now: datetime) -> None:
    """Decisions up to a number may be gone."""
    switch = tables.switch
    kept = connection.execute(select(switch.c.value).where(switch.c.name == PRUNED)).scalar()
    last = max(number, json.loads(kept)["decision"]) if kept else number
    connection.execute(delete(switch).where(switch.c.name == PRUNED))
    connection.execute(insert(switch).values(name=PRUNED, value=json.dumps({"decision": last, "at": now.date().isoformat()})))


def no_decision(store: Store, number: int) -> Message:
    """Why there is no decision of a number: it was taken out for its age, or there never was one."""
    with reading(store.engine) as connection:
        kept = connection.execute(select(tables.switch.c.value).where(tables.switch.c.name == PRUNED)).scalar()
    if kept and 1 <= number <= json.loads(kept)["decision"]:
        day = datetime.fromisoformat(json.loads(kept)["at"]).strftime("%d/%m/%Y")
        return message("a decisão {numero} foi retirada pela idade (repasse prune, {dia})", numero=number, dia=day)
    return message("a decisão {numero} não existe", numero=number)

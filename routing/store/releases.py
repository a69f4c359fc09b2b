"""Releases in the store: their texts once each, by content; which one is active; who made them and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol

import attrs
from sqlalchemy import Connection, bindparam, column, delete, func, insert, select, table, update

from routing.domain.flow import TERMINAL
from routing.store import events, tables
from routing.store.engine import reading, writing
from routing.store.schema import refuse_unknown
from routing.store.unit import Asked, Store, Unit

ACTIVE = "rules"
"""The switch that names what decides now."""
DECIDED = "decided"
"""The switch that keeps which releases decided for all tickets, the latest last."""
SHADOWED = "shadow"
"""The switch that keeps what a release in shadow came to (:mod:`routing.releases.shadow`)."""
RULES, PEOPLE = "rules", "people"
PUBLISHED, SHADOW, SHARE, FORMER = "published", "shadow", "share", "former"


class Snapshot(Protocol):
    """Files by path, and their revision."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """By path."""

    @property
    def revision(self) -> str:
        """Of the content."""


@attrs.frozen
class Active:
    """What decides: the rules and the people by revision. ``serial`` grows with each change; beside them a release may run in
    ``shadow`` or for a ``share`` of tickets (percent). ``held`` is what was rolled back from: a folder that still has it does not
    become active by itself."""

    rules: str
    people: str
    serial: int = 1
    shadow: str | None = None
    share: str | None = None
    percent: int = 0
    held: str | None = None

    def text(self) -> str:
        """As the switch keeps it."""
        return json.dumps(attrs.asdict(self), sort_keys=True)


@attrs.frozen
class Known:
    """A row of the list of releases."""

    revision: str
    kind: str
    at: datetime
    by: str
    note: str
    state: str
    percent: int | None
    changed_at: datetime

    def as_json(self) -> dict[str, Any]:
        """For the contract's list."""
        return {
            "revision": self.revision, "when": self.at.isoformat(), "by": self.by, "note": self.note, "state": self.state,
            "percent": self.percent, "since": self.changed_at.isoformat(),
        }  # fmt: skip


COLUMNS = tables.release.c


@attrs.frozen
class Present:
    """What decides now besides the rules at hand: the ``active`` release (None before the first), and the number of the newest word
    of people's presence that was ``said`` (0: none)."""

    active: Active | None
    said: int


def ask_present(unit: Unit) -> Asked:
    """Ask what decides now."""
    return unit.ask("present", select_present, {"name": ACTIVE})


def present(asked: Asked) -> Present:
    """What decides now. SchemaMismatch when a newer program has changed the database since it was opened."""
    version, value, said = asked.rows()[0]
    refuse_unknown(version)
    return Present(None if value is None else read_active(value), int(said or 0))


def active(unit: Unit) -> Active | None:
    """What decides now, within a transaction; None before the first release. Raises SchemaMismatch."""
    return present(ask_present(unit)).active


def select_present() -> Any:
    """The version of the schema, with the switch and the newest word beside it."""
    switch, schema = tables.switch.c, table("alembic_version", column("version_num"))
    chosen = select(switch.value).where(switch.name == bindparam("name", type_=switch.name.type)).scalar_subquery()
    return select(schema.c.version_num, chosen, select(func.max(tables.presence.c.id)).scalar_subquery())


@lru_cache(maxsize=64)
def read_active(text: str) -> Active:
    """The value of a switch; the same text gives the same value."""
    return Active(**json.loads(text))


def look(store: Store) -> Active | None:
    """As :func:`active`, in a transaction of its own."""
    with store.reading() as unit:
        return active(unit)


def listed(store: Store, kind: str = RULES) -> list[Known]:
    """Every release, the newest first."""
    names = [field.name for field in attrs.fields(Known)]
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(*(COLUMNS[name] for name in names)).where(COLUMNS.kind == kind).order_by(COLUMNS.id.desc())
        ).all()
    return [Known(*row) for row in rows]


def files_of(store: Store, revision: str, kind: str) -> dict[str, bytes] | None:
    """The files of a revision; None when there is none."""
    texts = tables.release_text.c
    with reading(store.engine) as connection:
        found = connection.execute(select(COLUMNS.files).where(COLUMNS.revision == revision, COLUMNS.kind == kind)).scalar()
        if found is None:
            return None
        names: Mapping[str, str] = json.loads(found)
        wanted = sorted(set(names.values()))
        content: dict[str, bytes] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            content |= {row.hash: row.content for row in connection.execute(
                select(texts.hash, texts.content).where(texts.hash.in_(part)))}  # fmt: skip
    return {path: content[digest] for path, digest in names.items()}


def keep(connection: Connection, revision: str, kind: str, files: Mapping[str, bytes], at: datetime, by: str, note: str) -> bool:
    """Keep a revision with its texts, unless it is there; whether it is new."""
    if connection.execute(select(COLUMNS.id).where(COLUMNS.revision == revision, COLUMNS.kind == kind)).first():
        return False
    texts = tables.release_text
    digests = {path: sha256(content).hexdigest() for path, content in files.items()}
    by_digest = {digests[path]: content for path, content in files.items()}
    for digest, content in by_digest.items():
        if connection.execute(select(texts.c.hash).where(texts.c.hash == digest)).first() is None:
            connection.execute(insert(texts).values(hash=digest, content=content))
    connection.execute(
        insert(tables.release).values(
            revision=revision, kind=kind, at=at, by=by, note=note, state=FORMER, percent=None, changed_at=at,
            files=json.dumps(digests, sort_keys=True),
        )
    )  # fmt: skip
    return True


def set_active(connection: Connection, wanted: Active, at: datetime) -> None:
    """Let other rules decide from the commit on: one row, so that nobody sees half of it."""
    switch = tables.switch
    kept = connection.execute(select(switch.c.value).where(switch.c.name == ACTIVE)).scalar()
    if wanted.shadow is not None and (kept is None or read_active(kept).shadow != wanted.shadow):
        begin_shadow(connection, wanted.shadow)
    decided = [*(one for one in decided_once(connection) if one not in (wanted.rules, wanted.shadow, wanted.share)), wanted.rules]
    connection.execute(delete(switch).where(switch.c.name.in_([ACTIVE, DECIDED])))
    connection.execute(insert(switch).values(name=ACTIVE, value=wanted.text()))
    connection.execute(insert(switch).values(name=DECIDED, value=json.dumps(decided)))
    told = {
        "rules": wanted.rules,
        "people": wanted.people,
        "shadow": wanted.shadow,
        "share": wanted.share,
        "percent": wanted.percent,
    }
    events.add(connection, events.RULES_PUBLISHED, at, None, told)
    states: dict[str, tuple[str, int | None]] = {wanted.rules: (PUBLISHED, None)}
    if wanted.shadow is not None:
        states[wanted.shadow] = (SHADOW, None)
    if wanted.share is not None:
        states[wanted.share] = (SHARE, wanted.percent)
    for row in connection.execute(select(COLUMNS.id, COLUMNS.revision, COLUMNS.state, COLUMNS.percent, COLUMNS.kind)).all():
        own: dict[str, tuple[str, int | None]] = {wanted.people: (PUBLISHED, None)} if row.kind == PEOPLE else states
        state, percent = own.get(row.revision, (FORMER, None))
        if (row.state, row.percent) != (state, percent):
            connection.execute(
                update(tables.release).where(COLUMNS.id == row.id).values(state=state, percent=percent, changed_at=at)
            )


def decided_once(connection: Connection) -> list[str]:
    """The releases that decided for all tickets, the latest last: not those that only ran beside one. Until a store keeps that,
    all that are neither in shadow nor have a share count."""
    switch = tables.switch.c
    kept = connection.execute(select(switch.value).where(switch.name == DECIDED)).scalar()
    if kept is not None:
        return list(json.loads(kept))
    wanted = select(COLUMNS.revision).where(COLUMNS.kind == RULES, COLUMNS.state.in_([FORMER, PUBLISHED]))
    return list(connection.execute(wanted.order_by(COLUMNS.changed_at, COLUMNS.id)).scalars())


def begin_shadow(connection: Connection, revision: str) -> None:
    """A release is in shadow from here on: what is decided after the newest decision is its."""
    newest = int(connection.execute(select(func.max(tables.decision.c.id))).scalar() or 0)
    switch = tables.switch
    connection.execute(delete(switch).where(switch.c.name == SHADOWED))
    connection.execute(
        insert(switch).values(name=SHADOWED, value=json.dumps({"rules": revision, "after": newest, "until": newest}))
    )


def shadow_text(store: Store) -> str | None:
    """What is kept of the release in shadow, or of the latest that was."""
    switch = tables.switch.c
    with reading(store.engine) as connection:
        found: str | None = connection.execute(select(switch.value).where(switch.name == SHADOWED)).scalar()
        return found


def keep_shadow(store: Store, before: str, after: str) -> bool:
    """Keep what it came to; False when somebody else has meanwhile."""
    switch = tables.switch
    with writing(store.engine) as connection:
        told = connection.execute(
            update(switch).where(switch.c.name == SHADOWED, switch.c.value == before).values(value=after)
        ).rowcount
        connection.commit()
    return bool(told)


PUBLISHING = 7_214_001
"""The number of PostgreSQL's advisory lock for whoever changes what is active."""


def one_at_a_time(connection: Connection) -> None:
    """Wait for others who change what is active, until the end of the transaction; on SQLite every writer waits anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))


def publish(
    store: Store, rules: Snapshot, people: Snapshot, at: datetime, by: str, note: str, choose: Callable[[Active | None], Active]
) -> tuple[Active, bool, bool]:
    """Keep the texts of rules and people and make active what is chosen by what was, in one transaction: what is active then,
    whether the rules are new, whether anything changed."""
    with writing(store.engine) as connection:
        one_at_a_time(connection)
        switch = tables.switch.c
        kept = connection.execute(select(switch.value).where(switch.name == ACTIVE)).scalar()
        old = None if kept is None else read_active(kept)
        new = keep(connection, rules.revision, RULES, rules.files, at, by, note)
        keep(connection, people.revision, PEOPLE, people.files, at, by, "")
        wanted = choose(old)
        changed = old is None or attrs.evolve(wanted, serial=old.serial) != old
        if changed:
            set_active(connection, wanted, at)
        connection.commit()
    return (wanted, new, True) if changed or old is None else (old, new, False)


def activate(store: Store, wanted: Active, at: datetime) -> None:
    """Let a release that is kept decide."""
    with writing(store.engine) as connection:
        one_at_a_time(connection)
        set_active(connection, wanted, at)
        connection.commit()


def tickets_under_way(store: Store) -> Iterator[Any]:
    """Key, type, step, holder and parameters of every ticket that is not at its end."""
    names = ("coligada", "locality", "code", "type", "step", "holder", "parameters")
    columns = tables.ticket.c
    with reading(store.engine) as connection:
        yield from connection.execute(
            select(*(columns[name] for name in names)).where(columns.status.notin_([*sorted(TERMINAL), ""]))
        )

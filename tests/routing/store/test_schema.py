"""The schema: from nothing, from every earlier version, from a newer one; the columns of a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from kit.servers import postgres_database
from kit.stores import DATABASES, NOW
from kit.workspaces import make_workspace
from sqlalchemy import text

from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.domain.model import HISTORIES, Ticket
from routing.failures import SchemaMismatch
from routing.store import tables
from routing.store.engine import open_engine, reading, writing
from routing.store.recipients import sent_to
from routing.store.schema import HEAD, KNOWN, MIGRATIONS, current, ensure_schema, migrate
from routing.store.tickets import COLUMNS, HISTORY
from routing.store.types import Instant, WallClock
from routing.store.unit import Store


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'banco.sqlite'}"
        return
    with postgres_database(empty=True) as url:
        yield url


BESIDES = ("procrastinate", "ticket_text", "discussion_text", "ix_ticket_words", "ix_discussion_words", "TSVECTOR")
"""What is no table of ours: a library's, and what each database searches words with."""


def differences(url: str) -> list[object]:
    engine = open_engine(url)
    with reading(engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    engine.dispose()
    return [one for one in found if not any(mark in str(one) for mark in BESIDES)]


def test_the_migrations_make_the_tables_of_this_version(empty: str) -> None:
    engine = open_engine(empty)
    ensure_schema(engine)
    with reading(engine) as connection:
        assert current(connection) == HEAD
    engine.dispose()
    assert differences(empty) == []


@pytest.mark.parametrize("version", KNOWN[:-1])
def test_an_earlier_schema_is_brought_up_and_keeps_its_tickets(empty: str, version: str, tmp_path: Path) -> None:
    engine = open_engine(empty)
    migrate(engine, version)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO ticket (coligada, locality, code, type, version, step, status, priority, holder, schedule_count,"
                " access_level, voicemail, parameters, fields) VALUES (1, 1, 1, 10, 7, 1, 'A', 'Alta', 'attendant:1;2', 0, 0, 0, '{}', '{}')"
            )
        )
        connection.commit()
    engine.dispose()
    with open_desk(make_workspace(tmp_path / "pasta", 1, f'banco = "{empty}"\n')) as desk:
        assert (desk.ticket("1;1;1").version, desk.ticket("1;1;1").priority) == (7, "Alta")
        assert desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW).status == "moved"
    assert differences(empty) == []


def test_mails_of_an_earlier_schema_count(empty: str, tmp_path: Path) -> None:
    engine = open_engine(empty)
    migrate(engine, "0004")
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO ticket (id, coligada, locality, code, type, version, step, status, priority, schedule_count, access_level,"
                " voicemail, parameters, fields) VALUES (1, 1, 1, 1, 10, 1, 1, 'A', 'Alta', 0, 0, 0, '{}', '{}')"
            )
        )
        for number, (to, cc) in enumerate(
            (("Ana@Exemplo.com.br, b@exemplo.com.br", "ANA@exemplo.com.br"), ("b@exemplo.com.br", ""), ("", ""))
        ):
            connection.execute(
                text(
                    'INSERT INTO mail (ticket_id, kind, state, message_id, "to", cc, recipients, at)'
                    " VALUES (1, 'handoff', 'sent', :name, :to, :cc, 2, :at)"
                ),
                {"name": f"<{number}@exemplo.com.br>", "to": to, "cc": cc, "at": "2026-11-24 09:30:00.000000"},
            )
        connection.commit()
    ensure_schema(engine)
    with Store(engine).reading() as unit:
        counted = [sent_to(unit, ("ANA@exemplo.com.br", "b@exemplo.com.br"), NOW - timedelta(minutes=ago)) for ago in (60, 10)]
    assert counted == [[1, 2], [0, 0]]
    engine.dispose()


def test_mails_of_an_address_are_found_by_their_key(tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "pasta")) as desk, desk.store.reading() as unit:
        sent_to(unit, ("ana@exemplo.com.br",), NOW)
        statement = desk.store.statements["mails-to-1"]
        values = statement.values({"address_0": "ana@exemplo.com.br", "since": NOW})
        steps = [row[3] for row in unit.driver.execute(f"EXPLAIN QUERY PLAN {statement.text}", values)]
    assert "SEARCH recipient USING PRIMARY KEY (address=? AND at>?)" in steps


def test_a_newer_schema_is_refused_and_left_alone(empty: str) -> None:
    engine = open_engine(empty)
    ensure_schema(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    for act in (ensure_schema, migrate):
        with pytest.raises(SchemaMismatch, match="9999"):
            act(engine)
    with reading(engine) as connection:
        assert current(connection) == "9999"
    engine.dispose()


def test_the_known_versions_are_those_of_the_migrations() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(settings)
    assert (scripts.get_current_head(), tuple(reversed([one.revision for one in scripts.walk_revisions()]))) == (
        HEAD,
        KNOWN,
    )


def test_every_part_of_a_ticket_has_its_column() -> None:
    assert set(COLUMNS) == {field.name for field in attrs.fields(Ticket)} - set(HISTORIES)
    for table, kind in HISTORY.values():
        assert {column.name for column in table.columns} - {"id", "ticket_id"} == {field.name for field in attrs.fields(kind)}


def test_times_keep_or_refuse_their_zone(empty: str) -> None:
    engine = open_engine(empty)
    ensure_schema(engine)
    when = datetime(2026, 11, 24, 10, 0, 0, 123456, timezone(timedelta(hours=-3)))
    with writing(engine) as connection:
        connection.execute(tables.api_key.insert().values(id="a", hash="h", scopes="read", created_at=when))
        assert connection.scalar(tables.api_key.select().with_only_columns(tables.api_key.c.created_at)) == when
        got = connection.scalar(tables.api_key.select().with_only_columns(tables.api_key.c.created_at))
        assert got.tzinfo is UTC
    for kind, wrong in ((Instant(), NOW), (WallClock(), when)):
        with pytest.raises(ValueError, match="zone"):
            kind.dialect_impl(engine.dialect).bind_processor(engine.dialect)(wrong)
    engine.dispose()

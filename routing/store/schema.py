"""The version of a database's schema: made from nothing, brought up to date, or refused when it is newer."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from routing.failures import SchemaMismatch
from routing.messages import message
from routing.store.engine import reading, writing

HEAD = "0016"
"""The revision this program works with; a test holds it equal to the newest migration."""

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013", "0015", "0016")

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 725_001_318
"""PostgreSQL advisory lock: one process migrates, the others wait and then find nothing to do."""


def ensure_schema(engine: Engine) -> None:
    """Bring the database to :data:`HEAD`. Quick when it is there already. SchemaMismatch when it is newer."""
    with reading(engine) as connection:
        found = current(connection)
    if found == HEAD:
        return
    refuse_unknown(found)
    migrate(engine)


def current(connection: Connection) -> str | None:
    """The revision of the database, None when it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_unknown(found: str | None) -> None:
    """A revision we do not know comes from a newer program."""
    if found is not None and found not in KNOWN:
        raise SchemaMismatch(
            message(
                "o banco de dados é de uma versão mais nova do programa (esquema {achado}, e este vai até {nosso})",
                achado=found,
                nosso=HEAD,
            ),
            message("atualize o programa; o banco não foi alterado"),
        )


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision, all in one transaction."""
    from alembic import command
    from alembic.config import Config

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        refuse_unknown(current(connection))
        settings = Config()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()

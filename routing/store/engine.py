"""Opening a database, its transactions, and what its errors mean to people.

SQLite: write-ahead log, every commit on the disk (``synchronous=FULL``), writers take turns (``BEGIN IMMEDIATE``).
PostgreSQL: psycopg, read committed; the row of the ticket is locked by the move that reads it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from formula.messages import Message
from routing.domain.words import plain_words
from routing.failures import SettingsFault, StoreBusy, StoreClash, StoreDamaged, StoreError, StoreFull, StoreGone
from routing.messages import how_to_add, message
from routing.store.sqlite.patience import begin_in_pool

BUSY_SECONDS = 10.0
"""How long a writer waits for its turn before :class:`StoreBusy`."""

WRITE = "repasse_write"


def database_url(text: str, folder: Path | None = None) -> URL:
    """A database URL; ``postgresql:`` takes psycopg, a relative SQLite path starts at ``folder``."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsFault(
            message("'{texto}' não é o endereço de um banco de dados", texto=text),
            message("escreva, por exemplo, 'sqlite:///repasse.sqlite' ou 'postgresql://usuario@servidor/banco'"),
        ) from None
    name = url.get_backend_name()
    if name == "postgresql":
        return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
    if name != "sqlite":
        raise SettingsFault(
            message("o banco de dados '{nome}' não é atendido", nome=name),
            message("use SQLite ou PostgreSQL para guardar os atendimentos"),
        )
    if not url.database or url.database == ":memory:":
        raise SettingsFault(
            message("o banco SQLite precisa de um arquivo"), message("escreva, por exemplo, 'sqlite:///repasse.sqlite'")
        )
    path = Path(url.database)
    return url.set(database=str(folder / path)) if folder is not None and not path.is_absolute() else url


def open_engine(url: URL | str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine with the settings above. Nothing is connected yet."""
    place = database_url(url) if isinstance(url, str) else url
    try:
        if place.get_backend_name() == "sqlite":
            return open_sqlite(place, busy_seconds)
        engine = create_engine(
            place,
            paramstyle="format",
            pool_reset_on_return=None,
            pool_size=8,
            max_overflow=24,
            pool_timeout=busy_seconds,
            connect_args={
                "connect_timeout": max(2, int(busy_seconds)),
                "application_name": "repasse",
                "options": f"-c lock_timeout={int(busy_seconds * 1000)}",
            },
        )
    except (ImportError, NoSuchModuleError) as missing:
        raise SettingsFault(
            message("falta o módulo '{nome}' para este banco de dados", nome=getattr(missing, "name", None) or str(missing)),
            how_to_add("postgres"),
        ) from missing
    return engine


def open_sqlite(url: URL, busy_seconds: float) -> Engine:
    """SQLite, with transactions begun by us: the driver would begin them too late."""
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, pool_size=8, max_overflow=24, pool_reset_on_return=None)

    @event.listens_for(engine, "do_connect")
    def keep_private(_dialect: object, _record: object, arguments: list[str], _options: object) -> None:
        """Tickets, mails and keys are nobody else's to read; SQLite gives its other files the rights of the first. Where no file
        may be made, SQLite is the one that says so."""
        path = Path(arguments[0])
        if path.parent.is_dir() and not path.exists():
            with suppress(OSError):
                path.touch(0o600)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.create_function("repasse_plain", 1, plain_words, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE, False):
            begin_in_pool(connection.connection.driver_connection, busy_seconds)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write. Without ``connection.commit()`` it is rolled back on leaving."""
    with translated(), engine.connect() as plain:
        connection = plain.execution_options(**{WRITE: True})
        with connection.begin() as transaction:
            yield connection
            if transaction.is_active:
                transaction.rollback()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads. For several questions about one moment take :func:`snapshot`."""
    with translated(), engine.connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees the whole store as it was at one moment, however many questions it asks.

    SQLite gives that to every transaction; PostgreSQL, asked for nothing, to every statement alone.
    """
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours, which say what to do."""
    try:
        yield
    except Exception as error:
        found = meaning(error)
        if found is None:
            raise
        raise found from error


def meaning(error: BaseException) -> StoreError | None:
    """The error of ours that one of SQLAlchemy's or of a driver means; None when it is neither's."""
    if isinstance(error, PoolTimeout):
        return StoreBusy(*busy())
    if isinstance(error, UnicodeEncodeError):
        return StoreError(
            message("um texto tem um caractere pela metade, que o banco de dados não guarda"),
            message("escreva o texto de novo; nada foi gravado"),
        )
    if isinstance(error, DBAPIError):
        return explain(error.orig, connection_lost=error.connection_invalidated)
    if isinstance(error, sqlite3.Error) or type(error).__module__.partition(".")[0] == "psycopg":
        return explain(error)
    return None


def explain(error: Any, connection_lost: bool = False) -> StoreError:
    """The error of ours that an error of a driver means."""
    if isinstance(error, sqlite3.Error):
        return explain_sqlite(error)
    state: str = getattr(error, "sqlstate", None) or ""
    if not state and "NUL (0x00)" in str(error):  # the driver's own, before anything was sent
        return StoreError(
            message("um texto tem o caractere nulo (U+0000), que o banco de dados não guarda"),
            message("escreva o texto de novo; nada foi gravado"),
        )
    if state == "23505":
        return clash(error)
    if state in {"40001", "40P01", "55P03", "53300", "57014"}:
        return StoreBusy(*busy())
    if state.startswith("53"):
        return StoreFull(*full())
    if connection_lost or not state or state.startswith(("08", "57P", "28", "3D")):
        return StoreGone(*gone(error))
    return StoreError(message("o banco de dados recusou a operação: {motivo}", motivo=reason(error)))


def explain_sqlite(error: sqlite3.Error) -> StoreError:
    """By SQLite's own name of the error."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(*busy())
    if name.startswith("SQLITE_FULL") or name == "SQLITE_IOERR_WRITE":
        return StoreFull(*full())
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreDamaged(
            message("o arquivo do banco de dados não pode ser lido: {motivo}", motivo=reason(error)),
            message("restaure a última cópia de segurança (docs/operations.md)"),
        )
    if name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return clash(error)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return StoreGone(
            message("o arquivo do banco de dados não pode ser aberto nem lido"),
            message("confira se a pasta existe, se há permissão e se o disco aceita escrita"),
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
        return StoreError(
            message("o banco de dados não pode ser escrito: {motivo}", motivo=reason(error)),
            message("confira as permissões do arquivo e da pasta"),
        )
    return StoreError(message("o banco de dados recusou a operação: {motivo}", motivo=reason(error)))


def clash(error: object) -> StoreClash:
    """Two transactions made the same row; the other one came first."""
    return StoreClash(message("outra operação gravou o mesmo registro antes: {motivo}", motivo=reason(error)))


def busy() -> tuple[Message, Message]:
    """Sentences of a database that others hold."""
    return (
        message("o banco de dados está ocupado por outro processo; nada foi gravado"),
        message("tente de novo; se continuar, veja quem mantém o banco preso"),
    )


def full() -> tuple[Message, Message]:
    """Sentences of a full disk."""
    return (
        message("não há espaço no disco do banco de dados; nada foi gravado"),
        message("libere espaço e repita a operação"),
    )


def gone(error: object) -> tuple[Message, Message]:
    """Sentences of a database out of reach."""
    return (
        message("o banco de dados não responde: {motivo}", motivo=reason(error)),
        message("confira o endereço e se o servidor está no ar; a transação aberta foi desfeita"),
    )


def reason(error: object) -> str:
    """The first line of a driver's own words."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__

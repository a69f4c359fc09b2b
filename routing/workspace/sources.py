"""The databases that sentences read: one engine per named source, each connection set up to read only and to give up.

SQLite opens the file itself read-only, ``query_only`` on, an authorizer that allows nothing but reading, values of a
bounded size, and a watch that interrupts after the time limit. PostgreSQL opens every transaction READ ONLY with a
statement timeout. Oracle has such a transaction too, SQL Server has none;
in all of them the rights of the account are the real guard, so give it SELECT and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from formula.diagnostics import Fault
from routing.messages import how_to_add, message

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

DIALECTS: Mapping[str, str] = {"sqlite": "sqlite", "postgresql": "postgres", "mssql": "tsql", "oracle": "oracle"}
"""SQLAlchemy's name of a database → sqlglot's name of its language."""

DRIVERS: Mapping[str, tuple[str, str]] = {
    "postgresql": ("psycopg", "postgres"),
    "mssql": ("pymssql", "sqlserver"),
    "oracle": ("oracledb", "oracle"),
}
"""The driver of each database and the extra of this distribution that brings it."""

LARGEST_VALUE = 200_000
"""Bytes of one SQLite text, blob or statement: inside one function SQLite looks at no clock, so its work must be short."""

LONGEST_PATTERN = 1_000
"""Bytes of a LIKE or GLOB pattern."""

WATCH_EVERY = 10_000
"""SQLite steps between two looks at the clock, well under a millisecond."""


class Deadline:
    """Until when a SQLite connection may work; asked by SQLite itself."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        """No work yet, so no end."""
        self.until = float("inf")

    def passed(self) -> bool:
        """True interrupts the statement."""
        return monotonic() > self.until


def source_url(name: str, url: str, folder: Path | str = ".") -> URL:
    """A source's URL, with the driver we know and a SQLite path taken from ``folder``. Raises Fault."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        made = make_url(url)
    except ArgumentError:
        raise Fault(
            "sql-falhou",
            message("o endereço da fonte '{fonte}' não se entende", fonte=name),
            message("escreva uma URL como sqlite:///dados.sqlite ou postgresql://usuario:senha@servidor/banco"),
        ) from None
    backend = made.get_backend_name()
    if backend not in DIALECTS:
        raise Fault(
            "sql-falhou",
            message("a fonte '{fonte}' é de um banco que não se conhece: {banco}", fonte=name, banco=backend),
            message("os bancos são: {bancos}", bancos=", ".join(DIALECTS)),
        )
    if backend in DRIVERS and "+" not in made.drivername:
        return made.set(drivername=f"{backend}+{DRIVERS[backend][0]}")
    if backend == "sqlite" and made.database and made.database != ":memory:" and not made.database.startswith("file:"):
        path = Path(folder, made.database).absolute()
        return made.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    return made


def open_source(name: str, url: str, folder: Path | str = ".", seconds: float = 5.0) -> Engine:
    """An engine for reading. Nothing connects yet. Raises Fault when the URL or its driver cannot be had."""
    from sqlalchemy import create_engine

    made = source_url(name, url, folder)
    backend = made.get_backend_name()
    try:
        engine = (
            create_engine(made, connect_args=connect_arguments(backend, seconds), pool_size=2, max_overflow=8)
            if (backend != "sqlite")
            else create_engine(made)
        )
    except ImportError as error:
        driver, extra = DRIVERS.get(backend, (backend, backend))
        raise Fault(
            "sql-falhou",
            message("falta o pacote {driver} para a fonte '{fonte}'", driver=error.name or driver, fonte=name),
            how_to_add(extra),
        ) from error
    prepare_connections(engine, seconds)
    return engine


def connect_arguments(backend: str, seconds: float) -> dict[str, Any]:
    """Time limits that a driver takes when it connects."""
    if backend == "postgresql":
        milliseconds = max(1, round(seconds * 1000))
        return {
            "connect_timeout": 10,
            "options": f"-c statement_timeout={milliseconds} -c default_transaction_read_only=on",
        }
    if backend == "mssql":
        return {"timeout": max(1, round(seconds)), "login_timeout": 10}
    return {"tcp_connect_timeout": 10.0}


def prepare_connections(engine: Engine, seconds: float) -> None:
    """Set up each new connection for its kind of database."""
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        backend = engine.url.get_backend_name()
        if backend == "sqlite":
            record.info["deadline"] = guard_sqlite(connection)
        elif backend == "postgresql":
            connection.read_only = True
        elif backend == "oracle":
            connection.call_timeout = max(1, round(seconds * 1000))

    if engine.url.get_backend_name() == "oracle":

        @event.listens_for(engine, "begin")
        def began(connection: Any) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def ended_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Ends a connection to a PostgreSQL server that neither answers nor keeps its own time limit: the wait for it fails then.

    The other drivers bound their waits themselves.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    from threading import Timer

    driver: Any = connection.connection.driver_connection
    watch = Timer(seconds, hang_up, (driver,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def hang_up(driver: Any) -> None:
    """Close a connection's line from another thread, without freeing what its own thread still uses."""
    import os
    import socket

    with suppress(OSError):
        line = socket.socket(fileno=os.dup(driver.pgconn.socket))
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.close()


def guard_sqlite(connection: Any) -> Deadline:
    """Make a SQLite connection unable to do anything but read, for a bounded time and size."""
    import sqlite3

    reading = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}

    def allowed(action: int, _first: str | None, second: str | None, *_where: str | None) -> int:
        refused = action not in reading or (second or "").lower() in {"load_extension", "fts3_tokenizer"}
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

    deadline = Deadline()
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_progress_handler(deadline.passed, WATCH_EVERY)
    connection.set_authorizer(allowed)
    return deadline

"""One transaction on the driver's own connection, with statements compiled once from Core.

A move is a dozen small statements; going through ``Connection.execute`` for each would cost more than the database
does. So the statements are written in Core, compiled once per database, and run with values in their order
(:mod:`routing.store.statements`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import attrs
from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement

from routing.failures import StoreClash
from routing.messages import message
from routing.store.engine import meaning
from routing.store.postgres.held import DIVISION_BY_ZERO, Write, one_statement
from routing.store.sqlite.turnstile import Batch, Turnstile
from routing.store.statements import Prepared, prepare

KEPT = 4
"""Connections a store keeps in hand between transactions; more go back to the pool, which others use as well."""

Held = tuple[PoolProxiedConnection, Any]
"""A connection of the pool and the driver's own."""


class Store:
    """A database and the statements compiled for it. Safe to share between threads: statements are only added."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is connected yet."""
        self.engine = engine
        self.statements: dict[str, Prepared] = {}
        self.idle: list[Held] = []
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.turnstile = Turnstile(self.take)

    def prepared(self, name: str, make: Callable[[], ClauseElement]) -> Prepared:
        """The statement called ``name``, made on first use."""
        found = self.statements.get(name)
        if found is None:
            found = self.statements[name] = prepare(self.engine, make())
        return found

    def writing(self) -> Turn:
        """A transaction that may write. Left without :meth:`Unit.commit`, it is rolled back."""
        return SharedTurn(self) if self.is_sqlite else Turn(self, None)

    def reading(self) -> Turn:
        """A transaction that only reads: one consistent view, never kept waiting by writers on SQLite."""
        return Turn(self, "BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def take(self) -> Held:
        """A connection: one in hand, or one of the pool."""
        try:
            return self.idle.pop()
        except IndexError:
            connection = self.engine.raw_connection()
            return connection, connection.driver_connection

    def give_back(self, held: Held) -> None:
        """Keep a connection for the next transaction. One that the server or the network ended is thrown away, and with it
        those that are not in use: they have most likely met the same end.
        """
        connection, driver = held
        if closed(driver):
            connection.invalidate()
            connection.close()
            self.close()
        elif len(self.idle) < KEPT:
            self.idle.append(held)
        else:
            connection.close()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.turnstile.close()
        while self.idle:
            self.idle.pop()[0].close()
        self.engine.dispose()


class Turn:
    """A transaction as a context: begun on entering, undone on leaving unless committed, errors in our own words.

    A class rather than a generator: each move goes through it, and this costs a third.
    """

    __slots__ = ("first", "held", "store", "unit")

    def __init__(self, store: Store, first: str | None) -> None:
        """``first`` begins the transaction; psycopg begins it by itself before the first statement."""
        self.store = store
        self.first = first

    def __enter__(self) -> Unit:
        """Begin. Raises StoreError."""
        try:
            self.held = self.store.take()
            if self.first is not None:
                self.begin(self.first)
        except Exception as error:
            found = meaning(error)
            if found is None:
                raise
            raise found from error
        self.unit = Unit(self.store, self.held[1])
        return self.unit

    def begin(self, first: str) -> None:
        """Run the statement that begins the transaction; the connection is not kept busy when that fails."""
        try:
            self.held[1].execute(first)
        except BaseException:
            self.store.give_back(self.held)
            raise

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """End. Raises StoreError in place of a driver's error."""
        late: Exception | None = None
        try:
            self.leave(error)
        except Exception as failed:  # noqa: BLE001 - raised again below, in our own words if it has a meaning
            late = failed
        known = error or late
        found = meaning(known) if known is not None else None
        if found is not None:
            raise found from known
        if error is None and late is not None:
            raise late

    def leave(self, _error: BaseException | None) -> None:
        """Undo what was not committed, and give the connection back."""
        try:
            self.unit.leave()
        finally:
            self.store.give_back(self.held)


class SharedTurn(Turn):
    """A turn to write on SQLite; see :mod:`routing.store.sqlite.turnstile`."""

    __slots__ = ()

    def __init__(self, store: Store) -> None:
        """The transaction is begun, or joined, on entering."""
        super().__init__(store, None)

    def __enter__(self) -> Unit:
        """Wait for the turn. Raises StoreError."""
        try:
            self.unit = SharedUnit(self.store, *self.store.turnstile.enter())
        except Exception as error:
            found = meaning(error)
            if found is None:
                raise
            raise found from error
        return self.unit

    def leave(self, error: BaseException | None) -> None:
        """End the turn, unless the commit did."""
        self.unit.leave(error)


@attrs.frozen
class Asked:
    """A SELECT that was sent."""

    statement: Prepared
    cursor: Any

    def rows(self) -> list[list[Any]]:
        """Its records."""
        return [self.statement.record(row) for row in self.cursor.fetchall()]


class Unit:
    """An open transaction."""

    def __init__(self, store: Store, driver: Any) -> None:
        """``driver`` is the driver's connection (sqlite3 or psycopg), in a transaction."""
        self.store = store
        self.driver = driver
        self.open = True
        self.held: list[Write] | None = None

    def ask(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> Asked:
        """Send a SELECT; within :meth:`batch` the answers of several are waited for together."""
        if self.held:
            self.send()
        statement = self.store.prepared(name, make)
        return Asked(statement, self.driver.execute(statement.text, statement.values(values)))

    def rows(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> list[list[Any]]:
        """The records a SELECT gives."""
        return self.ask(name, make, values).rows()

    def batch(self) -> AbstractContextManager[Any]:
        """PostgreSQL: statements are sent without waiting for each answer, which saves most of the round trips."""
        return nullcontext() if self.store.is_sqlite else self.driver.pipeline()

    def hold(self) -> None:
        """PostgreSQL: from now on writes are kept back and go out as one statement, with the commit behind it, in one
        round trip. On SQLite, which is in this very process, there is nothing to save.
        """
        if self.held is None and not self.store.is_sqlite:
            self.held = []

    def change(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> None:
        """Run an UPDATE that must meet one row. StoreClash when it does not: now, or when held writes go out."""
        statement = self.store.prepared(name, make)
        bound = statement.values(values)
        if self.held is not None:
            self.held.append(Write(statement.text, bound, must=True))
        elif self.driver.execute(statement.text, bound).rowcount != 1:
            raise met_nothing()

    def insert(self, name: str, make: Callable[[], ClauseElement], rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows of one shape."""
        statement = self.store.prepared(name, make)
        self.put(statement.text, [statement.values(row) for row in rows])

    def insert_ordered(self, name: str, make: Callable[[], ClauseElement], rows: Iterable[list[Any]]) -> None:
        """Insert rows whose values stand in the order of the statement's parameters."""
        statement = self.store.prepared(name, make)
        self.put(statement.text, [statement.bound(row) for row in rows])

    def put(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run an INSERT for each row of values."""
        if self.held is not None:
            self.held += [Write(text, row) for row in rows]
        elif len(rows) == 1:
            self.driver.execute(text, rows[0])
        elif rows:
            self.driver.cursor().executemany(text, rows)

    def call(self, expression: str, values: Sequence[Any]) -> None:
        """PostgreSQL: call a function for what it does."""
        if self.held is not None:
            self.held.append(Write(expression, values, call=True))
        else:
            self.driver.execute(f"SELECT {expression}", values)

    def send(self, commit: bool = False) -> None:
        """Send the held writes."""
        assert self.held is not None
        text, values = one_statement(self.held)
        self.held = None
        try:
            with self.batch():
                self.driver.execute(text, values)
                if commit:
                    self.driver.execute("COMMIT")
        except Exception as error:
            if getattr(error, "sqlstate", None) == DIVISION_BY_ZERO:
                raise met_nothing() from error
            raise

    def commit(self) -> None:
        """Keep everything. The disk has it when this returns."""
        if self.held:
            self.send(commit=True)
        else:
            self.driver.commit()
        self.open = False

    def leave(self, _error: BaseException | None = None) -> None:
        """Undo what was not committed."""
        if self.open and not closed(self.driver):
            self.driver.rollback()
        self.open = False


class SharedUnit(Unit):
    """A turn in a transaction that others of this process may share."""

    def __init__(self, store: Store, batch: Batch, shared: bool) -> None:
        """``shared``: somebody wrote in it before."""
        super().__init__(store, batch.driver)
        self.within = batch
        self.shared = shared

    def commit(self) -> None:
        """Keep everything. The disk has it when this returns."""
        self.open = False
        self.store.turnstile.leave(self.within, self.shared, keep=True)

    def leave(self, error: BaseException | None = None) -> None:
        """Undo what was not committed."""
        if self.open:
            self.open = False
            self.store.turnstile.leave(self.within, self.shared, keep=False, error=error)


def met_nothing() -> StoreClash:
    """Somebody changed the row in between."""
    return StoreClash(message("o atendimento mudou durante a operação; nada foi gravado"))


def closed(driver: Any) -> bool:
    """Whether the server or the network has ended a connection (psycopg); SQLite's never is."""
    return bool(getattr(driver, "closed", False))

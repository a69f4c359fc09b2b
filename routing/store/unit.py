"""One transaction on the driver's own connection, with statements compiled once from Core.

A move is a dozen small statements; going through ``Connection.execute`` for each would cost more than the database
does. So the statements are written in Core, compiled once per database, and run with values in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Engine, Insert
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect, Select

from routing.failures import StoreClash
from routing.messages import message
from routing.store.engine import meaning
from routing.store.held import DIVISION_BY_ZERO, Write, one_statement
from routing.store.types import from_text

BARE: Mapping[Any, Callable[[Any], Any]] = {from_text: datetime.fromisoformat}
"""Conversions that need not look for NULL, as :meth:`Prepared.record` does."""

Convert = tuple[int, Callable[[Any], Any]]
"""The place of a value that needs converting, and how."""


@attrs.frozen
class Prepared:
    """A statement's text, its values in order (name and conversion), those that are fixed, and conversions back."""

    text: str
    names: tuple[str, ...]
    binders: tuple[Convert, ...]
    fixed: Mapping[str, Any]
    readers: tuple[Convert, ...] = ()

    def values(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """A row's values as the driver takes them."""
        if self.fixed:
            row = {**self.fixed, **row}
        return self.bound([row[name] for name in self.names])

    def bound(self, made: list[Any]) -> list[Any]:
        """Values in the statement's order as the driver takes them; the list itself is changed."""
        for place, binder in self.binders:
            made[place] = binder(made[place])
        return made

    def record(self, row: Sequence[Any]) -> list[Any]:
        """A fetched row's values as the domain takes them."""
        made = list(row)
        for place, reader in self.readers:
            if made[place] is not None:
                made[place] = reader(made[place])
        return made


def prepare(engine: Engine, statement: ClauseElement) -> Prepared:
    """Compile a statement. Values written in it are fixed, bound parameters are asked for at each run; no IN lists."""
    dialect = engine.dialect
    if isinstance(statement, Insert):
        statement = statement.inline()  # or PostgreSQL is asked for each new row's number
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup)
    fixed = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    binders = converters(compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    readers: tuple[Convert, ...] = ()
    if isinstance(statement, Select | CompoundSelect):
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        readers = converters(BARE.get(made, made) for made in (kind.result_processor(dialect, None) for kind in types))
    return Prepared(str(compiled), names, binders, fixed, readers)


def converters(made: Iterable[Callable[[Any], Any] | None]) -> tuple[Convert, ...]:
    """Those that there are, with their places."""
    return tuple((place, convert) for place, convert in enumerate(made) if convert is not None)


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

    def prepared(self, name: str, make: Callable[[], ClauseElement]) -> Prepared:
        """The statement called ``name``, made on first use."""
        found = self.statements.get(name)
        if found is None:
            found = self.statements[name] = prepare(self.engine, make())
        return found

    def writing(self) -> Turn:
        """A transaction that may write. Left without :meth:`Unit.commit`, it is rolled back."""
        return Turn(self, "BEGIN IMMEDIATE" if self.is_sqlite else None)

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
        try:
            self.unit.leave()
        except Exception as late:
            error = error or late
            if meaning(error) is None:
                raise
        finally:
            self.store.give_back(self.held)
        found = meaning(error) if error is not None else None
        if found is not None:
            raise found from error


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
        """Keep everything. On SQLite the disk has it when this returns."""
        if self.held:
            self.send(commit=True)
        elif self.store.is_sqlite:
            self.driver.execute("COMMIT")
        else:
            self.driver.commit()
        self.open = False

    def leave(self) -> None:
        """Undo what was not committed."""
        if self.open and not closed(self.driver):
            self.driver.rollback()
        self.open = False


def met_nothing() -> StoreClash:
    """Somebody changed the row in between."""
    return StoreClash(message("o atendimento mudou durante a operação; nada foi gravado"))


def closed(driver: Any) -> bool:
    """Whether the server or the network has ended a connection (psycopg); SQLite's never is."""
    return bool(getattr(driver, "closed", False))

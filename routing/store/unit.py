"""One transaction on the driver's own connection, with statements compiled once from Core.

A move is a dozen small statements; going through ``Connection.execute`` for each would cost more than the database
does. So the statements are written in Core, compiled once per database, and run with values in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import attrs
from sqlalchemy import Engine
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect, Select

from routing.store.engine import translated

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

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """A row's values as the driver takes them."""
        if self.fixed:
            row = {**self.fixed, **row}
        made = [row[name] for name in self.names]
        for place, binder in self.binders:
            made[place] = binder(made[place])
        return tuple(made)

    def record(self, row: Sequence[Any]) -> list[Any]:
        """A fetched row's values as the domain takes them."""
        made = list(row)
        for place, reader in self.readers:
            made[place] = reader(made[place])
        return made


def prepare(engine: Engine, statement: ClauseElement) -> Prepared:
    """Compile a statement. Values written in it are fixed, bound parameters are asked for at each run; no IN lists."""
    dialect = engine.dialect
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup)
    fixed = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    binders = converters(compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    readers: tuple[Convert, ...] = ()
    if isinstance(statement, Select | CompoundSelect):
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        readers = converters(kind.result_processor(dialect, None) for kind in types)
    return Prepared(str(compiled), names, binders, fixed, readers)


def converters(made: Iterable[Callable[[Any], Any] | None]) -> tuple[Convert, ...]:
    """Those that there are, with their places."""
    return tuple((place, convert) for place, convert in enumerate(made) if convert is not None)


class Store:
    """A database and the statements compiled for it. Safe to share between threads: statements are only added."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is connected yet."""
        self.engine = engine
        self.statements: dict[str, Prepared] = {}
        self.is_sqlite = engine.dialect.name == "sqlite"

    def prepared(self, name: str, make: Callable[[], ClauseElement]) -> Prepared:
        """The statement called ``name``, made on first use."""
        found = self.statements.get(name)
        if found is None:
            found = self.statements[name] = prepare(self.engine, make())
        return found

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A transaction that may write. Left without :meth:`Unit.commit`, it is rolled back."""
        with self.unit("BEGIN IMMEDIATE" if self.is_sqlite else None) as unit:
            yield unit

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """A transaction that only reads: one consistent view, never kept waiting by writers on SQLite."""
        with self.unit(
            "BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        ) as unit:
            yield unit

    @contextmanager
    def unit(self, first: str | None) -> Iterator[Unit]:
        """A connection of the pool in a transaction; psycopg begins it by itself before the first statement."""
        with translated():
            connection = self.engine.raw_connection()
            try:
                driver: Any = connection.driver_connection
                if first is not None:
                    driver.execute(first)
                unit = Unit(self, driver)
                try:
                    yield unit
                finally:
                    unit.leave()
            except BaseException:
                if closed(connection.driver_connection):
                    connection.invalidate()
                raise
            finally:
                connection.close()


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

    def ask(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> Asked:
        """Send a SELECT; within :meth:`batch` the answers of several are waited for together."""
        statement = self.store.prepared(name, make)
        return Asked(statement, self.driver.execute(statement.text, statement.values(values)))

    def rows(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> list[list[Any]]:
        """The records a SELECT gives."""
        return self.ask(name, make, values).rows()

    def batch(self) -> AbstractContextManager[Any]:
        """PostgreSQL: statements are sent without waiting for each answer, which saves most of the round trips."""
        return nullcontext() if self.store.is_sqlite else self.driver.pipeline()

    def change(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> Callable[[], int]:
        """Run an INSERT, UPDATE or DELETE; what it gives back tells the number of rows touched, after the batch."""
        statement = self.store.prepared(name, make)
        cursor = self.driver.execute(statement.text, statement.values(values))
        return lambda: int(cursor.rowcount)

    def insert(self, name: str, make: Callable[[], ClauseElement], rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows of one shape."""
        statement = self.store.prepared(name, make)
        values = [statement.values(row) for row in rows]
        if len(values) == 1:
            self.driver.execute(statement.text, values[0])
        elif values:
            self.driver.cursor().executemany(statement.text, values)

    def commit(self) -> None:
        """Keep everything. On SQLite the disk has it when this returns."""
        if self.store.is_sqlite:
            self.driver.execute("COMMIT")
        else:
            self.driver.commit()
        self.open = False

    def leave(self) -> None:
        """Undo what was not committed."""
        if self.open and not closed(self.driver):
            self.driver.rollback()
        self.open = False


def closed(driver: Any) -> bool:
    """Whether the server or the network has ended a connection (psycopg); SQLite's never is."""
    return bool(getattr(driver, "closed", False))

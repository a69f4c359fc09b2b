"""One transaction on the driver's own connection, with statements compiled once from Core.

A move is a dozen small statements; going through ``Connection.execute`` for each would cost more than the database
does. So the statements are written in Core, compiled once per database, and run with values in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
from sqlalchemy import Engine
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import Select

from routing.store.engine import translated

Convert = Callable[[Any], Any] | None


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
        return tuple(
            [
                row[name] if binder is None else binder(row[name])
                for name, binder in zip(self.names, self.binders, strict=True)
            ]
        )

    def record(self, row: Sequence[Any]) -> list[Any]:
        """A fetched row's values as the domain takes them."""
        return [
            value if reader is None else reader(value) for value, reader in zip(row, self.readers, strict=True)
        ]


def prepare(engine: Engine, statement: ClauseElement) -> Prepared:
    """Compile a statement. Values written in it are fixed, bound parameters are asked for at each run; no IN lists."""
    dialect = engine.dialect
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup)
    fixed = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    binders = tuple(compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    readers: tuple[Convert, ...] = ()
    if isinstance(statement, Select):
        readers = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-untyped-call]
            for column in statement.selected_columns
        )
    return Prepared(str(compiled), names, binders, fixed, readers)


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
        with self.unit("BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY") as unit:
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


class Unit:
    """An open transaction."""

    def __init__(self, store: Store, driver: Any) -> None:
        """``driver`` is the driver's connection (sqlite3 or psycopg), in a transaction."""
        self.store = store
        self.driver = driver
        self.open = True

    def rows(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> list[list[Any]]:
        """The records a SELECT gives."""
        statement = self.store.prepared(name, make)
        found = self.driver.execute(statement.text, statement.values(values)).fetchall()
        return [statement.record(row) for row in found]

    def change(self, name: str, make: Callable[[], ClauseElement], values: Mapping[str, Any]) -> int:
        """Run an INSERT, UPDATE or DELETE; the number of rows it touched."""
        statement = self.store.prepared(name, make)
        return int(self.driver.execute(statement.text, statement.values(values)).rowcount)

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

"""Statements compiled once from Core, and run with values in their order on the driver's own connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Engine, Insert
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CompoundSelect, Select

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

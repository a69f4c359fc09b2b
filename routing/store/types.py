"""Column types that give back exactly what was put in, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from routing.domain.model import EMPTY, Holder

SHORT = 500
"""Characters of JSON texts whose values are remembered."""


class Instant(TypeDecorator[datetime]):
    """A point in time for the machinery (leases, waits, keys): aware in, aware UTC out.

    SQLite keeps no zone, so the value is turned to UTC on the way in and marked UTC on the way out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC. A naive time is a mistake of ours: ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallClock(TypeDecorator[datetime]):
    """A time of the ticket domain: naive in, naive out (the site's wall clock, as formulas see it)."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Checked; on SQLite as the text its own type writes, made in a tenth of the time."""
        return naive_text if dialect.name == "sqlite" else naive

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Back from SQLite's text; PostgreSQL gives the time itself."""
        return from_text if dialect.name == "sqlite" else None


def naive(value: datetime | None) -> datetime | None:
    """A time with a zone is a mistake of ours: ValueError."""
    if value is not None and value.tzinfo is not None:
        raise ValueError(f"a ticket time has no zone: {value!r}")
    return value


@lru_cache(maxsize=256)
def naive_text(value: datetime | None) -> str | None:
    """``2026-11-24 10:00:00.000000``."""
    return None if value is None else naive(value).isoformat(" ", "microseconds")  # type: ignore[union-attr]


def from_text(value: str | None) -> datetime | None:
    """The time of :func:`naive_text`."""
    return None if value is None else datetime.fromisoformat(value)


class DayOrTime(TypeDecorator[date]):
    """A date, or a date with a time; which of the two it was is kept. ISO text in the column."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """ISO text; only a datetime has a ``T``."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Back to the kind it was."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


class HolderText(TypeDecorator[Holder]):
    """``attendant:1;3`` or ``group:1;5``."""

    impl = String(64)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Holder | None], str | None]:
        """Kind and key."""
        return holder_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Holder | None]:
        """Back to the record."""
        return text_holder


def holder_text(value: Holder | None) -> str | None:
    """The text of a holder."""
    return None if value is None else f"{value.kind}:{value.key}"


@lru_cache(maxsize=8_192)
def text_holder(value: str | None) -> Holder | None:
    """The holder of a text."""
    return None if value is None else Holder(*value.split(":", 1))


class Scalars(TypeDecorator[Mapping[str, Any]]):
    """Named values of a formula's kinds, as JSON text. Exact numbers and dates are tagged: ``{"n": "1.50"}``."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Mapping[str, Any] | None], str]:
        """Names in order, so that equal mappings are equal texts."""
        return write_scalars

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Mapping[str, Any]]:
        """Back to the values."""
        return read_scalars


def write_scalars(values: Mapping[str, Any] | None) -> str:
    """JSON text of named values."""
    if not values:
        return "{}"
    return json.dumps({name: tag(values[name]) for name in sorted(values)}, ensure_ascii=False, separators=(",", ":"))


def read_scalars(text: str | None) -> Mapping[str, Any]:
    """The named values of a JSON text."""
    if not text or text == "{}":
        return EMPTY
    return known_scalars(text) if len(text) <= SHORT else new_scalars(text)


def new_scalars(text: str) -> Mapping[str, Any]:
    """The same, read anew."""
    return MappingProxyType({name: untag(value) for name, value in json.loads(text).items()})


known_scalars = lru_cache(maxsize=2_048)(new_scalars)
"""The same, of a text met before: a ticket is read when a move is shown and again when it is made."""


def tag(value: object) -> object:
    """A value as JSON can hold it without loss."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    raise TypeError(f"no value of a formula's kind: {value!r}")


def untag(value: Any) -> Any:
    """The value that :func:`tag` wrote."""
    if not isinstance(value, dict):
        return value
    ((mark, text),) = value.items()
    if mark == "n":
        return Decimal(text)
    return datetime.fromisoformat(text) if mark == "t" else date.fromisoformat(text)

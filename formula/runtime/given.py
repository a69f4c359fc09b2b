"""Values of fields as their declared kinds, where trusted code meets one that is of another kind.

Each function gives what the checked way would make of the value, or raises :class:`Distrust`: the run begins again the checked
way, which tells what is wrong, and what is to be noted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from formula.diagnostics import Fault
from formula.host import as_kind
from formula.types import DATE, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import NULL_DATE, Distrust, admit, one_reading, short_date, workable

WHOLE_FLOAT = 10**15
"""Floats below this that have no fraction stand for the integer."""


def given(value: Any, kinds: int) -> Any:
    """Any other value."""
    try:
        return as_kind(admit(value), kinds)
    except Fault:
        raise Distrust from None


def given_number(value: Any) -> int | Decimal:
    """A number in any of the forms that hosts have."""
    kind = type(value)
    if kind is Decimal or kind is int:
        if workable(value):
            return value  # type: ignore[no-any-return]
    elif kind is float:
        if -WHOLE_FLOAT < value < WHOLE_FLOAT:
            return int(value) if value.is_integer() else Decimal(repr(value))
        return given(value, NUMBER)  # type: ignore[no-any-return]
    elif kind is str:
        number = one_reading(value)
        if number is not None:
            return number
    elif value is not None:
        return given(value, NUMBER)  # type: ignore[no-any-return]
    raise Distrust


def given_integer(value: Any) -> int:
    """The same for a field whose code takes it for an integer."""
    number = given_number(value)
    if type(number) is not int:
        raise Distrust
    return number


def compared_number(value: Any) -> int | Decimal:
    """A number that is only compared with literals: nothing is zero (T10)."""
    return 0 if value is None else given_number(value)


def given_date(value: Any) -> datetime:
    """A date in any of the forms that hosts have."""
    kind = type(value)
    if kind is date:
        return datetime(value.year, value.month, value.day)
    if kind is str:
        when = short_date(value) if len(value) <= 64 else None
        if when is not None:
            return when
    elif value is not None:
        return given(value, DATE)  # type: ignore[no-any-return]
    raise Distrust


def given_text(value: Any) -> str:
    """A text, or what is written as one."""
    if value is None:
        raise Distrust
    return given(value, TEXT)  # type: ignore[no-any-return]


def given_logical(value: Any) -> bool:
    """A logical value, or a number that counts as one."""
    if value is None:
        raise Distrust
    return given(value, LOGICAL)  # type: ignore[no-any-return]


GIVEN: Mapping[int, Callable[[Any], Any]] = {
    NUMBER: given_number, INTEGER: given_integer, DATE: given_date, TEXT: given_text, LOGICAL: given_logical,
}  # fmt: skip
NEUTRAL: Mapping[int, Any] = {NUMBER: 0, INTEGER: 0, DATE: NULL_DATE, TEXT: "", LOGICAL: False}
"""What Vazio is worth where it is read as a kind (T10)."""

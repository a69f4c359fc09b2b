"""The operators on any values (language §5, §6): the checked way, used where kinds are not proven.

Kind errors are faults of this module; where the checker proves the kinds, compiled code uses Python's own operators
and never comes here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from formula.diagnostics import Fault
from formula.messages import Message, message, plural
from formula.values import (
    DATE_TEXT,
    DIVISION,
    LONGEST_DATE,
    Value,
    display,
    kind_name,
    one_reading,
    other_form,
    parse_date,
    parse_number,
    shorten,
    to_date,
    to_number,
)

SECONDS_A_DAY = 86_400


def date_shaped(value: Value) -> bool:
    """T5: a text that reads as a date."""
    return isinstance(value, str) and len(value) <= LONGEST_DATE and shaped(value)


@lru_cache(maxsize=4096)
def shaped(text: str) -> bool:
    """A short text reads as a date."""
    return DATE_TEXT.fullmatch(text) is not None


def add(left: Value, right: Value) -> Value:
    """T4, T5, T6, O5: numbers add, a date moves forward, texts count as numbers."""
    kind, other = type(left), type(right)
    if (kind is int or kind is Decimal) and (other is int or other is Decimal):
        return left + right  # type: ignore[operator]
    if isinstance(left, datetime):
        if isinstance(right, datetime):
            raise impossible("+", left, right)
        return shift(left, term(right, "+"))
    if isinstance(right, datetime):
        return shift(right, term(left, "+"))
    if date_shaped(left) and not date_shaped(right):
        return shift(to_date(left), term(right, "+"))
    if date_shaped(right) and not date_shaped(left):
        return shift(to_date(right), term(left, "+"))
    return term(left, "+") + term(right, "+")


def add_to_text(text: str, number: int | Decimal) -> Value:
    """A text and a number: most texts say one."""
    said = one_reading(text)
    return add(text, number) if said is None else said + number


def subtract(left: Value, right: Value) -> Value:
    """T4: date less date is days, date less number is earlier."""
    kind, other = type(left), type(right)
    if (kind is int or kind is Decimal) and (other is int or other is Decimal):
        return left - right  # type: ignore[operator,return-value]
    if isinstance(left, datetime) or date_shaped(left):
        if isinstance(right, datetime) or date_shaped(right):
            return days_between(to_date(left), to_date(right))
        return shift(to_date(left), -term(right, "-"))
    if isinstance(right, datetime):
        if isinstance(left, str) and parse_date(left) is not None:
            return days_between(to_date(left), right)
        raise impossible("-", left, right)
    return term(left, "-") - term(right, "-")


def multiply(left: Value, right: Value) -> int | Decimal:
    """Exact product (T1)."""
    return to_number(left) * to_number(right)


def divide(left: Value, right: Value) -> int | Decimal:
    """Quotient: an integer when it is whole, else 28 significant digits (T1). Division by zero is a fault (§8)."""
    return quotient(to_number(left), to_number(right))


def quotient(top: int | Decimal, bottom: int | Decimal) -> int | Decimal:
    """The same of two numbers."""
    if not bottom:
        raise Fault(
            "divisao-por-zero",
            message("divisão de {numero} por zero", numero=display(top)),
            message("teste o divisor antes: SE divisor <> 0 ENTAO …"),
        )
    if type(top) is int and type(bottom) is int:
        whole, rest = divmod(top, bottom)
        if not rest:
            return whole
    return DIVISION.divide(top, bottom)


def negate(value: Value) -> int | Decimal:
    """Unary minus."""
    return -to_number(value)


def identity(value: Value) -> int | Decimal:
    """Unary plus: the number itself."""
    return to_number(value)


def term(value: Value, sign: str) -> int | Decimal:
    """A number for ``+`` and ``-``; a text that is none gets the hint CONCAT (O5)."""
    if isinstance(value, str) and parse_number(value) is None:
        raise Fault(
            "texto-nao-numerico",
            message("o texto '{texto}' não é um número", texto=shorten(value)),
            other_form(value) or (message("para juntar textos use CONCAT(a, b)") if sign == "+" else None),
        )
    return to_number(value)


def shift(when: datetime, days: int | Decimal) -> datetime:
    """A date some days later; a fraction of a day moves the time."""
    try:
        if type(days) is int:
            return when + timedelta(days)
        return when + timedelta(seconds=round(days * SECONDS_A_DAY))
    except OverflowError:
        said = plural(
            days,
            "{data} com mais {dias} dia sai do calendário",
            "{data} com mais {dias} dias sai do calendário",
            data=display(when),
            dias=display(days),
        )
        raise past_calendar(said) from None


def past_calendar(said: Message) -> Fault:
    """A date that no calendar has."""
    return Fault("data-fora-do-calendario", said, message("datas vão de 01/01/0001 a 31/12/9999"))


def days_between(later: datetime, earlier: datetime) -> int | Decimal:
    """Days from ``earlier`` to ``later``: an integer unless times take part."""
    gap = later - earlier
    if not gap.seconds:
        return gap.days
    return DIVISION.divide(Decimal(gap.days * SECONDS_A_DAY + gap.seconds), Decimal(SECONDS_A_DAY))


def pair(sign: str, left: Value, right: Value) -> tuple[Any, Any]:
    """Both sides as one kind for a comparison (T3, T6, T7, T9, T10)."""
    kind, other = type(left), type(right)
    if kind is Decimal:
        kind = int
    if other is Decimal:
        other = int
    if kind is other:
        if kind is str:
            return blank(left), blank(right)  # type: ignore[arg-type]
        if kind is bool and sign not in {"=", "<>"}:
            raise impossible(sign, left, right)
        return (0, 0) if left is None else (left, right)
    if left is None:
        return neutral(right), blank(right) if other is str else right  # type: ignore[arg-type]
    if right is None:
        return blank(left) if kind is str else left, neutral(left)  # type: ignore[arg-type]
    if bool in (kind, other):
        raise impossible(sign, left, right)
    if datetime in (kind, other):
        if int in (kind, other):
            raise impossible(sign, left, right)
        return to_date(left), to_date(right)
    return to_number(left), to_number(right)


def blank(text: str) -> str:
    """T7: an all-blank text is the empty one."""
    return text if text.strip() else ""


def neutral(other: Value) -> Any:
    """T10: what Vazio is worth beside a value."""
    if isinstance(other, bool):
        return False
    if isinstance(other, str):
        return ""
    if isinstance(other, datetime):
        return datetime(1, 1, 1)
    return 0


def impossible(sign: str, left: Value, right: Value) -> Fault:
    """Two kinds that an operator cannot bring together."""
    return Fault(
        "tipo-errado",
        message(
            "não se pode fazer {um} {sinal} {outro}: são {tipo} e {tipo_outro}",
            um=shorten(display(left)) or "Vazio",
            sinal=sign,
            outro=shorten(display(right)) or "Vazio",
            tipo=kind_name(left),
            tipo_outro=kind_name(right),
        ),
    )


def comparison(sign: str, compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """The checked form of a comparison; two texts or two numbers, which most are, need not be asked for their kinds one by one."""

    def checked(left: Value, right: Value) -> bool:
        kind, other = type(left), type(right)
        if kind is str and other is str:
            return compare(blank(left), blank(right))  # type: ignore[arg-type]
        if (kind is int or kind is Decimal) and (other is int or other is Decimal):
            return compare(left, right)
        one, other = pair(sign, left, right)
        return compare(one, other)

    return checked


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

CHECKED: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    **{sign: comparison(sign, compare) for sign, compare in COMPARISONS.items()},
}
"""Every two-sided operator but E and OU, which stop early (O3) and so are control, not functions."""

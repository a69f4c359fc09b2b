"""Values of a run and the conversions between kinds (language §6).

Inside a run a Número is ``int`` or finite ``Decimal``, a Texto ``str``, a Data a naive ``datetime`` (midnight when there
is no time), a Lógico ``bool``, Vazio ``None``. DATANULA, the no-date, is 01/01/0001 (T2). Other objects are converted
at the door by :func:`admit`, and a Data leaves through :func:`release` as ``date`` when it has no time.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from typing import Any

from formula.diagnostics import Fault
from formula.messages import Message, message

Value = int | Decimal | str | datetime | bool | None

NULL_DATE = datetime(1, 1, 1)
NULL_DATE_TEXTS = frozenset({"", "00/00/0000", "01/01/0001"})
DIVISION = Context(prec=28, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)

DATE_TEXT = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*", re.ASCII)
NUMBER_TEXT = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
THOUSANDS_TEXT = re.compile(r"([+-]?[1-9]\d{0,2})\.(\d{3})", re.ASCII)


LONGEST_NUMBER, LONGEST_DATE = 1_200, 64
"""Texts beyond these lengths are not read as numbers or dates."""


def exact_context(digits: int) -> Context:
    """Arithmetic that never rounds: a result longer than ``digits`` digits raises (T1)."""
    return Context(prec=digits, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999, traps=[Inexact, InvalidOperation, Overflow])


def kind_name(value: Value) -> Message:
    """The kind of a value as people read it."""
    if value is None:
        return message("Vazio")
    if isinstance(value, bool):
        return message("lógico")
    if isinstance(value, str):
        return message("texto")
    if isinstance(value, date):
        return message("data")
    return message("número")


def parse_number(text: str) -> int | Decimal | None:
    """T6: ``-12.5`` and ``-12,5``, blanks trimmed, all blank is 0; None when the text is no number."""
    return None if len(text) > LONGEST_NUMBER else short_number(text)


def number_in(text: str) -> int | Decimal | None:
    """:func:`parse_number` of a text that may be one."""
    if text.isdigit() and text.isascii():
        return int(text)
    stripped = text.strip()
    if not stripped:
        return 0
    if not NUMBER_TEXT.fullmatch(stripped):
        return None
    if stripped.lstrip("+-").isdigit():
        return int(stripped)
    return Decimal(stripped.replace(",", "."))


FARTHEST = 10_000
"""Powers of ten that a number given from outside may lie from one."""


def written_number(text: str) -> Decimal:
    """A number with a fraction or a power of ten as JSON writes it, exactly. Raises ValueError for one too far out."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text[:40]) from None
    if abs(value.adjusted()) > FARTHEST:
        raise ValueError(text[:40])
    return value


short_number = lru_cache(maxsize=1024)(number_in)
"""The same, remembered, since formulas ask for the same few texts."""


class Distrust(Exception):
    """A run meets what its trusted code does not expect; it begins again the checked way."""


NOTED: ContextVar[list[str] | None] = ContextVar("NOTED", default=None)
"""The texts of a run that were taken as numbers and can be read two ways; None in a trusted run, which keeps no notes."""


def note_readings(text: str) -> None:
    """T6, Decisions: a text such as ``25.000`` counts, and the run tells. A trusted run begins again the checked way."""
    if ambiguous_thousands(text) is not None:
        noted = NOTED.get()
        if noted is None:
            raise Distrust
        noted.append(text)


@lru_cache(maxsize=1024)
def one_reading(text: str) -> int | Decimal | None:
    """The number of a text that can be read in one way only; None for every other text."""
    return number_in(text) if len(text) <= LONGEST_NUMBER and ambiguous_thousands(text) is None else None


def read_number(text: str) -> int | Decimal:
    """:func:`to_number` of a text. What is no number raises; what can be read two ways is noted by every run anew."""
    number = one_reading(text)
    return to_number(text) if number is None else number


def ambiguous_thousands(text: str) -> tuple[str, str] | None:
    """The two readings of a text such as ``25.000`` (T6, Decisions): as this language reads it, and as a person who groups
    thousands does: ``("25", "25000")``, both written as numbers here are. None when there is only one.

    ``0.500`` and ``1200.500`` are read one way by everybody; ``1.000.000`` is no number to begin with.
    """
    found = THOUSANDS_TEXT.fullmatch(text.strip()) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return None
    whole, thousandths = found[1].removeprefix("+"), found[2]
    return number_text(Decimal(f"{whole}.{thousandths}")), whole + thousandths


def parse_date(text: str) -> datetime | None:
    """T2: ``d/m/aaaa`` with an optional `` hh:mm[:ss]``; the no-date texts; None when it is no valid date."""
    if len(text) > LONGEST_DATE:
        return None
    return short_date(text)


@lru_cache(maxsize=1024)
def short_date(text: str) -> datetime | None:
    """:func:`parse_date` of a text that may be one; remembered like :func:`short_number`."""
    if text.strip() in NULL_DATE_TEXTS:
        return NULL_DATE
    found = DATE_TEXT.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def number_text(number: int | Decimal) -> str:
    """T8: the shortest form, with a point: ``24.336``, ``5``, ``-0.5``."""
    if isinstance(number, int):
        return str(number)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def date_text(when: datetime) -> str:
    """``dd/mm/aaaa``, with `` hh:mm:ss`` when it has a time; the no-date is ``00/00/0000``."""
    if when == NULL_DATE:
        return "00/00/0000"
    day = f"{when.day:02}/{when.month:02}/{when.year:04}"
    return day if when.time() == time.min else f"{day} {when.hour:02}:{when.minute:02}:{when.second:02}"


def display(value: Any) -> str:
    """What a person sees (T12): decimal comma, ``dd/mm/aaaa``, VERDADE/FALSO, nothing for Vazio."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VERDADE" if value else "FALSO"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, date):
        return date_text(datetime.combine(value, time.min))
    return number_text(value).replace(".", ",")


def as_json(value: Any) -> dict[str, Any]:
    """The contract's Value: kind, exact value, display."""
    kind: str
    plain: str | bool | None
    if value is None:
        kind, plain = "vazio", None
    elif isinstance(value, bool):
        kind, plain = "logico", value
    elif isinstance(value, str):
        kind, plain = "texto", value
    elif isinstance(value, date):
        kind = "data"
        plain = (value.date() if isinstance(value, datetime) and value.time() == time.min else value).isoformat()
    else:
        kind, plain = "numero", number_text(value)
    return {"kind": kind, "value": plain, "display": display(value)}


def admit(value: object, where: str = "") -> Value:
    """Convert a host object at the door. TypeError-like objects are a Fault that names the place ``where``.

    ``float`` becomes the Decimal of its shortest text; ``date`` a midnight; a zoned time loses its zone.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool or (kind is int and -SMALL < value < SMALL):  # type: ignore[operator]
        return value  # type: ignore[return-value]
    if kind is Decimal and value.is_finite() and moderate(value):  # type: ignore[attr-defined,arg-type]
        return value  # type: ignore[return-value]
    if isinstance(value, int | Decimal) and not moderate(value):
        raise Fault(
            "valor-estranho",
            message("o número de {onde} é longo demais", onde=where or "?"),
            message("um número pode ter até {limite} algarismos antes da vírgula e outros tantos depois", limite=MOST_DIGITS),
        )
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Decimal):
        if value.is_finite():
            return value
    elif isinstance(value, float):
        if value.is_integer() and abs(value) < 10**15:
            return int(value)
        made = Decimal(repr(value))
        if made.is_finite():
            return made
    elif isinstance(value, datetime):
        return value.replace(tzinfo=None, fold=0)
    elif isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    raise Fault(
        "valor-estranho",
        message("o valor de {onde} não é número, texto, data nem lógico", onde=where or "?"),
        message("dê um número, um texto, uma data ou VERDADE/FALSO"),
    )


SMALL = 1_000_000_000
"""Python compares integers below this the fast way."""

MOST_DIGITS = 4_000
"""Digits before or after the point of a number from outside; Python itself writes no more than 4,300."""

TOO_LONG: int = 10**MOST_DIGITS
"""The first integer with more digits than that."""

SHORT_NUMBER = 64
"""Decimals that are written with fewer characters, and without a power of ten, need not be taken apart to be measured."""


def moderate(number: int | Decimal) -> bool:
    """Whether a number from outside has a size that can be worked with; what is not finite is judged elsewhere."""
    if isinstance(number, int):
        return abs(number) < TOO_LONG
    written = str(number)
    if len(written) < SHORT_NUMBER and "E" not in written:
        return True
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, str) or (exponent >= -MOST_DIGITS and len(digits) + exponent <= MOST_DIGITS)


def workable(value: Any) -> bool:
    """A number that arithmetic may take as it is: exact, finite and of a moderate size."""
    kind = type(value)
    if kind is Decimal:
        written = str(value)
        short = len(written) < SHORT_NUMBER and "E" not in written
        return bool(value.is_finite() and (short or moderate(value)))
    return kind is int and -TOO_LONG < value < TOO_LONG


def workable_integer(value: object) -> bool:
    """The same for an integer."""
    return type(value) is int and workable(value)


def release(value: Any) -> Any:
    """A value on its way out: a date without a time becomes ``date``, a whole Decimal becomes ``int``."""
    kind = type(value)
    if kind is datetime:
        return value.date() if value.time() == time.min else value
    if kind is Decimal and value.adjusted() <= MOST_DIGITS and value == value.to_integral_value():
        return int(value)
    return value


def to_number(value: Value) -> int | Decimal:
    """T6, T10. A date or a logical is a fault that names it."""
    kind = type(value)
    if kind is int or kind is Decimal:
        return value  # type: ignore[return-value]
    if value is None:
        return 0
    if kind is str:
        number = parse_number(value)  # type: ignore[arg-type]
        if number is not None:
            if type(number) is Decimal:
                note_readings(value)  # type: ignore[arg-type]
            return number
        raise Fault(
            "texto-nao-numerico",
            message("o texto '{texto}' não é um número", texto=shorten(value)),  # type: ignore[arg-type]
            other_number(value)  # type: ignore[arg-type]
            or message("um texto só vale como número quando tem apenas algarismos, sinal e ponto ou vírgula"),
        )
    raise wrong_kind(value, message("número"))


def to_text(value: Value) -> str:
    """T8, T10; dates as people write them. A logical is a fault."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]
    if value is None:
        return ""
    if kind is int or kind is Decimal:
        return number_text(value)  # type: ignore[arg-type]
    if kind is datetime:
        return "" if value == NULL_DATE else date_text(value)  # type: ignore[arg-type]
    raise wrong_kind(value, message("texto"))


def to_date(value: Value) -> datetime:
    """T2, T10. A number or a logical is a fault."""
    kind = type(value)
    if kind is datetime:
        return value  # type: ignore[return-value]
    if value is None:
        return NULL_DATE
    if kind is str:
        when = parse_date(value)  # type: ignore[arg-type]
        if when is not None:
            return when
        raise Fault(
            "data-impossivel",
            message("o texto '{texto}' não é uma data", texto=shorten(value)),  # type: ignore[arg-type]
            other_date(value) or message("escreva datas como '24/11/2026', com dia e mês que existam"),  # type: ignore[arg-type]
        )
    raise wrong_kind(value, message("data"))


def to_logical(value: Value) -> bool:
    """C7, T9, T10: a number counts (0 is FALSO); a text or a date is a fault."""
    kind = type(value)
    if kind is bool:
        return value  # type: ignore[return-value]
    if value is None:
        return False
    if kind is int or kind is Decimal:
        return value != 0
    raise wrong_kind(value, message("lógico"))


def to_integer(value: Value) -> int:
    """A number without a fractional part, for codes, counts and positions."""
    number = to_number(value)
    whole = int(number)
    if whole != number:
        raise Fault(
            "numero-nao-inteiro",
            message("{numero} não é um número inteiro", numero=display(number)),
            message("use INT ou ARRED para tirar as casas decimais"),
        )
    return whole


def wrong_kind(value: Value, wanted: Message) -> Fault:
    """The fault of a value that cannot serve as another kind."""
    return Fault(
        "tipo-errado",
        message(
            "aqui é preciso {preciso}, mas o valor é {valor} ({tipo})",
            preciso=wanted,
            valor=shorten(display(value)),
            tipo=kind_name(value),
        ),
        None,
    )


def shorten(text: str, most: int = 60) -> str:
    """A text for a message: cut when long."""
    return text if len(text) <= most else text[: most - 1] + "…"


OTHER_NUMBER = re.compile(r"(?:R\$|US\$|€)?\s*([-+]?)\s*([0-9][0-9.,\u00a0\u202f ]*)\s*(?:reais|dias?|h|kg|un)?", re.IGNORECASE)
OTHER_DATE = re.compile(
    r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?Z?)?"
)
CENTURY = 2000


def other_form(text: str) -> Message | None:
    """What to write instead of a text that people read as a number or a date and this language does not, where either will do: in
    a sum. None when it is neither, or can be read in two ways."""
    return other_date(text) or other_number(text)


def other_number(text: str) -> Message | None:
    """The same where only a number will do: thousands, money, a unit."""
    made = plain_number(text.strip()) if len(text) <= LONGEST_DATE else None
    return None if made is None else message("o número se escreve assim: '{texto}'", texto=made)


def other_date(text: str) -> Message | None:
    """The same where only a date will do: ``2026-11-24``, a year of two figures."""
    made = plain_date(text.strip()) if len(text) <= LONGEST_DATE else None
    return None if made is None else message("uma data se escreve assim: '{texto}'", texto=made)


def plain_date(written: str) -> str | None:
    """A date in another form, as this language writes it."""
    found = OTHER_DATE.fullmatch(written)
    if found is None:
        return None
    first, mark, month, last, hour = found.groups()
    day, year = (last, first) if len(first) == len("2026") else (first, last)
    if len(year) == 2 and mark in "-/":
        year = str(CENTURY + int(year))
    made = f"{int(day):02}/{int(month):02}/{year}" + (f" {hour}" if hour else "")
    return made if len(year) == len("2026") and parse_date(made) is not None else None


def plain_number(written: str) -> str | None:
    """A number with marks of thousands, a currency or a unit, as this language writes it: no mark but a decimal comma."""
    found = OTHER_NUMBER.fullmatch(written)
    if found is None:
        return None
    sign, digits = found[1], re.sub(r"\s", " ", found[2].rstrip())
    decimal_mark = max(",.", key=digits.rfind)
    other = "," if decimal_mark == "." else "."
    whole, mark, decimals = digits.rpartition(decimal_mark)
    if not mark or " " in decimals or (digits.count(decimal_mark) > 1) or (other not in digits and len(decimals) == 3):
        whole, mark, decimals = digits, "", ""
    groups = re.split(r"[., ]", whole)
    if len(set(re.findall(r"[., ]", whole))) > 1 or (mark and mark in whole):
        return None
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    made = sign + "".join(groups) + (f",{decimals}" if decimals else "")
    return made if parse_number(made) is not None else None

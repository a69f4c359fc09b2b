"""Numbers and dates in words and as money, in Brazilian Portuguese (globals.tsv, EXTENSO… and FORMATA…).

num2words and Babel know the words; they load at the first use. Ours are the choices between forms that
are both right: no comma between groups, ``quatorze``, no ``zero reais e`` before cents, ``de reais`` after millions.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from formula.builtins.dates import real
from formula.builtins.table import function
from formula.diagnostics import Fault
from formula.messages import message
from formula.types import Date, Number, Text

LARGEST = 10**15
"""Words are for documents people read: under a thousand trillions."""

ROOM = Context(prec=40, rounding=ROUND_HALF_UP)
CENT = Decimal("0.01")
MARKS = str.maketrans(",.", ".,")
"""Python's marks in a number become those of pt-BR."""


@function(cost=40, origin="published", examples=["EXTENSODATA('20/03/2010') -> 20 de março de 2010"])
def extensodata(data: Date) -> Text:
    """A data por extenso."""
    day: datetime = real(data, "EXTENSODATA")
    return f"{day.day} de {months()[day.month]} de {day.year}"


@cache
def months() -> Mapping[int, str]:
    """The names of the months, from 1."""
    from babel.dates import get_month_names

    return dict(get_month_names("wide", locale="pt_BR"))


@function(
    cost=40,
    origin="published",
    examples=["EXTENSONUMERO(1453) -> mil quatrocentos e cinquenta e três", "EXTENSONUMERO(2.5) -> dois vírgula cinco"],
)
def extensonumero(valor: Number) -> Text:
    """O número por extenso."""
    whole, digits = parts(valor, "EXTENSONUMERO")
    said = words(whole)
    if digits:
        zeros = len(digits) - len(digits.lstrip("0"))
        said += " vírgula " + " ".join(["zero"] * zeros + [words(int(digits))])
    return f"menos {said}" if valor < 0 else said


@function(
    cost=40,
    origin="published",
    examples=[
        "EXTENSOVALOR(156.14) -> cento e cinquenta e seis reais e quatorze centavos",
        "EXTENSOVALOR(2000000) -> dois milhões de reais",
        "EXTENSOVALOR(0.01) -> um centavo",
    ],
)
def extensovalor(valor: Number) -> Text:
    """O valor em reais por extenso, arredondado a centavos."""
    whole, digits = parts(cents(valor, "EXTENSOVALOR"), "EXTENSOVALOR")
    fraction = int(digits.ljust(2, "0")) if digits else 0
    said = []
    if whole or not fraction:
        linked = " de" if whole >= 10**6 and whole % 10**6 == 0 else ""
        said.append(f"{words(whole)}{linked} {'real' if whole == 1 else 'reais'}")
    if fraction:
        said.append(f"{words(fraction)} {'centavo' if fraction == 1 else 'centavos'}")
    joined = " e ".join(said)
    return f"menos {joined}" if valor < 0 and (whole or fraction) else joined


@function(cost=25, origin="published", examples=["FORMATANUMERO(156.14) -> 156", "FORMATANUMERO(1234567) -> 1.234.567"])
def formatanumero(valor: Number) -> Text:
    """O número como inteiro, com ponto entre os milhares; a metade se afasta do zero."""
    return formatted(valor, Decimal(1), "FORMATANUMERO")


@function(cost=25, origin="published", examples=["FORMATAVALOR(1234.5) -> 1.234,50", "FORMATAVALOR(-0.005) -> -0,01"])
def formatavalor(valor: Number) -> Text:
    """O valor com dois decimais, vírgula e ponto entre os milhares."""
    return formatted(valor, CENT, "FORMATAVALOR")


def formatted(number: int | Decimal, unit: Decimal, name: str) -> str:
    """A number as pt-BR writes it, rounded so that a half goes away from zero; what rounds to zero has no sign."""
    bounded(number, name)
    rounded = Decimal(number).quantize(unit, context=ROOM)
    return f"{rounded or abs(rounded):,}".translate(MARKS)


def words(whole: int) -> str:
    """A whole number in words, without commas between groups."""
    from num2words import num2words

    return str(num2words(whole, lang="pt_BR")).replace(",", "").replace("catorze", "quatorze")


def parts(number: int | Decimal, name: str) -> tuple[int, str]:
    """The whole part and the decimal digits of a number, without its sign."""
    bounded(number, name)
    whole, _, digits = format(Decimal(number).copy_abs(), "f").partition(".")
    return int(whole), digits.rstrip("0")


def cents(number: int | Decimal, name: str) -> Decimal:
    """An amount in whole cents; a half goes away from zero."""
    bounded(number, name)
    return Decimal(number).quantize(CENT, context=ROOM)


def bounded(number: int | Decimal, name: str) -> None:
    """Refuse what nobody writes out."""
    if not -LARGEST < number < LARGEST:
        raise Fault(
            "argumento-invalido",
            message("{funcao} vai até 999 trilhões", funcao=name),
        )

"""Rounding, remainders and money over many sizes of numbers, beside fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor, trunc
from random import Random

from formula.builtins import numbers, words

Number = int | Decimal


def some_number(random: Random) -> Number:
    if random.random() < 0.2:
        return random.choice((0, 1, -1, 7, 60, -1234, 10**30, -(10**25)))
    digits = tuple(random.randrange(10) for _ in range(random.choice((1, 2, 5, 8, 20, 40))))
    zeros = (0, 0, 0) if random.random() < 0.3 else ()
    return Decimal((random.randrange(2), digits + zeros, random.choice((0, -1, -2, -3, -5, -10, -30, 3, -60, 20))))


def away(number: Fraction) -> int:
    """The nearest integer, a half away from zero."""
    return floor(abs(number) + Fraction(1, 2)) * (1 if number > 0 else -1)


def same(found: Number, expected: Fraction) -> bool:
    """Exact, and an integer when it was worked out and has no decimals."""
    return Fraction(found) == expected


def test_rounding_and_remainders_are_exact() -> None:
    random = Random(1)
    for _ in range(4_000):
        number, other, places = some_number(random), some_number(random), random.choice((0, 1, 2, 5, 28, 29, 40))
        exact, unit = Fraction(number), Fraction(1, 10**places)
        assert same(numbers.trunc.call(number, places), trunc(exact / unit) * unit)
        assert same(numbers.arredonda.call(number, places), away(exact / unit) * unit)
        if other:
            divisor = Fraction(other)
            assert same(numbers.resto.call(number, other), exact - divisor * trunc(exact / divisor))
        if other > 0:
            assert same(numbers.arredvalor.call(number, other), -(-exact // Fraction(other)) * Fraction(other))


def test_what_has_no_decimals_left_is_an_integer() -> None:
    half = Decimal("2.50")
    found = (
        numbers.arredonda.call(Decimal("2.999"), 2), numbers.resto.call(Decimal("7.5"), half), numbers.arredvalor.call(half, Decimal("0.5"))
    )  # fmt: skip
    assert [(one, type(one)) for one in found] == [(3, int), (0, int), (Decimal("2.50"), Decimal)]


def test_far_numbers_are_worked_out_too() -> None:
    big, small = 10**4_000 - 1, Decimal((0, (3,), -4_000))
    assert same(numbers.resto.call(Decimal(big), small), Fraction(big) % Fraction(small))
    assert same(numbers.arredonda.call(small, 999_999), Fraction(small))


def test_money_is_written_with_the_marks_of_the_country() -> None:
    said = [words.formatavalor.call(Decimal(text)) for text in ("1234567.005", "-0.004", "-0.005", "0", "999999999999.995", "1E+5")]
    assert said == ["1.234.567,01", "0,00", "-0,01", "0,00", "1.000.000.000.000,00", "100.000,00"]
    assert [words.formatanumero.call(value) for value in (1234567, Decimal("-0.4"), Decimal("2.5"))] == ["1.234.567", "0", "3"]

"""Functions on numbers (globals.tsv). Exact throughout: nothing here rounds unless its name says so (T1)."""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from formula.builtins.table import function
from formula.diagnostics import Fault
from formula.messages import message
from formula.types import Integer, Number

WIDE = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation])
"""Arithmetic that has room for every number; what is asked of it here is exact but for the rounding that is asked for."""

UNITS = tuple(Decimal((0, (1,), -places)) for places in range(29))
"""One in the last of so many decimals."""

WIDE_DIGITS = 10_000
"""A remainder of numbers that lie further apart is worked out in integers."""


@function(origin="published", examples=["ABS(-17) -> 17", "ABS('-2,5') -> 2,5"])
def abs_(num: Number) -> Number:
    """O número sem o sinal."""
    return abs(num) if type(num) is int else num.copy_abs()


@function(origin="published", examples=["ARRED(24.73) -> 25", "ARRED(24.33) -> 24", "ARRED(-2.5) -> -3"])
def arred(num: Number) -> Integer:
    """O inteiro mais próximo; a metade se afasta do zero."""
    return num if type(num) is int else int(num.to_integral_value(ROUND_HALF_UP))


@function(origin="published", examples=["ARREDONDA(24.3361, 2) -> 24,34", "ARREDONDA(-0.125, 2) -> -0,13"])
def arredonda(num: Number, casas: Integer) -> Number:
    """Arredonda para tantas casas decimais; a metade se afasta do zero."""
    return at_places(num, casas, away=True)


@function(origin="extension", examples=["TRUNC(24.739) -> 24", "TRUNC(24.739, 2) -> 24,73", "TRUNC(-1.99) -> -1"])
def trunc(num: Number, casas: Integer = 0) -> Number:
    """Corta depois de tantas casas decimais (nenhuma, se não for dito), sem arredondar."""
    return at_places(num, casas, away=False)


@function(
    origin="published",
    examples=["ARREDVALOR(24.33, 1) -> 25", "ARREDVALOR(24.33, 0.05) -> 24,35", "ARREDVALOR(-24.33, 1) -> -24"],
)
def arredvalor(num: Number, fator: Number) -> Number:
    """Sobe até o próximo múltiplo do fator; um múltiplo exato fica como está."""
    if fator <= 0:
        raise Fault(
            "argumento-invalido",
            message("ARREDVALOR precisa de um fator maior que zero"),
            message("use, por exemplo, ARREDVALOR(24.33, 0.05)"),
        )
    if type(num) is int and type(fator) is int:
        return -(-num // fator) * fator
    if Decimal(num).adjusted() - Decimal(fator).adjusted() < WIDE_DIGITS:
        rest = WIDE.remainder(num, fator)
        below = WIDE.subtract(num, rest)
        return whole_or_decimal(WIDE.add(below, fator) if rest > 0 else below)
    places = max(decimal_places(num), decimal_places(fator))
    step = scaled(fator, places)
    return unscaled(-(-scaled(num, places) // step) * step, places)


@function(origin="published", aliases=["PINT"], examples=["INT(7.9) -> 7", "INT(-1.5) -> -1", "PINT(3) -> 3"])
def int_(num: Number) -> Integer:
    """A parte inteira, em direção ao zero."""
    return num if type(num) is int else num.__int__()


@function(origin="published", aliases=["PFRAC"], examples=["FRAC(7.25) -> 0,25", "FRAC(-1.5) -> -0,5", "PFRAC(3) -> 0"])
def frac(num: Number) -> Number:
    """A parte fracionária, com o sinal do número: NUM − INT(NUM)."""
    return 0 if type(num) is int else WIDE.subtract(num, num.__int__())


@function(origin="published", examples=["MAX(3, 8) -> 8", "MAX(-1.5, -2) -> -1,5"])
def max_(num1: Number, num2: Number) -> Number:
    """O maior de dois números."""
    return num2 if num2 > num1 else num1  # noqa: FURB136 - one comparison, no call


@function(origin="extension", examples=["MIN(3, 8) -> 3", "MIN(-1.5, -2) -> -2"])
def min_(num1: Number, num2: Number) -> Number:
    """O menor de dois números."""
    return num2 if num2 < num1 else num1  # noqa: FURB136 - as above


@function(origin="extension", examples=["RESTO(17, 5) -> 2", "RESTO(-17, 5) -> -2", "RESTO(7.5, 2) -> 1,5"])
def resto(num: Number, divisor: Number) -> Number:
    """O que sobra da divisão inteira, com o sinal do primeiro número."""
    if divisor == 0:
        raise Fault("divisao-por-zero", message("RESTO não pode dividir por zero"))
    if type(num) is int and type(divisor) is int:
        rest = abs(num) % abs(divisor)
        return -rest if num < 0 else rest
    exact = Decimal(num)
    if exact.adjusted() - Decimal(divisor).adjusted() < WIDE_DIGITS:
        return whole_or_decimal(WIDE.remainder(exact, divisor))
    places = max(decimal_places(num), decimal_places(divisor))
    whole, part = scaled(num, places), scaled(divisor, places)
    left = abs(whole) % abs(part)
    return unscaled(-left if whole < 0 else left, places)


def at_places(number: int | Decimal, places: int, away: bool) -> int | Decimal:
    """``number`` with at most ``places`` decimals; a half goes away from zero, or everything toward zero."""
    if places < 0:
        raise Fault(
            "argumento-invalido",
            message("o número de casas não pode ser negativo ({casas})", casas=places),
            message("para arredondar dezenas ou centenas use ARREDVALOR"),
        )
    if isinstance(number, int):
        return number
    if places < len(UNITS):
        made = number.quantize(UNITS[places], ROUND_HALF_UP if away else ROUND_DOWN, WIDE)
        if made != number:
            return whole_or_decimal(made)
    if decimal_places(number) <= places:
        return number
    digits = scaled(number, decimal_places(number))
    unit = 10 ** (decimal_places(number) - places)
    whole, rest = divmod(abs(digits), unit)
    if away and 2 * rest >= unit:
        whole += 1
    return unscaled(-whole if digits < 0 else whole, places)


def whole_or_decimal(number: Decimal) -> int | Decimal:
    """An ``int`` when it has no decimals."""
    return int(number) if number == number.to_integral_value() else number


def decimal_places(number: int | Decimal) -> int:
    """Digits after the point."""
    if isinstance(number, int):
        return 0
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def power_of_ten(places: int) -> int:
    """10^``places``."""
    power: int = 10**places
    return power


def scaled(number: int | Decimal, places: int) -> int:
    """``number`` × 10^``places``, which is whole because the number has no more decimals than that."""
    if isinstance(number, int):
        return number * power_of_ten(places)
    sign, digits, exponent = number.as_tuple()
    whole = int("".join(map(str, digits))) * power_of_ten(int(exponent) + places)
    return -whole if sign else whole


def unscaled(whole: int, places: int) -> int | Decimal:
    """``whole`` ÷ 10^``places``, exactly; an ``int`` when it has no decimals."""
    unit = power_of_ten(places)
    if whole % unit == 0:
        return whole // unit
    return Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -places))

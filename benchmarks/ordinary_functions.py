"""Every global function called two hundred times in a loop, beside what somebody writes in Python for the same semantics.

Each line: the function, the call as a formula has it, the Python expression. Both may use ``I``, which counts the turns, and the
fields ``VALOR`` (a decimal), ``QTD`` (an integer), ``ABERTO`` and ``LIMITE`` (dates with hours), ``ASSUNTO`` (a text). A twin
refuses what the function refuses: :func:`real` raises for the no-date, a helper with two forms looks at the kind.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

TURNS = 200
FIELDS: dict[str, Any] = {
    "VALOR": Decimal("-1234.5678"),
    "QTD": 1234,
    "ABERTO": datetime(2026, 1, 31, 10, 30),
    "LIMITE": datetime(2026, 11, 24, 17, 15),
    "ASSUNTO": "Troca de monitor da recepção",
    "DIGITADO": "12,50",
    "DIA": "24/11/2026",
}
SCHEMA = {
    "VALOR": "numero", "QTD": "numero", "ABERTO": "data", "LIMITE": "data", "ASSUNTO": "texto", "DIGITADO": "texto", "DIA": "texto"
}  # fmt: skip

CALLS = [
    ("ABS", "ABS(VALOR)", "abs(VALOR)"),
    ("ARRED", "ARRED(VALOR)", "int(VALOR.quantize(ONE, ROUND_HALF_UP))"),
    ("ARREDONDA", "ARREDONDA(VALOR, 1)", "VALOR.quantize(TENTH, HALF_UP)"),
    ("TRUNC", "TRUNC(VALOR, 1)", "VALOR.quantize(TENTH, DOWN)"),
    ("ARREDVALOR", "ARREDVALOR(VALOR, 0.05)", "round_up(VALOR, FACTOR)"),
    ("INT", "INT(VALOR)", "int(VALOR)"),
    ("FRAC", "FRAC(VALOR)", "VALOR - int(VALOR)"),
    ("MAX", "MAX(VALOR, I)", "I if I > VALOR else VALOR"),
    ("MIN", "MIN(QTD, I)", "I if I < QTD else QTD"),
    ("RESTO", "RESTO(QTD, I)", "remainder(QTD, I)"),
    ("RESTO", "RESTO(VALOR, I)", "remainder(VALOR, I)"),
    ("CONCAT", "CONCAT(ASSUNTO, '!')", "ASSUNTO + '!'"),
    ("CONCAT", "CONCAT(ASSUNTO, I)", "ASSUNTO + str(I)"),
    ("SUBSTR", "SUBSTR(ASSUNTO, I, 3)", "ASSUNTO[I - 1 : I + 2]"),
    ("ASCII", "ASCII(ASSUNTO)", "ord(ASSUNTO[0])"),
    ("MAIUSCULA", "MAIUSCULA(ASSUNTO)", "ASSUNTO.upper()"),
    ("MINUSCULA", "MINUSCULA(ASSUNTO)", "ASSUNTO.lower()"),
    ("TAMANHO", "TAMANHO(ASSUNTO)", "len(ASSUNTO)"),
    ("TRIM", "TRIM(ASSUNTO)", "ASSUNTO.strip()"),
    ("POSICAO", "POSICAO('moni', ASSUNTO)", "ASSUNTO.find('moni') + 1"),
    ("SUBSTITUI", "SUBSTITUI(ASSUNTO, 'o', '0')", "ASSUNTO.replace('o', '0')"),
    ("PREENCHE", "PREENCHE(I, 6, '0')", "str(I).rjust(6, '0')"),
    ("PARTE", "PARTE(ASSUNTO, ' ', 2)", "part(ASSUNTO, ' ', 2)"),
    ("DATANULA", "DATANULA", "NULL"),
    ("ANODT", "ANODT(ABERTO)", "real(ABERTO).year"),
    ("MESDT", "MESDT(ABERTO)", "real(ABERTO).month"),
    ("DIADT", "DIADT(ABERTO)", "real(ABERTO).day"),
    ("HORADT", "HORADT(ABERTO)", "real(ABERTO).hour"),
    ("MTDATA", "MTDATA(1, 2, I)", "datetime(I, 2, 1)"),
    ("ULTDIAMES", "ULTDIAMES(ABERTO)", "month_end(ABERTO)"),
    ("DIASEMANA", "DIASEMANA(ABERTO, 'S')", "WEEKDAYS[real(ABERTO).weekday()]"),
    ("DIASEMANA", "DIASEMANA(ABERTO, 'V')", "(real(ABERTO).weekday() + 1) % 7 + 1"),
    ("INCMES", "INCMES(3, I)", "(3 + I - 1) % 12 + 1"),
    ("DECMES", "DECMES(3, I)", "(3 - I - 1) % 12 + 1"),
    ("INCANO", "INCANO(3, 2026, I)", "2026 + (3 - 1 + I) // 12"),
    ("DECANO", "DECANO(3, 2026, I)", "2026 + (3 - 1 - I) // 12"),
    ("SOMAMESES", "SOMAMESES(ABERTO, I)", "add_months(ABERTO, I)"),
    ("DIFDIAS", "DIFDIAS(LIMITE, ABERTO)", "real(LIMITE).toordinal() - real(ABERTO).toordinal()"),
    ("HOJE", "HOJE", "datetime(NOW.year, NOW.month, NOW.day)"),
    ("AGORA", "AGORA", "NOW.replace(microsecond=0)"),
    ("DIASUTEIS", "DIASUTEIS(ABERTO, LIMITE)", "weekdays_until(real(LIMITE)) - weekdays_until(real(ABERTO))"),
    ("SOMADIASUTEIS", "SOMADIASUTEIS(ABERTO, I)", "add_weekdays(ABERTO, I)"),
    ("HORASUTEIS", "HORASUTEIS(ABERTO, LIMITE)", "office_hours(ABERTO, LIMITE)"),
    ("EXTENSODATA", "EXTENSODATA(ABERTO)", "date_in_words(ABERTO)"),
    ("EXTENSONUMERO", "EXTENSONUMERO(I)", "in_words(I)"),
    ("EXTENSOVALOR", "EXTENSOVALOR(QTD)", "in_words(QTD) + ' reais'"),
    ("FORMATANUMERO", "FORMATANUMERO(VALOR)", "grouped(VALOR)"),
    ("FORMATAVALOR", "FORMATAVALOR(VALOR)", "money(VALOR)"),
    ("ATRIBUI", "ATRIBUI('TOTAL', I)", "MEMORY.__setitem__('TOTAL', I) or I"),
    ("MEMORIA", "MEMORIA('TOTAL')", "MEMORY.get('TOTAL')"),
    ("EXECSQL", "EXECSQL('ITENS')", "opened() > 0"),
    ("RESULTSQL", "RESULTSQL('ITENS', 'PRECO')", "CURSOR[0][CURSOR[1]]['PRECO']"),
    ("PROXREGSQL", "PROXREGSQL('ITENS')", "moved()"),
    ("FORMULA", "FORMULA('OUTRA')", "other()"),
    ("COLIGADA", "COLIGADA", "COMPANY"),
    ("/", "QTD / I", "quotient(QTD, I)"),
    ("/", "VALOR / I", "DIVIDE(VALOR, I)"),
    ("data + número", "ABERTO + I", "ABERTO + timedelta(days=I)"),
    ("data − data", "LIMITE - ABERTO", "days(LIMITE - ABERTO)"),
    ("texto + número", "DIGITADO + I", "number_of(DIGITADO) + I"),
    ("texto = número", "DIGITADO = I", "number_of(DIGITADO) == I"),
    ("texto de data + número", "DIA + I", "day_of(DIA) + timedelta(days=I)"),
    ("data > texto", "ABERTO > DIA", "ABERTO > day_of(DIA)"),
]

DOWN, HALF_UP = ROUND_DOWN, ROUND_HALF_UP
ONE, TENTH, CENT, FACTOR = Decimal(1), Decimal("0.1"), Decimal("0.01"), Decimal("0.05")
DIVIDE = Context(prec=28, rounding=ROUND_HALF_UP).divide
NULL = datetime(1, 1, 1)
NOW = datetime(2026, 11, 24, 10, 0, 0, 5)
COMPANY = 1
WEEKDAYS = ("SEG", "TER", "QUA", "QUI", "SEX", "SAB", "DOM")
MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"
)  # fmt: skip
ROWS = [{"PRECO": Decimal(f"{n * 37 % 101}.50"), "TIPO": "SP"[n % 2], "NOME": f"Item {n}", "QTD": n} for n in range(1, 21)]
MEMORY: dict[str, Any] = {}
CURSOR: list[Any] = [ROWS, 0]
MARKS = str.maketrans(",.", ".,")


def real(day: date) -> Any:
    if day == NULL:
        raise ValueError
    return day


def round_up(number: Decimal, factor: Decimal) -> Decimal:
    rest = number % factor
    return number if not rest else number - rest + (factor if number > 0 else 0)


def remainder(number: int | Decimal, divisor: int | Decimal) -> int | Decimal:
    if type(number) is int and type(divisor) is int:
        left = abs(number) % abs(divisor)
        return -left if number < 0 else left
    return number % divisor  # a Decimal's remainder has the sign of the first number


def part(text: str, separator: str, number: int) -> str:
    parts = text.split(separator, number)
    return parts[number - 1] if number <= len(parts) else ""


def month_end(day: datetime) -> datetime:
    real(day)
    return datetime(day.year, day.month, monthrange(day.year, day.month)[1])


def add_months(day: datetime, count: int) -> datetime:
    real(day)
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def weekdays_until(day: date) -> int:
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def add_weekdays(day: datetime, count: int) -> datetime:
    real(day)
    weeks, rest = divmod(min(day.weekday(), 4) + count, 5)
    return day + timedelta(days=weeks * 7 + rest - day.weekday())


def worked(moment: datetime) -> int:
    """Seconds of office hours up to a moment, since the first Monday of all."""
    whole = (weekdays_until(moment) - (moment.weekday() < 5)) * 36_000
    if moment.weekday() > 4:
        return whole
    return whole + min(max(moment.hour * 3600 + moment.minute * 60 + moment.second - 28_800, 0), 36_000)


def office_hours(start: datetime, end: datetime) -> int | Decimal:
    return quotient(worked(real(end)) - worked(real(start)), 3600)


def date_in_words(day: datetime) -> str:
    real(day)
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def in_words(number: int) -> str:
    from num2words import num2words

    return num2words(number, lang="pt_BR").replace(",", "").replace("catorze", "quatorze")


def grouped(number: int | Decimal) -> str:
    return f"{Decimal(number).quantize(ONE, ROUND_HALF_UP):,}".replace(",", ".")


def money(number: int | Decimal) -> str:
    return f"{Decimal(number).quantize(CENT, ROUND_HALF_UP):,}".translate(MARKS)


def opened() -> int:
    CURSOR[:] = [{name.upper(): value for name, value in row.items()} for row in ROWS], 0
    return len(CURSOR[0])


def moved() -> bool:
    CURSOR[1] = min(CURSOR[1] + 1, len(CURSOR[0]))
    return CURSOR[1] < len(CURSOR[0])


def other() -> int:
    return FIELDS["QTD"] * 2


def quotient(number: int, divisor: int) -> int | Decimal:
    whole, rest = divmod(number, divisor)
    return whole if not rest else DIVIDE(Decimal(number), Decimal(divisor))


def days(gap: timedelta) -> int | Decimal:
    return gap.days if not gap.seconds else DIVIDE(Decimal(gap.days * 86_400 + gap.seconds), Decimal(86_400))

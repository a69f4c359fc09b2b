"""Functions on dates (globals.tsv, T2–T5). Inside a run a date is a naive datetime; 01/01/0001 is DATANULA."""

from calendar import monthrange
from datetime import datetime

from formula.builtins.table import function
from formula.context import Run
from formula.diagnostics import Fault
from formula.messages import message
from formula.types import ByLetter, Date, Integer, Letter, Number
from formula.values import NULL_DATE

WEEKDAYS = ("SEG", "TER", "QUA", "QUI", "SEX", "SAB", "DOM")


@function(origin="published", examples=["DATANULA -> 00/00/0000"])
def datanula() -> Date:
    """A data que não é data nenhuma; igual a '00/00/0000', '01/01/0001' e ' '."""
    return NULL_DATE


@function(origin="published", examples=["ANODT('24/10/2018') -> 2018"])
def anodt(data: Date) -> Integer:
    """O ano de uma data."""
    return real(data, "ANODT").year


@function(origin="extension", examples=["MESDT('24/10/2018') -> 10"])
def mesdt(data: Date) -> Integer:
    """O mês de uma data, de 1 a 12."""
    return real(data, "MESDT").month


@function(origin="published", examples=["DIADT('24/10/2018') -> 24"])
def diadt(data: Date) -> Integer:
    """O dia do mês de uma data."""
    return real(data, "DIADT").day


@function(origin="extension", examples=["HORADT('24/10/2018 17:45') -> 17"])
def horadt(data: Date) -> Integer:
    """A hora de uma data, de 0 a 23; 0 quando ela não tem hora."""
    return real(data, "HORADT").hour


@function(origin="published", examples=["MTDATA(1, 2, 2026) -> 01/02/2026", "MTDATA(29, 2, 2024) -> 29/02/2024"])
def mtdata(dia: Integer, mes: Integer, ano: Integer) -> Date:
    """A data daquele dia, mês e ano, que precisa existir."""
    try:
        return datetime(ano, mes, dia)
    except (ValueError, OverflowError):
        raise Fault(
            "data-impossivel",
            message("não existe o dia {dia}/{mes}/{ano}", dia=dia, mes=mes, ano=ano),
            message("MTDATA recebe dia, mês e ano, nessa ordem"),
        ) from None


@function(origin="published", examples=["ULTDIAMES('10/02/2024') -> 29/02/2024", "ULTDIAMES('31/12/2026') -> 31/12/2026"])
def ultdiames(data: Date) -> Date:
    """A data do último dia do mês de uma data."""
    day = real(data, "ULTDIAMES")
    return datetime(day.year, day.month, monthrange(day.year, day.month)[1])


@function(origin="published", examples=["DIASEMANA('24/11/2026', 'S') -> TER", "DIASEMANA('22/11/2026', 'V') -> 1"])
def diasemana(data: Date, tipo: Letter) -> ByLetter:
    """O dia da semana: com 'S' o texto DOM SEG TER QUA QUI SEX SAB, com 'V' o número de 1 (DOM) a 7 (SAB)."""
    weekday = real(data, "DIASEMANA").weekday()
    letter = tipo.strip().upper()
    if letter == "S":
        return WEEKDAYS[weekday]
    if letter in ("V", "I"):
        return (weekday + 1) % 7 + 1
    raise Fault(
        "letra-desconhecida",
        message("DIASEMANA não conhece o tipo '{tipo}'", tipo=tipo),
        message("use 'S' para texto ou 'V' para número"),
    )


@function(origin="published", examples=["INCMES(11, 3) -> 2", "INCMES(3, 11) -> 2", "INCMES(12, 12) -> 12"])
def incmes(mes: Integer, qtd: Integer) -> Integer:
    """O mês, de 1 a 12, tantos meses depois."""
    if not 1 <= qtd <= 12:
        month(mes, "INCMES")
    return (mes + qtd - 1) % 12 + 1


@function(origin="published", examples=["DECMES(2, 3) -> 11", "DECMES(1, 12) -> 1"])
def decmes(mes: Integer, qtd: Integer) -> Integer:
    """O mês, de 1 a 12, tantos meses antes."""
    return (month(mes, "DECMES") - qtd - 1) % 12 + 1


@function(origin="published", examples=["INCANO(11, 2026, 3) -> 2027", "INCANO(11, 2026, 1) -> 2026"])
def incano(mes: Integer, ano: Integer, qtd: Integer) -> Integer:
    """O ano em que se está tantos meses depois daquele mês e ano."""
    return ano + (month(mes, "INCANO") - 1 + qtd) // 12


@function(origin="published", examples=["DECANO(2, 2026, 3) -> 2025", "DECANO(2, 2026, 1) -> 2026"])
def decano(mes: Integer, ano: Integer, qtd: Integer) -> Integer:
    """O ano em que se estava tantos meses antes daquele mês e ano."""
    return ano + (month(mes, "DECANO") - 1 - qtd) // 12


@function(
    origin="extension",
    examples=["SOMAMESES('31/01/2026', 1) -> 28/02/2026", "SOMAMESES('15/03/2026', -3) -> 15/12/2025"],
)
def somameses(data: Date, qtd: Integer) -> Date:
    """A data tantos meses depois; o dia recua para o último do mês quando não existe nele."""
    day = real(data, "SOMAMESES")
    years, months = divmod(day.month - 1 + qtd, 12)
    year = day.year + years
    if not 1 <= year <= 9999:
        raise Fault("data-impossivel", message("a data cairia no ano {ano}", ano=year))
    return day.replace(year=year, month=months + 1, day=min(day.day, monthrange(year, months + 1)[1]))


@function(
    origin="extension",
    examples=["DIFDIAS('01/03/2024', '28/02/2024') -> 2", "DIFDIAS('24/11/2026', '25/11/2026') -> -1"],
)
def difdias(data1: Date, data2: Date) -> Number:
    """Quantos dias vão da segunda data até a primeira, sem contar as horas."""
    return real(data1, "DIFDIAS").toordinal() - real(data2, "DIFDIAS").toordinal()


@function(origin="extension", pure=False, examples=["HOJE -> 24/11/2026"])
def hoje(run: Run) -> Date:
    """A data de hoje."""
    moment = now(run, "HOJE")
    return datetime(moment.year, moment.month, moment.day)


@function(origin="extension", pure=False, examples=["AGORA -> 24/11/2026 10:00:00"])
def agora(run: Run) -> Date:
    """A data e a hora deste momento, sem frações de segundo."""
    return now(run, "AGORA").replace(microsecond=0, tzinfo=None)


def real(day: datetime, name: str) -> datetime:
    """The date itself, unless it is the no-date, of which no part can be told."""
    if day == NULL_DATE:
        raise Fault(
            "data-nula",
            message("{funcao} não aceita DATANULA: não é uma data", funcao=name),
            message("teste antes: SE data <> DATANULA ENTAO"),
        )
    return day


def month(number: int, name: str) -> int:
    """A month number as it is, or a fault."""
    if not 1 <= number <= 12:
        raise Fault(
            "argumento-invalido",
            message("{funcao} recebeu o mês {mes}; os meses vão de 1 a 12", funcao=name, mes=number),
        )
    return number


def now(run: Run, name: str) -> datetime:
    """The run's only clock."""
    moment = run.context.now
    if moment is None:
        raise Fault(
            "sem-relogio",
            message("falta no contexto: a hora, de que {funcao} precisa", funcao=name),
            message("acrescente no começo do contexto: {linha}", linha="agora = 2026-11-24T10:00:00"),
        )
    return moment

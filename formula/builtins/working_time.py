"""Functions on working days and hours; the calendar comes with the context."""

from datetime import datetime

from formula.builtins.dates import real
from formula.builtins.operators import past_calendar
from formula.builtins.table import function
from formula.context import Run
from formula.messages import message, plural
from formula.types import Date, Integer, Number
from formula.values import display
from formula.working_calendar import (
    DEFAULT,
    WorkingCalendar,
    add_working_days,
    days_off_between,
    working_days_between,
    working_hours_between,
)


@function(
    origin="extension",
    pure=False,
    cost=20,
    examples=[
        "DIASUTEIS('24/11/2026', '30/11/2026') -> 4",
        "DIASUTEIS('27/11/2026', '29/11/2026') -> 0",
        "DIASUTEIS('30/11/2026', '24/11/2026') -> -4",
    ],
)
def diasuteis(run: Run, inicio: Date, fim: Date) -> Integer:
    """Quantos dias úteis vêm depois do início, até o fim, como conta uma diferença de datas; as horas não contam, e o número é
    negativo quando o fim vem antes. Valem os dias, feriados e folgas de [calendario]; sem ele, de segunda a sexta, sem feriados."""
    start, end = real(inicio, "DIASUTEIS"), real(fim, "DIASUTEIS")
    tell_days_off(run, start, end)
    return working_days_between(calendar(run), start, end)


@function(
    origin="extension",
    pure=False,
    cost=20,
    examples=[
        "SOMADIASUTEIS('27/11/2026', 1) -> 30/11/2026",
        "SOMADIASUTEIS('28/11/2026', 1) -> 30/11/2026",
        "SOMADIASUTEIS('30/11/2026 09:30', -1) -> 27/11/2026 09:30:00",
        "SOMADIASUTEIS('28/11/2026', 0) -> 28/11/2026",
    ],
)
def somadiasuteis(run: Run, data: Date, dias: Integer) -> Date:
    """A data tantos dias úteis depois, à mesma hora; dias negativos voltam, e 0 deixa a data como está. De um dia de folga, 1 é o
    próximo dia útil. Valem os dias, feriados e folgas de [calendario]; sem ele, de segunda a sexta, sem feriados."""
    day = real(data, "SOMADIASUTEIS")
    try:
        found = datetime.combine(add_working_days(calendar(run), day, dias), day.time())
    except OverflowError:
        said = plural(
            dias,
            "{data} com mais {dias} dia de trabalho sai do calendário",
            "{data} com mais {dias} dias de trabalho sai do calendário",
            data=display(day),
            dias=display(dias),
        )
        raise past_calendar(said) from None
    tell_days_off(run, day, found)
    return found


@function(
    origin="extension",
    pure=False,
    cost=20,
    examples=[
        "HORASUTEIS('27/11/2026 17:30', '30/11/2026 09:00') -> 1,5",
        "HORASUTEIS('24/11/2026', '25/11/2026') -> 10",
        "HORASUTEIS('24/11/2026 10:00', '24/11/2026 09:45') -> -0,25",
    ],
)
def horasuteis(run: Run, inicio: Date, fim: Date) -> Number:
    """Quantas horas de trabalho há do início ao fim, com as frações; negativas quando o fim vem antes. Valem os dias e as horas de
    [calendario]; sem ele, de segunda a sexta das 8 às 18, sem feriados."""
    start, end = real(inicio, "HORASUTEIS"), real(fim, "HORASUTEIS")
    tell_days_off(run, start, end)
    return working_hours_between(calendar(run), start, end)


TOLD = 5
"""Days off that an explanation names."""


def tell_days_off(run: Run, start: datetime, end: datetime) -> None:
    """What the count passed over, for the explanation: holidays and days off that else would be worked."""
    kept = run.context.calendar
    if kept is None or not (kept.holidays or kept.days_off):
        return
    found = days_off_between(kept, start, end, TOLD + 1)
    if found:
        named = ", ".join(f"{day:%d/%m/%Y}" for day in found[:TOLD])
        run.note(
            message("no período não se trabalha em {dias}, por feriado ou folga", dias=named)
            if len(found) <= TOLD
            else message("no período não se trabalha, por feriado ou folga, em {dias} e outros dias", dias=named)
        )


def calendar(run: Run) -> WorkingCalendar:
    """The calendar of the run's context, else the one that needs no setting."""
    return run.context.calendar or DEFAULT

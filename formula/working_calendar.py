"""Working days and hours: a calendar as a pure value, for functions of formulas and for the clock's work alike.

Every time here is a local one without an offset. Days are counted as a difference of dates counts: those after the start, up to and
including the end. Ranges are worked out from weeks and from lists of days off, never walked day by day, so that a million days cost
as much as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

import attrs

MONDAY_TO_FRIDAY = frozenset(range(5))
DAY_MINUTES = 24 * 60
OFFICE_HOURS = ((8 * 60, 18 * 60),)
MINUTE = 60_000_000
"""A minute in microseconds."""
HOUR = 60 * MINUTE
EXACT = Context(prec=28, rounding=ROUND_HALF_UP)
FIRST, LAST = date.min.toordinal(), date.max.toordinal()


@attrs.frozen
class WorkingCalendar:
    """Which days are worked, and from when to when.

    ``weekdays`` are 0 (Monday) to 6; ``hours`` the windows of a day in minutes from midnight, in order and apart (1440 is its end);
    ``holidays`` a country or ``COUNTRY-STATE`` of the ``holidays`` library, empty for none; ``days_off`` further days. ValueError
    for a calendar without a working day or hour.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    hours: tuple[tuple[int, int], ...] = OFFICE_HOURS
    holidays: str = ""
    days_off: frozenset[date] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Refuse what could never come to an end."""
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("a calendar has at least one working day of the week")
        edges = [minute for window in self.hours for minute in window]
        if not edges or edges[0] < 0 or edges[-1] > DAY_MINUTES or any(end <= start for start, end in self.hours):
            raise ValueError("working hours begin before they end, within one day")
        if edges != sorted(edges):
            raise ValueError("windows of working hours stand in order and apart")

    @property
    def day_length(self) -> int:
        """The working time of a day, in microseconds."""
        return sum(end - start for start, end in self.hours) * MINUTE


DEFAULT = WorkingCalendar()
"""Monday to Friday from 8 to 18, no holidays: what counts where nothing else is said."""


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """Whether a day is worked."""
    plain = date(day.year, day.month, day.day)
    if plain.weekday() not in calendar.weekdays or plain in calendar.days_off:
        return False
    return not calendar.holidays or plain not in holidays_of(calendar.holidays, plain.year)


def working_days_between(calendar: WorkingCalendar, start: date, end: date) -> int:
    """How many working days come after ``start`` up to ``end``, negative when ``end`` comes first. Hours do not count."""
    first, last = start.toordinal(), end.toordinal()
    if last < first:
        return -_count(calendar, last, first)
    return _count(calendar, first, last)


def days_off_between(calendar: WorkingCalendar, start: date, end: date, most: int) -> list[date]:
    """The days of the working week that are off, after the earlier day up to the later: the first so many."""
    first, last = sorted((start.toordinal(), end.toordinal()))
    own = _own_days_off(calendar)
    found = list(own[bisect_right(own, first) : bisect_right(own, last)][:most])
    if calendar.holidays:
        known = _known_years(calendar.holidays)
        for year in range(max(_year(first), known[0]), min(_year(last), known[1]) + 1):
            days = _holidays(calendar.holidays, calendar.weekdays, year)
            found += days[bisect_right(days, first) : bisect_right(days, last)]
            if len(found) >= 2 * most:
                break
    return [date.fromordinal(day) for day in sorted(found)[:most]]


def add_working_days(calendar: WorkingCalendar, day: date, days: int) -> date:
    """The working day so many after ``day`` (before it when negative); with 0 ``day`` itself, worked or not. OverflowError past the
    year 9999 or before the year 1."""
    if not days:
        return date(day.year, day.month, day.day)
    return date.fromordinal(_after(calendar, day.toordinal(), days) if days > 0 else _before(calendar, day.toordinal(), -days))


def working_hours_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> int | Decimal:
    """The working hours from ``start`` to ``end``: whole, or a decimal of 28 digits; with a minus when ``end`` comes first."""
    return _in_hours(_between(calendar, start, end))


def add_working_hours(calendar: WorkingCalendar, start: datetime, hours: float | Decimal) -> datetime:
    """The first moment by which so many working hours have passed since ``start``; negative ones go back, 0 is ``start`` itself.

    One hour from 17:00 of a day that ends at 18:00 is 18:00, not the next morning. OverflowError outside the years 1 to 9999.
    """
    wanted = _in_microseconds(hours)
    if not wanted:
        return start
    day, length = start.date(), calendar.day_length
    worked = _worked_until(calendar, start) if is_working_day(calendar, day) else 0
    if wanted > 0:
        total = wanted + worked
        days = -(-total // length) - (1 if is_working_day(calendar, day) else 0)
        rest = (total - 1) % length + 1
        return _moment(calendar, add_working_days(calendar, day, days), rest)
    left = length - worked if is_working_day(calendar, day) else 0
    total = left - wanted
    days = -(-total // length) - (1 if is_working_day(calendar, day) else 0)
    rest = (total - 1) % length + 1
    return _moment_from_end(calendar, add_working_days(calendar, day, -days), rest)


def _in_microseconds(hours: float | Decimal) -> int:
    if isinstance(hours, int):
        return hours * HOUR
    try:
        return int((Decimal(hours) * HOUR).to_integral_value(ROUND_HALF_UP))
    except ArithmeticError:
        raise OverflowError("hours out of reach") from None


def _in_hours(microseconds: int) -> int | Decimal:
    whole, rest = divmod(microseconds, HOUR)
    return whole if not rest else EXACT.divide(Decimal(microseconds), Decimal(HOUR))


def _between(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """Working time in microseconds."""
    if end < start:
        return -_between(calendar, end, start)
    done = _worked_until(calendar, end) if is_working_day(calendar, end) else calendar.day_length
    missed = _worked_until(calendar, start) if is_working_day(calendar, start) else calendar.day_length
    return working_days_between(calendar, start, end) * calendar.day_length + done - missed


def _worked_until(calendar: WorkingCalendar, moment: datetime) -> int:
    """What of a working day's time has passed at a moment, in microseconds."""
    now = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
    return sum(max(0, min(now, end * MINUTE) - start * MINUTE) for start, end in calendar.hours)


def _moment(calendar: WorkingCalendar, day: date, worked: int) -> datetime:
    """The first moment of a working day at which so much of it, more than nothing, has passed."""
    for start, end in calendar.hours:
        length = (end - start) * MINUTE
        if worked <= length:
            return _midnight(day) + timedelta(microseconds=start * MINUTE + worked)
        worked -= length
    raise AssertionError("no day has more working time than its windows")


def _moment_from_end(calendar: WorkingCalendar, day: date, left: int) -> datetime:
    """The last moment of a working day at which so much of it, more than nothing, is still to come."""
    for start, end in reversed(calendar.hours):
        length = (end - start) * MINUTE
        if left <= length:
            return _midnight(day) + timedelta(microseconds=end * MINUTE - left)
        left -= length
    raise AssertionError("no day has more working time than its windows")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _count(calendar: WorkingCalendar, first: int, last: int) -> int:
    """Working days after one day's number up to another's, which is not before it."""
    weeks, rest = divmod(last - first, 7)
    days = weeks * len(calendar.weekdays) + sum((last - at - 1) % 7 in calendar.weekdays for at in range(rest))
    return days - _free_between(calendar, first, last)


def _free_between(calendar: WorkingCalendar, first: int, last: int) -> int:
    """Days of the working week that are off all the same, after one day's number up to another's."""
    total = _within(_own_days_off(calendar), first, last)
    if calendar.holidays:
        known = _known_years(calendar.holidays)
        for year in range(max(_year(first), known[0]), min(_year(last), known[1]) + 1):
            total += _within(_holidays(calendar.holidays, calendar.weekdays, year), first, last)
    return total


def _within(days: Sequence[int], first: int, last: int) -> int:
    return bisect_right(days, last) - bisect_right(days, first)


def _after(calendar: WorkingCalendar, day: int, days: int) -> int:
    """The number of the working day so many, at least one, after a day. Days off are made up for until none lies between."""
    steps, found = days, _weekdays_after(calendar, day, days)
    while (needed := days + _free_between(calendar, day, found)) != steps:
        steps, found = needed, _weekdays_after(calendar, day, needed)
    return found


def _before(calendar: WorkingCalendar, day: int, days: int) -> int:
    """As :func:`_after`, backwards."""
    steps, found = days, _weekdays_before(calendar, day, days)
    while (needed := days + _free_between(calendar, found - 1, day - 1)) != steps:
        steps, found = needed, _weekdays_before(calendar, day, needed)
    return found


def _weekdays_after(calendar: WorkingCalendar, day: int, days: int) -> int:
    """The day of the working week so many, at least one, after a day."""
    weeks, rest = divmod(days - 1, len(calendar.weekdays))
    found = day + weeks * 7
    for _ in range(rest + 1):
        found += 1
        while (found - 1) % 7 not in calendar.weekdays:
            found += 1
    return _reached(found)


def _weekdays_before(calendar: WorkingCalendar, day: int, days: int) -> int:
    weeks, rest = divmod(days - 1, len(calendar.weekdays))
    found = day - weeks * 7
    for _ in range(rest + 1):
        found -= 1
        while (found - 1) % 7 not in calendar.weekdays:
            found -= 1
    return _reached(found)


def _reached(day: int) -> int:
    if not FIRST <= day <= LAST:
        raise OverflowError("the day lies outside the years 1 to 9999")
    return day


def _year(day: int) -> int:
    return date.fromordinal(max(FIRST, min(day, LAST))).year


@lru_cache(maxsize=64)
def _own_days_off(calendar: WorkingCalendar) -> Sequence[int]:
    """The calendar's own days off that would be worked, holidays left out, as day numbers in order."""
    return sorted(
        day.toordinal()
        for day in calendar.days_off
        if day.weekday() in calendar.weekdays and not (calendar.holidays and day in holidays_of(calendar.holidays, day.year))
    )


@lru_cache(maxsize=4096)
def _holidays(code: str, weekdays: frozenset[int], year: int) -> Sequence[int]:
    """The holidays of a year that fall on the working week, as day numbers in order."""
    return sorted(day.toordinal() for day in holidays_of(code, year) if day.weekday() in weekdays)


@lru_cache(maxsize=4096)
def holidays_of(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of one of its states (``BR-MG``), in a year; none in years the library does not know."""
    import holidays

    country, _, state = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=state or None, years=year, expand=False))


@lru_cache(maxsize=64)
def _known_years(code: str) -> tuple[int, int]:
    """The first and the last year whose holidays the library knows."""
    import holidays

    country, _, state = code.partition("-")
    known = holidays.country_holidays(country, subdiv=state or None)
    return known.start_year, known.end_year


STATES_OF_BRAZIL = frozenset({
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR", "RJ", "RN", "RO",
    "RR", "RS", "SC", "SE", "SP", "TO",
})  # fmt: skip
"""Known without loading the library, since most calendars are of one of these."""


def has_holidays(code: str) -> bool:
    """Whether the library knows a country, or a state of one."""
    country, dash, state = code.partition("-")
    if country == "BR":
        return not dash or state in STATES_OF_BRAZIL
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    return country in known and (not dash or state in known[country])


def states_of(country: str) -> dict[str, str]:
    """The states of a country that the library knows, each with its name, or its code where it has none."""
    import holidays

    known = holidays.country_holidays(country)
    names = {code: name for name, code in known.subdivisions_aliases.items()}
    return {code: names.get(code, code) for code in known.subdivisions}


def countries() -> list[str]:
    """The countries whose holidays the library knows, each by its codes of two and of three letters."""
    import holidays

    return sorted(holidays.list_supported_countries(include_aliases=True))

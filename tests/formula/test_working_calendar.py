"""Working days and hours: against the library's holidays, a calendar kept by hand, and counting day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.counting import calls_made

import formula
from formula.working_calendar import (
    DEFAULT,
    WorkingCalendar,
    add_working_days,
    add_working_hours,
    days_off_between,
    is_working_day,
    working_days_between,
    working_hours_between,
)

EASTER_FRIDAYS = {2024: (3, 29), 2025: (4, 18), 2026: (4, 3), 2027: (3, 26), 2028: (4, 14)}
EVERY_YEAR = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25))
OF_THE_STATE = {"BR": (), "BR-MG": ((4, 21),), "BR-SP": ((7, 9),)}
WORKED = {
    "BR": {2024: 256, 2025: 255, 2026: 252, 2027: 254, 2028: 251},
    "BR-MG": {2024: 256, 2025: 255, 2026: 252, 2027: 254, 2028: 251},
    "BR-SP": {2024: 255, 2025: 254, 2026: 251, 2027: 253, 2028: 251},
}
"""Working days of a year, counted on a printed calendar."""

PLACES = tuple(OF_THE_STATE)
OFFICE = WorkingCalendar(holidays="BR-MG", days_off=frozenset({date(2026, 12, 24), date(2026, 12, 26)}))
LUNCH = WorkingCalendar(hours=((480, 720), (780, 1080)), holidays="BR")


def by_hand(place: str, year: int) -> set[date]:
    return {date(year, month, day) for month, day in (*EVERY_YEAR, EASTER_FRIDAYS[year], *OF_THE_STATE[place])}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("year", EASTER_FRIDAYS)
def test_every_day_of_five_years_is_worked_as_the_library_and_a_hand_kept_list_say(place: str, year: int) -> None:
    country, _, state = place.partition("-")
    known = holidays.country_holidays(country, subdiv=state or None, years=year)
    calendar = WorkingCalendar(holidays=place)
    days = [date(year, 1, 1) + timedelta(days=at) for at in range(366) if (date(year, 1, 1) + timedelta(days=at)).year == year]
    worked = [day for day in days if is_working_day(calendar, day)]
    assert worked == [day for day in days if day.weekday() < 5 and day not in known]
    assert worked == [day for day in days if day.weekday() < 5 and day not in by_hand(place, year)]
    assert working_days_between(calendar, date(year - 1, 12, 31), date(year, 12, 31)) == len(worked) == WORKED[place][year]


CALENDARS = st.builds(
    WorkingCalendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    hours=st.sampled_from([((480, 1080),), ((480, 720), (780, 1080)), ((0, 1440),), ((0, 60), (60, 61), (1439, 1440))]),
    holidays=st.sampled_from(["", *PLACES, "PT"]),
    days_off=st.frozensets(st.dates(date(2025, 12, 1), date(2026, 2, 1)), max_size=20),
)
DAYS = st.dates(date(2025, 11, 1), date(2026, 3, 1))
MOMENTS = st.datetimes(datetime(2025, 11, 1), datetime(2026, 3, 1)).map(lambda one: one.replace(microsecond=0))


@settings(deadline=None, max_examples=150)
@given(calendar=CALENDARS, first=DAYS, second=DAYS)
def test_days_between_are_those_a_finger_counts(calendar: WorkingCalendar, first: date, second: date) -> None:
    start, end = sorted((first, second))
    counted = sum(is_working_day(calendar, start + timedelta(days=at + 1)) for at in range((end - start).days))
    assert working_days_between(calendar, start, end) == counted
    assert working_days_between(calendar, end, start) == -counted


@settings(deadline=None, max_examples=150)
@given(calendar=CALENDARS, day=DAYS, days=st.integers(-60, 60))
def test_adding_days_steps_from_working_day_to_working_day(calendar: WorkingCalendar, day: date, days: int) -> None:
    walked = day
    for _ in range(abs(days)):
        walked += timedelta(days=1 if days > 0 else -1)
        while not is_working_day(calendar, walked):
            walked += timedelta(days=1 if days > 0 else -1)
    assert add_working_days(calendar, day, days) == walked
    if days > 0 or is_working_day(calendar, day):
        assert working_days_between(calendar, day, walked) == days


@settings(deadline=None, max_examples=150)
@given(calendar=CALENDARS, start=MOMENTS, minutes=st.integers(-20_000, 20_000))
def test_so_many_hours_later_so_many_hours_lie_between(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    later = add_working_hours(calendar, start, Decimal(minutes) / 60)
    between = Decimal(working_hours_between(calendar, start, later)) * 60
    assert round(between, 6) == minutes
    assert later >= start if minutes >= 0 else later <= start
    if minutes:
        second = timedelta(seconds=1 if minutes > 0 else -1)
        assert round(Decimal(working_hours_between(calendar, start, later - second)) * 60, 6) != minutes


def test_days_off_that_are_holidays_or_weekends_count_once() -> None:
    calendar = WorkingCalendar(holidays="BR", days_off=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 24)}))
    assert working_days_between(calendar, date(2026, 12, 21), date(2026, 12, 28)) == 3


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-27T17:00", 1, "2026-11-27T18:00"),
        ("2026-11-27T17:00", 2, "2026-11-30T09:00"),
        ("2026-11-27T20:00", 1, "2026-11-30T09:00"),
        ("2026-11-28T12:00", 10, "2026-11-30T18:00"),
        ("2026-12-23T17:30", 1, "2026-12-28T08:30"),
        ("2026-11-30T08:30", -1, "2026-11-27T17:30"),
        ("2026-11-29T08:30", -10, "2026-11-27T08:00"),
        ("2026-11-27T05:00", 0, "2026-11-27T05:00"),
        ("2026-11-27T09:00", Decimal("0.25"), "2026-11-27T09:15"),
    ],
)
def test_hours_of_an_office(start: str, hours: int | Decimal, end: str) -> None:
    assert add_working_hours(OFFICE, datetime.fromisoformat(start), hours) == datetime.fromisoformat(end)


def test_lunch_is_no_working_time() -> None:
    assert working_hours_between(LUNCH, datetime(2026, 11, 24, 11, 30), datetime(2026, 11, 24, 13, 30)) == 1
    assert add_working_hours(LUNCH, datetime(2026, 11, 24, 11), 1) == datetime(2026, 11, 24, 12)
    assert add_working_hours(LUNCH, datetime(2026, 11, 24, 11), Decimal("1.5")) == datetime(2026, 11, 24, 13, 30)


def test_twenty_minutes_are_a_third_of_an_hour() -> None:
    third = working_hours_between(DEFAULT, datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 9, 20))
    assert third == Decimal("0.3333333333333333333333333333")


def test_all_of_time_is_counted_at_once() -> None:
    working_days_between(OFFICE, date(1, 1, 1), date(9999, 12, 31))
    days = working_days_between(OFFICE, date(1, 1, 1), date(9999, 12, 31))

    def there_and_back() -> None:
        assert working_days_between(OFFICE, date(1, 1, 1), date(9999, 12, 31)) == days
        assert add_working_days(OFFICE, date(1, 1, 1), days) == date(9999, 12, 31)
        assert add_working_days(OFFICE, date(9999, 12, 31), 1 - days) == date(1, 1, 2)

    there_and_back()
    assert calls_made(there_and_back) < 10_000


@pytest.mark.parametrize("days", [5_000_000, -5_000_000, 10**30])
def test_days_outside_time_are_refused(days: int) -> None:
    with pytest.raises(OverflowError):
        add_working_days(OFFICE, date(2026, 11, 24), days)
    with pytest.raises(OverflowError):
        add_working_hours(OFFICE, datetime(2026, 11, 24), days * 10)


@pytest.mark.parametrize(
    "parts",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"hours": ()},
        {"hours": ((600, 540),)},
        {"hours": ((600, 600),)},
        {"hours": ((600, 1500),)},
        {"hours": ((600, 700), (650, 800))},
    ],
)
def test_a_calendar_without_time_is_none(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="working"):
        WorkingCalendar(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("call", ["DIASUTEIS(A, B)", "SOMADIASUTEIS(A, 2000000)", "HORASUTEIS(A, B)"])
def test_a_loop_over_all_of_time_ends_by_its_budget(call: str) -> None:
    text = (
        f"DECL A, B, C; SETVAR(A, MTDATA(1, 1, 1)+1); SETVAR(B, MTDATA(1, 1, 9999)); ENQUANTO VERDADE FACA SETVAR(C, {call}) FIMENQ"
    )
    rule, context = formula.compile(text), formula.Context(calendar=OFFICE)
    outcome = rule.run(context)
    assert [one.code for one in outcome.diagnostics] == ["limite-passos"]
    assert calls_made(lambda: rule.run(context)) < 100 * outcome.steps


@settings(deadline=None, max_examples=100)
@given(calendar=CALENDARS, first=DAYS, second=DAYS, most=st.integers(1, 30))
def test_days_off_are_those_of_the_working_week(calendar: WorkingCalendar, first: date, second: date, most: int) -> None:
    start, end = sorted((first, second))
    days = [start + timedelta(days=at + 1) for at in range((end - start).days)]
    off = [day for day in days if day.weekday() in calendar.weekdays and not is_working_day(calendar, day)]
    assert days_off_between(calendar, first, second, most) == off[:most]


def notes(text: str, calendar: WorkingCalendar | None) -> list[str]:
    record = formula.compile(text).record(formula.Context(calendar=calendar))
    return [said.text("pt") for _, said, _ in record.notes]


def test_an_explanation_names_what_a_count_passes_over() -> None:
    said = "no período não se trabalha em 24/12/2026, 25/12/2026, por feriado ou folga"
    for text in (
        "DIASUTEIS('21/12/2026', '28/12/2026')",
        "SOMADIASUTEIS('23/12/2026', 1)",
        "HORASUTEIS('23/12/2026', '28/12/2026')",
    ):
        assert notes(text, OFFICE) == [said]
        assert notes(text, None) == []
    assert notes("DIASUTEIS('24/11/2026', '30/11/2026')", OFFICE) == []
    (many,) = notes("DIASUTEIS('01/01/2026', '31/12/2026')", OFFICE)
    assert many.endswith(" e outros dias")

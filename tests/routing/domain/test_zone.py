"""The site's zone: daylight saving, midnight, the edges of the calendar, and names somebody may have meant."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain.model import TIME_NAMES
from routing.domain.zone import (
    TIMES,
    nearest_zone,
    read_time,
    text_with_offsets,
    wall_time,
    with_offset,
    with_offsets,
    zone_named,
)

PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2026-11-24T23:30:00Z", "2026-11-24T20:30:00"),
        ("2026-11-25T00:00:00+00:00", "2026-11-24T21:00:00"),
        ("2026-11-25T02:59:59.5Z", "2026-11-24T23:59:59.500000"),
        ("2026-11-25T03:00:00Z", "2026-11-25T00:00:00"),
        ("2026-11-24T23:30:00-03:00", "2026-11-24T23:30:00"),
        ("2026-11-24T23:30:00+09:00", "2026-11-24T11:30:00"),
        ("2026-11-24T10:00", "2026-11-24T10:00:00"),
        ("2018-11-04T02:59:59Z", "2018-11-03T23:59:59"),
        ("2018-11-04T03:00:00Z", "2018-11-04T01:00:00"),
        ("2019-02-17T01:30:00Z", "2019-02-16T23:30:00"),
        ("2019-02-17T02:30:00Z", "2019-02-16T23:30:00"),
        ("2019-02-17T03:00:00Z", "2019-02-17T00:00:00"),
        ("9999-12-31T23:59:59-03:00", "9999-12-31T23:59:59"),
    ],
)
def test_a_time_with_an_offset_enters_on_the_wall_clock(text: str, wall: str) -> None:
    assert read_time(text, PAULO).isoformat() == wall


def test_the_edges_of_the_calendar_keep_what_is_written() -> None:
    assert wall_time(datetime(1, 1, 1, tzinfo=UTC), PAULO) == datetime(1, 1, 1)
    assert with_offset(datetime(9999, 12, 31, 23, 30), PAULO).year == 9999
    assert wall_time(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-9))), PAULO) == datetime(9999, 12, 31, 23)


@pytest.mark.parametrize(
    ("wall", "leaves"),
    [
        ("2026-11-24T21:00", "2026-11-24T21:00:00-03:00"),
        ("2018-11-04T01:00", "2018-11-04T01:00:00-02:00"),
        ("2018-11-04T00:30", "2018-11-04T01:30:00-02:00"),
        ("2019-02-16T23:30", "2019-02-16T23:30:00-02:00"),
        ("2019-02-17T00:00", "2019-02-17T00:00:00-03:00"),
    ],
)
def test_a_time_leaves_with_the_offset_of_its_moment(wall: str, leaves: str) -> None:
    assert with_offset(datetime.fromisoformat(wall), PAULO).isoformat() == leaves


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(["America/Sao_Paulo", "UTC", "Europe/Lisbon", "Asia/Tokyo"]),
)
def test_what_left_comes_back_as_it_was_but_for_hours_that_do_not_exist(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    back = wall_time(with_offset(moment, zone), zone)
    gap = back - moment
    assert gap == timedelta(0) or back == wall_time(moment.replace(tzinfo=zone).astimezone(UTC), zone)
    assert wall_time(with_offset(back, zone), zone) == back


def test_times_of_our_json_get_their_offset_and_values_do_not() -> None:
    document = {
        "ticket": {"opened_at": "2026-11-24T10:00:00", "fields": {"ENTREGA": "2026-11-24T10:00:00"}, "deadline": "2026-12-01"},
        "steps": [{"at": "2026-11-24T10:00:00", "by": "1;2"}],
        "text": "2026-11-24T10:00:00",
        "wake_up": None,
    }
    assert with_offsets(document, PAULO) == {
        "ticket": {
            "opened_at": "2026-11-24T10:00:00-03:00",
            "fields": {"ENTREGA": "2026-11-24T10:00:00"},
            "deadline": "2026-12-01",
        },
        "steps": [{"at": "2026-11-24T10:00:00-03:00", "by": "1;2"}],
        "text": "2026-11-24T10:00:00",
        "wake_up": None,
    }


NAMES = st.sampled_from([*sorted(TIMES), "fields", "text", "at "])
VALUES = st.sampled_from(
    ["2026-11-24T10:00:00", "2026-11-24", "2026-11-24T10:00:00-03:00", '"at": "2026-11-24T10:00:00"', "x\\", "não", "", "1;2", None, 3]
) | st.text(max_size=6)  # fmt: skip
DOCUMENTS = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@given(DOCUMENTS, st.sampled_from([PAULO, ZoneInfo("UTC")]))
def test_json_text_gets_the_same_offsets(document: object, zone: ZoneInfo) -> None:
    wanted = json.loads(json.dumps(with_offsets(document, zone)))
    for plain in (True, False):
        for separators in ((", ", ": "), (",", ":")):
            text = json.dumps(document, ensure_ascii=plain, separators=separators)
            assert json.loads(text_with_offsets(text, zone)) == wanted


def test_every_time_of_a_ticket_leaves_with_its_offset() -> None:
    assert set(TIME_NAMES) <= TIMES


def test_a_date_is_no_moment() -> None:
    assert read_time("2026-11-24", PAULO) == date(2026, 11, 24)
    assert wall_time(date(2026, 11, 24), PAULO) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("america/sao_paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("America/Sao Paulo", "America/Sao_Paulo"),
        ("America/SaoPaulo", "America/Sao_Paulo"),
        ("Manaus", "America/Manaus"),
        ("America/Manau", "America/Manaus"),
        ("-03:00", None),
        ("xyzzy", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("localtime", None),
        ("Factory", None),
        ("a\0b", None),
    ],
)
def test_names_somebody_may_have_meant(name: str, near: str | None) -> None:
    assert zone_named(name) is None
    assert nearest_zone(name) == near

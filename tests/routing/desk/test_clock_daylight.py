"""A worker through the nights on which a zone's clock jumps: what is due is done once, at its time or as soon as that has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from kit.timed import ticket, timed_desk

from routing.desk.clock import do_due, due_list
from routing.domain.zone import wall_time

NIGHTS = {
    "the hour that is left out": ("Europe/Lisbon", "2027-03-28", "2027-03-28T01:30", "2027-03-28T02:00"),
    "the hour that comes twice": ("Europe/Lisbon", "2027-10-31", "2027-10-31T01:30", "2027-10-31T01:30"),
    "midnight is left out": ("America/Sao_Paulo", "2018-11-04", "2018-11-04", "2018-11-04T01:00"),
    "the hour before midnight comes twice": ("America/Sao_Paulo", "2018-02-17", "2018-02-17T23:30", "2018-02-17T23:30"),
    "a night like others": ("America/Sao_Paulo", "2026-11-25", "2026-11-25", "2026-11-25T00:00"),
}
"""Zone, the night's day, when something is due, and what the wall clock shows when it is done."""


def looks(zone, day):
    """A worker's looks, every ten minutes by UTC, from the evening before to the morning after."""
    start = datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=3)
    return [wall_time(start + timedelta(minutes=10 * at), zone) for at in range(34 * 6)]


def moment(text):
    return date.fromisoformat(text) if len(text) == len("2026-11-24") else datetime.fromisoformat(text)


@pytest.mark.parametrize("night", NIGHTS)
def test_what_is_due_in_the_night_is_done_once(tmp_path, night):
    name, day, due, done_at = NIGHTS[night]
    scheduled = ticket(step=1, status="G", wake_up=moment(due), deadline=date(2030, 1, 1), entered_at=None)
    with timed_desk(tmp_path / "pasta", scheduled, settings=f'fuso = "{name}"\n') as desk:
        done = [now for now in looks(ZoneInfo(name), day) if do_due(desk, lambda now=now: now)]
        assert [one.isoformat(timespec="minutes") for one in done] == [done_at]
        assert desk.show("1;1;50")["ticket"]["status"] == "A"


def test_a_deadline_of_a_day_is_over_when_the_day_is_also_where_its_last_hour_comes_twice(tmp_path):
    zone = "America/Sao_Paulo"
    scheduled = ticket(step=1, status="A", deadline=date(2018, 2, 17), entered_at=None)
    with timed_desk(tmp_path / "pasta", scheduled, settings=f'fuso = "{zone}"\n') as desk:
        done = [now for now in looks(ZoneInfo(zone), "2018-02-17") if do_due(desk, lambda now=now: now)]
        assert done == [datetime(2018, 2, 18)]
        assert [one["kind"] for one in desk.show("1;1;50")["mails"]] == ["reminder"]


def test_the_hours_of_a_step_are_those_of_the_wall_clock(tmp_path):
    settings = 'fuso = "Europe/Lisbon"\n[calendario]\ndias = ["sab", "dom"]\nhoras = "00:00-24:00"\n'
    since = datetime(2027, 3, 27, 22)
    with timed_desk(tmp_path / "pasta", ticket(entered_at=since, step_told=1), settings=settings) as desk:
        (row,) = due_list(desk, {}, since)["due"]
        assert row["at"] == "2027-03-28T06:00:00"

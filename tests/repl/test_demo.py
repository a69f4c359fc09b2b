"""The demonstration shows the same scenes on any day: its dates go with the machine's clock."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

import pytest

import routing.clock
from repl.demo import main, moved_by

pytestmark = pytest.mark.slow

DAYS = [datetime(2026, 12, 2, 9), datetime(2027, 6, 15, 0), datetime(2028, 2, 29, 8), datetime(2031, 12, 31, 23)]


def shown_at(moment: datetime, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    """What ``./go demo`` shows when the machine's clock stands there, without its dates."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.replace(tzinfo=tz)

    monkeypatch.setattr(routing.clock, "datetime", Shifted)
    assert main(["--lang", "pt"]) == 0
    told = capfd.readouterr().out
    return re.sub(r"\d\d/\d\d/\d{4}( \d\d:\d\d)?|\d{4}-\d\d-\d\d", "DIA", told)


def test_who_is_away_in_the_example_is_away_whenever_it_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first = shown_at(datetime(2026, 11, 24, 10), monkeypatch, capfd)
    assert "Vai para Ana Lima (1;3)" in first
    assert "Atendimentos movidos: 4" in first
    assert "./go repasse init" in first
    for moment in DAYS:
        assert shown_at(moment, monkeypatch, capfd) == first


def test_what_is_no_day_stays() -> None:
    assert [moved_by(day, date(2026, 12, 1) - date(2026, 11, 24)) for day in ("2026-11-30", "2026-13-40")] == [
        "2026-12-07", "2026-13-40",
    ]  # fmt: skip

"""The demonstration shows the same scenes on any day."""

from __future__ import annotations

from datetime import date

import pytest

from repl.demo import moved_by, play


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2027, 3, 2), date(2031, 2, 28)])
def test_who_is_away_in_the_example_is_away_whenever_it_is_shown(today: date, capfd: pytest.CaptureFixture[str]) -> None:
    assert play("pt", today) == 0
    told = capfd.readouterr().out
    assert "Davi Rocha" in told
    assert "substituto" in told
    assert "Atendimentos movidos: 4" in told
    assert "./go repasse init" in told


def test_what_is_no_day_stays() -> None:
    assert [moved_by(day, date(2026, 12, 1) - date(2026, 11, 24)) for day in ("2026-11-30", "2026-13-40")] == [
        "2026-12-07", "2026-13-40",
    ]  # fmt: skip

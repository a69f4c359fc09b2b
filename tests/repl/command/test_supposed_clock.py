"""What if it were Monday: ``--now``, turned to the site's clock like every time that a command line brings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kit.workspaces import make_workspace

from repl.commands import run

MONDAY = "SE HOJE = MTDATA(30, 11, 2026) ENTAO '1;3' SENAO '1;4' FIMSE"
ZONE = 'fuso = "America/Sao_Paulo"\n'


def planned(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> dict[str, object]:
    run(["plan", str(folder), "1;1;1", *words, "--format", "json"])
    made: dict[str, object] = json.loads(capsys.readouterr().out)
    return made


@pytest.mark.parametrize(
    ("now", "holder"),
    [
        ("2026-11-30", "1;3"),
        ("2026-11-30T23:59", "1;3"),
        ("2026-12-01T02:59:00Z", "1;3"),  # 23:59 in São Paulo
        ("2026-12-01T11:30:00+09:00", "1;3"),
        ("2026-12-01T03:00:00Z", "1;4"),
        ("2026-11-30T02:59:00Z", "1;4"),  # Sunday still
        ("2026-12-01", "1;4"),
    ],
)
def test_a_plan_on_another_day(tmp_path: Path, capsys: pytest.CaptureFixture[str], now: str, holder: str) -> None:
    folder = make_workspace(tmp_path, 1, ZONE, MONDAY)
    made = planned(capsys, folder, "advance", "--now", now)
    after = made["after"]
    assert isinstance(after, dict)
    assert after["holder"] == {"attendant": holder}
    assert made["hypothesis"]


@pytest.mark.parametrize(
    "given", [("2099-12-01T02:30:00Z", "2099-12-02T02:30Z"), ("2099-11-30T23:30", "2099-12-01T23:30:00-03:00")]
)
def test_times_of_a_move(tmp_path: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, str]) -> None:
    folder = make_workspace(tmp_path, 1, ZONE)
    words = ["--reason", "1", "--justification", "volta", "--wake-up", given[0], "--deadline", given[1]]
    assert run(["move", str(folder), "1;1;1", "schedule", *words]) == 0
    capsys.readouterr()
    run(["show", str(folder), "1;1;1", "--format", "json"])
    shown = json.loads(capsys.readouterr().out)["ticket"]
    assert [shown[name][:16] for name in ("wake_up", "deadline")] == ["2099-11-30T23:30", "2099-12-01T23:30"]

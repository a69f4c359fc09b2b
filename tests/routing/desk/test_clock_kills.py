"""Workers killed in the middle of what is due: each thing is done once, by the next one if not by this."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from kit.paths import ROOT
from kit.stores import database  # noqa: F401 - a fixture
from kit.timed import MONDAY, at, ticket, timed_desk

from routing.desk.clock import do_due, due_list
from routing.desk.listing import decision_list

LATER = MONDAY + timedelta(days=31)
HOURS = 30 * 24
"""From the nursery's clock, a day after Monday."""
FEW, MANY, ROUND = 20, 100, 10
LIMITS = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 100000\n"


@contextmanager
def nursery() -> Iterator[subprocess.Popen[str]]:
    """The process whose children die."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(ROOT / "tests/kit/nursery.py")],
        cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


def order(process: subprocess.Popen[str], *words: object) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(" ".join(map(str, words)) + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def whole(desk, key):
    """Which of its two things were done; every trace must tell of exactly these."""
    shown = desk.show(key)
    done = [one["action"] for one in reversed(decision_list(desk, {"ticket": key})["decisions"])]
    assert done == ["remind", "expire"][: len(done)]
    assert shown["ticket"]["version"] == 1 + len(done)
    assert shown["ticket"]["step_told"] == len(done)
    assert [one["kind"] for one in shown["mails"]] == ["reminder", "handoff"][: len(done)]
    assert len(shown["handoffs"]) == done.count("expire")
    return len(done)


def outlived(folder: Path, settings: str, kills: int) -> None:
    """Two workers at once, killed at evenly spread points of a round, the opening of the store apart."""
    with (
        timed_desk(folder, settings=settings + LIMITS) as desk,
        nursery() as one,
        nursery() as other,
        ThreadPoolExecutor(2) as pool,
    ):
        desk.add(ticket(98), ticket(99, entered_at=MONDAY + timedelta(days=60)))
        order(one, "due", folder, HOURS, 0)  # compiles the formula
        idle = int(order(one, "due", folder, HOURS, 0).removeprefix("done "))
        events = int(order(one, "due", folder, HOURS + 24 * 60, 0).removeprefix("done "))
        killed, seen = 0, set()
        for start in range(0, kills, ROUND):
            desk.add(*(ticket(100 + run) for run in range(start, start + ROUND)))
            points = [idle // 2 + (events - idle // 2) * (run + 1) // kills for run in range(start, start + ROUND)]
            halves = [pool.submit(all_killed, process, folder, points[n::2]) for n, process in enumerate((one, other))]
            killed += sum(half.result() for half in halves)
            seen |= {whole(desk, f"1;1;{100 + run}") for run in range(start, start + ROUND)}
            while do_due(desk, at(LATER)):
                pass
        assert {whole(desk, f"1;1;{98 + n}") for n in range(kills + 2)} == {2}
        assert due_list(desk, {}, LATER)["due"] == []
        assert killed >= kills * 0.8
        assert 1 in seen, "some died between the two things of a ticket"


def all_killed(process: subprocess.Popen[str], folder: Path, points: list[int]) -> int:
    """Let children work until each dies at its point; how many did."""
    answers = [order(process, "due", folder, HOURS, point) for point in points]
    assert all(answer.startswith(("killed", "done")) for answer in answers), answers
    return answers.count("killed")


def test_a_worker_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    outlived(tmp_path / "pasta", "", FEW)


@pytest.mark.slow
def test_a_hundred_workers_killed_on_each_database(database: str, tmp_path: Path) -> None:
    outlived(tmp_path / "pasta", f'banco = "{database}"\n', MANY)

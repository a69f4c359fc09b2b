"""Workers killed in the middle of what is due: each thing is done once, by the next one if not by this."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from kit.paths import ROOT
from kit.servers import OwnServer, own_postgres
from kit.stores import database  # noqa: F401 - a fixture
from kit.timed import MONDAY, at, ticket, timed_desk

from routing.desk.clock import do_due, due_list
from routing.desk.desk import Desk
from routing.desk.listing import decision_list
from routing.failures import StoreGone

pytestmark = pytest.mark.slow

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


def outlived(folder: Path, settings: str, kills: int, outage: Callable[[], None] | None = None) -> None:
    """Two workers at once, killed at evenly spread points of a round, the opening of the store apart. ``outage`` takes the database
    away for a while in the middle of every third round."""
    with (
        timed_desk(folder, settings=settings + LIMITS) as desk,
        nursery() as one,
        nursery() as other,
        ThreadPoolExecutor(3) as pool,
    ):
        desk.add(ticket(98), ticket(99, entered_at=MONDAY + timedelta(days=60)))
        order(one, "due", folder, HOURS, 0)  # compiles the formula
        idle = int(order(one, "due", folder, HOURS, 0).removeprefix("done "))
        events = int(order(one, "due", folder, HOURS + 24 * 60, 0).removeprefix("done "))
        killed, lost, seen = 0, 0, set()
        for start in range(0, kills, ROUND):
            desk.add(*(ticket(100 + run) for run in range(start, start + ROUND)))
            points = [idle // 2 + (events - idle // 2) * (run + 1) // kills for run in range(start, start + ROUND)]
            halves = [pool.submit(all_killed, process, folder, points[n::2]) for n, process in enumerate((one, other))]
            if outage is not None and start // ROUND % 3 == 1:
                pool.submit(outage).result()
            answers = [answer for half in halves for answer in half.result()]
            reachable(desk)
            killed += sum(answer == "killed" for answer in answers)
            lost += sum(answer.startswith("failed") for answer in answers)
            seen |= {whole(desk, f"1;1;{100 + run}") for run in range(start, start + ROUND)}
            while do_due(desk, at(LATER)):
                pass
        assert {whole(desk, f"1;1;{98 + n}") for n in range(kills + 2)} == {2}
        assert due_list(desk, {}, LATER)["due"] == []
        assert killed >= kills * (0.8 if outage is None else 0.5)
        assert (lost > 0) == (outage is not None)
        assert 1 in seen, "some died between the two things of a ticket"


def reachable(desk: Desk) -> None:
    """Until the desk's connections that died with the server are gone."""
    for _ in range(50):
        with suppress(StoreGone):
            desk.tickets()
            decision_list(desk, {})
            return
        sleep(0.1)


def all_killed(process: subprocess.Popen[str], folder: Path, points: list[int]) -> list[str]:
    """Let children work until each dies at its point, or loses its database."""
    answers = [order(process, "due", folder, HOURS, point) for point in points]
    assert all(answer.startswith(("killed", "done", "failed")) for answer in answers), answers
    return answers


def test_a_worker_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    outlived(tmp_path / "pasta", "", FEW)


def test_a_hundred_workers_killed_on_each_database(database: str, tmp_path: Path) -> None:
    outlived(tmp_path / "pasta", f'banco = "{database}"\n', MANY)


def away(server: OwnServer) -> None:
    """The server stops in the middle of what is done, and comes back."""
    sleep(0.5)
    server.stop()
    sleep(1)
    server.start()


def outlived_outage(folder: Path, kills: int) -> None:
    with own_postgres() as server:
        outlived(folder, f'banco = "{server.url}"\n', kills, lambda: away(server))


def test_kills_and_an_outage_in_one_run_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    outlived_outage(tmp_path / "pasta", FEW)


def test_a_hundred_kills_and_outages_in_one_run(tmp_path: Path) -> None:
    outlived_outage(tmp_path / "pasta", MANY)

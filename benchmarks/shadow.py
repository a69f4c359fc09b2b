"""What a release in shadow costs whoever moves tickets: latency of moves over HTTP with it and without, in turn.

    python benchmarks/shadow.py [--rounds N] [--seconds N] [--rate N]

The service and the worker are the commands' own, each in processes of its own, on SQLite; the formula has 40 lines, that of the
release in shadow is another. Every move is the first of its ticket and is kept as a decision; while the release is in shadow the
worker lets it decide them again. Rounds with it and without come in turn (without, with, with, without, …). Prints the percentiles of
each round and the slowest answers with their moment in it, the p99 of the median round, which a moment of other work on the machine
does not decide, that of all rounds together and of all but the worst of each kind, and whether every decision was counted.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

import attrs  # noqa: E402
import psutil  # noqa: E402
import uvloop  # noqa: E402
from kit.service import ADVANCE, Service, new_key, served  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402
from serving import FORMULA, connections, request_bytes, said  # noqa: E402

from routing.desk.desk import Desk, open_desk  # noqa: E402
from routing.releases import shadow  # noqa: E402
from routing.releases.publishing import publish  # noqa: E402
from routing.store import releases  # noqa: E402

SETTLING = 7.0
"""Seconds after each change of what runs, which are not measured: service and worker read what decides."""
FIRST = 60
"""Moves before anything is measured."""


async def moved(service: Service, tickets: list[int], rate: float) -> list[float]:
    """Seconds from when each move was due to its answer, at a steady rate."""
    free: asyncio.Queue = asyncio.Queue()
    for one in await connections(service, b"", 8):
        free.put_nowait(one)
    times: list[float] = []

    async def one(due: float, ticket: int) -> None:
        connection = await free.get()
        connection.message = request_bytes(service, "POST", "/v1/moves", ADVANCE | {"ticket": f"1;1;{ticket}"})
        await connection.ask()
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)

    start, tasks = time.perf_counter(), []
    for number, ticket in enumerate(tickets):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due, ticket)))
    await asyncio.gather(*tasks)
    return times


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``repasse work``."""
    process = subprocess.Popen([sys.executable, "-m", "repl.commands", "work", "--workspace", str(folder)])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def turn(desk: Desk, other: Path, *, on: bool) -> None:
    """Put the other folder's rules in shadow, or none."""
    active = releases.look(desk.store)
    assert active is not None
    releases.activate(desk.store, attrs.evolve(active, shadow=None, serial=active.serial + 1), datetime.now())
    if on:
        publish(desk.store, other, datetime.now(), lambda _: [], shadow=True)


def looked_at(desk: Desk, wanted: int) -> shadow.Seen:
    """What the shadow came to when it has looked at all there is, or after half a minute."""
    end = time.monotonic() + 30
    while True:
        found = shadow.seen_of(desk.store)
        assert found is not None
        if found.decisions >= wanted or time.monotonic() > end:
            return found
        time.sleep(0.2)


def slowest(times: list[float], rate: float) -> list[str]:
    """The three slowest answers, each with the second of the round in which it was asked for."""
    found = sorted(enumerate(times), key=lambda one: -one[1])[:3]
    return [f"{1000 * took:.1f} ms at {number / rate:.1f} s" for number, took in found]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--rate", type=float, default=25)
    given = parser.parse_args()
    uvloop.install()
    each = int(given.seconds * given.rate)
    tickets = iter(range(1, FIRST + 2 * given.rounds * each + 1))
    with tempfile.TemporaryDirectory() as place:
        folder = make_workspace(Path(place) / "pasta", FIRST + 2 * given.rounds * each, formula=FORMULA)
        other = make_workspace(Path(place) / "outra", 1, formula=FORMULA.replace("PONTOS > 50", "PONTOS > 5"))
        with (
            served("--workspace", str(folder)) as (process, url, lines),
            worker(folder) as hands,
            open_desk(folder, serving=True) as desk,
        ):
            service = Service(url, new_key(folder, "read", "run", "move"), folder, process, lines)
            asyncio.run(moved(service, [next(tickets) for _ in range(FIRST)], given.rate))
            times: dict[bool, list[list[float]]] = {False: [], True: []}
            ends: dict[bool, list[float]] = {False: [], True: []}
            for number in range(2 * given.rounds):
                on = number % 4 in (1, 2)
                turn(desk, other, on=on)
                time.sleep(SETTLING)
                work = psutil.Process(hands.pid).cpu_times().user
                found = asyncio.run(moved(service, [next(tickets) for _ in range(each)], given.rate))
                times[on].append(found)
                ends[on].append(1000 * statistics.quantiles(found, n=100)[98])
                said(f"{'with' if on else 'without'} a shadow", found)
                print("  slowest:", ", ".join(slowest(found, given.rate)))
                if on:
                    seen = looked_at(desk, each)
                    print(f"  looked at {seen.decisions} of {each}: {seen.same} the same")
                print(
                    f"  the worker used {psutil.Process(hands.pid).cpu_times().user - work:.1f} s, load {psutil.getloadavg()[0]:.1f}"
                )
            for on, cuts in ends.items():
                shown = f"{statistics.median(cuts):.2f} ms (from {min(cuts):.2f} to {max(cuts):.2f})"
                print(f"p99 of the median round {'with' if on else 'without'} a shadow: {shown}")
            for on, rounds in times.items():
                name = "with a shadow" if on else "without"
                said(f"{name}, all rounds", [one for found in rounds for one in found])
                worst = max(range(len(rounds)), key=lambda at: ends[on][at])
                said(f"{name}, without the worst round", [one for at, found in enumerate(rounds) if at != worst for one in found])


if __name__ == "__main__":
    main()

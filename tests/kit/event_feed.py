"""Writers of events in processes of their own, killed and started again, while readers go on from where they were; and what of the
feed is then wrong."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
from kit.paths import ROOT, TESTS
from sqlalchemy import func, select

from routing.desk.desk import Desk
from routing.store import tables
from routing.store.engine import reading

PLENTY = "[limites]\nmovimentos_por_hora = 100000000\nemails_por_hora = 100000000\n"
PAGE, PAUSE = 200, 0.02
Events = list[dict[str, Any]]


@attrs.frozen(kw_only=True)
class Load:
    """``writers`` processes make at least ``events`` events about ``tickets`` tickets; ``kills`` of them are killed at moments of
    chance, each as one that has begun to move, and others take their place."""

    writers: int
    events: int
    kills: int
    tickets: int
    readers: int = 2
    moves: int = 1_000_000
    seed: int = 1


def started(folder: Path, number: int, load: Load) -> subprocess.Popen[str]:
    """A process that is about to move tickets."""
    return subprocess.Popen(
        [sys.executable, "-m", "kit.mover", str(folder), str(number), str(load.tickets), str(load.moves)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
    )  # fmt: skip


def moving(writer: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """The process, once it has moved a ticket."""
    assert writer.stdout is not None
    assert writer.stdout.readline() == "vai\n"
    return writer


def read_on(desk: Desk, seen: Events, done: threading.Event) -> None:
    """Follow the feed until all that there is was read after everybody had ended."""
    while True:
        last = done.is_set()
        page = desk.events(seen[-1]["id"] if seen else 0, PAGE)["events"]
        seen += page
        if last and not page:
            return
        if not page:
            time.sleep(PAUSE)


def follow(desk: Desk, folder: Path, load: Load) -> list[Events]:
    """What each reader saw."""
    chance, done = random.Random(load.seed), threading.Event()
    seen: list[Events] = [[] for _ in range(load.readers)]
    readers = [threading.Thread(target=read_on, args=(desk, one, done)) for one in seen]
    with ExitStack() as stack:
        stack.callback(lambda: [one.join() for one in readers])
        stack.callback(done.set)
        writers = [started(folder, number, load) for number in range(load.writers)]
        stack.callback(lambda: [(one.kill(), one.wait()) for one in writers])
        for one in readers:
            one.start()
        for each in writers:
            moving(each)
        for turn in range(1, load.kills + 1):
            while len(seen[0]) < load.events * turn // (load.kills + 1):
                assert all(one.is_alive() for one in readers)
                time.sleep(0.01)
            at = chance.randrange(load.writers)
            time.sleep(chance.random() * 0.05)
            writers[at].kill()
            writers[at].wait()
            writers[at] = moving(started(folder, load.writers + turn, load))
        while len(seen[0]) < load.events:
            assert all(one.is_alive() for one in readers)
            time.sleep(0.01)
    return seen


def breaches(desk: Desk, seen: list[Events]) -> list[str]:
    """What is wrong with the feed as readers saw it: gaps, differences between readers, decisions that are missing or come twice,
    versions of a ticket out of order."""
    first, *others = seen
    made = []
    if [one["id"] for one in first] != list(range(1, len(first) + 1)):
        made.append("the places have a gap, or are out of order")
    made += [f"reader {at} saw something else" for at, one in enumerate(others, start=2) if one != first]
    with reading(desk.store.engine) as connection:
        wanted = connection.execute(select(func.count()).select_from(tables.decision).where(tables.decision.c.version > 0)).scalar()
    told = Counter(one["decision"] for one in first if one["ticket"])
    if (len(told), set(told.values())) != (wanted, {1}):
        made.append(f"{wanted} decisions, {len(told)} of them told, {sum(told.values())} times in all")
    versions: dict[str, list[int]] = defaultdict(list)
    for one in first:
        if one["ticket"]:
            versions[one["ticket"]].append(one["data"]["version"])
    for key, found in versions.items():
        if found != list(range(found[0], found[0] + len(found))):
            made.append(f"the versions of {key} have a gap, or are out of order")
    return made

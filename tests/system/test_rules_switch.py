"""Rules that change under two services on one folder while requests come in: none is lost, none is answered by half of a change."""

from __future__ import annotations

import re
import shutil
import threading
import time
from pathlib import Path

import attrs
import pytest
from kit.service import ADVANCE, Service, new_key, served
from kit.stores import until
from kit.workspaces import make_workspace

RULE = "ADICIONARDISCUSSAO(CONCAT(FORMULA('um'), CONCAT('/', FORMULA('dois')))); '1;3'"
TOLD = re.compile(r"(\d+)/(\d+)")
A_SECOND = 200
"""Requests, over both services."""
THREADS = 6
BETWEEN_FILES = 0.05
"""Seconds between the two files of one change, as a program that copies a folder takes them."""
HALF_WRITTEN = 0.6
"""Seconds that a formula is only half there: the services look every 0.4 s and ask for a still moment."""


@attrs.define
class Heard:
    """What the requests came to."""

    answers: int = 0
    lost: list[str] = attrs.field(factory=list)
    mixed: list[str] = attrs.field(factory=list)
    revisions: dict[str, str] = attrs.field(factory=dict)
    """The version that each release was seen to decide by."""
    first_seen: dict[str, float] = attrs.field(factory=dict)
    took: list[float] = attrs.field(factory=list)


def ask(service: Service, ended: threading.Event, heard: Heard, lock: threading.Lock) -> None:
    """Ask for plans at a steady pace."""
    pace = THREADS / A_SECOND
    with service.client() as client:
        due = time.monotonic()
        while not ended.is_set():
            due += pace
            time.sleep(max(0.0, due - time.monotonic()))
            begun = time.monotonic()
            try:
                answer = client.post("/v1/plans", json=ADVANCE)
                plan = answer.json()
                found = TOLD.search(str(plan["effects"]))
            except Exception as fault:
                with lock:
                    heard.lost.append(repr(fault))
                continue
            with lock:
                heard.answers += 1
                heard.took.append(time.monotonic() - begun)
                if answer.status_code != 200 or plan["status"] != "planned" or found is None:
                    heard.lost.append(answer.text[:300])
                    continue
                one, two = found.groups()
                if one != two or heard.revisions.setdefault(plan["rules"], one) != one:
                    heard.mixed.append(f"{plan['rules']}: {found[0]}, {heard.revisions[plan['rules']]}")
                heard.first_seen.setdefault(one, time.monotonic())


def until_ready_says(service: Service, **wanted: object) -> dict:
    """``/readyz`` once it has some values."""
    end = time.monotonic() + 20
    with service.client() as client:
        while True:
            answer = client.get("/readyz")
            assert answer.status_code == 200, answer.text
            said = answer.json()
            if wanted.items() <= said.items() or time.monotonic() > end:
                return said
            time.sleep(0.1)


def test_a_folder_that_is_deleted_leaves_the_last_good_release(tmp_path: Path) -> None:
    """First its rules, then all of it, its database included: what decided goes on deciding, and log and readiness say why."""
    folder = make_workspace(tmp_path / "pasta")
    key = new_key(folder, "read", "run", "move")
    with served("--workspace", str(folder)) as (process, url, lines):
        service = Service(url, key, folder, process, lines)
        with service.client() as client:
            moved = client.post("/v1/moves", json=ADVANCE).json()
            assert moved["status"] == "moved"
            for name in ("formulas", "tipos"):
                shutil.rmtree(folder / name)
            ready = until_ready_says(service, pending_faults=6)
            assert (ready["rules"], ready["pending_faults"]) == (moved["rules"], 6)
            shutil.rmtree(folder)
            assert until_ready_says(service, pending_faults=1)["rules"] == moved["rules"]
            planned = client.post("/v1/plans", json=ADVANCE | {"ticket": "1;1;2"}).json()
            assert (planned["status"], planned["rules"]) == ("planned", moved["rules"])
        refused = service.logged("rules_refused", rules=moved["rules"])
        assert any("não existe" in reason for one in refused for reason in one["reasons"])


@pytest.mark.slow
def test_a_hundred_changes_of_rules_under_load(tmp_path: Path) -> None:
    """A hundred good states of two files each, among them states that the check refuses and formulas half written."""
    heard, ended, lock = Heard(), threading.Event(), threading.Lock()
    written: dict[str, float] = {}
    folder = make_workspace(tmp_path / "pasta", formula=RULE)
    formulas = folder / "formulas"
    for name in ("um", "dois"):
        (formulas / f"{name}.formula").write_text("'0'", encoding="utf-8")
    key, arguments = new_key(folder, "read", "run"), ("--workspace", str(folder))
    with served(*arguments) as first, served(*arguments) as second:
        services = [Service(url, key, folder, process, lines) for process, url, lines in (first, second)]
        threads = [threading.Thread(target=ask, args=(services[n % 2], ended, heard, lock)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            for version in range(1, 101):
                if version % 5 == 0:
                    (formulas / "um.formula").write_text(f"'{version}", encoding="utf-8")
                    time.sleep(HALF_WRITTEN)
                if version % 7 == 0:
                    (formulas / "um.formula").write_text("FORMULA('falta')", encoding="utf-8")
                    assert all(until_ready_says(service, pending_faults=1)["pending_faults"] == 1 for service in services)
                for name in ("um", "dois"):
                    (formulas / f"{name}.formula").write_text(f"'{version}'", encoding="utf-8")
                    time.sleep(BETWEEN_FILES)
                written[str(version)] = time.monotonic()
                until(lambda version=version: str(version) in heard.first_seen)
            for service in services:
                until_ready_says(service, pending_faults=0)
        finally:
            ended.set()
            for thread in threads:
                thread.join(30)
        ready = [service.client().get("/readyz").json() for service in services]
    assert heard.lost == []
    assert heard.mixed == []
    assert ready[0] == ready[1]
    assert ready[0]["pending_faults"] == 0
    late = sorted(heard.first_seen[version] - when for version, when in written.items())
    assert len(late) == 100
    heard.took.sort()
    print(
        f"{heard.answers} answers, first answer by a version {late[len(late) // 2]:.2f} s "
        f"after it was written (worst {late[-1]:.2f}); p50 {heard.took[len(heard.took) // 2] * 1000:.0f} ms, "
        f"p99 {heard.took[len(heard.took) * 99 // 100] * 1000:.0f} ms"
    )

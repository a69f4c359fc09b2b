"""``repasse work`` as it is run: it wakes what is due while it goes on, on each database, two of them at once, and stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from kit.stores import database, until  # noqa: F401 - a fixture
from kit.timed import ticket, timed_desk

from routing import Request
from routing.clock import now_in


def worker(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "repl.commands", "--lang", "pt", "work", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_two_workers_do_what_comes_due_while_they_run(database: str, tmp_path: Path) -> None:
    settings = f'fuso = "America/Sao_Paulo"\nbanco = "{database}"\n[smtp]\nservidor = "127.0.0.1"\nporta = 9\n'
    with timed_desk(tmp_path / "pasta", *(ticket(code, step=1) for code in range(50, 60)), settings=settings) as desk:
        keys = desk.tickets()
        workers = [worker(tmp_path / "pasta") for _ in range(2)]
        try:
            soon: datetime = now_in(desk.site.zone) + timedelta(seconds=2)
            for key in keys:
                request = Request(
                    action="schedule", reason=1, justification="espera", wake_up=soon, deadline=soon + timedelta(days=1)
                )
                assert desk.move(key, request, soon - timedelta(seconds=2)).status == "moved"
            until(lambda: all(desk.ticket(key).status == "A" for key in keys))
        finally:
            for one in workers:
                one.send_signal(signal.SIGTERM)
            told = [one.communicate(timeout=30) for one in workers]
        # one that the other was quicker than may still have been starting, and not minded signals yet
        assert {one.returncode for one in workers} <= {0, -signal.SIGTERM}, told
        assert 0 in {one.returncode for one in workers}, told
        assert not [errors for _, errors in told if "Traceback" in errors]
        lines = sorted(line for out, _ in told for line in out.splitlines())
        assert [line.partition(":")[0] for line in lines] == keys
        assert {desk.ticket(key).version for key in keys} == {3}

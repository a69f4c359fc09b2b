"""Workers on PostgreSQL live through stalled jobs, each other, and a server that cuts every connection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from kit.servers import own_postgres, postgres_database
from kit.service import ADVANCE, running_service, served
from kit.stores import NOW
from kit.workspaces import make_workspace

import routing
from routing.store.engine import open_engine
from routing.store.schema import HEAD

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"


def test_two_workers_beside_stalled_jobs_outlive_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_database() as url:
        monkeypatch.setenv("REPASSE_BANCO", url)
        folder = make_workspace(tmp_path / "ws", 20)
        with routing.open_desk(folder) as desk:
            for number in range(1, 21):
                desk.move(f"1;1;{number}", routing.Request(action="advance", actor="1;2"), NOW)
            with desk.store.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'doing'")
            command = [sys.executable, "-m", "repl.commands", "work", "--workspace", str(folder)]
            workers = [subprocess.Popen(command, env=os.environ, stderr=subprocess.PIPE, text=True) for _ in range(2)]
            try:
                time.sleep(8)
                assert [one.poll() for one in workers] == [None, None]
                with desk.store.engine.begin() as connection:
                    connection.exec_driver_sql(CUT)
                time.sleep(6)
                assert [one.poll() for one in workers] == [None, None]
            finally:
                for one in workers:
                    one.terminate()
            said = [one.communicate(timeout=30)[1] for one in workers]
        assert [one.returncode for one in workers] == [0, 0]
        assert not [text for text in said if "Traceback" in text]


def test_a_service_and_a_worker_that_start_in_an_outage_wait_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_postgres() as there:
        monkeypatch.setenv("REPASSE_BANCO", there.url)
        folder = make_workspace(tmp_path / "ws", 1)
        with routing.open_desk(folder) as desk:
            desk.move("1;1;1", routing.Request(action="advance", actor="1;2"), NOW)
        there.stop()
        command = [sys.executable, "-m", "repl.commands", "work", str(folder)]
        worker = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        threading.Timer(4, there.start).start()
        began = time.monotonic()
        with served(str(folder)) as (service, url, lines):
            assert time.monotonic() - began > 3
            assert httpx.get(f"{url}/readyz").json()["status"] == "ready"
            assert [json.loads(line)["event"] for line in lines if "store_waiting" in line] == ["store_waiting"]
            assert service.poll() is None
        assert worker.poll() is None
        worker.terminate()
        said = worker.communicate(timeout=30)[1]
        assert (worker.returncode, said.count("espero por ele até 120 s"), "Traceback" in said) == (0, 1, False)


def test_a_wrong_address_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_database() as url:
        monkeypatch.setenv("REPASSE_BANCO", url.replace("/teste_", "/nunca_"))
        folder = make_workspace(tmp_path / "ws", 1)
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "repl.commands", "work", str(folder)], capture_output=True, text=True, check=False, timeout=60
        )
        assert (done.returncode, time.monotonic() - began < 20) == (2, True)
        assert "nunca_" in done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_newer_program_s_schema_ends_an_older_worker_and_is_told_by_an_older_service(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'b.sqlite'}" if kind == "sqlite" else stack.enter_context(postgres_database())
        monkeypatch.setenv("REPASSE_BANCO", url)
        with running_service(tmp_path / "ws") as service:
            command = [sys.executable, "-m", "repl.commands", "work", str(service.folder)]
            worker = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            web = stack.enter_context(service.client())
            assert web.post("/v1/moves", json=ADVANCE).json()["status"] == "moved"
            with routing.open_desk(service.folder) as desk, desk.store.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
            for answer in (web.post("/v1/moves", json=ADVANCE), web.post("/v1/plans", json=ADVANCE), web.get("/readyz")):
                assert (answer.status_code, answer.json()["code"]) == (503, "banco-versao")
            said = worker.communicate(timeout=60)[1]
            assert (worker.returncode, "9999" in said, "Traceback" in said) == (2, True, False)
            with open_engine(url).begin() as connection:
                connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")
            assert web.post("/v1/moves", json=ADVANCE).json()["status"] == "moved"
            assert web.get("/readyz").status_code == 200

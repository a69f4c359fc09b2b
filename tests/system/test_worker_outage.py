"""Workers on PostgreSQL live through stalled jobs, each other, and a server that cuts every connection."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kit.servers import postgres_database
from kit.stores import NOW
from kit.workspaces import make_workspace

import routing

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

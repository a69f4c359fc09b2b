"""A database that is full, locked, gone, damaged, unreachable: a clear error, nothing half-done, and on it goes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from kit.paths import ROOT
from kit.servers import administer, free_port, postgres_database
from kit.stores import NOW
from kit.workspaces import make_workspace

from routing.desk.desk import Desk, open_desk
from routing.desk.worker import office_of, run_courier
from routing.domain.decision import Request
from routing.failures import SettingsFault, StoreBusy, StoreClash, StoreDamaged, StoreError, StoreFull, StoreGone
from routing.mail.sending import send_one
from routing.store.engine import meaning, open_engine
from routing.store.unit import Store

ADVANCE = Request(action="advance", actor="1;2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "pasta", 2)


def test_a_locked_database_is_told_and_the_next_move_goes(folder: Path) -> None:
    with open_desk(folder) as desk:
        desk.store.close()
        desk.store = Store(open_engine(desk.store.engine.url, busy_seconds=0.3))
        other = sqlite3.connect(folder / "repasse.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="ocupado"):
            desk.move("1;1;1", ADVANCE, NOW)
        assert desk.plan("1;1;1", ADVANCE, NOW).status == "planned"
        other.execute("ROLLBACK")
        other.close()
        assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


def test_a_full_disk_keeps_nothing_of_the_move_and_recovers(folder: Path) -> None:
    """The operating system's limit on the size of files: writing beyond it fails as on a full disk."""
    program = textwrap.dedent("""
        import resource, signal, sys
        from datetime import datetime, timedelta
        from pathlib import Path
        from routing.domain.decision import Request
        from routing.failures import StoreFull
        from routing.desk.desk import open_desk
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        now = datetime(2026, 11, 24, 10)
        with open_desk(sys.argv[1]) as desk:
            sizes = [path.stat().st_size for path in Path(sys.argv[1]).glob("repasse.sqlite*")]
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + 60_000, resource.RLIM_INFINITY))
            moved = 0
            try:
                for turn in range(500):
                    desk.move("1;1;1", Request(action="advance", actor="1;2"), now + timedelta(hours=turn))
                    moved += 1
            except StoreFull as full:
                print("cheio", moved, full.code)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            shown = desk.show("1;1;1")
            assert shown["ticket"]["version"] == moved + 1 == len(shown["steps"]) + 1, shown["ticket"]
            assert desk.move("1;1;1", Request(action="advance", actor="1;2"), now + timedelta(days=90)).status == "moved"
            print("continua")
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split()[:1] == ["cheio"], done.stderr
    assert done.stdout.split()[2:] == ["banco-cheio", "continua"], done.stderr


def test_a_file_that_is_no_database(folder: Path) -> None:
    (folder / "repasse.sqlite").write_bytes(b"isto nao e um banco " * 500)
    with pytest.raises(StoreDamaged):
        open_desk(folder)


def test_a_database_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreGone, match="não pode ser aberto nem lido"):
        open_desk(f"sqlite:///{tmp_path}/nada/banco.sqlite")


def test_a_server_that_does_not_answer() -> None:
    with pytest.raises(StoreGone):
        open_desk(f"postgresql://ninguem@127.0.0.1:{free_port()}/nada")


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "postgresql+nada://a/b", "://", "sqlite+nada:///x"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(SettingsFault):
        open_desk(url)


def kill_connections(url: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_server_that_goes_away_in_mid_transaction(tmp_path: Path) -> None:
    with postgres_database() as url, open_desk(make_workspace(tmp_path / "pasta", 2, f'banco = "{url}"\n')) as desk:
        with pytest.raises(StoreGone, match="não responde"), desk.store.writing() as unit:
            unit.driver.execute("UPDATE ticket SET version = 99")
            kill_connections(url)
            unit.driver.execute("SELECT 1")
        assert desk.ticket("1;1;1").version == 1
        assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


def test_idle_connections_that_were_cut_do_not_stop_the_next_moves(tmp_path: Path) -> None:
    with postgres_database() as url, open_desk(make_workspace(tmp_path / "pasta", 2, f'banco = "{url}"\n')) as desk:
        with desk.store.writing(), desk.store.writing(), desk.store.writing():
            desk.move("1;1;1", ADVANCE, NOW)
        kill_connections(url)
        answers = []
        for turn in range(3):
            try:
                answers.append(desk.move("1;1;2", ADVANCE, NOW + timedelta(hours=turn)).status)
            except StoreGone:
                answers.append("gone")
        assert answers[-1] == "moved"
        assert answers.count("gone") <= 1


def test_a_row_that_another_program_locks_is_told_and_the_next_move_goes(tmp_path: Path) -> None:
    with postgres_database() as url, open_desk(make_workspace(tmp_path / "pasta", 2, f'banco = "{url}"\n')) as desk:
        desk.store.close()
        desk.store = Store(open_engine(desk.store.engine.url, busy_seconds=0.3))
        with psycopg.connect(url) as other:
            other.execute("SELECT id FROM ticket WHERE code = 1 FOR UPDATE")
            with pytest.raises(StoreBusy, match="ocupado"):
                desk.move("1;1;1", ADVANCE, NOW)
            assert desk.move("1;1;2", ADVANCE, NOW).status == "moved"
            other.rollback()
        assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (psycopg.errors.DiskFull("could not extend file"), StoreFull),
        (psycopg.errors.AdminShutdown("terminating connection"), StoreGone),
        (psycopg.errors.DeadlockDetected("deadlock detected"), StoreBusy),
        (psycopg.errors.UniqueViolation("duplicate key"), StoreClash),
        (psycopg.OperationalError("server closed the connection unexpectedly"), StoreGone),
    ],
)
def test_what_the_server_s_errors_mean(trouble: Exception, told: type[StoreError]) -> None:
    found = meaning(trouble)
    assert type(found) is told
    assert found.text()


def test_a_write_on_sqlite_waits_for_the_disk_and_keeps_references_whole(folder: Path) -> None:
    with open_desk(folder) as desk, desk.store.writing() as unit:
        settings = [unit.driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    full, on = 2, 1
    assert settings == ["wal", full, on]


def test_a_courier_outlives_a_locked_database(folder: Path) -> None:
    said: list[str] = []

    async def run(desk: Desk) -> None:
        courier = asyncio.create_task(run_courier(office_of(desk), report=said.append))
        while not said:
            await asyncio.sleep(0.05)
        other.execute("ROLLBACK")
        office = office_of(desk)
        assert await send_one(office, "<desconhecido@exemplo.com.br>") is None
        assert not courier.done()
        courier.cancel()
        await asyncio.gather(courier, return_exceptions=True)

    with open_desk(folder) as desk:
        desk.move("1;1;1", ADVANCE, NOW)
        desk.store.close()
        desk.store = Store(open_engine(desk.store.engine.url, busy_seconds=0.2))
        other = sqlite3.connect(folder / "repasse.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        asyncio.run(asyncio.wait_for(run(desk), 60))
        other.close()
    assert "ocupado" in said[0]


def test_the_error_types_say_what_to_do() -> None:
    full = StoreFull("não há espaço", "libere espaço")
    assert (full.code, full.text()) == ("banco-cheio", "não há espaço\nlibere espaço")

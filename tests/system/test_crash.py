"""Processes killed in the middle of moves and of sending: nothing half-done, nothing lost, nothing new twice.

Each database sees at least 200 kills at evenly spread points of a move and of a worker's round. How many events a move has, is
learnt from one that lived, and differs a little from one to the next; a process that is done before its point teaches that anew,
and another one dies in its place.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from kit.paths import ROOT
from kit.servers import MailServer, smtp_server
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401

from routing.desk.desk import Desk
from routing.desk.worker import work
from routing.domain.decision import Request

MOVE_KILLS, LATE_KILLS, SEND_KILLS, ROUND = 130, 40, 80, 10
THREADS, GROUP_KILLS = 4, 60
SETTINGS = """\
[smtp]
servidor = "127.0.0.1"
porta = {port}
seguranca = "nenhuma"
remetente = "atendimento@exemplo.com.br"
prazo = 1.2
primeira_espera = 0.1
maior_espera = 0.2
tentativas = 1000
[limites]
movimentos_por_hora = 100000
emails_por_hora = 100000
"""


class Nursery:
    """The process whose children die."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def order(self, *words: object) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def nursery() -> Iterator[Nursery]:
    root = ROOT
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(ROOT / "tests/kit/nursery.py")],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


def outlive(desk: Desk) -> None:
    """PostgreSQL ends on its own what a killed process had asked for: wait until it has."""
    while not desk.store.is_sqlite:
        with desk.store.reading() as unit:
            (busy,) = unit.driver.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            ).fetchone()
        if not busy:
            return
        time.sleep(0.005)


def whole(desk: Desk, key: str) -> int:
    """The ticket's version; every history must tell of exactly the moves that made it."""
    shown = desk.show(key)
    moves = shown["ticket"]["version"] - 1
    assert len(shown["steps"]) == moves
    assert shown["ticket"]["step"] == (2 if moves % 2 else 1)
    assert len(desk.decisions(key)) == moves
    assert [one["kind"] for one in shown["mails"]].count("handoff_copy") == moves
    assert len(shown["handoffs"]) == [one["kind"] for one in shown["discussion"]].count("Repasse")
    assert len(shown["handoffs"]) == [one["kind"] for one in shown["mails"]].count("handoff")
    return moves + 1


@pytest.mark.slow
def test_a_process_killed_in_a_move_leaves_all_or_nothing(desk_of: OpenDesk, tmp_path: Path) -> None:
    """On SQLite, every second move is decided before its turn, the others in it."""
    desk = desk_of(tickets=1, settings=SETTINGS.format(port=9))
    folder, key = tmp_path / "pasta", "1;1;1"
    with nursery() as children:
        events: dict[tuple[int, int], int] = {}
        killed = kept = attempts = 0
        version = whole(desk, key)
        while killed < 2 * MOVE_KILLS:
            attempts += 1
            careful = killed % 2
            way = (careful, version % 2)  # there and back are not the same move
            point = move_point(killed // 2, events[way]) if way in events else 0
            answer = children.order("move", folder, key, f"k{attempts}", 3 * attempts, careful, point)
            assert answer.startswith(("killed", "done")), answer
            outlive(desk)
            found = whole(desk, key)
            if answer == "killed":
                assert found in (version, version + 1)
                killed += 1
                kept += found == version + 1
                if killed % 10 == 0:
                    events.clear()  # the way of a move changes a little as the ticket grows older
            else:
                assert found == version + 1
                events[way] = int(answer.removeprefix("done "))
            request = Request(action="advance", actor="1;2", key=f"k{attempts}")
            assert desk.move(key, request, NOW + timedelta(hours=3 * attempts)).status == "moved"
            version += 1
            assert whole(desk, key) == version
            assert attempts < 10 * MOVE_KILLS, (killed, events)
        assert 0 < kept < 2 * MOVE_KILLS


@pytest.mark.slow
def test_a_process_killed_in_the_moves_of_its_threads_leaves_of_each_all_or_nothing(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of(tickets=THREADS, settings=SETTINGS.format(port=9))
    folder, tickets = tmp_path / "pasta", desk.tickets()
    with nursery() as children:
        killed = attempts = events = 0
        kept = Counter[int]()
        versions = [whole(desk, key) for key in tickets]
        while killed < GROUP_KILLS:
            attempts += 1
            point = 1 + events * (killed + 1) // GROUP_KILLS if events else 0
            answer = children.order("moves", folder, f"k{attempts}", 3 * attempts, point)
            assert answer.startswith(("killed", "done")), answer
            outlive(desk)
            found = [whole(desk, key) for key in tickets]
            assert all(now in (version, version + 1) for now, version in zip(found, versions, strict=True))
            if answer == "killed":
                killed += 1
                kept[sum(found) - sum(versions)] += 1
                if killed % 10 == 0:
                    events = 0
            else:
                events = int(answer.removeprefix("done "))
            for key in tickets:
                request = Request(action="advance", actor="1;2", key=f"k{attempts}-{key}")
                assert desk.move(key, request, NOW + timedelta(hours=3 * attempts)).status == "moved"
            versions = [version + 1 for version in versions]
            assert [whole(desk, key) for key in tickets] == versions
            assert attempts < 10 * GROUP_KILLS, (killed, events)
        assert kept[0]
        assert len(kept) > 1, "some were killed before any commit, some after one"


def move_point(run: int, events: int) -> int:
    """Where a run dies: evenly over the whole move, and then at each of the last events, where the commit is."""
    even = MOVE_KILLS - LATE_KILLS
    return 1 + events * run // even if run < even else events - (run - even)


@pytest.mark.slow
def test_a_worker_killed_in_sending_loses_no_mail(desk_of: OpenDesk, tmp_path: Path) -> None:
    with smtp_server() as server, nursery() as children:
        desk = desk_of(tickets=2 * SEND_KILLS, settings=SETTINGS.format(port=server.port))
        folder = tmp_path / "pasta"
        killed = attempts = events = 0
        while killed < SEND_KILLS:
            queue_one(desk, attempts)
            attempts += 1
            answer = children.order("send", folder, 1 + events * killed // SEND_KILLS if events else 0)
            assert answer.startswith(("killed", "done")), answer
            if answer != "killed":
                events = int(answer.removeprefix("done "))
                continue
            killed += 1
            if killed % ROUND == 0:
                recover(desk)
        check_delivery(desk, server)


def queue_one(desk: Desk, run: int) -> None:
    """Queue the two mails of a ticket's first move."""
    request = Request(action="advance", actor="1;2", key=f"m{run}")
    assert desk.move(f"1;1;{run + 1}", request, NOW + timedelta(hours=run)).status == "moved"


def states(desk: Desk) -> Counter[str]:
    return Counter(one["state"] for key in desk.tickets() for one in desk.show(key)["mails"])


def recover(desk: Desk) -> None:
    """A worker that lives; leases of the dead run out in little more than a second."""
    end = time.monotonic() + 60
    while set(states(desk)) != {"sent"}:
        assert time.monotonic() < end, states(desk)
        work(desk, drain=True)
        time.sleep(0.2)


def check_delivery(desk: Desk, server: MailServer) -> None:
    """Every mail arrived; what arrived more than once is the same mail, told by its Message-ID."""
    expected = {one["message_id"]: one for key in desk.tickets() for one in desk.show(key)["mails"]}
    arrived: dict[str, set[tuple[str, str, str]]] = {}
    for one in server.received:
        mail = one.mail
        arrived.setdefault(one.message_id, set()).add(
            (str(mail["To"]), str(mail["Subject"]), mail.get_body(("plain",)).get_content())
        )
    assert set(arrived) == set(expected)
    assert all(len(same) == 1 for same in arrived.values())
    assert {name: next(iter(same))[0] for name, same in arrived.items()} == {name: one["to"] for name, one in expected.items()}

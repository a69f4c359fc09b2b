"""Many at once: no update lost, every refusal is a stale version; two workers, one of them killed in mid-send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from kit.paths import ROOT
from kit.servers import smtp_server
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401

from routing.desk.desk import Desk
from routing.domain.decision import Request
from routing.failures import Conflict

WORKERS, MOVES, TICKETS = 8, 200, 20
PLENTY = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n"


def one_mover(desk: Desk, number: int) -> Counter[str]:
    """Read a version, ask for a move of it; what came of each."""
    seen: Counter[str] = Counter()
    for turn in range(MOVES):
        key = f"1;1;{(turn * 7 + number * 3) % TICKETS + 1}"
        version = desk.ticket(key).version
        request = Request(action="advance", actor="1;2", version=version, key=f"{number}-{turn}")
        answer = desk.move(key, request, NOW + timedelta(minutes=turn))
        seen[answer.status if answer.status == "moved" else f"{answer.status} {answer.gate}"] += 1
    return seen


@pytest.mark.slow
def test_no_move_is_lost_and_every_refusal_is_a_stale_version(desk_of: OpenDesk) -> None:
    desk = desk_of(tickets=TICKETS, settings=PLENTY)
    with ThreadPoolExecutor(WORKERS) as pool:
        found = sum(pool.map(lambda number: one_mover(desk, number), range(WORKERS)), Counter())
    assert set(found) <= {"moved", "refused G2"}
    assert sum(found.values()) == WORKERS * MOVES
    versions = [desk.ticket(f"1;1;{code}").version - 1 for code in range(1, TICKETS + 1)]
    assert sum(versions) == found["moved"]
    for code, moves in enumerate(versions, start=1):
        shown = desk.show(f"1;1;{code}")
        assert len(shown["steps"]) == moves
        assert [one["from"] for one in shown["steps"]] == [1 + turn % 2 for turn in range(moves)]
        assert len(desk.decisions(f"1;1;{code}")) == moves


def test_one_key_from_many_sides_moves_once(desk_of: OpenDesk) -> None:
    desk = desk_of()
    request = Request(action="advance", actor="1;2", key="um-só")
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda _: desk.move("1;1;1", request, NOW), range(WORKERS)))
    assert {str(one.as_json()) for one in answers} == {str(answers[0].as_json())}
    assert desk.ticket("1;1;1").version == 2


def test_one_key_for_two_tickets_at_once_moves_one_and_conflicts_with_the_other(desk_of: OpenDesk) -> None:
    desk = desk_of()

    def move(code: int) -> str:
        try:
            return desk.move(f"1;1;{code}", Request(action="advance", actor="1;2", key="um-só"), NOW).status
        except Conflict as conflict:
            return conflict.code

    with ThreadPoolExecutor(3) as pool:
        answers = Counter(pool.map(move, (1, 2, 3)))
    assert answers == {"moved": 1, "chave-reutilizada": 2}
    assert sorted(desk.ticket(f"1;1;{code}").version for code in (1, 2, 3)) == [1, 1, 2]


def test_tickets_that_write_to_each_other_do_not_lock_each_other_out(desk_of: OpenDesk) -> None:
    formula = "SE CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO ADICIONARDISCUSSAOATENDIMENTO(1,1,1,'oi') SENAO ADICIONARDISCUSSAOATENDIMENTO(1,1,2,'oi') FIMSE; '1;3'"
    desk = desk_of(tickets=2, settings=PLENTY, formula=formula)

    def mover(code: int) -> set[str]:
        return {
            desk.move(f"1;1;{code}", Request(action="advance", actor="1;2"), NOW + timedelta(hours=turn)).status
            for turn in range(40)
        }

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(mover, (1, 2))) == [{"moved"}, {"moved"}]
    assert [sum(one["text"] == "oi" for one in desk.show(f"1;1;{code}")["discussion"]) for code in (1, 2)] == [40, 40]


SETTINGS = """\
[smtp]
servidor = "127.0.0.1"
porta = {port}
seguranca = "nenhuma"
remetente = "atendimento@exemplo.com.br"
prazo = 3
primeira_espera = 0.2
maior_espera = 0.5
"""


def start_worker(folder: Path) -> subprocess.Popen[bytes]:
    program = "import sys, routing.desk.worker, routing; routing.desk.worker.work(routing.open_desk(sys.argv[1]))"
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", program, str(folder)], cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_other_worker_finishes_what_a_killed_one_had_in_hand(desk_of: OpenDesk, tmp_path: Path) -> None:
    in_hand, held = Event(), Event()

    def slow_once(_sender: str, _recipients: list[str], _content: bytes) -> str | None:
        if not in_hand.is_set():
            in_hand.set()
            held.wait(30)
        return None

    with smtp_server(script=slow_once) as server:
        desk = desk_of(tickets=6, settings=SETTINGS.format(port=server.port))
        first = start_worker(tmp_path / "pasta")
        second: subprocess.Popen[bytes] | None = None
        try:
            for code in range(1, 7):
                desk.move(f"1;1;{code}", Request(action="advance", actor="1;2"), NOW)
            assert in_hand.wait(60)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            second = start_worker(tmp_path / "pasta")
            held.set()
            wait_for(lambda: all(one["state"] == "sent" for key in desk.tickets() for one in desk.show(key)["mails"]))
        finally:
            for process in (first, second):
                if process is not None:
                    process.terminate()
                    process.wait(30)
        expected = sorted(one["message_id"] for key in desk.tickets() for one in desk.show(key)["mails"])
        assert sorted(set(server.ids())) == expected


def test_two_living_workers_share_the_mails_and_send_each_once(desk_of: OpenDesk, tmp_path: Path) -> None:
    with smtp_server() as server:
        desk = desk_of(tickets=12, settings=SETTINGS.format(port=server.port))
        workers = [start_worker(tmp_path / "pasta") for _ in range(2)]
        try:
            for code in range(1, 13):
                desk.move(f"1;1;{code}", Request(action="advance", actor="1;2"), NOW)
            wait_for(lambda: all(one["state"] == "sent" for key in desk.tickets() for one in desk.show(key)["mails"]))
        finally:
            for process in workers:
                process.terminate()
        codes = {process.wait(30) for process in workers}
        assert 0 in codes <= {0, -signal.SIGTERM}  # one may have been told to stop before it had begun
        assert sorted(server.ids()) == sorted(one["message_id"] for key in desk.tickets() for one in desk.show(key)["mails"])

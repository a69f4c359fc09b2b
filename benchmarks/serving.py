"""How long a plan takes: in this process, and over HTTP at a steady rate; and how many the service makes against empty
handlers of the same service.

    python benchmarks/serving.py [--seconds N] [--rate N] [--connections N]

The formula has 40 lines, the workspace is the small one of the tests on SQLite. The service is the command's own, in a
process of its own, with its usual processes and its log in a file; the client is this process, over keep-alive
connections, and does as little as it can. Two handlers do nothing: ``GET /healthz``, and a ``POST`` added here that passes
the door of ``/v1/plans`` (the key, the body and its shape, the log) and answers ``{}``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

import psutil  # noqa: E402
import uvloop  # noqa: E402
from kit.service import ADVANCE, Service, new_key  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402

from routing.desk.desk import open_desk  # noqa: E402
from routing.domain.decision import Request  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 0)
BRANCHES = "\n".join(
    f"SE CAMPOATENDIMENTO('ASSUNTO') = 'Caso {number}' ENTAO\n  SETVAR(PONTOS, PONTOS + {number})\nFIMSE;" for number in range(11)
)
FORMULA = f"""\
DECL PONTOS, QUEM;
SETVAR(PONTOS, PARAMETROATENDIMENTO('VALOR') / 100);
{BRANCHES}
SE PONTOS > 50 OU CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO
  SETVAR(QUEM, '1;4')
SENAO
  SETVAR(QUEM, '1;3')
FIMSE;
QUEM
"""
assert FORMULA.count("\n") == 41, FORMULA.count("\n")

SERVE = "--serve"
TICKETS, FRESH = 600, 2_000
"""Tickets asked for in turn: as many as a service may have at hand, and more than that, so that hardly one is asked for again."""


def in_process(folder: Path, rounds: int) -> list[float]:
    """Seconds of each pure plan."""
    import routing

    with open_desk(folder) as desk:
        site, ticket = desk.site, desk.ticket("1;1;1")
    request = Request(action="advance", actor="1;2")
    for _ in range(100):
        routing.plan(site, ticket, request, NOW)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        made = routing.plan(site, ticket, request, NOW)
        times.append(time.perf_counter() - start)
    assert made.status == "planned", made.as_json()
    return times


def request_bytes(service: Service, method: str, path: str, body: object = None) -> bytes:
    """A whole request."""
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class Connection(asyncio.Protocol):
    """A connection that asks the same thing again and again."""

    def __init__(self, message: bytes) -> None:
        self.message = message
        self.received = b""
        self.answered: asyncio.Future[None] | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport

    def ask(self) -> asyncio.Future[None]:
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(self.message)
        return self.answered

    def data_received(self, data: bytes) -> None:
        self.received = data = self.received + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        at = data.index(b"content-length: ") + 16
        if len(data) < end + 4 + int(data[at : data.index(b"\r", at)]):
            return
        assert data.startswith(b"HTTP/1.1 200"), data[:end]
        self.received = b""
        self.answered.set_result(None)


async def connections(service: Service, message: bytes, count: int) -> list[Connection]:
    """Open connections."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(lambda: Connection(message), *service.address))[1] for _ in range(count)]


async def at_rate(service: Service, message: bytes, rate: float, seconds: float) -> list[float]:
    """Seconds from when each request was due to its answer, at a steady rate over as many connections as needed."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for one in await connections(service, message, 8):
        free.put_nowait(one)
    times: list[float] = []

    async def one(due: float) -> None:
        connection = await free.get()
        await connection.ask()
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)

    start, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return times


def at_most(service: Service, messages: Sequence[bytes], count: int, seconds: float) -> float:
    """Answers a second when each connection asks the next thing at once. On a machine of two cores the client takes from the service
    what it uses itself: so here are bare sockets, and an answer is looked at no further than its length."""
    poll = select.epoll()
    asked = cycle(messages)
    opened = {}
    for _ in range(count):
        one = socket.create_connection(service.address)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened[one.fileno()] = one
        poll.register(one, select.EPOLLIN)
    left = dict.fromkeys(opened, 0)
    done, start = 0, time.perf_counter()
    end = start + seconds
    for one in opened.values():
        one.send(next(asked))
    while opened:
        for number, _ in poll.poll():
            one = opened[number]
            data = one.recv(65_536)
            if not left[number]:
                assert data.startswith(b"HTTP/1.1 200"), data
                at = data.index(b"content-length: ") + 16
                left[number] = int(data[at : data.index(b"\r", at)]) + data.index(b"\r\n\r\n") + 4
            left[number] -= len(data)
            if not left[number]:
                done += 1
                if time.perf_counter() < end:
                    one.send(next(asked))
                else:
                    poll.unregister(number)
                    opened.pop(number).close()
    poll.close()
    return done / (time.perf_counter() - start)


def processor_seconds(process: psutil.Process) -> tuple[float, float]:
    """What the serving process and its own processes have used."""
    used = [one.cpu_times() for one in (process, *process.children())]
    return used[0].user + used[0].system, sum(one.user + one.system for one in used[1:])


def serve_with_empty_handler(folder: str) -> None:
    """``repasse serve``, and ``POST /v1/empty`` behind the door of ``/v1/plans``."""
    from fastapi import Request as Asked
    from fastapi import Response

    from repl.page_server.web import create
    from routing.http.bodies import MoveBody
    from routing.http.door import key_door
    from routing.http.log import configure_log
    from routing.http.routes import door_router
    from routing.http.server import run

    globals()["MoveBody"], globals()["Asked"], globals()["Response"] = MoveBody, Asked, Response
    configure_log(sys.stderr)
    app = create(folder, "127.0.0.1", "pt")
    router = door_router(app.state.service, "/v1", partial(key_door, app.state.service.keys), "run", "move")

    @router.post("/empty")
    async def empty(_request: Asked, body: MoveBody) -> Response:
        return Response(b"{}", media_type="application/json")

    app.router.routes[1:1] = router.routes
    run(app, "127.0.0.1", 0, lambda said: print(said, flush=True))


@contextmanager
def measured_service(place: Path) -> Iterator[Service]:
    """The service in a process of its own."""
    folder = make_workspace(place / "pasta", FRESH, formula=FORMULA)
    with (place / "log").open("w") as log:
        command = [sys.executable, __file__, SERVE, str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            said = process.stdout.readline()
            assert "http://" in said, (place / "log").read_text()
            yield Service(said.split()[-1].rstrip("/"), new_key(folder, "read", "run", "move"), folder, process)
        finally:
            process.terminate()
            process.wait(30)


def said(name: str, times: list[float]) -> None:
    """Percentiles in milliseconds."""
    cuts = statistics.quantiles(times, n=1000)
    shown = ", ".join(f"p{part / 10:g} {cuts[part - 1] * 1000:.2f} ms" for part in (500, 950, 990))
    print(f"{name}: {shown} ({len(times)})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--connections", type=int, default=8)
    given = parser.parse_args()
    uvloop.install()
    with tempfile.TemporaryDirectory() as place, measured_service(Path(place)) as service:
        said("plan in process", in_process(service.folder, 2000))
        plans, health = request_bytes(service, "POST", "/v1/plans", ADVANCE), request_bytes(service, "GET", "/healthz")
        empty = request_bytes(service, "POST", "/v1/empty", ADVANCE)
        asyncio.run(at_rate(service, plans, given.rate, 2))
        said(f"POST /v1/plans at {given.rate:g}/s", asyncio.run(at_rate(service, plans, given.rate, given.seconds)))
        asked = [request_bytes(service, "POST", "/v1/plans", ADVANCE | {"ticket": f"1;1;{n}"}) for n in range(1, FRESH + 1)]
        messages = {"plans": asked[:TICKETS], "fresh": asked, "one plan": [plans], "empty": [empty], "healthz": [health]}
        share_of_empty(service, messages, given.connections, given.seconds)


ROUNDS = 9


def share_of_empty(service: Service, messages: dict[str, list[bytes]], count: int, seconds: float) -> None:
    """Plans of many tickets in turn, of very many, and of one ticket, against the two handlers that do nothing; the median round and the
    best."""
    process = psutil.Process(service.process.pid)
    rates: dict[str, list[float]] = {name: [] for name in messages}
    for _ in range(ROUNDS):
        for name, message in messages.items():
            before = processor_seconds(process)
            rates[name].append(at_most(service, message, count, seconds / ROUNDS / len(messages)))
            after = processor_seconds(process)
            asked = rates[name][-1] * seconds / ROUNDS / len(messages)
            used = [1000 * (new - old) / asked for old, new in zip(before, after, strict=True)]
            print(f"{name:8} {rates[name][-1]:6.0f}/s, processor {used[0]:.3f} ms serving, {used[1]:.3f} ms deciding")
    for plans in ("plans", "fresh", "one plan"):
        for name in ("empty", "healthz"):
            shares = [made / nothing for made, nothing in zip(rates[plans], rates[name], strict=True)]
            best = max(rates[plans]) / max(rates[name])
            print(f"{plans} over {name} (asked: 40 %): median {statistics.median(shares):.0%}, best rounds {best:.0%}")


if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        serve_with_empty_handler(sys.argv[2])
    else:
        main()

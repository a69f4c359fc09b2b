"""How long a plan takes: in this process, and over HTTP at a steady rate; and how many the service makes against an
empty handler of the same service.

    python benchmarks/serving.py [--seconds N] [--rate N] [--connections N]

The formula has 40 lines, the workspace is the small one of the tests on SQLite. The service is the real command in a
process of its own, with its usual processes and log; the client is this process, over keep-alive connections.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from service import ADVANCE, Service, running_service  # noqa: E402

from routing.decision import Request  # noqa: E402
from routing.service import open_desk  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 0)
BRANCHES = "\n".join(
    f"SE CAMPOATENDIMENTO('ASSUNTO') = 'Caso {number}' ENTAO\n  SETVAR(PONTOS, PONTOS + {number})\nFIMSE;"
    for number in range(11)
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

Send = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


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


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> None:
    """One request and its whole answer, which must be a 200."""
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)


async def at_rate(service: Service, message: bytes, rate: float, seconds: float) -> list[float]:
    """Seconds from when each request was due to its answer, at a steady rate over as many connections as needed."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(8):
        free.put_nowait(await asyncio.open_connection(*service.address))
    times: list[float] = []

    async def one(due: float) -> None:
        pair = await free.get()
        await exchange(*pair, message)
        times.append(time.perf_counter() - due)
        free.put_nowait(pair)

    start, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return times


async def at_most(service: Service, message: bytes, connections: int, seconds: float) -> float:
    """Answers a second when each connection asks again at once."""
    until, done = time.perf_counter() + seconds, 0

    async def ask() -> None:
        nonlocal done
        pair = await asyncio.open_connection(*service.address)
        while time.perf_counter() < until:
            await exchange(*pair, message)
            done += 1
        pair[1].close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return done / seconds


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
    with tempfile.TemporaryDirectory() as place, running_service(Path(place) / "pasta", formula=FORMULA) as service:
        said("plan in process", in_process(service.folder, 2000))
        plans, empty = request_bytes(service, "POST", "/v1/plans", ADVANCE), request_bytes(service, "GET", "/healthz")
        asyncio.run(at_rate(service, plans, given.rate, 2))
        said(f"POST /v1/plans at {given.rate:g}/s", asyncio.run(at_rate(service, plans, given.rate, given.seconds)))
        shares = []
        for _ in range(3):
            nothing = asyncio.run(at_most(service, empty, given.connections, given.seconds / 3))
            made = asyncio.run(at_most(service, plans, given.connections, given.seconds / 3))
            shares.append(made / nothing)
            print(f"empty handler {nothing:.0f}/s, plans {made:.0f}/s: {made / nothing:.0%}")
        print(f"share of the empty handler, median: {statistics.median(shares):.0%}")


if __name__ == "__main__":
    main()

"""Callers that close their connection before the answer: what works for them ends soon, what moves is kept."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator

import httpx
import pytest
from kit.service import ADVANCE, Service, running_service

ENDLESS = {"text": "DECL I; SETVAR(I, 0); ENQUANTO 1 = 1 FACA SETVAR(I, I + 1) FIMENQ; I"}
SETTINGS = """
[limites]
passos = 1000000000
[servico]
segundos_formula = 60.0
segundos_movimento = 60.0
"""
SLOW = "DECL I; SETVAR(I, 0); ENQUANTO I < 2000000 FACA SETVAR(I, I + 1) FIMENQ; '1;3'"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico"), SETTINGS, formula=SLOW) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def asked(service: Service, path: str, body: object) -> socket.socket:
    """A connection on which a whole request was sent."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {service.address[0]}:{service.address[1]}\r\n"
        f"Authorization: Bearer {service.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection = socket.create_connection(service.address)
    connection.sendall(head.encode() + content)
    return connection


def reset(connection: socket.socket) -> None:
    """Break a connection off, as a killed program does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def metric(client: httpx.Client, name: str, pool: str) -> int:
    lines = client.get("/metrics").text.splitlines()
    (found,) = [line for line in lines if line.startswith(f'repasse_pool_{name}{{pool="{pool}"}}')]
    return int(float(found.split()[-1]))


def wait_for(client: httpx.Client, name: str, pool: str, wanted: int, seconds: float = 15.0) -> float:
    """How long it took until a gauge had a value."""
    start = time.monotonic()
    while metric(client, name, pool) != wanted:
        assert time.monotonic() - start < seconds
        time.sleep(0.02)
    return time.monotonic() - start


@pytest.mark.parametrize(("path", "pool"), [("/v1/run", "run"), ("/v1/explain", "run"), ("/sandbox/run", "sandbox")])
@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_an_endless_formula_ends_soon_after_its_caller_has_gone(
    service: Service, client: httpx.Client, path: str, pool: str, leave
) -> None:
    killed = metric(client, "killed_total", pool)
    connection = asked(service, path, ENDLESS)
    wait_for(client, "busy", pool, 1)
    leave(connection)
    # Its own deadline would be a minute away.
    assert wait_for(client, "busy", pool, 0) < 5
    assert metric(client, "killed_total", pool) == killed + 1
    assert client.post("/v1/run", json={"text": "1 + 1"}).json()["value"]["value"] == "2"


def test_those_who_wait_in_line_and_leave_are_not_worked_for(service: Service, client: httpx.Client) -> None:
    first = [asked(service, "/v1/run", ENDLESS) for _ in range(6)]
    wait_for(client, "waiting", "run", 5)
    for connection in first[::-1]:
        connection.close()
    assert wait_for(client, "waiting", "run", 0) < 5
    assert wait_for(client, "busy", "run", 0) < 5


def test_a_plan_ends_with_its_caller(service: Service, client: httpx.Client) -> None:
    start = time.monotonic()
    assert client.post("/v1/plans", json=ADVANCE).json()["status"] == "planned"
    whole = time.monotonic() - start
    killed = metric(client, "killed_total", "desk")
    connection = asked(service, "/v1/plans", ADVANCE)
    wait_for(client, "busy", "desk", 1)
    connection.close()
    wait_for(client, "busy", "desk", 0)
    assert whole > 0.5, "the formula must take longer than the patience with a caller that has gone"
    assert metric(client, "killed_total", "desk") == killed + 1


def test_a_move_is_made_though_its_caller_has_gone(service: Service, client: httpx.Client) -> None:
    killed = metric(client, "killed_total", "desk")
    connection = asked(service, "/v1/moves", ADVANCE)
    wait_for(client, "busy", "desk", 1)
    connection.close()
    wait_for(client, "busy", "desk", 0, 60)
    assert client.get("/v1/tickets/1;1;1").json()["ticket"]["version"] == 2
    assert metric(client, "killed_total", "desk") == killed


def test_the_log_says_that_nobody_waited(service: Service, client: httpx.Client) -> None:
    connection = asked(service, "/v1/run", ENDLESS)
    wait_for(client, "busy", "run", 1)
    connection.close()
    wait_for(client, "busy", "run", 0)
    assert service.logged("request", route="/v1/run", status=400)

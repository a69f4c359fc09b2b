"""Hostile callers of the HTTP service: endless formulas, floods, slow and broken connections, killed processes."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest
from kit.service import ADVANCE, Service, new_key, running_service

ENDLESS = "DECL I; SETVAR(I, 0); ENQUANTO 1 = 1 FACA SETVAR(I, I + 1) FIMENQ; I"
SETTINGS = """
[limites]
passos = 1000000000
[servico]
segundos_cabecalho = 1.0
segundos_corpo = 1.0
segundos_formula = 1.5
segundos_movimento = 3.0
fila = 6
pedidos = 24
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico"), SETTINGS, tickets=9) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        wait_ready(made)
        yield made


def wait_ready(client: httpx.Client) -> None:
    """Killed processes are replaced meanwhile."""
    until = time.monotonic() + 60
    while client.post("/v1/run", json={"text": "1"}).status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_default_limit_stops_an_endless_formula_long_before_the_deadline(client: httpx.Client) -> None:
    document = client.post("/v1/run", json={"text": ENDLESS, "limits": {"steps": 200_000}}).json()
    assert (document["status"], document["diagnostics"][0]["code"]) == ("fault", "limite-passos")


def test_the_deadline_ends_an_endless_formula(client: httpx.Client) -> None:
    start = time.monotonic()
    answer = client.post("/v1/run", json={"text": ENDLESS})
    assert (answer.status_code, answer.json()["code"]) == (504, "prazo-esgotado")
    assert time.monotonic() - start < 6
    assert 'repasse_pool_killed_total{pool="run"}' in client.get("/metrics").text


def test_endless_formulas_do_not_slow_the_others(service: Service, client: httpx.Client) -> None:
    stop = threading.Event()
    hostile = new_key(service.folder, "run")

    def attack() -> None:
        with service.client(hostile) as own:
            while not stop.is_set():
                own.post("/v1/run", json={"text": ENDLESS})

    attackers = [threading.Thread(target=attack) for _ in range(4)]
    for one in attackers:
        one.start()
    try:
        time.sleep(0.5)
        times, codes = [], []
        for _ in range(15):
            start = time.monotonic()
            codes.append(client.post("/v1/run", json={"text": "1 + 1"}).status_code)
            codes.append(client.post("/v1/plans", json=ADVANCE).status_code)
            times.append(time.monotonic() - start)
    finally:
        stop.set()
        for one in attackers:
            one.join()
    assert set(codes) == {200}
    # Each pair waits for no endless formula: a deadline would be 1.5 s.
    assert sorted(times)[len(times) // 2] < 0.75


def test_a_flood_of_one_caller_is_told_to_wait(service: Service, client: httpx.Client) -> None:
    def ask(_: int) -> tuple[int, str | None]:
        with service.client() as own:
            answer = own.post("/v1/run", json={"text": ENDLESS})
        return answer.status_code, answer.headers.get("retry-after")

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    assert (429, "1") in answers
    assert {status for status, _ in answers} <= {429, 503, 504}
    assert client.get("/healthz").status_code == 200


def test_a_sandbox_formula_cannot_eat_the_processes_of_programs(service: Service, client: httpx.Client) -> None:
    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(httpx.post, f"{service.url}/sandbox/run", json={"text": ENDLESS}, timeout=30) for _ in range(2)]
        time.sleep(0.2)
        assert client.post("/v1/run", json={"text": "1"}).status_code == 200
        assert not any(one.done() for one in busy), "the answer must not have waited for them"
        assert {one.result().status_code for one in busy} <= {503, 504}


def test_more_text_than_a_run_may_make_is_a_fault(client: httpx.Client) -> None:
    text = "DECL A; SETVAR(A, 'x'); ENQUANTO 1 = 1 FACA SETVAR(A, CONCAT(A, A)) FIMENQ; A"
    answer = client.post("/v1/run", json={"text": text})
    document = answer.json()
    assert document["diagnostics"][0]["code"] == "limite-texto"


def test_a_deeply_nested_formula_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/run", json={"text": "(" * 50_000 + "1" + ")" * 50_000})
    assert answer.status_code == 422
    assert answer.json()["diagnostics"]


@pytest.mark.usefixtures("client")
def test_a_killed_process_is_replaced(service: Service) -> None:
    children = psutil.Process(service.process.pid).children()
    assert len(children) >= 5
    for child in children:
        if "routing.http.workers.child" in child.cmdline():
            os.kill(child.pid, signal.SIGKILL)
    with service.client() as own:
        answers = [own.post("/v1/plans", json=ADVANCE).status_code for _ in range(3)]
        wait_ready(own)
        until = time.monotonic() + 60
        while own.post("/v1/plans", json=ADVANCE).status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert set(answers) <= {200, 503}


# ---------------------------------------------------------------- connections


def raw(service: Service, *parts: bytes, pause: float = 0.0, seconds: float = 8.0) -> bytes:
    """Send bytes as they are and read until the service closes or is silent."""
    with socket.create_connection(service.address, timeout=seconds) as connection:
        received = b""
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            while chunk := connection.recv(65_536):
                received += chunk
        except (TimeoutError, ConnectionError):
            pass
        return received


def test_a_head_that_never_ends_is_cut_off(service: Service, client: httpx.Client) -> None:
    start = time.monotonic()
    assert raw(service, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n") == b""
    assert time.monotonic() - start < 6
    assert client.get("/healthz").status_code == 200


def test_a_head_that_drips_is_cut_off(service: Service) -> None:
    start = time.monotonic()
    assert raw(service, b"GET /healthz HTTP/1.1\r\n", *(b"X-A: b\r\n" for _ in range(40)), pause=0.1) == b""
    assert time.monotonic() - start < 6


def test_a_body_that_never_comes_is_408(service: Service) -> None:
    head = (
        f"POST /v1/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    )
    answer = raw(service, head.encode(), b'{"text"')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"corpo-lento"' in answer


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/run HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/run HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x00" * 4096,
    ],
    ids=["tls hello", "version", "negative length", "two lengths", "long path", "zeros"],
)
def test_bytes_that_are_no_request_are_refused_and_the_service_stays(
    service: Service, client: httpx.Client, request_bytes: bytes
) -> None:
    answer = raw(service, request_bytes, seconds=4)
    assert answer[9:10] in {b"", b"4"}
    assert client.get("/healthz").status_code == 200


def test_many_idle_connections_leave_room(service: Service, client: httpx.Client) -> None:
    idle = [socket.create_connection(service.address) for _ in range(200)]
    try:
        assert client.get("/healthz").status_code == 200
        time.sleep(1.6)
        for one in idle:
            one.settimeout(4)
            assert one.recv(1) == b""
    finally:
        for one in idle:
            one.close()


def test_half_sent_bodies_keep_no_other_request_out(service: Service, client: httpx.Client) -> None:
    head = (
        f"POST /v1/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    ).encode()
    held = []
    try:
        for _ in range(30):
            connection = socket.create_connection(service.address)
            connection.sendall(head)
            held.append(connection)
        assert client.post("/v1/run", json={"text": "1 + 1"}).status_code == 200
        answers = [connection.recv(12) for connection in held if not connection.settimeout(6)]
    finally:
        for connection in held:
            connection.close()
    assert answers == [b"HTTP/1.1 408"] * 30


def test_a_caller_that_leaves_does_not_keep_its_process(service: Service, client: httpx.Client) -> None:
    body = b'{"text": "1 + 1"}'
    head = (
        f"POST /v1/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    for _ in range(20):
        with socket.create_connection(service.address) as connection:
            connection.sendall(head + body)
    until = time.monotonic() + 20
    while 'repasse_pool_busy{pool="run"} 0' not in client.get("/metrics").text:
        assert time.monotonic() < until
    wait_ready(client)


def test_told_to_stop_the_service_ends_well_and_leaves_no_process(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_service(tmp_path_factory.mktemp("parar")) as running:
        children = psutil.Process(running.process.pid).children()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0
        _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_a_long_formula_of_the_site_slows_nobody_but_its_own_plans(tmp_path_factory: pytest.TempPathFactory) -> None:
    stop = threading.Event()
    settings = "[limites]\npassos = 1000000000\n[servico]\nsegundos_movimento = 2.0\n"
    with running_service(tmp_path_factory.mktemp("longa"), settings, formula=ENDLESS) as running:
        asked: list[int] = []

        def ask() -> None:
            with running.client() as own:
                while not stop.is_set():
                    asked.append(own.post("/v1/plans", json=ADVANCE).status_code)

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for one in askers:
            one.start()
        try:
            with running.client() as client:
                time.sleep(0.5)
                healths, runs = [], []
                for _ in range(20):
                    start = time.monotonic()
                    assert client.get("/healthz").status_code == 200
                    healths.append(time.monotonic() - start)
                    start = time.monotonic()
                    assert client.post("/v1/run", json={"text": "1 + 1"}).status_code == 200
                    runs.append(time.monotonic() - start)
        finally:
            stop.set()
            for one in askers:
                one.join()
    assert set(asked) <= {503, 504}
    # A deadline is two seconds away: nobody else waits for an endless plan.
    assert sorted(healths)[10] < 0.3
    assert sorted(runs)[10] < 0.75

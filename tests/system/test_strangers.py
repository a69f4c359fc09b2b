"""What strangers may do to the service without keeping anybody else out: half bodies, long heads, big editors, strange hosts."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psutil
import pytest
from kit.service import ADVANCE, Service, running_service
from websockets.sync.client import connect

SETTINGS = """
[servico]
segundos_cabecalho = 20.0
segundos_corpo = 20.0
estado_com_chave = true
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("estranhos"), SETTINGS, tickets=3) as running:
        yield running


def opened(service: Service, stack: ExitStack, data: bytes) -> socket.socket:
    """A connection that has said some bytes."""
    made = stack.enter_context(socket.create_connection(service.address, timeout=10))
    made.sendall(data)
    return made


HALF = b"POST /sandbox/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{"


def test_half_bodies_and_slow_heads_keep_nobody_out(service: Service) -> None:
    with ExitStack() as stack, service.client() as client:
        for _ in range(300):
            opened(service, stack, HALF)
        for _ in range(100):
            opened(service, stack, b"POST /v1/run HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        time.sleep(0.5)
        taken = []
        for _ in range(60):
            begun = time.perf_counter()
            assert client.get("/healthz").status_code == 200
            taken.append(time.perf_counter() - begun)
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1/functions").status_code == 200
        assert sorted(taken)[-2] < 0.5


def test_whole_bodies_pass_beside_some_half_ones(service: Service) -> None:
    with ExitStack() as stack, service.client() as client:
        for _ in range(130):
            opened(service, stack, HALF)
        time.sleep(0.3)
        assert client.post("/v1/run", json={"text": "1 + 1"}).status_code == 200
        assert client.post("/v1/plans", json=ADVANCE).status_code == 200


@pytest.mark.parametrize("shape", ["one line", "many lines", "in pieces", "path"])
def test_a_head_that_is_too_long_is_refused(service: Service, shape: str) -> None:
    heads = {
        "one line": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n",
        "many lines": b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-A: aaaaaaaaaaaaaa\r\n" * 5_000 + b"\r\n",
        "in pieces": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 5_000_000,
        "path": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    }
    with socket.create_connection(service.address, timeout=10) as made:
        answer = b""
        try:
            made.sendall(heads[shape])
            answer = made.recv(4_000)
        except (BrokenPipeError, ConnectionResetError):
            assert shape == "in pieces"
        assert answer.startswith(b"HTTP/1.1 431 ") or (shape == "in pieces" and not answer)
    with service.client() as client:
        assert client.get("/healthz", headers={"X-A": "a" * 20_000}).status_code == 200
        assert psutil.Process(service.process.pid).memory_info().rss < 300 << 20


def test_metrics_and_the_document_may_ask_for_a_key(service: Service) -> None:
    with service.client("") as stranger, service.client() as client:
        assert [stranger.get(path).status_code for path in ("/metrics", "/openapi.json")] == [401, 404]
        text = client.get("/metrics").text
        assert 'repasse_pool_processes{pool="run"} 2' in text
        assert "repasse_store_up 1" in text
        assert "repasse_build_info{version=" in text


def test_no_cache_keeps_tickets(service: Service) -> None:
    with service.client() as client:
        for path in ("/v1/tickets/1;1;1", "/healthz", "/v1/functions"):
            assert client.get(path).headers["cache-control"] == "no-store", path


def test_half_a_character_is_refused_by_name(service: Service) -> None:
    body = b'{"ticket":"1;1;99","action":"open","actor":"1;2","draft":{"tipo":10,"assunto":"a\\ud83d"}}'
    with service.client() as client:
        answer = client.post("/v1/moves", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "texto-invalido")
        assert "draft.assunto" in answer.json()["detail"]


def test_a_forwarded_address_is_not_believed(service: Service) -> None:
    """The page's turns go by address: a visitor who names another each time waits in his own line."""
    with service.client() as client:
        answer = client.post("/sandbox/run", json={"text": "1"}, headers={"X-Forwarded-For": "10.0.0.1", "Origin": service.url})
        assert answer.status_code == 200


def editors(service: Service) -> list[psutil.Process]:
    """The language servers of the service."""
    every = psutil.Process(service.process.pid).children(recursive=True)
    return [one for one in every if "repl.editor.lsp" in one.cmdline()]


def test_an_editor_process_holds_little_and_gives_back(service: Service) -> None:
    text = "A1; " * 20_000
    for _ in range(2):
        with connect(service.url.replace("http", "ws") + "/lsp", origin=service.url, max_size=None) as page:
            say(page, 1, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
            assert "capabilities" in page.recv(timeout=60)
            for number in range(6):
                document = {"uri": f"inmemory://{number}", "languageId": "rm", "version": 1, "text": text}
                say(page, None, "textDocument/didOpen", {"textDocument": document})
                where = {"textDocument": {"uri": f"inmemory://{number}"}, "position": {"line": 0, "character": 1}}
                say(page, 10 + number, "textDocument/hover", where)
            until = time.monotonic() + 120
            while f'"id":{15}' not in (said := page.recv(timeout=120)).replace(" ", ""):
                assert time.monotonic() < until, said
            assert all(one.memory_info().rss < 320 << 20 for one in editors(service))
    until = time.monotonic() + 20
    while any(one.memory_info().rss > 170 << 20 for one in editors(service)):
        assert time.monotonic() < until
        time.sleep(0.5)


def say(page: object, number: int | None, method: str, params: object) -> None:
    """A message of the protocol."""
    told = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
    page.send(json.dumps(told))  # type: ignore[attr-defined]


def test_the_log_has_no_traceback_of_those_who_left(service: Service) -> None:
    with ExitStack() as stack:
        for _ in range(5):
            opened(service, stack, b"GET /v1/functions HTTP/1.1\r\nHost: a\r\n\r\n")
    with pytest.raises(httpx.HTTPError), httpx.Client(base_url=service.url, timeout=0.01) as client:
        client.get("/sandbox/example")
    time.sleep(0.5)
    assert not [line for line in service.lines if not line.startswith("{")]

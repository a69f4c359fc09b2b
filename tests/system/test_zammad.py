"""The bridge to Zammad over HTTP: the real service and the real bridge, against a stub that answers as Zammad's API documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from kit.paths import ROOT
from kit.service import new_key, served

from routing import Request, open_desk

EXAMPLE = ROOT / "examples" / "zammad"
TOKEN, HOOK_TOKEN = "zammad-token", "gancho"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
PEOPLE = {"olivia@exemplo.com.br", "paulo@exemplo.com.br", "entrada@exemplo.com.br"}


class Zammad(BaseHTTPRequestHandler):
    """``PUT /api/v1/tickets/{id}`` (docs.zammad.org, Ticket API): token, JSON, 422 for an owner nobody is, articles are appended."""

    tickets: dict[int, dict[str, Any]]

    def do_PUT(self) -> None:
        change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = int(self.path.rsplit("/", 1)[1])
        if self.headers["Authorization"] != f"Token token={TOKEN}":
            return self.answer(401, {"error": "Invalid BasicAuth credentials"})
        if number not in self.tickets:
            return self.answer(404, {"error": "Couldn't find Ticket"})
        if "owner" in change and change["owner"] not in PEOPLE:
            return self.answer(422, {"error": "No lookup value found for 'owner'"})
        ticket = self.tickets[number]
        ticket.setdefault("articles", []).append(change.pop("article"))
        ticket |= change
        return self.answer(200, ticket)

    def answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@attrs.frozen
class Setting:
    """The bridge's address, Zammad's tickets, the workspace."""

    url: str
    tickets: dict[int, dict[str, Any]]
    folder: Path

    def hook(
        self, number: int, delivery: str, title: str = "Segunda via", group: str = "Users", priority: str = "2 normal"
    ) -> httpx.Response:
        """What Zammad's webhook sends."""
        ticket = {
            "id": number, "number": f"3100{number}", "title": title, "group": {"name": group}, "priority": {"name": priority},
            "created_by": {"email": "entrada@exemplo.com.br"}, "state": {"name": "new"},
        }  # fmt: skip
        body = json.dumps({"ticket": ticket, "article": {"body": "…"}}).encode()
        signature = "sha1=" + hmac.new(HOOK_TOKEN.encode(), body, hashlib.sha1).hexdigest()
        headers = {"X-Hub-Signature": signature, "X-Zammad-Delivery": delivery, "Content-Type": "application/json"}
        return httpx.post(f"{self.url}/zammad", content=body, headers=headers, timeout=60)


@contextmanager
def zammad() -> Iterator[tuple[str, dict[int, dict[str, Any]]]]:
    Zammad.tickets = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Zammad)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", Zammad.tickets
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = Path(shutil.copytree(EXAMPLE / "ambiente", tmp_path_factory.mktemp("zammad") / "ambiente"))
    with zammad() as (zammad_url, tickets), served("--workspace", str(folder)) as (_, repasse_url, _):
        port = free_port()
        environment = {
            **os.environ, "ZAMMAD_URL": zammad_url, "ZAMMAD_TOKEN": TOKEN, "ZAMMAD_SEGREDO": HOOK_TOKEN, "REPASSE_URL": repasse_url,
            "REPASSE_CHAVE": new_key(folder, "read", "move"), "REPASSE_AMBIENTE": str(folder), "REPASSE_WEBHOOK_SEGREDO": SECRET,
        }  # fmt: skip
        bridge = subprocess.Popen([sys.executable, str(EXAMPLE / "ponte.py"), str(port)], env=environment)
        try:
            wait_for(port)
            yield Setting(f"http://127.0.0.1:{port}", tickets, folder)
        finally:
            bridge.terminate()
            bridge.wait(10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def test_a_new_ticket_gets_the_owner_that_the_formula_chooses_and_why(setting: Setting) -> None:
    setting.tickets[71] = {"id": 71}
    assert setting.hook(71, "entrega-71", group="Faturas").status_code == 204
    assert setting.tickets[71]["owner"] == "olivia@exemplo.com.br"
    (article,) = setting.tickets[71]["articles"]
    assert article["internal"] is True
    assert "GRUPO = 'Faturas' é VERDADE" in article["body"]


def test_a_queue_becomes_the_group(setting: Setting) -> None:
    setting.tickets[72] = {"id": 72}
    assert setting.hook(72, "entrega-72").status_code == 204
    assert (setting.tickets[72]["group"], setting.tickets[72]["owner_id"]) == ("Users", 1)


def test_a_delivery_that_comes_twice_moves_once(setting: Setting) -> None:
    setting.tickets[73] = {"id": 73}
    assert [setting.hook(73, "entrega-73", priority="3 high").status_code for _ in range(2)] == [204, 204]
    assert {article["subject"] for article in setting.tickets[73]["articles"]} == {"Repasse"}
    assert setting.tickets[73]["owner"] == "paulo@exemplo.com.br"
    with open_desk(str(setting.folder)) as desk:
        assert desk.show("1;1;73")["ticket"]["version"] == desk.show("1;1;71")["ticket"]["version"]


def test_a_refused_move_is_told_to_those_who_see_the_ticket(setting: Setting) -> None:
    setting.tickets[74] = {"id": 74}
    assert setting.hook(74, "entrega-74", title="").status_code == 204
    (article,) = setting.tickets[74]["articles"]
    assert article["subject"] == "Repasse recusado"
    assert "assunto" in article["body"].lower()


def test_a_move_made_elsewhere_reaches_zammad(setting: Setting) -> None:
    setting.tickets[75] = {"id": 75}
    assert setting.hook(75, "entrega-75", group="Faturas").status_code == 204
    with open_desk(str(setting.folder)) as desk:
        moved = desk.move("1;1;75", Request(action="handoff", to="1;3", actor="1;1"), datetime.now())
        assert moved.status == "moved", moved.reason
        event = [one for one in desk.events(0, 1000)["events"] if one["ticket"] == "1;1;75" and one["type"] == "ticket.moved"][-1]
    body = json.dumps(event, default=str).encode()
    number, when = str(event["id"]), str(int(time.time()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{number}.{when}.".encode() + body, "sha256")).decode()
    headers = {"webhook-id": number, "webhook-timestamp": when, "webhook-signature": f"v1,{signature}"}
    assert httpx.post(f"{setting.url}/repasse", content=body, headers=headers, timeout=30).status_code == 204
    assert setting.tickets[75]["owner"] == "paulo@exemplo.com.br"
    assert httpx.post(f"{setting.url}/repasse", content=body + b" ", headers=headers, timeout=30).status_code == 401


def test_who_does_not_sign_is_sent_away(setting: Setting) -> None:
    assert httpx.post(f"{setting.url}/zammad", content=b"{}", timeout=30).status_code == 401
    assert httpx.post(f"{setting.url}/outra", content=b"{}", timeout=30).status_code == 404

"""Addresses are told what happens over a real socket: signed, in order, at least once, again and again until they take it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
import pytest
from kit.servers import smtp_server
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook

from routing.desk.desk import Desk
from routing.desk.worker import work
from routing.domain.decision import Request
from routing.failures import SettingsFault
from routing.setting_hooks import read_hooks
from routing.store import tables
from routing.store.engine import reading, writing
from routing.webhooks import tell_all

pytestmark = pytest.mark.slow

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@attrs.define
class Follower:
    """An address: what it took, and what it answers next (a status, or seconds to sleep); 200 when nothing is said."""

    url: str = ""
    got: list[dict[str, Any]] = attrs.field(factory=list)
    answers: list[int | float] = attrs.field(factory=list)


@contextmanager
def follower() -> Iterator[Follower]:
    here = Follower()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = here.answers.pop(0) if here.answers else 200
            if isinstance(answer, float):
                time.sleep(answer)
                return
            if answer == 200:
                here.got.append(Webhook(SECRET).verify(body, dict(self.headers)) | {"name": self.headers["webhook-id"]})
            self.send_response(answer)
            if answer == 302:
                self.send_header("Location", here.url + "/outro")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}/ganchos"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


def settings(url: str, more: str = "") -> str:
    return f'[[webhook]]\nurl = "{url}"\nsegredo = "{SECRET}"\n{more}'


def due_again(desk: Desk) -> None:
    with writing(desk.store.engine) as connection:
        connection.execute(update(tables.webhook).values(next_at=NOW.astimezone() - timedelta(days=999)))
        connection.commit()


def tell(desk: Desk) -> None:
    tell_all(desk.store, desk.settings.hooks, desk.site.zone)


def test_an_address_gets_every_event_signed_and_in_order(desk_of: OpenDesk) -> None:
    with follower() as there:
        desk = desk_of(settings=settings(there.url))
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        desk.move("1;1;2", Request(action="note", actor="1;2", text="visto"), NOW)
        tell(desk)
        tell(desk)  # nothing twice
        assert [one["id"] for one in there.got] == [1, 2, 3]
        assert [one["name"] for one in there.got] == ["1", "2", "3"]
        assert [one["type"] for one in there.got] == ["rules.published", "ticket.moved", "ticket.noted"]
        assert there.got[1]["at"][:19] == NOW.isoformat()
        assert there.got[1]["decision"] == desk.decisions("1;1;1")[0]


def test_what_an_address_does_not_take_comes_again_before_anything_else(desk_of: OpenDesk) -> None:
    with follower() as there:
        desk = desk_of(settings=settings(there.url))
        for turn in range(4):
            desk.move("1;1;1", Request(action="note", actor="1;2", text=f"{turn}"), NOW)
        there.answers = [200, 200, 500]
        tell(desk)
        assert [one["id"] for one in there.got] == [1, 2]
        tell(desk)  # not due yet
        assert len(there.got) == 2
        for refused in (404, 302, 410):
            due_again(desk)
            there.answers = [refused]
            tell(desk)
            assert len(there.got) == 2
        with reading(desk.store.engine) as connection:
            row = connection.execute(select(tables.webhook)).one()
        assert (row.attempts, row.fault, row.place) == (4, "HTTP 410", 2)
        due_again(desk)
        tell(desk)
        assert [one["id"] for one in there.got] == [1, 2, 3, 4, 5]


def test_an_address_that_is_away_or_hangs_loses_nothing(desk_of: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.webhooks.TIMEOUT", 0.3)
    with follower() as gone:
        pass
    desk = desk_of(settings=settings(gone.url))
    desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    tell(desk)
    with follower() as there:
        hooks = (attrs.evolve(desk.settings.hooks[0], url=there.url),)
        there.answers = [1.0]
        tell_all(desk.store, hooks, None)
        assert there.got == []
        due_again(desk)
        tell_all(desk.store, hooks, None)
        assert [one["id"] for one in there.got] == [1, 2]


def test_only_the_events_asked_for_and_only_from_where_it_is_said(desk_of: OpenDesk) -> None:
    with follower() as some, follower() as late:
        more = settings(late.url, "desde = 2")
        desk = desk_of(settings=settings(some.url, 'eventos = ["ticket.noted"]\n') + more)
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        desk.move("1;1;2", Request(action="note", actor="1;2", text="visto"), NOW)
        tell(desk)
        assert [one["id"] for one in some.got] == [3]
        assert [one["id"] for one in late.got] == [3]


def test_the_worker_tells_and_two_at_once_tell_each_event_once(desk_of: OpenDesk) -> None:
    with follower() as there:
        desk = desk_of(settings=settings(there.url))
        desk.move("1;1;1", Request(action="note", actor="1;2", text="visto"), NOW)
        work(desk, drain=True)
        assert [one["id"] for one in there.got] == [1, 2]
        for turn in range(10):
            desk.move("1;1;1", Request(action="note", actor="1;2", text=f"{turn}"), NOW)
        threads = [threading.Thread(target=tell, args=[desk]) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert [one["id"] for one in there.got] == list(range(1, 13))


def test_once_tells_also_of_the_mails_that_it_sent(desk_of: OpenDesk) -> None:
    with follower() as there, smtp_server() as post:
        mail = f'[smtp]\nservidor = "127.0.0.1"\nporta = {post.port}\nseguranca = "nenhuma"\nremetente = "eu@exemplo.com.br"\n'
        desk = desk_of(settings=mail + settings(there.url))
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        work(desk, drain=True)
        assert [one["type"] for one in there.got] == ["rules.published", "ticket.moved", "mail.sent", "mail.sent"]


WRONG = {
    '[[webhook]]\nurl = "ftp://x"\nsegredo = "S"': "'url' precisa de um endereço http ou https",
    '[[webhook]]\nsegredo = "S"': "'url' precisa",
    '[[webhook]]\nurl = "http://x.example.com"\nsegredo = "abc"': "'segredo' precisa de 'whsec_'",
    '[[webhook]]\nurl = "http://x.example.com"': "'segredo' precisa",
    '[[webhook]]\nurl = "http://x.example.com"\nsegredo = "S"\neventos = ["ticket.move"]': "o evento 'ticket.move' não existe",
    '[[webhook]]\nurl = "http://x.example.com"\nsegredo = "S"\nevento = []': "a chave 'evento' não existe",
    '[[webhook]]\nurl = "http://x.example.com"\nsegredo = "S"\ndesde = -1': "'desde' precisa do número",
    "webhook = 3": "é uma lista de tabelas",
}


@pytest.mark.parametrize(("text", "reason"), WRONG.items(), ids=WRONG.values())
def test_a_wrong_table_is_told_by_check_with_its_place(tmp_path, text: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    from kit.workspaces import make_workspace

    from routing import check_workspace

    folder = make_workspace(tmp_path / "pasta", settings=text.replace('"S"', f'"{SECRET}"'))
    ((path, faults),) = check_workspace(folder)
    assert (path.name, faults[0].code) == ("repasse.toml", "valor-invalido")
    assert reason in str(faults[0].message)


def test_the_secret_comes_from_the_environment_or_a_file_first(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = {"url": "http://x.example.com", "segredo": SECRET}
    other = "whsec_" + "B" * 32
    assert read_hooks({"webhook": [table]}, {})[0].secret == SECRET
    assert read_hooks({"webhook": [table]}, {"REPASSE_WEBHOOK_SEGREDO": other})[0].secret == other
    assert (
        read_hooks({"webhook": [table, {**table, "url": "http://y.example.com"}]}, {"REPASSE_WEBHOOK_SEGREDO_2": other})[0].secret
        == SECRET
    )
    (tmp_path / "s").write_text(other + "\n")
    assert read_hooks({"webhook": [{**table, "segredo_arquivo": str(tmp_path / "s")}]}, {})[0].secret == other
    with pytest.raises(SettingsFault, match="segredo_arquivo"):
        read_hooks({"webhook": [{**table, "segredo_arquivo": str(tmp_path / "nada")}]}, {})
    with pytest.raises(SettingsFault, match="dois"):
        read_hooks({"webhook": [table, table]}, {})
    assert SECRET not in repr(read_hooks({"webhook": [table]}, {}))


def test_what_the_store_keeps_has_neither_address_nor_secret(desk_of: OpenDesk) -> None:
    with follower() as there:
        desk = desk_of(settings=settings(there.url + "?chave=abc"))
        tell(desk)
        with reading(desk.store.engine) as connection:
            assert "chave" not in json.dumps([str(one) for one in connection.execute(select(tables.webhook)).all()])

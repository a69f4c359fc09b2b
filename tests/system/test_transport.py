"""A plugin's way of sending mail, from a distribution that is really installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401

from routing.desk.worker import work
from routing.domain.decision import Request
from routing.plugins import installed

ADVANCE = Request(action="advance", actor="1;2")
MODULE = """
from pathlib import Path
from routing.mail.courier import Delivered
from routing.plugins import Plugin

FOLDER = Path(__file__).parent / "enviados"

async def keep(mail, sender, recipients, smtp):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / mail["Message-ID"].strip("<>")).write_bytes(mail.as_bytes())
    return Delivered()

plugin = Plugin(mail_transports={"pasta": keep})
"""


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "instalado"
    info = folder / "correio_de_pasta-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "correio_de_pasta.py").write_text(MODULE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: correio_de_pasta\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[repasse.plugins]\ncorreio = correio_de_pasta:plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    installed.cache_clear()
    yield folder
    installed.cache_clear()
    sys.modules.pop("correio_de_pasta", None)


SETTINGS = '[smtp]\ntransporte = "pasta"\nremetente = "atendimento@exemplo.com.br"\n'


def test_a_plugin_sends_the_mails(desk_of: OpenDesk, distribution: Path) -> None:
    desk = desk_of(settings=SETTINGS)
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    sent = desk.show("1;1;1")["mails"]
    assert {one["state"] for one in sent} == {"sent"}
    kept = {path.name for path in (distribution / "enviados").iterdir()}
    assert kept == {one["message_id"].strip("<>") for one in sent}


def test_a_transport_that_no_plugin_has_loses_no_mail(desk_of: OpenDesk) -> None:
    desk = desk_of(settings=SETTINGS)
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert {one["state"] for one in desk.show("1;1;1")["mails"]} == {"waiting"}

"""Erasing: nothing that names the person, and nothing of a client's texts, is in a dump of the store afterwards."""

from __future__ import annotations

import json
import sqlite3

import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures
from sqlalchemy import text

from routing import Request
from routing.deciding.correspondence import Letter
from routing.desk.erasing import subject_of
from routing.domain.model import Ticket, attendant_holder
from routing.failures import UnknownPerson
from routing.mail.outbox import Attachment
from routing.store.overall.erasing import GONE, erase

SETTINGS = """
[[anexo]]
nome = "PESQUISA"
campos = { NOTA = "numero", COMENTARIO = "texto" }
"""
SECRETS = (
    "Aurora",
    "aurora.example.com",
    "segredo da massa",
    "fermento roubado",
    "receita antiga",
    "muito salgado",
    "nota fiscal da vó",
)


def dump(store) -> str:
    """Everything that a dump of the database holds."""
    if store.is_sqlite:
        with sqlite3.connect(store.engine.url.database) as connection:
            return "\n".join(connection.iterdump())
    with store.engine.connect() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).scalars().all()
        return "\n".join(str(row[0]) for name in names for row in connection.execute(text(f'SELECT t::text FROM "{name}" AS t')))


@pytest.fixture
def used(desk_of: OpenDesk):
    """A client's ticket with texts in every place, and one of somebody else."""
    desk = desk_of(2, SETTINGS)
    desk.add(Ticket(
        coligada=1, locality=1, code=9, type=10, step=1, status="A", opener="1;2", holder=attendant_holder("1;2"), changed_at=NOW,
        client_kind="cliente", client_code="C100", subject="segredo da massa", request="fermento roubado", contact_owner="1;2",
        parameters={"PEDIDO": "receita antiga", "VALOR": 7},
    ))  # fmt: skip
    desk.move("1;1;9", Request(action="annex", actor="1;2", kind="PESQUISA", set=(("COMENTARIO", "muito salgado"),)), NOW)
    desk.move("1;1;9", Request(action="note", actor="1;2", text="a PADARIA AURORA ligou: fermento roubado", kind="request"), NOW)
    desk.move("1;1;9", Request(action="advance", actor="1;2"), NOW)
    desk.write(
        "1;1;9",
        Letter("1;2", "contato@aurora.example.com"),
        NOW,
        [Attachment("nota fiscal da vó.txt", "text/plain", b"segredo da massa")],
    )
    desk.move("1;1;1", Request(action="note", actor="1;2", text="igual ao da padária  aurora, ou contato@aurora.example.com"), NOW)
    desk.move("1;1;1", Request(action="handoff", actor="1;2", to="1;3", justification="Célia Nóbrega pediu"), NOW)
    return desk


def test_a_client_is_gone_from_a_dump_and_the_rest_stays(used):
    found = subject_of(used.site, "C100")
    before = dump(used.store)
    assert [one for one in SECRETS if one.lower() not in before.lower()] == []
    counts = erase(used.store, found.subject, really=False)
    assert dump(used.store) == before
    assert erase(used.store, found.subject, really=True) == counts
    after = dump(used.store).lower()
    assert [one for one in (*SECRETS, "AURORA", "padária") if one.lower() in after] == []
    assert (counts["ticket"], counts["attachment"]) == (1, 1)
    shown = used.show("1;1;9")
    assert shown["ticket"]["subject"] == GONE
    assert shown["ticket"]["parameters"] == {"PEDIDO": GONE, "VALOR": 7}
    assert [one["to"] for one in shown["steps"]] == [2]
    other = used.show("1;1;1")["discussion"][0]["text"]
    assert other == f"igual ao da {GONE}, ou {GONE}"
    assert used.decision(1).after.subject == GONE
    assert erase(used.store, found.subject, really=True) == {}


def test_a_person_is_gone_and_the_key_stays(used):
    used.move("1;1;2", Request(action="handoff", actor="1;2", to="1;4"), NOW)
    found = subject_of(used.site, "célia nóbrega")
    assert erase(used.store, found.subject, really=True)["mail"] >= 1
    after = dump(used.store)
    rows = [line for line in after.splitlines() if "release_text" not in line and "diretorio" not in line]
    assert [one for one in ("Célia", "CELIA", "celia@exemplo.com.br") if any(one in line for line in rows)] == []
    assert used.ticket("1;1;2").holder == attendant_holder("1;4")
    assert "segredo da massa" in json.dumps(used.show("1;1;9"), ensure_ascii=False)


def test_who_is_nobody_is_refused_and_who_left_can_be_named(used):
    with pytest.raises(UnknownPerson):
        subject_of(used.site, "Ninguém")
    with pytest.raises(UnknownPerson):
        subject_of(used.site, "1;99")
    found = subject_of(used.site, "1;99", ["Célia Nóbrega"])
    assert not found.in_directory
    assert erase(used.store, found.subject, really=False)["handoff"] == 1

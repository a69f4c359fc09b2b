"""Who looked at a ticket while it lay in a queue (S:170); the opening mail by hand where a site asks for a contact (S:103)."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401
from sqlalchemy import text

from routing import Request
from routing.desk.desk import Desk
from routing.domain.model import Client
from routing.failures import UnknownTicket
from routing.reports.ticket_lines import TicketPage


def looked(desk: Desk, key: str = "1;1;1") -> list[tuple[str, str]]:
    return [(one["group"], one["by"]) for one in desk.show(key)["views"]]


def test_a_look_is_kept_once_for_each_time_in_the_queue(desk: Desk) -> None:
    desk.show("1;1;1", "1;3")
    assert looked(desk) == [], "it is in somebody's hands"
    to_queue = Request(action="handoff", to="5", actor="1;2")
    assert desk.move("1;1;1", to_queue, NOW).status == "moved"
    for viewer in ("1;3", "1;4", "1;3"):
        desk.show("1;1;1", viewer)
    assert looked(desk) == [("1;5", "1;3"), ("1;5", "1;4")]
    shown = desk.show("1;1;1")
    (line,) = [str(one) for one in TicketPage(shown, desk.site).lines() if "Célia" in str(one)]
    assert line.startswith("  grupo Suporte (1;5): Célia Nóbrega (1;4), ")
    assert desk.move("1;1;1", Request(action="claim", actor="1;3"), NOW).status == "moved"
    desk.show("1;1;1", "1;4")
    later = NOW.replace(year=2100)
    assert desk.move("1;1;1", attrs.evolve(to_queue, actor="1;3"), later).status == "moved"
    desk.show("1;1;1", "1;4")
    assert looked(desk) == [("1;5", "1;3"), ("1;5", "1;4"), ("1;5", "1;4")]


def test_who_does_not_see_it_leaves_no_trace(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="handoff", to="5", actor="1;2"), NOW)
    with desk.store.engine.begin() as connection:
        connection.execute(text("UPDATE ticket SET access_level = 99"))
    with pytest.raises(UnknownTicket):
        desk.show("1;1;1", "1;4")
    assert looked(desk) == []


@pytest.mark.parametrize(
    ("asks", "kind", "contact", "code"),
    [
        (True, "cliente", "", "cliente-sem-contato"),
        (True, "cliente", "1", None),
        (True, "prospect", "", None),
        (False, "cliente", "", None),
    ],
)
def test_the_opening_mail_by_hand_may_need_a_contact(
    desk_of: OpenDesk, asks: bool, kind: str, contact: str, code: str | None
) -> None:
    desk = desk_of(settings=f"[atendimento]\nabertura_pede_contato = {str(asks).lower()}\n")
    client = Client(kind=kind, code="C1", name="Padaria", email="casa@example.com", contact_emails={"1": "um@example.com"})
    desk.site = attrs.evolve(desk.site, people=attrs.evolve(desk.site.people, clients={client.key: client}))
    ticket = attrs.evolve(desk.ticket("1;1;1"), code=9, client_kind=kind, client_code="C1", client_contact=contact)
    desk.add(ticket)
    made = desk.plan("1;1;9", Request(action="mail", kind="opening", actor="1;2"), NOW + timedelta(minutes=1))
    assert (None if made.reason is None else made.reason.code) == code

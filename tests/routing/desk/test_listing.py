"""Lists and searches on both databases: filters, pages, cursors, words, and what a viewer may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401 - fixtures

from routing import Request
from routing.desk.listing import decision_list, ticket_list
from routing.domain.model import DiscussionEntry, Ticket, attendant_holder, group_holder
from routing.failures import UnknownPerson, UnknownTicket, WrongFilter

ANA = attendant_holder("1;3")


def ticket(code, **given):
    values = {"type": 10, "step": 1, "status": "A", "opener": "1;2", "holder": ANA, "changed_at": NOW, **given}
    return Ticket(coligada=1, locality=1, code=code, **values)


TICKETS = (
    ticket(101, subject="Impressora não liga", client_code="C100", client_kind="cliente", movement="2.1;77"),
    ticket(102, subject="IMPRESSORA NAO LIGA!", status="G", request="A tomada está quente"),
    ticket(103, subject="Nota fiscal", holder=group_holder("1;5"), solution="Reinstalar a impressora de notas"),
    ticket(104, subject="Folha", access_level=9, holder=attendant_holder("1;2"),
           discussion=(DiscussionEntry("Log", "o técnico viu a impressora", "1;2", NOW),)),
    ticket(105, subject="Folha de abril", status="F", opener="1;3"),
)  # fmt: skip


@pytest.fixture
def filled(desk_of: OpenDesk):
    made = desk_of(tickets=0)
    made.add(*TICKETS)
    return made


def codes(desk, **given):
    return [int(row["key"].split(";")[2]) for row in ticket_list(desk, given)["tickets"]]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, [105, 104, 103, 102, 101]),
        ({"status": "G"}, [102]),
        ({"status": "agendado a responder"}, [102]),
        ({"type": "10", "step": "1", "status": "F"}, [105]),
        ({"holder": "1;2"}, [104]),
        ({"holder": "ana lima"}, [105, 102, 101]),
        ({"queue": "1;5"}, [103]),
        ({"queue": "Suporte"}, [103]),
        ({"client": "C100"}, [101]),
        ({"client": "cliente;C100"}, [101]),
        ({"client": "pessoa;C100"}, []),
        ({"opener": "1;3"}, [105]),
        ({"movement": "2.1;77"}, [101]),
        ({"text": "impressora"}, [104, 103, 102, 101]),
        ({"text": "impressora nao"}, [102, 101]),
        ({"text": "Não Liga", "in": "assunto"}, [102, 101]),
        ({"text": "técnico folha", "any_word": True}, [105, 104]),
        ({"text": "impressora", "in": "solution,discussion"}, [104, 103]),
        ({"text": "tomada", "in": "subject"}, []),
        ({"text": "tomada", "in": "request", "status": "G"}, [102]),
        ({"text": "liga impressora"}, []),
        ({"same_subject": "1;1;101"}, [102, 101]),
        ({"same_subject": "1;1;104"}, [104]),
        ({"viewer": "1;3"}, [105, 104, 103, 102, 101]),
    ],
)
def test_filters(filled, given, wanted):
    assert codes(filled, **given) == wanted


def test_a_viewer_sees_what_his_level_lets_him_and_what_he_holds(desk_of: OpenDesk):
    made = desk_of(tickets=0)
    made.add(ticket(1, access_level=10), ticket(2, access_level=10, holder=attendant_holder("1;4")), ticket(3))
    assert codes(made, viewer="1;4") == [3, 2]
    assert codes(made, viewer="1;2") == [3]
    assert codes(made) == [3, 2, 1]


def test_pages_follow_each_other_without_gap(filled):
    seen, after = [], None
    while True:
        page = ticket_list(filled, {"limit": "2", "after": after})
        seen += [row["key"] for row in page["tickets"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"1;1;{code}" for code in (105, 104, 103, 102, 101)]


def test_a_cursor_of_another_list_is_refused(filled):
    cursor = ticket_list(filled, {"limit": "1"})["next"]
    for given in ({"status": "A", "after": cursor}, {"after": "abc"}, {"after": "ção"}, {"after": cursor[:-2]}):
        with pytest.raises(WrongFilter, match="não é desta lista"):
            ticket_list(filled, given)


@pytest.mark.parametrize(
    "given",
    [
        {"limit": "0"}, {"limit": "5000"}, {"limit": "x"}, {"type": "dez"}, {"status": "Z"}, {"step": "Gestor"}, {"text": "!!!"},
        {"type": "99"}, {"step": "77"}, {"type": "10", "step": "77"}, {"holder": "1;99"}, {"queue": "1;99"}, {"opener": "9;9"},
        {"client": "C999"}, {"client": "cliente;C999"}, {"client": "clinte;C100"}, {"holder": "1;99", "status": "F"},
        {"in": "assunto,corpo"}, {"queue": "ninguém"}, {"holder": "ninguém"}, {"holder": "1;2", "queue": "1;5"},
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused(filled, given):
    with pytest.raises(WrongFilter):
        ticket_list(filled, given)


def test_who_left_is_found_as_long_as_tickets_have_them_and_who_is_there_may_have_none(filled):
    filled.add(ticket(106, holder=attendant_holder("1;77"), opener="1;78", client_kind="cliente", client_code="X1", step=8))
    for given in ({"holder": "1;77"}, {"opener": "1;78"}, {"client": "X1"}, {"step": "8"}):
        assert codes(filled, **given) == [106]
        assert codes(filled, **given, status="F") == []
    for given in ({"holder": "1;4"}, {"opener": "1;4"}, {"step": "2"}, {"queue": "1;5", "status": "F"}):
        assert codes(filled, **given) == []


def test_an_unknown_viewer_and_a_ticket_nobody_sees(filled):
    with pytest.raises(UnknownPerson):
        ticket_list(filled, {"viewer": "1;99"})
    with pytest.raises(UnknownTicket):
        ticket_list(filled, {"same_subject": "1;1;999"})


def test_a_text_that_changes_is_found_as_it_is_now(filled):
    moved = filled.move("1;1;101", Request(action="mudar", actor="1;3", set=(("ASSUNTO", "Monitor apagado"),)), NOW)
    assert moved.status == "moved"
    noted = filled.move("1;1;101", Request(action="anotar", actor="1;3", text="trocar o cabo", publishable=True), NOW)
    assert noted.status == "moved"
    assert codes(filled, text="monitor") == [101]
    assert codes(filled, text="impressora", **{"in": "subject"}) == [102]
    assert codes(filled, text="cabo") == [101]
    edited = filled.move("1;1;101", Request(action="note", actor="1;3", text="trocar a tela", entry=1), NOW)
    assert edited.status == "moved"
    assert codes(filled, text="cabo") == []
    assert codes(filled, text="tela") == [101]
    shown = filled.show("1;1;101")
    assert [(row["field"], row["old"], row["new"]) for row in shown["changes"]] == [
        ("ASSUNTO", "Impressora não liga", "Monitor apagado"),
        ("DISCUSSAO.1", "trocar o cabo", "trocar a tela"),
    ]
    assert shown["discussion"][0]["text"] == "trocar a tela"


def test_decisions_by_ticket_action_and_time(filled):
    for code, priority in ((101, "Alta"), (102, "Alta"), (101, "Baixa")):
        filled.move(f"1;1;{code}", Request(action="change", actor="1;3", set=(("PRIORIDADE", priority),)), NOW)
    whole = decision_list(filled, {})["decisions"]
    assert [row["ticket"] for row in whole] == ["1;1;101", "1;1;102", "1;1;101"]
    assert len(decision_list(filled, {"ticket": "1;1;101", "action": "mudar", "status": "moved"})["decisions"]) == 2
    assert decision_list(filled, {"since": (NOW + timedelta(days=1)).isoformat()})["decisions"] == []
    assert decision_list(filled, {"gate": "G8"})["decisions"] == []
    first = decision_list(filled, {"limit": "1"})
    assert decision_list(filled, {"limit": "1", "after": first["next"]})["decisions"] == whole[1:2]


def test_show_as_a_viewer(filled):
    assert filled.show("1;1;104", "1;2")["ticket"]["key"] == "1;1;104"
    filled.add(ticket(200, access_level=10))
    with pytest.raises(UnknownTicket, match="o atendimento 1;1;200 não existe"):
        filled.show("1;1;200", "bruno prado")

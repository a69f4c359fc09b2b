"""Tickets that have to do with each other (S:168, S:198): both sides, history, who sees it, what formulas read, lists, other stores."""

from __future__ import annotations

import attrs
import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures

from routing import Request
from routing.deciding.ticket_fields import seen_fields
from routing.desk.desk import open_desk
from routing.desk.listing import ticket_list
from routing.domain.relations import COUNT, KEYS, OPPOSITES
from routing.failures import UnknownTicket
from routing.releases.asking import ask_again
from routing.store.transfer import export_store, import_store

FORMULA = """\
SE CAMPOATENDIMENTO('RELACIONADOS.QUANTOS') > 4 ENTAO '1;4' SENAO '1;3' FIMSE
"""


@pytest.fixture
def desk(desk_of: OpenDesk):
    return desk_of(9)


def relate(desk, other, kind="log", action="relate", key="1;1;1", actor="1;2"):
    return desk.move(key, Request(action=action, actor=actor, to=other, kind=kind), NOW)


def code(plan):
    return plan.status if plan.reason is None else plan.reason.code


def relations(desk, key, viewer=None):
    return [(one["ticket"], one["kind"]) for one in desk.show(key, viewer)["relations"]]


def test_every_kind_has_its_opposite():
    assert {OPPOSITES[OPPOSITES[kind]] for kind in OPPOSITES} == set(OPPOSITES)
    assert all(OPPOSITES[OPPOSITES[kind]] == kind for kind in OPPOSITES)


def test_a_relation_is_seen_from_both_sides_with_its_history_and_ends_on_both(desk):
    made = relate(desk, "1;1;2", "duplicate")
    assert (made.status, made.decision is not None) == ("moved", True)
    assert (relations(desk, "1;1;1"), relations(desk, "1;1;2")) == ([("1;1;2", "duplicado")], [("1;1;1", "original")])
    assert relate(desk, "1;1;2", "parte").status == "moved"
    assert relations(desk, "1;1;2") == [("1;1;1", "conjunto")]
    assert relate(desk, "1;1;1", action="unrelate", key="1;1;2").status == "moved"
    assert (relations(desk, "1;1;1"), relations(desk, "1;1;2")) == ([], [])
    told = [(one["field"], one["old"], one["new"]) for one in desk.show("1;1;1")["changes"]]
    assert told == [("RELACAO.1;1;2", "", "duplicado"), ("RELACAO.1;1;2", "duplicado", "parte")]
    assert [one["data"]["changed"] for one in desk.events()["events"] if one["ticket"]] == [["RELACAO"]] * 3
    assert [desk.ticket(key).version for key in ("1;1;1", "1;1;2")] == [3, 2]


def test_what_cannot_be_related_is_refused_and_writes_nothing(desk):
    secret = attrs.evolve(desk.ticket("1;1;3"), code=50, access_level=99, holder=None)
    desk.add(secret)
    relate(desk, "1;1;2")
    plans = {
        "ja-relacionado": relate(desk, "1;1;2", "related"),
        "nao-relacionado": relate(desk, "1;1;3", action="unrelate"),
        "consigo-mesmo": relate(desk, "1;1;1"),
        "tipo-de-relacao-desconhecido": relate(desk, "1;1;3", "primo"),
        "faltam-dados": relate(desk, None),
        "nao-detem": relate(desk, "1;1;3", actor="1;4"),
    }
    assert {name: code(plan) for name, plan in plans.items()} == {name: name for name in plans}
    assert [code(relate(desk, other)) for other in ("1;1;50", "1;1;777", "nada")] == ["atendimento-desconhecido"] * 3
    assert relations(desk, "1;1;1") == [("1;1;2", "relacionado")]
    change = Request(action="change", actor="1;2", set=((COUNT, "7"),))
    assert code(desk.move("1;1;1", change, NOW)) == "campo-somente-leitura"


def test_who_does_not_see_the_other_ticket_is_not_told_of_it(desk):
    relate(desk, "1;1;2", "requisito")
    raised = Request(action="change", actor="1;2", set=(("NIVELACESSO", "9"),))
    assert desk.move("1;1;2", raised, NOW).status == "moved"
    low = attrs.evolve(desk.site.people.attendants["1;4"], level=1)
    people = attrs.evolve(desk.site.people, attendants={**desk.site.people.attendants, "1;4": low})
    desk.site = attrs.evolve(desk.site, people=people)
    shown = desk.show("1;1;1", "1;4")
    assert (shown["relations"], shown["changes"]) == ([], [])
    assert relations(desk, "1;1;1", "1;2") == [("1;1;2", "requisito")]
    with pytest.raises(UnknownTicket):
        ticket_list(desk, {"related": "1;1;2", "viewer": "1;4"})
    assert [row["key"] for row in ticket_list(desk, {"related": "1;1;2"})["tickets"]] == ["1;1;1"]


def test_lists_know_what_is_related_now(desk):
    for other in ("1;1;2", "1;1;3", "1;1;4"):
        relate(desk, other)
    relate(desk, "1;1;3", action="unrelate")
    relate(desk, "1;1;4", "origem")
    assert [row["key"] for row in ticket_list(desk, {"related": " 1;1;1 "})["tickets"]] == ["1;1;4", "1;1;2"]
    assert [row["key"] for row in ticket_list(desk, {"related": "1;1;1", "status": "C"})["tickets"]] == []


def test_formulas_read_all_of_them_and_a_decision_is_made_again_as_it_was(desk_of: OpenDesk):
    desk = desk_of(9, formula=FORMULA)
    for number in range(2, 7):
        relate(desk, f"1;1;{number}")
    ticket = desk.ticket("1;1;1")
    seen = seen_fields(desk.site, ticket)
    assert (seen[COUNT], seen[KEYS]) == (5, "1;1;2, 1;1;3, 1;1;4, 1;1;5, 1;1;6")
    first = desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    assert first.after.holder.key == "1;4"
    other = desk.move("1;1;2", Request(action="advance", actor="1;2"), NOW)
    assert other.after.holder.key == "1;3"
    relate(desk, "1;1;2", action="unrelate", actor="1;4")
    assert ask_again(desk.store, desk.site, first.decision).equal
    assert ask_again(desk.store, desk.site, other.decision).equal


def test_a_ticket_opened_from_another_is_related_to_it(desk):
    made = desk.move("1;1;90", Request(action="open", actor="1;3", copy_from="1;1;1"), NOW)
    assert made.status == "moved"
    assert (relations(desk, "1;1;90"), relations(desk, "1;1;1")) == ([("1;1;1", "origem")], [("1;1;90", "derivado")])


def test_relations_go_along_into_another_store(desk, tmp_path):
    relate(desk, "1;1;2", "original")
    export_store(desk.store, tmp_path / "fora", tmp_path / "pasta")
    with open_desk(f"sqlite:///{tmp_path / 'outro.sqlite'}") as other:
        import_store(other.store, tmp_path / "fora")
    with open_desk(f"sqlite:///{tmp_path / 'outro.sqlite'}") as other:
        assert relations(other, "1;1;2") == [("1;1;1", "duplicado")]

"""Questions and tips: rights, search, and the ticket that one of them solves (S:104-111)."""

from __future__ import annotations

import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures

from routing import Request
from routing.desk import knowledge
from routing.failures import NotAllowed, UnknownArticle, UnknownTicket, WrongFilter


def allowed(folder):
    directory = folder / "diretorio.toml"
    text = directory.read_text(encoding="utf-8")
    directory.write_text(text.replace('direitos = ["repassar"]', 'direitos = ["repassar", "cadastrar_faq"]', 1), encoding="utf-8")


def test_from_a_ticket_to_the_next_one_that_it_solves(desk_of: OpenDesk, tmp_path):
    from routing.desk.desk import open_desk

    first = desk_of()
    allowed(tmp_path / "pasta")
    with open_desk(tmp_path / "pasta") as desk:
        assert first.site.people.attendants["1;2"].rights == {"repassar"}
        made = knowledge.ask_for(desk, "1;1;1", "1;3", NOW)
        with pytest.raises(NotAllowed):
            knowledge.register(desk, "1;3", NOW, made.id, solution="x")
        with pytest.raises(WrongFilter):
            knowledge.register(desk, "1;2", NOW, made.id)
        knowledge.register(desk, "1;2", NOW, made.id, solution="Peneirar duas vezes\ne só então misturar")
        for text, any_word, wanted in (("TRÍGO", False, 1), ("trigo farinha", False, 0), ("trigo centeio", True, 1)):
            found = knowledge.article_list(desk, {"text": text, "any_word": any_word})["articles"]
            assert len(found) == wanted
        solved = desk.move("1;1;2", Request(action="anotar", actor="1;2", kind="faq", entry=made.id), NOW)
        assert solved.after.solution == "Peneirar duas vezes\ne só então misturar"
        assert [entry.text for entry in solved.entries] == [f"Solução apresentada: FAQ {made.id}, 'Farinha de trigo, pedido 1'"]
        assert solved.changes[0].field == "SOLUCAO"


def test_what_there_is_not(desk_of: OpenDesk):
    desk = desk_of(1)
    with pytest.raises(UnknownTicket):
        knowledge.ask_for(desk, "1;1;9", "1;3", NOW)
    with pytest.raises(UnknownArticle):
        knowledge.article(desk, 7)
    refused = desk.move("1;1;1", Request(action="note", actor="1;2", kind="faq", entry=7), NOW)
    assert (refused.gate, refused.reason.code) == ("G9", "faq-desconhecida")

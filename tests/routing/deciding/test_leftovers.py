"""What a request brings and its action does not use is told, and so is what a draft says that opening decides by itself."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import attendant_holder
from routing.domain.words import shows


def warned(ticket, **asked):
    made = plan(sites.site(), ticket, Request(**{"actor": "1;3", **asked}), sites.NOW)
    assert made.status == "planned", made.reason
    return [str(one.message) for one in made.warnings if one.code in {"pedido-com-sobra", "outro-abre"}]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"action": "conclude", "to": "3"}, "etapa ou destino"),
        ({"action": "conclude", "to": "3", "deadline": sites.NOW}, "etapa ou destino e prazo"),
        ({"action": "advance", "justification": "aprovado"}, "justificativa"),
        ({"action": "advance", "wake_up": sites.NOW, "reason": 2}, "motivo e despertamento"),
        ({"action": "note", "text": "x", "to": "1;2"}, "etapa ou destino"),
        ({"action": "change", "set": (("PRIORIDADE", "Alta"),), "justification": "por que"}, "justificativa"),
        ({"action": "handoff", "to": "1;2", "draft": sites.ticket(code=7)}, "rascunho"),
    ],
)
def test_a_part_that_the_action_does_not_use_is_told(asked, told):
    (said,) = warned(sites.handed(), **asked)
    assert said.endswith(f"não usa o que o pedido também traz: {told}")


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "advance"},
        {"action": "advance", "to": ""},
        {"action": "conclude", "justification": "feito", "reason": 2},
        {"action": "handoff", "to": "1;2", "reason": 2, "justification": "x"},
        {"action": "return", "justification": "x"},
        {"action": "note", "text": "x", "kind": "solution"},
        {"action": "schedule", "wake_up": sites.NOW, "deadline": sites.NOW, "reason": 2, "justification": "x"},
    ],
)
def test_what_is_used_is_not_told(asked):
    assert warned(sites.handed(), **asked) == []


def test_who_acts_opens_whoever_the_draft_names():
    draft = sites.ticket(status="", step=None, holder=None, opener="1;2")
    (said,) = warned(draft, action="open")
    assert "Ana (1;3)" in said
    assert "Carlos (1;2)" in said
    assert warned(draft, action="open", actor="1;2") == []


def test_a_ticket_opened_into_other_hands_goes_to_who_is_there():
    """Davi is away, and Ana stands in for him."""
    draft = sites.ticket(status="", step=None, holder=attendant_holder("1;4"), opener="")
    assert plan(sites.site(), draft, Request(action="open", actor="1;2"), sites.NOW).after.holder == attendant_holder("1;3")


def test_a_key_that_is_taken_tells_nothing_of_its_ticket():
    secret = sites.ticket(access_level=9, subject="Demissão")
    draft = attrs.evolve(sites.ticket(), status="", step=None, holder=None)
    made = plan(sites.site(), secret, Request(action="open", actor="1;3", draft=draft), sites.NOW)
    assert (made.status, made.gate, made.reason.code, made.before) == ("refused", "G1", "ja-aberto", None)
    assert "Demissão" not in str(made.as_json())


@pytest.mark.parametrize("text", ["", " \t\n", "\u200b", "\ufeff\u2060", "\u3164", "\u2800\u034f", "\xad", "\u202e"])
def test_a_text_that_shows_nothing(text):
    assert not shows(text)


@pytest.mark.parametrize("text", ["a", " . ", "\u200bNE", "0", "é", "日", "👩\u200d🔧", "̃a"])
def test_a_text_that_shows_something(text):
    assert shows(text)


@pytest.mark.parametrize(
    ("receiver", "words"), [("1;1", "só o verá enquanto estiver com ele"), ("5", "na fila ele não aparece a ninguém")]
)
def test_a_level_above_the_receivers_says_who_will_see_the_ticket(receiver, words):
    """Who holds a ticket sees it (S:139); nobody holds what lies in a queue."""
    secret = attrs.evolve(sites.handed(), access_level=9)
    made = plan(sites.site(), secret, Request(action="handoff", to=receiver, actor="1;3", justification="x"), sites.NOW)
    (said,) = [str(one.message) for one in made.warnings if one.code == "nivel-menor"]
    assert words in said

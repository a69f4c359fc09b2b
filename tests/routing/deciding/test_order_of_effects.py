"""What a handoff formula changes is done before the handoff; what mails say is the ticket as the move leaves it."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.access import LINK_CLIENT
from routing.mail.letters import compile_templates, dress

OWNER = [attrs.evolve(one, rights=one.rights | {LINK_CLIENT}) if one.key == "1;2" else one for one in sites.PEOPLE]


def advanced(text, actor="1;2", steps=sites.STEPS, **changes):
    site = sites.site(formulas={"gestor": text}, steps=steps, people=sites.people(OWNER))
    return plan(site, sites.ticket(contact_owner="1;2", **changes), Request(action="advance", actor=actor), sites.NOW)


@pytest.mark.parametrize("receiver", ["1;2", "1;3", "5"])
def test_rights_are_those_on_the_ticket_as_it_was(receiver):
    made = advanced(f"ALTERARCAMPOATENDIMENTO('CONTATOCLIENTE=2'); '{receiver}'")
    assert (made.status, made.after.client_contact) == ("planned", "2"), made.reason


@pytest.mark.parametrize("receiver", ["1;1", "2;3"])
def test_the_chief_of_who_had_the_ticket_may_change_its_level(receiver):
    made = advanced(f"ALTERARCAMPOATENDIMENTO('NIVELACESSO=1'); '{receiver}'", actor="1;3", access_level=2)
    assert (made.status, made.after.access_level) == ("planned", 1), made.reason


@pytest.mark.parametrize(("step", "status"), [(0, "refused"), (1, "planned")])
def test_a_read_only_field_is_that_of_the_step_left(step, status):
    steps = [attrs.evolve(one, read_only=frozenset({"PRIORIDADE"})) if at == step else one for at, one in enumerate(sites.STEPS)]
    assert advanced("ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '1;3'", steps=steps).status == status


def test_all_mails_of_a_move_tell_of_the_ticket_as_it_ends():
    steps = [attrs.evolve(one, on_entry=("fim",)) if one.code == 2 else one for one in sites.STEPS]
    site = sites.site(formulas={
        "gestor": "ALTERARCAMPOATENDIMENTO('ASSUNTO=Compra de mesas');"
                  "ENVIAEMAILREPASSE('rh@exemplo.com.br', 'arquivo@exemplo.com.br', '', '1;3'); '1;3'",
        "fim": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Baixa'); ADICIONARSOLICITACAO('urgência retirada')",
    }, steps=steps)  # fmt: skip
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW)
    assert [mail.kind for mail in made.mails] == ["handoff", "handoff_copy"]
    for mail in made.mails:
        assert "Compra de mesas" in mail.subject
        assert "Prioridade: Baixa" in mail.body
        assert "urgência retirada" in mail.body
    assert made.mails[0].facts == made.mails[1].facts


def copied(**more):
    steps = (attrs.evolve(sites.STEPS[0], handoff="formula", formula="gestor"), *sites.STEPS[1:])
    text = "ENVIAEMAILREPASSE('rh@exemplo.com.br', 'arquivo@exemplo.com.br', '', '1;3'); '1;3'"
    request = Request(action="handoff", actor="1;2", justification="férias da equipe")
    return plan(sites.site(formulas={"gestor": text}, steps=steps), sites.ticket(**more), request, sites.NOW)


def test_the_copy_has_the_justification():
    made = copied()
    assert [("férias da equipe" in mail.body) for mail in made.mails] == [True, True]


@pytest.mark.parametrize(("texts", "subjects"), [
    ({"handoff.assunto": "Nosso {{ chave }}"}, ["Nosso 1;1;42", "Nosso 1;1;42"]),
    ({"handoff.assunto": "Nosso", "handoff_copy.assunto": "Cópia"}, ["Nosso", "Cópia"]),
])  # fmt: skip
def test_the_copy_is_in_the_site_s_words(texts, subjects):
    assert [mail.subject for mail in dress(copied(), compile_templates(texts)).mails] == subjects


def test_nobody_is_told_of_the_own_act():
    request = Request(action="claim", actor="1;2")
    made = plan(sites.site(), sites.queued(), request, sites.NOW)
    assert (made.status, made.mails) == ("planned", ())


def test_a_handoff_to_who_has_it_already_is_nothing():
    made = plan(sites.site(), sites.handed(), Request(action="handoff", actor="1;3", to="1;3"), sites.NOW)
    assert [one.code for one in made.warnings] == ["ja-esta-com-o-destino"]
    assert (made.status, made.mails, made.handoffs, made.entries) == ("planned", (), (), ())

"""ENVIAEMAILREPASSE: who gets the copy, who does not and why, and nobody the same text twice."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan


def decided(call, own_words=(), **changes):
    steps = (attrs.evolve(sites.STEPS[0], handoff="formula", formula="gestor"), *sites.STEPS[1:])
    site = sites.site(formulas={"gestor": f"{call}; '1;3'"}, steps=steps)
    for key, values in changes.items():
        people = site.people
        changed = attrs.evolve(people.attendants[key], **values)
        site = attrs.evolve(site, people=attrs.evolve(people, attendants={**people.attendants, key: changed}))
    made = plan(
        attrs.evolve(site, own_words=frozenset(own_words)), sites.ticket(), Request(action="handoff", actor="1;2"), sites.NOW
    )
    assert made.status == "planned", made.reason
    return made, site


def copies(made):
    return [(mail.to, mail.cc) for mail in made.mails if mail.kind == "handoff_copy"]


def warnings(made):
    """Those about the copy; the type of these sites hands off otherwise, which is told as well."""
    return [f"{one.code}: {one.message} ({one.hint})" for one in made.warnings if one.code != "copia-sem-repasse-por-formula"]


def test_one_bad_address_of_two_keeps_the_good_one():
    made, _ = decided("ENVIAEMAILREPASSE('de@exemplo.com.br', 'para@exemplo.com.br, ruim', 'c@exemplo.com.br', '1;3')")
    assert copies(made) == [("para@exemplo.com.br", "c@exemplo.com.br")]
    (told,) = warnings(made)
    assert "endereço que não serve: ruim; os outros endereços recebem" in told


@pytest.mark.parametrize("call", [
    "ENVIAEMAILREPASSE('de@exemplo.com.br', CONCAT('ru', 'im'), '', '1;3')",
    "ENVIAEMAILREPASSE(CONCAT('ru', 'im'), 'para@exemplo.com.br', '', '1;3')",
])  # fmt: skip
def test_nobody_gets_it_when_no_good_address_is_left(call):
    made, _ = decided(call)
    assert copies(made) == []
    (told,) = warnings(made)
    assert "ninguém recebe este e-mail" in told


@pytest.mark.parametrize("place", [
    "('de@exemplo.com.br', {}, '', '1;3')", "({}, 'p@exemplo.com.br', '', '1;3')", "('de@exemplo.com.br', 'p@exemplo.com.br', {}, '1;3')",
])  # fmt: skip
def test_a_person_where_an_address_is_wanted_is_told_with_the_address(place):
    made, site = decided("DECL A; SETVAR(A, '1;2'); ENVIAEMAILREPASSE" + place.format("A"))
    (told,) = warnings(made)
    assert f"o e-mail de {site.people.name('1;2')} é {site.people.attendants['1;2'].email}" in told


@pytest.mark.parametrize(("named", "reason"), [("1;99", "não existe"), ("77", "não existe")])
def test_a_copy_about_a_handoff_to_nobody_is_told(named, reason):
    made, _ = decided(f"DECL A; SETVAR(A, '{named}'); ENVIAEMAILREPASSE('de@exemplo.com.br', 'para@exemplo.com.br', '', A)")
    assert copies(made) == [("para@exemplo.com.br", "")]
    (told,) = warnings(made)
    assert told.startswith("copia-de-repasse-impossivel")
    assert reason in told


def test_a_copy_about_a_handoff_to_an_inactive_person_is_told():
    made, _ = decided("ENVIAEMAILREPASSE('de@exemplo.com.br', 'para@exemplo.com.br', '', '1;1')", **{"1;1": {"active": False}})
    assert [told.partition(":")[0] for told in warnings(made)] == ["copia-de-repasse-impossivel"]


def test_who_receives_the_handoff_gets_its_text_once():
    receiver = sites.site().people.attendants["1;3"].email
    made, _ = decided(f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver.upper()}', '', '1;3')")
    assert [mail.kind for mail in made.mails] == ["handoff"]
    made, _ = decided(f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver}, outro@exemplo.com.br', '', '1;3')")
    assert copies(made) == [("outro@exemplo.com.br", "")]
    made, _ = decided(f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver}', 'outro@exemplo.com.br', '1;3')")
    assert copies(made) == [("outro@exemplo.com.br", "")]


def test_a_copy_of_another_text_goes_out_all_the_same():
    receiver = sites.site().people.attendants["1;3"].email
    made, _ = decided(f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver}', '', '1;1')")
    assert copies(made) == [(receiver, "")]
    call = f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver}', '', '1;3')"
    made, _ = decided(call, own_words={"handoff_copy"})
    assert copies(made) == [(receiver, "")]


def test_words_for_handoffs_count_for_copies_too():
    """S:82: a site that words handoffs alone says the same by the copy, which who receives the handoff does not get again."""
    receiver = sites.site().people.attendants["1;3"].email
    made, _ = decided(f"ENVIAEMAILREPASSE('de@exemplo.com.br', '{receiver}', '', '1;3')", own_words={"handoff"})
    assert copies(made) == []

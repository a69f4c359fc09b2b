"""Plans over generated sites, tickets and requests (hypothesis): what no plan may ever do."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kit import sites

from routing import Request, plan
from routing.domain.flow import TERMINAL, TRANSITIONS
from routing.domain.model import (
    ACTIONS,
    PRIORITIES,
    STATUSES,
    Absence,
    Attendant,
    Edge,
    Group,
    HandoffRecord,
    Step,
    attendant_holder,
    group_holder,
)
from routing.domain.people import people_of

KEYS = [f"{coligada};{code}" for coligada in (1, 2) for code in range(1, 6)]
GROUP_KEYS = [f"{coligada};{code}" for coligada in (1, 2) for code in (1, 2)]
UNKNOWN = ["1;9", "3;1"]
FORMULAS = {
    "a": "'1;2'", "b": "'1'", "c": "1;", "d": "SE PRIORIDADE = 'Urgente' ENTAO '2;3' SENAO '2' FIMSE", "e": "",
    "f": "AVANCARETAPA(3); '1;4'", "g": "ADICIONARDISCUSSAO('visto'); '1;1'", "h": "1 / 0",
    "i": "ANALISAR('a', 'b', 'c', 'd')", "j": "REPASSARATENDIMENTO('1;5', -1, 'regra'); '1;3'",
    "k": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); ADICIONARDISCUSSAOATENDIMENTO(1, 1, 7, 'ver'); '1;2'",
    "l": "CONCLUIRARESPONDER; '1;2'", "m": "AVANCARETAPA(2)", "n": "PARAMETROATENDIMENTO('VALOR', 'V')",
    "o": "REPASSARDEVOLTA('volta'); '1;1'",
    "p": "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', '1;3'); '1;2'",
    "q": "CANCELARATENDIMENTO(1, 'regra')", "r": "AGENDARARESPONDER('25/11/2026', '30/11/2026', -1, 'x'); '1;2'",
}  # fmt: skip

keys = st.sampled_from(KEYS)
days = st.integers(-3, 3).map(lambda days: sites.NOW.date() + timedelta(days))


def mostly(usual, *others):
    """The usual value in most examples, one of the others in the rest."""
    return st.integers(0, 9).flatmap(lambda pick: st.sampled_from(others) if pick == 7 else st.just(usual))


absences = st.sampled_from([True, False, False, False]).flatmap(lambda away: st.none() if not away else st.builds(
    lambda start, length, substitute: Absence(start, start + timedelta(length), substitute),
    days, st.integers(0, 5), st.none() | st.sampled_from([*KEYS, *UNKNOWN]),
))  # fmt: skip
rights = st.frozensets(
    st.sampled_from(["repassar", "repassar:2", "repassar:1;2", "repassar:grupo:1;1", "atuar", "reabrir"]), max_size=2
)


@st.composite
def people(draw):
    persons = [
        Attendant(coligada=int(key[0]), code=int(key[2]), name=f"P{key}", email=f"p{number}@exemplo.com.br",
                  active=draw(mostly(True, False)), absence=draw(absences), chief=draw(st.none() | keys),
                  level=draw(st.integers(0, 3)), rights=draw(rights))
        for number, key in enumerate(KEYS)
    ]  # fmt: skip
    groups = [
        Group(coligada=int(key[0]), code=int(key[2]), name=f"G{key}", members=tuple(draw(st.lists(keys, max_size=3, unique=True))))
        for key in GROUP_KEYS
    ]
    return people_of(persons, groups, coligadas={1: "Um", 2: "Dois"})


codes = st.sampled_from("aabbddffffggjjkkllpprr" + "".join(sorted(FORMULAS)))
lists_of_codes = st.lists(st.sampled_from("gkm"), max_size=2).map(tuple)


@st.composite
def steps(draw, code):
    kind = draw(
        st.sampled_from(
            [
                None,
                "formula",
                "formula",
                "atendente",
                "grupo",
                "formula",
                "abertura",
                "anterior",
                "manter",
                "rodizio",
                "menorcarga",
            ]
        )
    )
    receiver = draw(st.sampled_from(["1;2", "2;4", "1;9"]) if kind == "atendente" else st.sampled_from(["1", "2;2", "7"]))
    return Step(code=code, name=f"Etapa {code}", entry=code == 1, handoff=kind, receiver=receiver, formula=draw(codes),
                required=draw(st.sampled_from([(), ("ASSUNTO",), ("PARAMETRO.VALOR",)])), on_entry=draw(lists_of_codes),
                on_exit=draw(lists_of_codes), on_conclude=draw(st.sampled_from([None, "F"])))  # fmt: skip


@st.composite
def worlds(draw):
    """A site, a ticket of it, and a request."""
    made = sites.site(
        formulas=FORMULAS,
        steps=[draw(steps(code)) for code in range(1, 5)],
        edges=[Edge(*pair) for pair in sorted({(1, 2), (2, 3), (3, 4)} | draw(st.frozensets(
            st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=3)))],
        kind={"handoff": "formula", "formula": draw(codes), "opening_mail": draw(st.booleans()),
              "grants": draw(st.sampled_from([frozenset(), frozenset({"repassar"})]))},
        people=draw(people()),
    )  # fmt: skip
    holder = draw(mostly(attendant_holder("1;1"), attendant_holder("1;2"), attendant_holder("2;1"), group_holder("1;1")))
    status = draw(mostly("A", *STATUSES, ""))
    before = HandoffRecord(draw(keys.map(attendant_holder)), holder, draw(keys), None, "", datetime(2026, 11, 20))
    ticket = sites.ticket(
        coligada=draw(st.integers(1, 2)), status=status, step=draw(st.integers(1, 4)) if status else None,
        holder=holder if status else None, opener=draw(keys), priority=draw(st.sampled_from(PRIORITIES)),
        subject=draw(mostly("Compra", "")), access_level=draw(st.integers(0, 3)),
        voicemail=draw(mostly(0, 2)), parameters=draw(mostly({"VALOR": 5}, {})),
        handoffs=draw(st.sampled_from([(), (before,)])), version=draw(st.integers(1, 3)),
    )  # fmt: skip
    request = Request(
        action=draw(st.sampled_from(("advance",) * 24 + ("handoff",) * 6 + (*ACTIONS, "dance"))),
        to=draw(mostly(None, 1, 2, 3, "Etapa 4", "1;2", "2;3", "1", "9", "", "x")),
        actor=draw(mostly("", holder.key, *KEYS, *UNKNOWN)),
        reason=draw(st.sampled_from([None, 1])),
        justification=draw(st.sampled_from(["", "porque sim"])),
        version=draw(mostly(None, 1, 2, 3)),
        wake_up=draw(st.none() | days),
        deadline=draw(st.none() | days),
    )
    return made, ticket, request


UNTOLD = {"acao-desconhecida", "atendente-desconhecido", "atendente-inativo", "atendimento-desconhecido"}
"""Refusals of the first gates that tell nothing of the ticket: no such action, nobody who acts, or one who may not see it.

Later gates give the same codes for a receiver, and tell the ticket.
"""


def expect_sound(site, ticket, request, made):
    """The rules that hold for every plan."""
    again = plan(attrs.evolve(site), ticket, request, sites.NOW)
    assert json.dumps(made.as_json(), ensure_ascii=False) == json.dumps(again.as_json(), ensure_ascii=False)
    assert json.dumps(made.as_json("en")) != ""
    if made.status != "planned":
        assert made.gate is not None
        assert made.reason is not None
        untold = made.gate in {"G1", "G4"} and made.reason.code in UNTOLD
        assert made.after == made.before == (None if untold else ticket)
        assert (
            made.steps,
            made.handoffs,
            made.statuses,
            made.entries,
            made.other_entries,
            made.mails,
            made.effects,
        ) == ((),) * 7
        assert str(made.explanation[-1].where) == made.gate
        return
    expect_gates_kept(site, ticket, request, made)
    expect_histories_whole(ticket, made)


def expect_gates_kept(site, ticket, request, made):
    after, row = made.after, TRANSITIONS[request.action]
    actor = site.people.attendants[after.changed_by]
    assert actor.active
    assert request.version in (None, ticket.version)
    assert not (row.voicemail and ticket.voicemail)
    assert ticket.status in row.sources or (request.action == "resume" and "reabrir" in actor.rights and ticket.status in TERMINAL)
    if row.holder and ticket.holder != attendant_holder(actor.key):
        chief = ticket.holder.kind == "attendant" and sites_chief(site, ticket.holder.key, actor.key)
        assert chief or "atuar" in actor.rights or ticket.status in TERMINAL
    for record in made.handoffs:
        expect_receiver(site, record.to_holder, record.way)
    if after.holder != ticket.holder and ticket.holder is not None:
        assert made.handoffs[-1].to_holder == after.holder
    ways = {(edge.from_step, edge.to_step) for edge in site.types[ticket.type].edges}
    assert all(one.from_step is None or (one.from_step, one.to_step) in ways for one in made.steps)
    assert len({one.to_step for one in made.steps}) == len(made.steps)


def sites_chief(site, person, chief):
    seen = set()
    while person is not None and person not in seen:
        seen.add(person)
        person = site.people.attendants[person].chief if person in site.people.attendants else None
        if person == chief:
            return True
    return False


def expect_receiver(site, holder, way):
    """Known, active, present; a queue has somebody active."""
    if holder.kind == "group":
        assert any(site.people.attendants[key].active for key in site.people.groups[holder.key].members)
        return
    person = site.people.attendants[holder.key]
    assert person.active
    assert way == "claim" or person.absence is None or not person.absence.covers(sites.NOW.date())


def expect_histories_whole(ticket, made):
    """Old rows stay, new ones follow; no discussion entry or effect is lost."""
    after = made.after
    assert after.version == ticket.version + 1
    for name in ("steps", "handoffs", "statuses"):
        assert getattr(after, name) == (*getattr(ticket, name), *getattr(made, name))
    assert after.discussion == (*ticket.discussion, *made.entries)
    assert after.opener == ticket.opener or made.action == "open"
    wanted = [effect.text for effect in made.effects if effect.type == "add_discussion"]
    assert [entry.text for entry in made.entries if entry.text in wanted] == wanted
    elsewhere = [effect.ticket for effect in made.effects if effect.type == "add_discussion_to"]
    assert [other.ticket for other in made.other_entries] == [key for key in elsewhere if key != ticket.key]
    assert sum(one.kind == "Repasse" for one in made.entries) == len(made.handoffs)
    copies = [effect for effect in made.effects if effect.type == "handoff_mail"]
    assert sum(mail.kind == "handoff_copy" for mail in made.mails) == len(copies)
    statuses = [one.status for one in made.statuses]
    assert after.status == (statuses[-1] if statuses else ticket.status)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(worlds())
def test_every_plan_is_sound(world):
    site, ticket, request = world
    expect_sound(site, ticket, request, plan(site, ticket, request, sites.NOW))


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_every_plan_is_sound_thoroughly(world):
    site, ticket, request = world
    expect_sound(site, ticket, request, plan(site, ticket, request, sites.NOW))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
@example("advance", "²", "1;²")
@example("advance", "9" * 5000, "1;2")
def test_any_text_in_a_request_is_refused_or_planned(action, to, actor):
    for one, who in ((action, actor), ("advance", actor), ("advance", "1;2"), ("handoff", "1;9")):
        made = plan(sites.site(), sites.ticket(), Request(action=one, to=to, actor=who), sites.NOW)
        assert (made.status == "planned") == (made.gate is None)
        json.dumps(made.as_json("en"), ensure_ascii=False)


def test_the_day_of_an_absence_counts_whole():
    absence = Absence(date(2026, 11, 20), date(2026, 11, 24), "1;2")
    assert [absence.covers(date(2026, 11, day)) for day in (19, 20, 24, 25)] == [False, True, True, False]

"""Plans over generated sites, tickets and requests (hypothesis): what no plan may ever do."""

from __future__ import annotations

import json
import random
from collections import Counter
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
WORLDS = 20_000
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

RIGHTS = ["repassar", "repassar:2", "repassar:1;2", "repassar:grupo:1;1", "atuar", "reabrir"]
CODES = "aabbddffffggjjkkllpprr" + "".join(sorted(FORMULAS))
HANDOFFS = [
    None, "formula", "formula", "formula", "atendente", "grupo", "abertura", "anterior", "manter", "rodizio", "menorcarga",
]  # fmt: skip


def mostly(rolls, usual, *others):
    """The usual value in most worlds, one of the others in the rest."""
    return rolls.choice(others) if rolls.randrange(10) == 7 else usual


def some(rolls, values, most):
    """Different ones of the values, none to so many."""
    return dict.fromkeys(rolls.choice(values) for _ in range(rolls.randrange(most + 1)))


def day(rolls):
    return sites.NOW.date() + timedelta(rolls.randrange(-3, 4))


def absence(rolls):
    if rolls.randrange(4) != 3:
        return None
    start, length = day(rolls), timedelta(rolls.randrange(6))
    return Absence(start, start + length, rolls.choice([None, *KEYS, *UNKNOWN]))


def people(rolls):
    persons = [
        Attendant(coligada=int(key[0]), code=int(key[2]), name=f"P{key}", email=f"p{number}@exemplo.com.br",
                  active=mostly(rolls, True, False), absence=absence(rolls), chief=mostly(rolls, rolls.choice(KEYS), None),
                  level=rolls.randrange(4), rights=frozenset(some(rolls, RIGHTS, 2)))
        for number, key in enumerate(KEYS)
    ]  # fmt: skip
    groups = [
        Group(coligada=int(key[0]), code=int(key[2]), name=f"G{key}", members=tuple(some(rolls, KEYS, 3))) for key in GROUP_KEYS
    ]
    return people_of(persons, groups, coligadas={1: "Um", 2: "Dois"})


def step(rolls, code):
    kind = rolls.choice(HANDOFFS)
    receivers = ["1;2", "2;4", "1;9"] if kind == "atendente" else ["1", "2;2", "7"]
    return Step(code=code, name=f"Etapa {code}", entry=code == 1, handoff=kind, receiver=rolls.choice(receivers),
                formula=rolls.choice(CODES), required=rolls.choice([(), ("ASSUNTO",), ("PARAMETRO.VALOR",)]),
                on_entry=tuple(some(rolls, "gkm", 2)), on_exit=tuple(some(rolls, "gkm", 2)),
                on_conclude=rolls.choice([None, "F"]))  # fmt: skip


def world(rolls):
    """A site, a ticket of it, and a request, all by lot: of a seed, or of hypothesis, which makes a failing one small."""
    ways = {(1, 2), (2, 3), (3, 4)} | {(rolls.randrange(1, 5), rolls.randrange(1, 5)) for _ in range(rolls.randrange(4))}
    made = sites.site(
        formulas=FORMULAS,
        steps=[step(rolls, code) for code in range(1, 5)],
        edges=[Edge(*way) for way in sorted(ways)],
        kind={"handoff": "formula", "formula": rolls.choice(CODES), "opening_mail": rolls.choice([False, True]),
              "grants": rolls.choice([frozenset(), frozenset({"repassar"})])},
        people=people(rolls),
    )  # fmt: skip
    holder = mostly(rolls, attendant_holder("1;1"), attendant_holder("1;2"), attendant_holder("2;1"), group_holder("1;1"))
    status = mostly(rolls, "A", *STATUSES, "")
    before = HandoffRecord(attendant_holder(rolls.choice(KEYS)), holder, rolls.choice(KEYS), None, "", datetime(2026, 11, 20))
    ticket = sites.ticket(
        coligada=rolls.choice([1, 2]), status=status, step=rolls.randrange(1, 5) if status else None,
        holder=holder if status else None, opener=rolls.choice(KEYS), priority=rolls.choice(PRIORITIES),
        subject=mostly(rolls, "Compra", ""), access_level=rolls.randrange(4),
        voicemail=mostly(rolls, 0, 2), parameters=mostly(rolls, {"VALOR": 5}, {}),
        handoffs=rolls.choice([(), (before,)]), version=rolls.randrange(1, 4),
    )  # fmt: skip
    request = Request(
        action=rolls.choice(("advance",) * 24 + ("handoff",) * 6 + (*ACTIONS, "dance")),
        to=mostly(rolls, None, 1, 2, 3, "Etapa 4", "1;2", "2;3", "1", "9", "", "x"),
        actor=mostly(rolls, "", holder.key, *KEYS, *UNKNOWN),
        reason=rolls.choice([None, 1]),
        justification=rolls.choice(["", "porque sim"]),
        version=mostly(rolls, None, 1, 2, 3),
        wake_up=rolls.choice([None, day(rolls)]),
        deadline=rolls.choice([None, day(rolls)]),
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
        absent = ticket.holder.kind == "attendant" and actor.key in substitutes(site, ticket.holder.key)
        assert chief or absent or "atuar" in actor.rights or ticket.status in TERMINAL
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


def substitutes(site, person):
    """Who is there for one who is absent: the substitute, and the substitute's while that one is absent too."""
    seen = []
    while person not in seen and (of := site.people.attendants.get(person)) and of.absence and of.absence.covers(sites.NOW.date()):
        seen.append(person)
        person = of.absence.substitute
        yield person


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
@given(st.randoms(use_true_random=False))
def test_every_plan_is_sound(rolls):
    site, ticket, request = world(rolls)
    expect_sound(site, ticket, request, plan(site, ticket, request, sites.NOW))


@pytest.mark.slow
def test_every_plan_is_sound_thoroughly():
    """Worlds of seeds: drawing one takes hypothesis ten times as long as planning in it."""
    ended = Counter()
    for seed in range(WORLDS):
        site, ticket, request = world(random.Random(seed))
        made = plan(site, ticket, request, sites.NOW)
        try:
            expect_sound(site, ticket, request, made)
        except AssertionError as error:
            error.add_note(f"world(random.Random({seed}))")
            raise
        ended[made.status if made.gate is None else made.gate] += 1
    assert ended.total() == WORLDS
    assert ended["planned"] > WORLDS // 10, ended
    assert min(ended[f"G{number}"] for number in range(1, 12)) > WORLDS // 1000, ended


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

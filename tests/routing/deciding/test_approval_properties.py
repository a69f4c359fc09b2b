"""Over many generated sites: no voice counts twice, and where that is forbidden no ticket is decided by who opened it, nor by who is
its client, by no way."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from kit import sites

from routing import Request, plan
from routing.domain.access import visible
from routing.domain.approvals import needed, spoken
from routing.domain.approvers import speakers
from routing.domain.model import (
    Absence,
    Approval,
    Attendant,
    Client,
    Edge,
    Group,
    Step,
    attendant_holder,
    group_holder,
)

SITES, MOVES = 800, 24
FORMULAS = {"sobe": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); AVANCARETAPA('Fim')", "tenta": "AVANCARETAPA('Fim')"}
ACTIONS = (
    ("approve",) * 8
    + ("reject",) * 3
    + ("advance", "advance", "conclude", "handoff", "claim", "return", "expire", "resume", "change")
)


def some_people(rolls):
    """Eight people with chiefs, some away with a substitute, some inactive, some of one login, some who see little; two groups."""
    keys = [f"1;{code}" for code in range(1, 9)]

    def one(code):
        own = f"1;{code}"
        away = Absence(sites.NOW.date(), sites.NOW.date(), rolls.choice([None, *keys])) if rolls.random() < 0.3 else None
        rights = frozenset(rolls.sample(["repassar", "atuar", "reabrir"], rolls.randrange(4)))
        return Attendant(
            coligada=1, code=code, name=f"P{code}", email=f"p{code}@exemplo.com.br", active=rolls.random() < 0.9, absence=away,
            chief=rolls.choice([None, *(key for key in keys if key < own)]), level=rolls.choice([9, 9, 9, 1]), rights=rights,
            user=rolls.choice(["", "", "", "ana", "ANA", "bia"]),
        )  # fmt: skip

    groups = [
        Group(coligada=1, code=code, name=f"G{code}", members=tuple(rolls.sample(keys, rolls.randrange(1, 5))),
              distribution=rolls.choice(["fila", "rodizio", "menorcarga"]))
        for code in (5, 6)
    ]  # fmt: skip
    return sites.people([one(code) for code in range(1, 9)], groups, some_clients(rolls)), keys


CLIENTS = ("", "C1", "C2", "C3", "C9")


def some_clients(rolls):
    """Clients who are attendants, as the record's address or a contact's tells, and one who is nobody here."""
    mails = [rolls.choice([f"p{rolls.randint(1, 8)}@exemplo.com.br", f"P {rolls.randint(1, 8)} <P{rolls.randint(1, 8)}@Exemplo.com.br>"])
             for _ in range(4)]  # fmt: skip
    return [
        Client(kind="cliente", code="C1", name="Um", email=mails[0]),
        Client(
            kind="cliente", code="C2", name="Dois", email="vendas@example.com", contact_emails={"A": mails[1], "B": "b@example.com"}
        ),
        Client(kind="cliente", code="C3", name="Tres", email="", person_email=mails[2], contact_emails={"A": mails[3]}),
    ]


def humans_of(site, ticket):
    """Who opened a ticket or is its client, told from the records alone."""
    people = site.people
    client = people.clients.get(f"cliente;{ticket.client_code}")
    found = [ticket.opener]
    if client is not None:
        mails = (client.email, client.person_email, client.contact_emails.get(ticket.client_contact, ""))
        plain = {mail.rpartition("<")[2].rstrip(">").lower() for mail in mails if mail}
        found += [key for key, one in people.attendants.items() if one.email in plain]
    return {people.human(key) for key in found}


def some_site(rolls):
    """A flow through two steps, either of which may ask for approval and forbid the own ticket."""
    people, keys = some_people(rolls)

    def asked():
        by = tuple(rolls.sample([*keys, "5", "6"], rolls.randint(1, 4)))
        rule = rolls.choice(["todos", "qualquer", str(rolls.randint(1, len(by)))])
        return Approval(by=by, rule=rule, veto=rolls.random() < 0.5, on_reject=rolls.choice([None, 1]))

    def step(code, name, receivers):
        return Step(
            code=code, name=name, handoff=rolls.choice(["manter", "atendente", "grupo", "abertura", "anterior"]),
            receiver=rolls.choice(receivers), approval=rolls.choice([None, asked(), asked()]), self_approval=rolls.choice([False, False, None, True]),
            duration=1, when_due=rolls.choice([(), ("sobe",), ("tenta",)]),
        )  # fmt: skip

    steps = [
        Step(code=1, name="Abertura", entry=True),
        step(2, "Um", keys),
        step(3, "Dois", ["5", "6", *keys]),
        Step(code=4, name="Fim"),
    ]
    steps = [fitted(one) for one in steps]
    return sites.site(
        {**sites.FORMULAS, **FORMULAS}, steps=steps, edges=(Edge(1, 2), Edge(2, 3), Edge(3, 4), Edge(2, 4)), people=people
    ), keys


def fitted(step):
    """A receiver of the handoff's kind."""
    import attrs

    if step.handoff == "grupo":
        return attrs.evolve(step, receiver="5")
    return attrs.evolve(step, receiver="1;2") if step.handoff == "atendente" else attrs.evolve(step, receiver=None)


def check(site, before, made, actor, gone=()):
    """What must hold of every move that happens."""
    after, step = made.after, site.step(before.type, before.step)
    voices = spoken(before, made.voices)
    people = site.people
    assert max(Counter(one.seat for one in voices).values(), default=1) == 1, voices
    assert max(Counter(people.human(one.by) for one in voices).values(), default=1) == 1, voices
    own = {*humans_of(site, before), *gone}
    if step is not None and step.self_approval is False:
        assert not [one for one in made.voices if people.human(one.by) in own]
        if made.action in ("advance", "conclude", "approve", "reject"):
            assert people.human(actor) not in own
    for one in made.voices:
        assert actor in speakers(people, one.seat, step, before, made.now.date())
        assert visible(before, people.attendants[actor])
    if step is not None and step.approval is not None and after.step != before.step and made.steps:
        yes = sum(one.voice == "approve" for one in voices)
        rejected = made.action == "reject"
        assert rejected or yes >= needed(step.approval), "an approval is left by approving or rejecting"
        assert made.action in ("approve", "reject")
    for change in made.handoffs:
        entered = site.step(after.type, after.step)
        if entered is not None and entered.self_approval is False:
            receiver = change.to_holder
            assert not (receiver.kind == "attendant" and people.human(receiver.key) in own)


def live(seed):
    """One ticket's life under one site; how many moves happened, and how many voices were given."""
    rolls = random.Random(seed)
    site, keys = some_site(rolls)
    opener = rolls.choice(keys)
    holder = rolls.choice([attendant_holder(opener), group_holder("1;5")])
    one = sites.ticket(opener=opener, holder=holder, entered_at=sites.NOW, step=rolls.choice([1, 2, 2, 3]), status="A",
                       access_level=rolls.choice([0, 0, 0, 5]), client_code=rolls.choice(CLIENTS),
                       client_contact=rolls.choice(["", "A", "B"]))  # fmt: skip
    now, happened, voices, barred = sites.NOW, 0, 0, 0
    gone: set[str] = set()
    for _ in range(MOVES):
        now += timedelta(minutes=rolls.randrange(40))
        step, actor = site.step(one.type, one.step), rolls.choice([*keys, opener])
        asked = step is not None and step.approval is not None
        action = rolls.choice(ACTIONS if asked else ACTIONS[11:])
        if asked and rolls.random() < 0.6:
            actor = rolls.choice(speakers(site.people, rolls.choice(step.approval.by), step, one, now.date()) or [opener])
        to = rolls.choice([None, 2, 3, 4]) if action == "advance" else rolls.choice([*keys, "5"]) if action == "handoff" else None
        given = (("CLIENTE", rolls.choice(CLIENTS[:4])),) if action == "change" else ()
        made = plan(site, one, Request(action=action, actor=actor, to=to, justification="visto", set=given), now)
        barred += not made.applies and made.reason.code == "aprovacao-propria" and "pediu" in made.reason.message
        if made.applies:
            check(site, one, made, "0;0" if action == "expire" else actor, gone)
            if action == "change" and site.people.human(actor) in humans_of(site, one) - humans_of(site, made.after):
                gone.add(site.people.human(actor))
            one, happened, voices = made.after, happened + 1, voices + len(made.voices)
    return happened, voices, barred


def test_no_voice_counts_twice_and_nobody_decides_the_own_ticket():
    lives = [live(seed) for seed in range(SITES)]
    assert sum(happened for happened, _, _ in lives) > SITES
    assert sum(voices for _, voices, _ in lives) > SITES / 2
    assert sum(barred for _, _, barred in lives) > SITES / 10, "clients who are attendants are among them"

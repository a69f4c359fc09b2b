"""Turns in a group: remembered by the group, past who is absent, however they are asked for; and a group's own distribution."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations
from random import Random

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import Absence, Attendant, Edge, Group, Step, attendant_holder, group_holder

AWAY = Absence(date(2026, 11, 20), date(2026, 12, 1), "1;23")
TEAM = tuple(
    Attendant(
        coligada=1, code=20 + number, name=name, email=f"{name.lower()}@exemplo.com.br", absence=AWAY if name == "Nilo" else None
    )
    for number, name in enumerate(("Lia", "Nilo", "Otto", "Rui"), start=1)
)
LIA, NILO, OTTO, RUI = (one.key for one in TEAM)


class Store:
    """Remembers turns as the store does."""

    def __init__(self, turn=None):
        self.turn = turn

    def load(self, attendant):
        return {LIA: 4, NILO: 0, OTTO: 2, RUI: 3}.get(attendant, 9)

    def last_turn(self, group):
        return self.turn

    def mails(self, addresses, since):
        return [0] * len(addresses)


def office(way, **group):
    given = Group(**{"coligada": 1, "code": 9, "name": "Fiscal", "members": tuple(one.key for one in TEAM), **group})
    step = {
        "kind": Step(code=2, name="Fiscal", handoff="rodizio", receiver="9"),
        "least": Step(code=2, name="Fiscal", handoff="menorcarga", receiver="9"),
        "queue": Step(code=2, name="Fiscal", handoff="grupo", receiver="9"),
    }.get(way, Step(code=2, name="Fiscal", handoff="formula", formula="gestor"))
    text = {"function": "ATENDENTEDOGRUPO(9, 'RODIZIO')", "function least": "ATENDENTEDOGRUPO(9, 'MENORCARGA')"}.get(way, "'9'")
    return sites.site(formulas={"gestor": text}, steps=(sites.STEPS[0], step), edges=(Edge(1, 2),),
                      people=sites.people((*sites.PEOPLE, *TEAM), (given,)))  # fmt: skip


def moved(site, store, holder="1;2"):
    ticket = sites.ticket(holder=attendant_holder(holder))
    made = plan(site, ticket, Request(action="advance", actor=holder), sites.NOW, workload=store)
    assert made.status == "planned", made.reason
    store.turn = dict(made.turns).get("1;9", store.turn)
    return made.after.holder.key


WAYS = {"kind": {}, "function": {}, "formula": {"distribution": "rodizio"}, "queue": {"distribution": "rodizio"}}


@pytest.mark.parametrize("way", WAYS)
def test_turns_go_round_past_who_is_absent(way):
    store = Store()
    assert [moved(office(way, **WAYS[way]), store) for _ in range(5)] == [LIA, OTTO, RUI, LIA, OTTO]


@pytest.mark.parametrize("way", WAYS)
def test_a_turn_counts_also_when_it_falls_on_who_has_the_ticket(way):
    store = Store()
    assert [moved(office(way, **WAYS[way]), store, holder=LIA) for _ in range(4)] == [LIA, OTTO, RUI, LIA]


def test_a_run_that_asks_twice_means_one_turn():
    site = office("formula")
    site = sites.site(formulas={"gestor": "DECL A; SETVAR(A, ATENDENTEDOGRUPO(9, 'RODIZIO')); ATENDENTEDOGRUPO(9, 'RODIZIO')"},
                      steps=site.types[10].steps, edges=(Edge(1, 2),), people=site.people)  # fmt: skip
    assert moved(site, Store(LIA)) == OTTO


def test_a_persons_handoff_takes_no_turn():
    made = plan(office("kind"), sites.ticket(holder=attendant_holder("1;3")), Request(action="handoff", actor="1;3", to=OTTO),
                sites.NOW, workload=Store(LIA))  # fmt: skip
    assert (made.status, made.turns) == ("planned", ())


@pytest.mark.parametrize(("way", "more"), [("least", {}), ("function least", {}), ("queue", {"distribution": "menorcarga"})])
def test_the_least_loaded_is_one_who_is_present(way, more):
    assert moved(office(way, **more), Store()) == OTTO


@pytest.mark.parametrize(("more", "holder"), [
    ({}, group_holder("1;9")),
    ({"distribution": "atendente", "attendant": RUI}, attendant_holder(RUI)),
    ({"distribution": "atendente", "attendant": NILO}, attendant_holder(OTTO)),
    ({"distribution": "rodizio", "members": (NILO,)}, group_holder("1;9")),
])  # fmt: skip
@pytest.mark.parametrize("way", ["formula", "queue"])
def test_a_handoff_to_a_group_goes_by_its_distribution(way, more, holder):
    made = plan(office(way, **more), sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW, workload=Store())
    assert (made.status, made.after.holder) == ("planned", holder)


def test_a_persons_handoff_to_a_group_too():
    made = plan(office("kind", distribution="rodizio"), sites.ticket(holder=attendant_holder("1;3")),
                Request(action="handoff", actor="1;3", to="9"), sites.NOW, workload=Store(OTTO))  # fmt: skip
    assert (made.after.holder, made.turns) == (attendant_holder(RUI), (("1;9", RUI),))
    assert "rodízio do grupo Fiscal: é a vez de Rui (1;24), porque a última vez foi de Otto (1;23)" in told(made)


def told(made):
    return [line.as_json("pt")["text"] for line in made.explanation]


def asked(store, way="queue", **group):
    return plan(office(way, **group), sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW, workload=store)


@pytest.mark.parametrize(("latest", "why"), [
    (None, "é a vez de Lia (1;21), porque ninguém do grupo teve a vez ainda"),
    (LIA, "é a vez de Otto (1;23), porque a última vez foi de Lia (1;21); antes viria Nilo (1;22) (ausente até 01/12/2026)"),
    (RUI, "é a vez de Lia (1;21), porque a última vez foi de Rui (1;24)"),
    ("1;8", "é a vez de Lia (1;21), porque quem teve a última vez, Hugo (1;8), não é mais do grupo"),
])  # fmt: skip
def test_a_turn_is_explained(latest, why):
    assert f"rodízio do grupo Fiscal: {why}" in told(asked(Store(latest), distribution="rodizio"))


def test_the_function_explains_whom_it_chose_too():
    assert any(
        "é a vez de Lia (1;21), porque ninguém do grupo Fiscal teve a vez ainda" in one for one in told(asked(Store(), "function"))
    )
    assert any(
        "é a vez de Rui (1;24), porque a última vez no grupo Fiscal foi de Otto (1;23)" in one
        for one in told(asked(Store(OTTO), "function"))
    )
    assert any(
        "é a vez de Otto (1;23), porque tem 2 atendimento(s) por resolver, o menor número do grupo Fiscal" in one
        for one in told(asked(Store(), "function least"))
    )


def test_two_who_are_passed_over():
    made = asked(Store(LIA), distribution="rodizio", members=(LIA, "1;7", NILO, OTTO))
    assert any(line.endswith("antes viria Gustavo (1;7) (inativo), Nilo (1;22) (ausente até 01/12/2026)") for line in told(made))


def test_the_others_are_explained_too():
    assert "menor carga do grupo Fiscal: é a vez de Otto (1;23), porque tem 2 atendimento(s) por resolver, o menor número" in told(
        asked(Store(), distribution="menorcarga")
    )
    assert "grupo Fiscal: é a vez de Rui (1;24), porque o grupo entrega o que recebe a um atendente fixo" in told(
        asked(Store(), distribution="atendente", attendant=RUI)
    )
    assert "o grupo Fiscal fica com o atendimento na fila, porque ninguém dele pode receber agora" in told(
        asked(Store(), distribution="rodizio", members=(NILO,))
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_tickets_are_shared_out_fairly_whoever_is_away(seed):
    """Members come and go; between any two, over each stretch in which both are there, the counts differ by one at most."""
    chance = Random(seed)
    team = [Attendant(coligada=1, code=40 + number, name=f"M{number}") for number in range(7)]
    order = [one.key for one in team]
    store, received = Store(), []
    away = set()
    for number in range(1_000):
        if number % 10 == 0:
            away = {key for key in order[2:] if chance.random() < 0.4}
        people = [attrs.evolve(one, absence=AWAY if one.key in away else None) for one in team]
        group = Group(coligada=1, code=9, name="Fiscal", members=tuple(order), distribution="rodizio")
        site = sites.site(steps=(sites.STEPS[0], Step(code=2, name="Fiscal", handoff="grupo", receiver="9")), edges=(Edge(1, 2),),
                          people=sites.people((*sites.PEOPLE, *people), (group,)))  # fmt: skip
        received.append((moved(site, store), frozenset(order) - away))
    for one, other in combinations(order, 2):
        stretch = Counter()
        for receiver, present in received:
            if {one, other} <= present:
                stretch[receiver] += 1
                assert abs(stretch[one] - stretch[other]) <= 1
            else:
                stretch.clear()
    always = Counter(receiver for receiver, _ in received)
    assert abs(always[order[0]] - always[order[1]]) <= 1
    assert all(receiver in present for receiver, present in received)

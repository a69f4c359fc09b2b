"""Turns in a group: remembered by the group, past who is absent, however they are asked for; and a group's own distribution."""

from __future__ import annotations

from datetime import date

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
    assert any("rodízio do grupo Fiscal: a vez é de Rui" in str(line.text) for line in made.explanation)

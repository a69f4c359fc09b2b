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
        "é a vez de Otto (1;23), porque tem 2 atendimentos por resolver, o menor número do grupo Fiscal" in one
        for one in told(asked(Store(), "function least"))
    )


def test_two_who_are_passed_over():
    made = asked(Store(LIA), distribution="rodizio", members=(LIA, "1;7", NILO, OTTO))
    assert any(line.endswith("antes viria Gustavo (1;7) (inativo), Nilo (1;22) (ausente até 01/12/2026)") for line in told(made))


def test_the_others_are_explained_too():
    assert "menor carga do grupo Fiscal: é a vez de Otto (1;23), porque tem 2 atendimentos por resolver, o menor número" in told(
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


CHOOSES = {
    "kind": Step(code=2, name="Fiscal", handoff="rodizio", receiver="9", self_approval=False),
    "queue": Step(code=2, name="Fiscal", handoff="grupo", receiver="9", self_approval=False),
    "function": Step(code=2, name="Fiscal", handoff="formula", formula="gestor", self_approval=False),
    "formula of the flow": Step(code=2, name="Fiscal", handoff="formula", formula="divide", self_approval=False),
    "entry": Step(code=2, name="Fiscal", handoff="manter", on_entry=("repassa",), self_approval=False),
    "exit": Step(code=2, name="Fiscal", handoff="atendente", receiver="1;1", self_approval=False),
}
ROTATION = "ATENDENTEDOGRUPO(9, 'RODIZIO')"


def own_request(way, latest, members=(LIA, OTTO, RUI), opener=OTTO, **step):
    """Otto opened the ticket, and nobody decides the own one in the step."""
    first = attrs.evolve(sites.STEPS[0], on_exit=("repassa",) if way == "exit" else ())
    second = attrs.evolve(CHOOSES[way], **step)
    divided = way == "formula of the flow"
    formulas = {
        "gestor": ROTATION,
        "divide": f"AVANCARETAPA('Fiscal'); {ROTATION}",
        "repassa": f"REPASSARATENDIMENTO({ROTATION}, -1, 'é a vez')",
    }
    group = Group(coligada=1, code=9, name="Fiscal", members=members, distribution="rodizio" if way == "queue" else "fila")
    site = sites.site(
        formulas=formulas, steps=(first, second, sites.STEPS[2]), edges=(Edge(1, 2), *((Edge(1, 3),) if divided else ())),
        kind={"handoff": "formula", "formula": "divide", "grants": frozenset({"repassar"})} if divided or way in {"entry", "exit"} else {},
        people=sites.people((*sites.PEOPLE, *TEAM), (group,)),
    )  # fmt: skip
    ticket = sites.ticket(opener=opener, holder=attendant_holder("1;3"))
    return plan(site, ticket, Request(action="advance", actor="1;3"), sites.NOW, workload=Store(latest))


@pytest.mark.parametrize("way", CHOOSES)
def test_a_turn_passes_over_who_may_not_decide_the_own_ticket(way):
    made = own_request(way, LIA)
    assert (made.status, made.after.holder, made.turns) == ("planned", attendant_holder(RUI), (("1;9", RUI),)), made.reason


@pytest.mark.parametrize("way", CHOOSES)
def test_where_the_own_ticket_may_be_decided_the_turn_is_taken(way):
    made = own_request(way, LIA, self_approval=None)
    assert (made.status, made.after.holder, made.turns) == ("planned", attendant_holder(OTTO), (("1;9", OTTO),)), made.reason


@pytest.mark.parametrize("way", ["kind", "function", "formula of the flow"])
def test_a_group_of_nobody_else_is_refused_for_that_reason(way):
    made = own_request(way, LIA, members=(NILO, OTTO))
    assert (made.status, made.gate, made.reason.code) == ("refused", "G11", "aprovacao-propria")


def test_a_formula_that_is_asked_again_is_told_once():
    made = own_request("formula of the flow", LIA)
    assert [run.code for run in made.formulas] == ["divide"]
    assert len([one for one in made.effects if type(one).__name__ == "Advance"]) == 1
    assert "Otto (1;23) não entra na escolha do grupo: abriu o atendimento que se decide em 'Fiscal'" in told(made)


@pytest.mark.parametrize(
    ("members", "own", "found"),
    [
        ((OTTO,), False, ("refused", "aprovacao-propria")),
        ((NILO, OTTO), False, ("planned", None)),
        ((OTTO, RUI), False, ("planned", None)),
        ((OTTO,), None, ("planned", None)),
    ],
)
def test_a_queue_that_keeps_the_ticket_has_somebody_else_to_decide_it(members, own, found):
    """Nobody could take it there: the step is not entered, as when the queue receives it. Who is absent comes back."""
    second = Step(code=2, name="Fiscal", handoff="manter", self_approval=own)
    group = Group(coligada=1, code=9, name="Fiscal", members=members)
    site = sites.site(
        steps=(sites.STEPS[0], second, sites.STEPS[2]), edges=(Edge(1, 2),), people=sites.people((*sites.PEOPLE, *TEAM), (group,))
    )
    made = plan(
        site,
        sites.ticket(opener=OTTO, holder=group_holder("1;9")),
        Request(action="advance", to=2, actor="1;9"),
        sites.NOW,
    )
    assert (made.status, made.reason and made.reason.code) == found
    assert made.status == "planned" or str(made.reason.message).endswith("; receberia pelo grupo Fiscal (1;9)")

"""``aprovacao_propria = false``: whoever opened a ticket or is its client decides it by no kind of handoff, and hears why."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.deciding.handoffs import KINDS
from routing.domain.model import (
    Absence,
    Approval,
    Attendant,
    Client,
    Edge,
    FieldChange,
    Group,
    HandoffRecord,
    Step,
    attendant_holder,
    group_holder,
)

LIA, OTTO, RUI, NILO = "1;21", "1;22", "1;23", "1;24"
TEAM = (
    Attendant(coligada=1, code=21, name="Lia", email="lia@exemplo.com.br", user="lia", chief=OTTO, level=5),
    Attendant(coligada=1, code=22, name="Otto", email="otto@exemplo.com.br", chief=RUI, level=5),
    Attendant(coligada=1, code=23, name="Rui", email="rui@exemplo.com.br", level=5),
    Attendant(coligada=1, code=24, name="Nilo", level=5, rights=frozenset({"repassar", "atuar"})),
    Attendant(coligada=2, code=21, name="Lia", email="filial@example.com", user="LIA", level=5),
)
CLIENTS = (
    Client(kind="cliente", code="L1", name="Lia Prado", email="LIA@exemplo.com.br"),
    Client(kind="cliente", code="E1", name="Empresa", email="e@example.com", contact_emails={"A": "lia@exemplo.com.br"},
           contact_names={"A": "Lia P."}),
    Client(kind="cliente", code="R1", name="Rui Sá", email="rui@exemplo.com.br"),
    Client(kind="aluno", code="S1", name="Aluno", email="a@example.com", person_email="Lia <lia@exemplo.com.br>"),
)  # fmt: skip
GROUP = Group(coligada=1, code=9, name="Mesa", members=(LIA,))
OWN = {
    "opener": {"opener": LIA},
    "client": {"opener": NILO, "client_kind": "cliente", "client_code": "L1"},
    "client without a kind": {"opener": NILO, "client_code": "L1"},
    "contact": {"opener": NILO, "client_kind": "cliente", "client_code": "E1", "client_contact": "A"},
    "person behind the client": {"opener": NILO, "client_kind": "aluno", "client_code": "S1"},
    "client until she set another": {
        "opener": NILO, "client_kind": "cliente", "client_code": "E1",
        "changes": (FieldChange("CLIENTE", "L1", "E1", LIA, sites.NOW),),
    },
}  # fmt: skip
WANTS_HER = {
    "atendente": {"receiver": LIA},
    "grupo": {"receiver": "9"},
    "formula": {"formula": "gestor"},
    "abertura": {},
    "anterior": {},
    "manter": {},
    "rodizio": {"receiver": "9"},
    "menorcarga": {"receiver": "9"},
}
"""For each kind of handoff a step of it that means Lia."""


def site_of(kind="manter", by=(), own=False, last=False, groups=(GROUP,), **step):
    approval = Approval(by=by, rule="qualquer") if by else None
    second = Step(code=2, name="Comitê", handoff=kind, approval=approval, self_approval=own, **{**WANTS_HER[kind], **step})
    return sites.site(
        formulas={"gestor": f"'{LIA}'", "conclui": f"CONCLUIRARESPONDER; '{OTTO}'", "avanca": f"AVANCARETAPA('Fim'); '{OTTO}'"},
        steps=(sites.STEPS[0], second, Step(code=3, name="Fim", handoff="manter")),
        edges=(Edge(1, 2), *(() if last else (Edge(2, 3),))),
        people=sites.people((*sites.PEOPLE, *TEAM), groups, CLIENTS),
    )


def ticket_of(own, **given):
    record = HandoffRecord(attendant_holder(LIA), attendant_holder(NILO), LIA, None, "", sites.NOW)
    return sites.ticket(**{"holder": attendant_holder(NILO), "handoffs": (record,), **OWN[own], **given})


def say(site, ticket, action, actor, **more):
    said = "" if action == "change" else "lido"
    return plan(site, ticket, Request(action=action, actor=actor, justification=said, **more), sites.NOW)


def refusal(made):
    return (made.gate, made.reason.code) if made.reason is not None else made.status


def test_every_kind_of_handoff_is_tried():
    assert WANTS_HER.keys() == KINDS.keys()


@pytest.mark.parametrize("by", [(), (OTTO, "9")], ids=["decides", "approves"])
@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("kind", WANTS_HER)
def test_no_kind_of_handoff_lets_her_decide_it(kind, own, by):
    """Each either does not give it to her, or, kept by her while others are asked, lets her do nothing that decides."""
    holder = attendant_holder(LIA if kind == "manter" else RUI if kind == "anterior" else NILO)
    ticket = ticket_of(own, holder=holder)
    if kind == "anterior":
        ticket = attrs.evolve(ticket, handoffs=(HandoffRecord(attendant_holder(LIA), holder, LIA, None, "", sites.NOW),))
    made = say(site_of(kind, by), ticket, "advance", NILO)
    if kind != "manter" or not by:
        assert refusal(made) == ("G11", "aprovacao-propria")
    else:
        assert made.after.step == 2, made.reason
    site, held = site_of(kind, by), ticket_of(own, step=2, holder=attendant_holder(LIA))
    for actor in (LIA, "2;21"):
        for action in ("advance", "conclude", *(("approve", "reject") if by else ())):
            if actor == LIA or action in ("approve", "reject"):
                assert refusal(say(site, held, action, actor)) == ("G4", "aprovacao-propria"), (action, actor)
    queue = ticket_of(own, step=2, holder=group_holder("1;9"))
    assert refusal(say(site, queue, "claim", LIA)) == ("G11", "aprovacao-propria")
    assert refusal(say(site, ticket_of(own, step=2), "handoff", NILO, to=LIA)) == ("G11", "aprovacao-propria")
    if by:
        done = say(site, held, "approve", OTTO)
        assert (done.after.step, done.after.holder) == (3, attendant_holder(LIA))
    else:
        assert say(site, ticket_of(own, step=2), "conclude", "1;8").applies, "somebody else decides"


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("formula", ["conclui", "avanca"])
def test_nor_does_a_formula_decide_it_for_her(own, formula):
    site = site_of("formula", formula=formula)
    assert refusal(say(site, ticket_of(own, step=2, holder=attendant_holder(LIA)), "handoff", LIA)) == ("G4", "aprovacao-propria")


@pytest.mark.parametrize("own", OWN)
def test_a_last_step_that_she_keeps_is_concluded_by_somebody_else(own):
    site, kept = site_of("manter", (OTTO,), last=True), ticket_of(own, step=2, holder=attendant_holder(LIA))
    for action, actor, found in (
        ("conclude", LIA, ("G4", "aprovacao-propria")),
        ("conclude", RUI, ("G7", "exige-aprovacao")),
    ):
        assert refusal(say(site, kept, action, actor)) == found
    approved = say(site, kept, "approve", OTTO).after
    made = say(site, approved, "conclude", LIA)
    assert refusal(made) == ("G4", "aprovacao-propria")
    assert "Otto (1;22)" in made.reason.hint
    assert say(site, approved, "conclude", OTTO).after.status == "R"


@pytest.mark.parametrize("own", OWN)
def test_her_seat_is_her_chiefs(own):
    site, waiting = site_of("manter", (LIA,)), ticket_of(own, step=2)
    assert say(site, waiting, "approve", OTTO).after.step == 3
    assert refusal(say(site, waiting, "approve", RUI)) == ("G4", "nao-aprova")


def test_a_chief_who_is_the_client_is_passed_over():
    """Lia opened it, and her chief's chief is who it is for."""
    both = {**OWN["opener"], "client_kind": "cliente", "client_code": "R1"}
    site = site_of("manter", (LIA, RUI))
    held = sites.ticket(step=2, holder=attendant_holder(NILO), **both)
    assert refusal(say(site, held, "approve", RUI)) == ("G4", "aprovacao-propria")
    assert say(site, held, "approve", OTTO).after.step == 3
    alone = say(site_of("manter", (RUI,)), attrs.evolve(held, step=1), "advance", NILO)
    assert refusal(alone) == ("G11", "aprovadores-insuficientes")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("opener", "Lia (1;21) abriu o atendimento, e a etapa 'Comitê' não deixa que alguém decida o próprio pedido"),
        ("client", "Lia (1;21) é quem pediu: o cliente Lia Prado (L1) tem o e-mail de Lia (1;21)"),
        ("contact", "Lia (1;21) é quem pediu: o contato Lia P. do cliente Empresa (E1) tem o e-mail de Lia (1;21)"),
        ("client until she set another", "o cliente Lia Prado (L1) tem o e-mail de Lia (1;21), e foi essa pessoa que o trocou por outro"),
    ],
)  # fmt: skip
def test_why_is_said(own, said):
    made = say(site_of("manter", (LIA, OTTO)), ticket_of(own, step=2), "approve", LIA)
    assert said in made.reason.message
    assert "não deixa que alguém decida o próprio pedido" in made.reason.message
    assert made.reason.hint == "quem pode decidir é outra pessoa, como o chefe: Otto (1;22)"
    other = say(site_of("manter", ("2;21", OTTO)), ticket_of(own, step=2), "approve", "2;21")
    assert refusal(other) == ("G4", "aprovacao-propria"), "one login is one person"


@pytest.mark.parametrize("own", ["opener", "client"])
def test_who_decides_in_her_stead_is_told_on_the_way_there_and_why(own):
    away = attrs.evolve(TEAM[3], absence=Absence(sites.NOW.date(), sites.NOW.date(), LIA))
    site = site_of("manter", (LIA, NILO))
    people = sites.people((*sites.PEOPLE, *TEAM[:3], away, TEAM[4]), (GROUP,), CLIENTS)
    mine = {"opener": LIA} if own == "opener" else {"opener": RUI, "client_code": "L1"}
    made = say(attrs.evolve(site, people=people), sites.ticket(holder=attendant_holder(RUI), **mine), "advance", RUI)
    told = [str(line.text) for line in made.explanation]
    why = (
        "Lia (1;21) abriu o atendimento, e" if own == "opener" else "Lia (1;21) é quem pediu: o cliente Lia Prado (L1) tem o e-mail"
    )
    first = f"no lugar de Lia (1;21), quem aprova é Otto (1;22), o chefe mais próximo, porque {why}"
    second = f"no lugar de Nilo (1;24), pode aprovar Otto (1;22), o chefe mais próximo, porque {why}"
    assert [sum(line.startswith(one) for line in told) for one in (first, second)] == [1, 1], told


def test_where_nobody_is_above_the_reason_says_so():
    rui = sites.ticket(step=2, opener=NILO, client_kind="cliente", client_code="R1", holder=attendant_holder(NILO))
    made = say(site_of("manter", (RUI, OTTO)), rui, "approve", RUI)
    assert made.reason.hint == "quem decide precisa ser outra pessoa, e Rui (1;23) não tem chefe no diretório"


@pytest.mark.parametrize("seat", [RUI, "9"])
@pytest.mark.parametrize("own", ["opener", "client"])
def test_a_step_that_nobody_else_could_approve_is_refused_with_the_reason(seat, own):
    """By himself, who has no chief; or by a group of him alone."""
    mine = {"opener": RUI} if own == "opener" else {"opener": NILO, "client_code": "R1"}
    site = site_of("manter", (seat,), groups=(attrs.evolve(GROUP, members=(RUI,)),))
    made = say(site, sites.ticket(holder=attendant_holder(NILO), **mine), "advance", NILO)
    assert refusal(made) == ("G11", "aprovadores-insuficientes")
    why = "Rui (1;23) abriu o atendimento" if own == "opener" else "o cliente Rui Sá (R1) tem o e-mail de Rui (1;23)"
    assert why in made.reason.message
    assert made.reason.hint == "quem decide precisa ser outra pessoa, e Rui (1;23) não tem chefe no diretório"


def test_an_approver_who_is_gone_is_no_own_request():
    made = say(site_of("manter", ("1;7",)), sites.ticket(opener=RUI, holder=attendant_holder(NILO)), "advance", NILO)
    assert refusal(made) == ("G11", "aprovadores-insuficientes")
    assert made.reason.hint.startswith("confira quem está ativo")


def test_who_is_passed_over_in_a_group_and_why():
    pair = attrs.evolve(GROUP, members=(LIA, OTTO))
    ticket = ticket_of("client")
    turn = say(site_of("rodizio", groups=(pair,)), ticket, "advance", NILO)
    assert turn.after.holder == attendant_holder(OTTO)
    assert any("antes viria Lia (1;21) (é quem pediu o atendimento)" in line.text for line in turn.explanation)
    site = site_of("formula", groups=(pair,))
    chosen = attrs.evolve(site, formulas=sites.site(formulas={"gestor": "ATENDENTEDOGRUPO(9, 'RODIZIO')"}).formulas)
    made = say(chosen, ticket, "advance", NILO)
    assert made.after.holder == attendant_holder(OTTO)
    why = "Lia (1;21) é quem pediu: o cliente Lia Prado (L1) tem o e-mail de Lia (1;21); não entra na escolha do grupo"
    assert any(why in line.text for line in made.explanation)
    alone = say(site_of("rodizio"), ticket, "advance", NILO)
    assert "só está presente quem abriu ou pediu o atendimento" in alone.reason.message


def test_where_nothing_is_said_a_client_who_decides_is_warned_of():
    ticket = ticket_of("client", step=2)
    made = say(site_of("manter", (LIA,), own=None), ticket, "approve", LIA)
    assert (made.after.step, [one.code for one in made.warnings]) == (3, ["aprovacao-propria"])
    assert "pronuncia-se sobre o próprio pedido" in made.warnings[0].message
    got = say(site_of("atendente", own=None), ticket_of("client"), "advance", NILO)
    assert "recebe o atendimento na etapa 'Comitê' e decide o próprio pedido" in got.warnings[0].message
    assert not say(site_of("manter", (LIA,), own=True), ticket, "approve", LIA).warnings


def test_a_change_that_makes_it_the_own_one_is_warned_of():
    """Of who has it, and of who has spoken; not of anybody who may not decide it anyway, nor where nothing is forbidden."""
    change = (("CLIENTE", "L1"), ("TIPOCLIENTE", "cliente"))
    held = sites.ticket(step=2, opener=NILO, holder=attendant_holder(LIA))
    made = say(site_of("manter", (OTTO, RUI)), held, "change", LIA, set=change)
    assert [(one.code, "está com o atendimento, e não o decide" in one.message) for one in made.warnings] == [
        ("aprovacao-propria", True)
    ]
    site = site_of("manter", (LIA, OTTO), own=False)
    rule = attrs.evolve(site.step(10, 2).approval, rule="todos")
    steps = tuple(attrs.evolve(one, approval=rule) if one.approval else one for one in site.types[10].steps)
    asked = attrs.evolve(site, types={10: attrs.evolve(site.types[10], steps=steps)})
    spoke = say(asked, attrs.evolve(held, holder=attendant_holder(RUI)), "approve", LIA).after
    assert spoke.step == 2
    later = say(asked, spoke, "change", RUI, set=change)
    assert ["já se pronunciou na etapa 'Comitê'" in one.message for one in later.warnings] == [True]
    for quiet in (site_of("manter", (OTTO,), own=None), site_of("manter", (OTTO,), own=True)):
        assert say(quiet, held, "change", LIA, set=change).warnings == ()
    mine = attrs.evolve(held, opener=LIA)
    assert say(site_of("manter", (OTTO,)), mine, "change", LIA, set=change).warnings == ()


def test_others_of_the_client_are_nobody_special():
    """A company's other contacts, and attendants without an address."""
    other = {"client_kind": "cliente", "client_code": "E1", "client_contact": ""}
    site = site_of("manter", (LIA, NILO))
    assert say(site, sites.ticket(step=2, opener=RUI, holder=attendant_holder(RUI), **other), "approve", LIA).after.step == 3
    assert say(site, sites.ticket(step=2, opener=RUI, holder=attendant_holder(RUI)), "approve", NILO).after.step == 3

"""What somebody may try with approvals: the own ticket by another login's record, two voices of one human being, a voice after the end,
rules and people that change meanwhile."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import Absence, Approval, Attendant, Edge, Group, Step, attendant_holder

TODAY = sites.NOW.date()


def person(code, coligada=1, **more):
    return Attendant(**{"coligada": coligada, "code": code, "name": f"P{coligada}{code}", "level": 9, "chief": "1;9", **more})


EVERYBODY = (*(person(code) for code in range(1, 7)), person(8, rights=frozenset({"reabrir"})), person(9, chief=None))
TWICE = (
    person(1, user="ana"),
    person(2, user="bia"),
    person(3),
    person(1, 2, user="ANA"),
    person(2, 2, user="bia"),
    person(9, chief=None),
)
"""Ana and Bia are attendants of both coligadas, each with one login."""


def site_of(by, rule="todos", *, people=EVERYBODY, groups=(), own=None, last=False, **approval):
    asked = Step(code=2, name="Comitê", handoff="manter", self_approval=own,
                 approval=Approval(**{"by": by, "rule": rule, "veto": False, "on_reject": None, **approval}))  # fmt: skip
    return sites.site(
        steps=[Step(code=1, name="Abertura", entry=True), asked, Step(code=3, name="Fim", handoff="manter")],
        edges=(Edge(1, 2),) if last else (Edge(1, 2), Edge(2, 3)),
        people=sites.people(people, groups),
    )


def waiting(**given):
    return sites.ticket(**{"step": 2, "opener": "1;1", "holder": attendant_holder("1;1"), **given})


def say(site, ticket, action, actor, **more):
    needs = {"justification": "lido"} if action in ("approve", "reject") else {}
    return plan(site, ticket, Request(action=action, actor=actor, **needs, **more), sites.NOW)


def after(site, ticket, *acts):
    for action, actor in acts:
        made = say(site, ticket, action, actor)
        assert made.applies, made.reason
        ticket = made.after
    return ticket


def refusal(made):
    return (made.gate, made.reason.code) if made.reason is not None else made.status


def warned(made):
    return [one.code for one in made.warnings]


def test_who_opened_the_ticket_does_not_approve_it_as_an_attendant_of_another_coligada():
    site = site_of(("2;1", "1;3"), "qualquer", people=TWICE, own=False)
    assert refusal(say(site, waiting(), "approve", "2;1")) == ("G4", "aprovacao-propria")
    assert refusal(say(site, waiting(holder=attendant_holder("2;1")), "advance", "2;1")) == ("G4", "aprovacao-propria")
    assert say(site, waiting(), "approve", "1;3").after.step == 3


def test_nor_does_a_step_give_it_to_that_attendant():
    site = sites.formula_site(
        "'2;1'", people=sites.people(TWICE), steps=(sites.STEPS[0], attrs.evolve(sites.STEPS[1], required=(), self_approval=False))
    )
    assert refusal(say(attrs.evolve(site), waiting(step=1), "advance", "1;1")) == ("G11", "aprovacao-propria")


def test_a_seat_of_that_attendant_is_the_chiefs():
    site = site_of(("2;1",), people=TWICE, own=False)
    assert say(site, waiting(), "approve", "1;9").after.step == 3


def test_one_login_has_one_voice():
    site = site_of(("1;2", "2;2", "1;3"), "2", people=TWICE)
    ticket = after(site, waiting(), ("approve", "1;2"))
    assert refusal(say(site, ticket, "approve", "2;2")) == ("G4", "ja-se-pronunciou")
    assert after(site, ticket, ("approve", "1;3")).step == 3


def test_two_seats_of_one_login_are_too_few_for_two_voices():
    made = say(site_of(("1;2", "2;2"), people=TWICE), waiting(step=1), "advance", "1;1")
    assert refusal(made) == ("G11", "aprovadores-insuficientes")


def test_whoever_takes_a_rejected_ticket_up_again_asks_everybody_again():
    site = site_of(("1;2", "1;3"), veto=True)
    ticket = after(site, waiting(), ("approve", "1;3"), ("reject", "1;2"))
    assert ticket.status == "C"
    again = say(site, ticket, "resume", "1;8")
    assert (again.after.status, again.as_json()["missing"]) == ("A", ["1;2", "1;3"])
    assert after(site, again.after, ("approve", "1;2"), ("approve", "1;3")).step == 3


def test_nobody_speaks_after_a_last_step_is_approved():
    site = site_of(("1;2", "1;3"), "qualquer", last=True, veto=True)
    ticket = after(site, waiting(), ("approve", "1;2"))
    for action in ("reject", "approve"):
        assert refusal(say(site, ticket, action, "1;3")) == ("G7", "aprovacao-decidida")
    assert say(site, ticket, "conclude", "1;1").after.status == "R"


def test_rules_that_ask_less_let_go_on_what_everybody_has_approved():
    ticket = after(site_of(("1;2", "1;3", "1;4")), waiting(), ("approve", "1;2"), ("approve", "1;3"))
    fewer = site_of(("1;2", "1;3"))
    made = say(fewer, ticket, "conclude", "1;1")
    assert refusal(made) == ("G7", "exige-aprovacao")
    assert "está aprovada" in str(made.reason.message)
    assert say(fewer, ticket, "advance", "1;1").after.step == 3


def test_rules_that_ask_more_say_that_the_rejections_are_too_many():
    ticket = after(site_of(("1;2", "1;3"), "qualquer"), waiting(), ("reject", "1;2"))
    stricter = site_of(("1;2", "1;3"))
    made = say(stricter, ticket, "advance", "1;1")
    assert refusal(made) == ("G7", "exige-aprovacao")
    assert "pelas rejeições já dadas" in str(made.reason.message)
    assert say(stricter, ticket, "reject", "1;3").after.status == "C"


BLIND = (person(1), person(2, level=1), person(3, level=1), person(4))


def test_who_does_not_see_the_ticket_is_no_approver():
    made = say(site_of(("1;2", "1;3"), "qualquer", people=BLIND), waiting(step=1, access_level=5), "advance", "1;1")
    assert refusal(made) == ("G11", "aprovadores-insuficientes")
    site = site_of(("1;2", "1;4"), "qualquer", people=BLIND)
    made = say(site, waiting(step=1, access_level=5), "advance", "1;1")
    assert warned(made) == ["nivel-menor"]
    assert "não pode aprovar: P12 (1;2)" in str(made.warnings[0].message)
    assert refusal(say(site, made.after, "approve", "1;2")) == ("G1", "atendimento-desconhecido")
    assert after(site, made.after, ("approve", "1;4")).step == 3


def test_an_approver_who_holds_the_ticket_sees_it():
    site = site_of(("1;2",), people=BLIND)
    held = waiting(step=1, access_level=5, holder=attendant_holder("1;2"))
    assert after(site, held, ("advance", "1;2"), ("approve", "1;2")).step == 3


def away(substitute=None):
    return Absence(TODAY, date(2026, 12, 1), substitute)


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ((person(1), person(2, absence=away())), "ausente-sem-substituto"),
        ((person(1), person(2, absence=away("1;3")), person(3, absence=away("1;2"))), "substituicao-em-anel"),
    ],
)
def test_an_approver_who_is_away_with_nobody_instead_is_warned_of(people, code):
    made = say(site_of(("1;2",), people=people), waiting(step=1), "advance", "1;1")
    assert (made.status, warned(made)) == ("planned", [code])


def test_an_inactive_approver_among_others_is_warned_of():
    people = (person(1), person(2, active=False), person(3))
    made = say(site_of(("1;2", "1;3"), "qualquer", people=people), waiting(step=1), "advance", "1;1")
    assert (made.status, warned(made)) == ("planned", ["atendente-inativo"])


def test_a_substitute_has_one_voice_for_two_seats():
    people = (person(1), person(2, absence=away("1;3")), person(3))
    site = site_of(("1;2", "1;3"), people=people)
    ticket = after(site, waiting(), ("approve", "1;3"))
    assert ticket.voices[-1].seat == "1;3"
    assert refusal(say(site, ticket, "approve", "1;3")) == ("G4", "ja-se-pronunciou")
    assert after(site, ticket, ("approve", "1;2")).step == 3


def test_who_opened_it_as_a_substitute_leaves_the_seat_to_a_chief_or_to_who_is_away():
    people = (person(1), person(2, absence=away("1;1")), person(9, chief=None))
    assert refusal(say(site_of(("1;2",), people=people, own=False), waiting(), "approve", "1;1")) == ("G4", "aprovacao-propria")
    assert after(site_of(("1;2",), people=people, own=False), waiting(), ("approve", "1;9")).step == 3
    alone = (person(1, chief=None), person(2, absence=away("1;1"), chief=None))
    made = say(site_of(("1;2",), people=alone, own=False), waiting(), "approve", "1;1")
    assert str(made.reason.hint).endswith("não tem chefe no diretório")
    assert after(site_of(("1;2",), people=alone, own=False), waiting(), ("approve", "1;2")).step == 3


def test_a_group_of_the_opener_alone_decides_nothing():
    groups = (Group(coligada=1, code=5, name="G", members=("1;1",)),)
    made = say(site_of(("5",), groups=groups, own=False), waiting(step=1), "advance", "1;1")
    assert refusal(made) == ("G11", "aprovadores-insuficientes")


def test_a_ticket_of_nobody_known_is_approved_with_a_warning():
    made = say(site_of(("1;2",), own=False), waiting(opener="", holder=attendant_holder("1;3")), "approve", "1;2")
    assert (made.after.step, warned(made)) == (3, ["aprovacao-propria"])


@pytest.mark.parametrize(("field", "value"), [("ETAPA", "3"), ("STATUS", "F"), ("ATENDENTE", "1;2"), ("TIPO", "11")])
def test_no_change_of_a_field_goes_round_an_approval(field, value):
    made = say(site_of(("1;2",)), waiting(), "change", "1;1", set=((field, value),))
    assert refusal(made) == ("G4", "campo-somente-leitura")


@pytest.mark.parametrize("actor", ["0;0", "7;7", "ninguém"])
def test_who_is_nobody_has_no_voice(actor):
    assert refusal(say(site_of(("1;2",)), waiting(), "approve", actor)) == ("G4", "atendente-desconhecido")


def test_a_step_that_the_voice_names_counts_when_the_rule_is_met_and_is_told_when_not():
    site = site_of(("1;2", "1;3"))
    first = say(site, waiting(), "approve", "1;2", to=3)
    assert (first.after.step, warned(first)) == (2, ["pedido-com-sobra"])
    second = say(site, first.after, "approve", "1;3", to=3)
    assert (second.after.step, warned(second)) == (3, [])


def test_a_rejection_that_leads_back_to_the_same_step_begins_anew():
    site = site_of(("1;2",), on_reject=2)
    ticket = after(site, waiting(), ("reject", "1;2"))
    assert (ticket.step, ticket.status) == (2, "A")
    assert after(site, ticket, ("approve", "1;2")).step == 3

"""Seats of an approval that few people share, and rules or people that change while a ticket waits."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.approvers import standing_of
from routing.domain.model import Approval, Attendant, Edge, Group, Step

PEOPLE = [Attendant(coligada=1, code=code, name=f"P{code}", level=9) for code in range(1, 7)]
PLACES = {"5": ("1;3", "1;4"), "6": ("1;4",), "7": ("1;3", "1;5"), "8": ("1;5",)}


def site_of(by, rule, *, veto=False, steps=(), gone=(), last=False):
    people = [attrs.evolve(one, active=False) if one.key in gone else one for one in PEOPLE]
    groups = [Group(coligada=1, code=int(code), name=f"G{code}", members=members) for code, members in PLACES.items()]
    asked = Step(code=2, name="Comitê", handoff="manter", approval=Approval(by=by, rule=rule, veto=veto, on_reject=None))
    return sites.site(
        steps=[Step(code=1, name="Abertura", entry=True), asked, Step(code=3, name="Fim", handoff="manter"), *steps],
        edges=(Edge(1, 2),) if last else (Edge(1, 2), Edge(2, 3)),
        people=sites.people(people, groups),
    )


def waiting(**given):
    return sites.ticket(step=2, opener="1;1", holder=sites.attendant_holder("1;1"), **given)


def say(site, ticket, action, actor):
    return plan(site, ticket, Request(action=action, actor=actor, justification="lido"), sites.NOW)


def after(site, ticket, *voices):
    for action, actor in voices:
        made = say(site, ticket, action, actor)
        assert made.applies, made.reason
        ticket = made.after
    return made


def warned(made):
    return [one.code for one in made.warnings]


def test_a_rejection_ends_it_where_one_person_is_left_for_two_seats():
    site = site_of(("1;3", "5", "6"), "2")
    made = after(site, waiting(), ("reject", "1;3"))
    assert made.after.status == "C"
    assert made.as_json()["missing"] == []
    assert standing_of(site, made.after).missing == ()


def test_a_rejection_that_leaves_enough_people_does_not_end_it():
    made = after(site_of(("1;3", "5", "7"), "2"), waiting(), ("reject", "1;3"))
    assert made.after.status == "A"
    assert made.as_json()["missing"] == ["5", "7"]


def test_who_may_take_several_seats_takes_the_one_that_leaves_the_others_to_somebody():
    site = site_of(("5", "7", "8"), "todos")
    made = after(site, waiting(), ("approve", "1;3"))
    assert [one.seat for one in made.voices] == ["7"]
    assert after(site, made.after, ("approve", "1;5"), ("approve", "1;4")).after.step == 3


@pytest.mark.parametrize("order", [("1;3", "1;4", "1;5"), ("1;5", "1;4", "1;3"), ("1;4", "1;5", "1;3")])
def test_in_whatever_order_the_three_who_are_enough_are_enough(order):
    made = after(site_of(("5", "7", "8"), "todos"), waiting(), *(("approve", one) for one in order))
    assert made.after.step == 3


def test_an_approval_after_which_nobody_may_speak_for_the_rest_is_warned_of_and_rejects_nothing():
    before = after(site_of(("1;3", "1;4", "1;6"), "todos"), waiting(), ("approve", "1;3")).after
    made = say(site_of(("1;3", "1;4", "1;6"), "todos", gone=("1;6",)), before, "approve", "1;4")
    assert (made.after.step, made.after.status, warned(made)) == (2, "A", ["aprovadores-insuficientes"])
    assert made.as_json()["missing"] == ["1;6"]


def test_a_voice_for_whom_the_rules_no_longer_ask_does_not_count():
    before = after(site_of(("1;3", "1;4"), "todos"), waiting(), ("approve", "1;3")).after
    other = site_of(("1;4", "1;6"), "todos")
    assert standing_of(other, before).as_json() == {"approvals": [], "missing": ["1;4", "1;6"]}
    made = say(other, before, "approve", "1;4")
    assert (made.after.step, made.as_json()["missing"]) == (2, ["1;6"])
    assert after(other, made.after, ("approve", "1;6")).after.step == 3


def test_who_spoke_for_a_seat_that_is_gone_may_speak_for_one_that_came():
    before = after(site_of(("1;3", "1;4"), "todos"), waiting(), ("approve", "1;3")).after
    assert after(site_of(("5", "1;6"), "todos"), before, ("approve", "1;3"), ("approve", "1;6")).after.step == 3


def test_a_step_that_no_longer_asks_is_left_by_hand():
    before = after(site_of(("1;3", "1;4"), "todos"), waiting(), ("approve", "1;3")).after
    plain = sites.site(
        steps=[Step(code=1, name="A", entry=True), Step(code=2, name="B", handoff="manter"), Step(code=3, name="Fim", handoff="manter")],
        edges=(Edge(1, 2), Edge(2, 3)), people=sites.people(PEOPLE),
    )  # fmt: skip
    assert plan(plain, before, Request(action="advance", actor="1;1"), sites.NOW).after.step == 3
    made = plan(plain, before, Request(action="approve", actor="1;4"), sites.NOW)
    assert (made.gate, made.reason.code) == ("G7", "sem-aprovacao")


def test_a_rejection_in_a_last_step_cancels_and_a_second_one_is_refused():
    site = site_of(("1;3", "1;4"), "qualquer", last=True)
    before = after(site, waiting(), ("reject", "1;3")).after
    again = say(site, before, "reject", "1;3")
    assert (again.gate, again.reason.code) == ("G4", "ja-se-pronunciou")
    assert after(site, before, ("reject", "1;4")).after.status == "C"

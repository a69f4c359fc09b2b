"""Who may see, change and take what (S:29-46, S:139-144)."""

from __future__ import annotations

from datetime import datetime

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.access import (
    LINK_CLIENT,
    contact_removal,
    may_change_contact,
    may_change_level,
    may_change_representative,
    may_edit_contact_record,
    may_hand_off,
    queue,
    visible,
)
from routing.domain.model import Attendant, attendant_holder, group_holder
from routing.domain.people import chiefs

PEOPLE = sites.people()
CARLOS, ANA, BEATRIZ = (PEOPLE.attendants[key] for key in ("1;2", "1;3", "1;1"))


def test_a_ticket_is_visible_up_to_the_own_level_or_in_the_own_hands():
    assert visible(sites.ticket(access_level=5), ANA)
    assert not visible(sites.ticket(access_level=6), ANA)
    assert visible(sites.ticket(access_level=6, holder=attendant_holder("1;3")), ANA)


def test_being_the_chief_or_the_contact_owner_gains_nothing():
    assert not visible(sites.ticket(access_level=6, holder=attendant_holder("1;2"), contact_owner="1;3"), ANA)


def test_a_queue_is_in_nobodys_hands():
    assert not visible(sites.queued(access_level=9), ANA)


def test_only_chiefs_of_the_holder_change_the_level_of_what_they_see():
    assert may_change_level(PEOPLE, sites.ticket(), ANA)
    assert may_change_level(PEOPLE, sites.ticket(), BEATRIZ)
    assert not may_change_level(PEOPLE, sites.ticket(), CARLOS)
    assert not may_change_level(PEOPLE, sites.ticket(access_level=6), ANA)


ALLOWED = attrs.evolve(CARLOS, rights=frozenset({LINK_CLIENT}))


def test_a_client_contact_needs_all_four():
    ticket = sites.ticket(contact_owner="1;2")
    assert may_change_contact(PEOPLE, ticket, ALLOWED)
    assert not may_change_contact(PEOPLE, attrs.evolve(ticket, status="R"), ALLOWED)
    assert not may_change_contact(PEOPLE, attrs.evolve(ticket, closed_at=datetime(2026, 1, 1)), ALLOWED)
    assert not may_change_contact(PEOPLE, attrs.evolve(ticket, contact_owner="1;1"), ALLOWED)
    assert not may_change_contact(PEOPLE, attrs.evolve(ticket, holder=attendant_holder("1;1")), ALLOWED)
    assert not may_change_contact(PEOPLE, ticket, CARLOS)


def test_the_chief_of_both_may_change_it_too():
    chief = attrs.evolve(ANA, rights=frozenset({LINK_CLIENT}))
    assert may_change_contact(PEOPLE, sites.ticket(contact_owner="1;2"), chief)


def test_while_opening_nobody_needs_a_right():
    assert may_change_contact(PEOPLE, sites.ticket(status=""), CARLOS, opening=True)
    assert may_change_representative(CARLOS, opening=True)
    assert not may_change_representative(CARLOS)
    assert may_change_representative(ALLOWED)


def test_a_contact_of_another_module_is_read_only():
    assert may_edit_contact_record(ALLOWED, created_here=True)
    assert not may_edit_contact_record(ALLOWED, created_here=False)


@pytest.mark.parametrize(
    ("created_here", "linked", "representative", "does"),
    [
        (True, False, False, "delete"),
        (True, True, False, "refuse"),
        (False, False, False, "refuse"),
        (True, True, True, "deactivate"),
        (True, False, True, "delete"),
    ],
)
def test_removing_a_contact(created_here, linked, representative, does):
    assert contact_removal(created_here=created_here, linked=linked, representative=representative) == does


@pytest.mark.parametrize(
    ("right", "receiver", "may"),
    [("repassar", attendant_holder("2;9"), True), ("repassar:2", attendant_holder("2;9"), True),
     ("repassar:1", attendant_holder("2;9"), False), ("repassar:1;3", attendant_holder("1;3"), True),
     ("repassar:1;3", group_holder("1;3"), False), ("repassar:grupo:1;5", group_holder("1;5"), True),
     ("repassar:grupo:1;5", attendant_holder("1;5"), False), ("atuar", attendant_holder("1;3"), False)],
)  # fmt: skip
def test_the_right_to_hand_off(right, receiver, may):
    assert may_hand_off({right}, receiver) is may


def test_chiefs_end_at_a_ring():
    ring = sites.people(
        [Attendant(coligada=1, code=1, name="A", chief="1;2"), Attendant(coligada=1, code=2, name="B", chief="1;1")]
    )
    assert chiefs(ring, "1;1") == ["1;2", "1;1"]


def test_a_queue_is_of_the_own_groups_visible_urgent_first():
    tickets = [sites.queued(code=1, priority="Baixa"), sites.queued(code=2), sites.queued(code=3, status="F"),
               sites.queued(code=4, access_level=9), sites.ticket(code=5), sites.ticket(code=6, holder=group_holder("2;5"))]  # fmt: skip
    assert [ticket.code for ticket in queue(tickets, PEOPLE, ANA)] == [2, 1]


def test_a_ticket_that_is_not_there_and_one_that_may_not_be_seen_are_told_alike_with_what_to_check():
    site, asked = sites.formula_site("'1;3'"), Request(action="advance", actor="1;3")
    hidden = plan(site, sites.ticket(access_level=9), asked, sites.NOW)
    absent = plan(site, None, asked, sites.NOW, key=hidden.ticket)
    assert hidden.reason == absent.reason
    assert hidden.reason.message == "o atendimento 1;1;42 não existe"
    assert "se quem pede pode ver" in hidden.reason.hint

"""Many tickets handed over at once go through the gates one by one."""

from __future__ import annotations

import pytest
from kit import sites

from routing import Request
from routing.deciding.bulk import held_by, transfer
from routing.domain.model import attendant_holder

TICKETS = [
    sites.ticket(code=1, holder=attendant_holder("1;3")),
    sites.ticket(code=2, holder=attendant_holder("1;3"), voicemail=1),
    sites.ticket(code=3, holder=attendant_holder("1;3"), status="C"),
    sites.ticket(code=4, holder=attendant_holder("1;9")),
    sites.ticket(code=5, holder=attendant_holder("1;3"), access_level=9),
]


def test_each_ticket_passes_or_fails_by_itself():
    made = transfer(sites.site(), TICKETS, Request(action="handoff", to="1;1", actor="1;3", justification="férias"), sites.NOW)
    assert [(one.status, one.gate) for one in made] == [
        ("planned", None),
        ("refused", "G3"),
        ("refused", "G1"),
        ("refused", "G4"),
        ("planned", None),
    ]
    assert [one.code for one in made[4].warnings] == ["nivel-menor"]


def test_what_somebody_holds():
    assert [ticket.code for ticket in held_by(TICKETS, attendant_holder("1;3"))] == [1, 2, 5]


@pytest.mark.parametrize(
    "request_", [Request(action="advance"), Request(action="handoff", version=3), Request(action="handoff", key="k")]
)
def test_only_a_plain_handoff_is_a_transfer(request_):
    with pytest.raises(ValueError, match="without version"):
        transfer(sites.site(), TICKETS, request_, sites.NOW)

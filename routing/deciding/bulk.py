"""Transferring many tickets at once (S:199): each through every gate of a handoff, by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from routing.deciding.planner import plan
from routing.domain.decision import Plan, Request
from routing.domain.flow import TERMINAL
from routing.domain.model import Holder, Ticket
from routing.domain.people import Workload
from routing.domain.site import Site


def transfer(
    site: Site, tickets: Iterable[Ticket], request: Request, now: datetime, *, workload: Workload | None = None
) -> list[Plan]:
    """A plan for each ticket, in order; ``request`` is the handoff asked for. Refused ones tell their gate and do not
    stop the others. A request's ``version`` and ``key`` belong to one ticket, so a transfer has none.
    """
    if request.action != "handoff" or request.version is not None or request.key is not None:
        raise ValueError("a transfer is a handoff without version and key")
    return [plan(site, ticket, request, now, workload=workload) for ticket in tickets]


def held_by(tickets: Iterable[Ticket], holder: Holder) -> list[Ticket]:
    """What somebody would hand over: open tickets in their hands, or in a queue."""
    return [ticket for ticket in tickets if ticket.holder == holder and ticket.status and ticket.status not in TERMINAL]

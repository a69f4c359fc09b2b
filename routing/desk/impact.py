"""What other rules change for the tickets that are open: the next move of each by both, and who has how many then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import attrs

from routing.desk.desk import Desk
from routing.domain.decision import Plan, Request
from routing.domain.model import Holder, Ticket
from routing.releases.again import same
from routing.store.releases import tickets_under_way

MOST_COMPARED, COMPARING_SECONDS = 5_000, 60.0


@attrs.define(eq=False)
class Impact:
    """Of ``every`` open ticket, ``tickets`` were compared. ``changed`` are the two plans of each whose next move is another one;
    ``was`` and ``would`` count who has tickets after their next move."""

    every: int = 0
    tickets: int = 0
    changed: list[tuple[Plan, Plan]] = attrs.field(factory=list)
    was: Counter[Holder] = attrs.field(factory=Counter)
    would: Counter[Holder] = attrs.field(factory=Counter)

    def add(self, was: Plan, would: Plan) -> None:
        """A ticket more."""
        self.tickets += 1
        for counts, plan in ((self.was, was), (self.would, would)):
            if plan.applies and plan.after is not None and plan.after.holder is not None:
                counts[plan.after.holder] += 1
        if not same(was, would):
            self.changed.append((was, would))

    def moved(self) -> list[Holder]:
        """Who would have more or fewer: first who has most more, then who has most fewer."""
        found = [one for one in {*self.was, *self.would} if self.was[one] != self.would[one]]
        return sorted(found, key=lambda one: (self.was[one] - self.would[one], one.kind, one.key))


def comparing(
    old: Desk, new: Desk, clock: Callable[[], datetime], *, most: int = MOST_COMPARED, seconds: float = COMPARING_SECONDS
) -> Iterator[Impact]:
    """What is known so far, before each ticket and at the end. Both desks are on one store; what it may take is bounded."""
    keys = [f"{row.coligada};{row.locality};{row.code}" for row in tickets_under_way(old.store)]
    made, end = Impact(len(keys)), time.monotonic() + seconds
    for key in keys[:most]:
        yield made
        if time.monotonic() > end:
            break
        made.add(*next_moves(old, new, key, clock()))
    yield made


def compared(old: Desk, new: Desk, clock: Callable[[], datetime]) -> Impact:
    """All that is known at the end."""
    *_, made = comparing(old, new, clock)
    return made


def next_moves(old: Desk, new: Desk, key: str, now: datetime) -> tuple[Plan, Plan]:
    """The next move of a ticket by both rules: an opening or an advance, asked by whoever has it. Whichever release is active, each
    desk plans by its own."""
    found = old.ticket(key)
    request = Request(action="advance" if found.status else "open", actor=actor_of(found))
    return old.plan(key, request, now), new.plan(key, request, now)


def actor_of(ticket: Ticket) -> str:
    """Who asks: the attendant who has it, else who opened it."""
    if ticket.holder is not None and ticket.holder.kind == "attendant":
        return ticket.holder.key
    return ticket.opener or ""

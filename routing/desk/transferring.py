"""Many tickets to another receiver (S:199): those that a list's filters give, one decision each, in the list's order.

What passes its gates is moved, what does not is told with its gate; neither stops the others. With the same key the same transfer
goes on where it ended: a ticket that it moved is not moved twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from routing.desk.filters import wrong
from routing.desk.listing import ticket_list
from routing.domain.decision import Plan, Request
from routing.domain.model import holder_json
from routing.failures import WrongFilter
from routing.messages import message
from routing.store import decision_log

if TYPE_CHECKING:
    from routing.desk.desk import Desk

AT_ONCE = 200
"""Tickets that are listed at a time."""
LONGEST_KEY = 180
"""Characters of a transfer's key; the ticket's is added for each."""
NOT_FILTERS = frozenset({"viewer", "limit", "after", "any_word", "in"})

Told = Callable[[int], None]


@attrs.frozen(kw_only=True)
class Transfer:
    """What is asked for: the receiver, who asks, why. ``key`` names the transfer; ``apply`` False only looks."""

    to: str
    actor: str = ""
    reason: int | None = None
    justification: str = ""
    key: str = ""
    apply: bool = True

    def request(self, ticket: str) -> Request:
        """The handoff of one ticket."""
        key = f"{self.key}:{ticket}" if self.key and self.apply else None
        return Request(
            action="handoff", to=self.to, actor=self.actor, reason=self.reason, justification=self.justification, key=key
        )  # fmt: skip


@attrs.define
class Transferred:
    """How far it is: what was moved now and what before by the same key, and what was refused; ``next`` is a cursor or None."""

    moved: list[dict[str, Any]] = attrs.field(factory=list)
    before: int = 0
    refused: list[Plan] = attrs.field(factory=list)
    next: str | None = None

    @property
    def done(self) -> int:
        """How many tickets were looked at."""
        return len(self.moved) + self.before + len(self.refused)

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """For doors."""
        return {
            "moved": self.moved,
            "before": self.before,
            "refused": [
                {"ticket": one.ticket, "gate": one.gate, "reason": None if one.reason is None else one.reason.as_json(language)}
                for one in self.refused
            ],
            "next": self.next,
        }


def transfer_tickets(
    desk: Desk,
    filters: Mapping[str, Any],
    wanted: Transfer,
    clock: Callable[[], datetime],
    *,
    made: Transferred | None = None,
    told: Told = lambda _: None,
) -> Transferred:
    """Hand over what the filters give, a page if they have a ``limit``, else all. ``made`` is filled as the work goes on, for
    whoever is interrupted. Raises WrongFilter, UnknownPerson, Conflict (the key was another transfer's)."""
    checked(filters, wanted)
    made = Transferred() if made is None else made
    asked = {**filters, "limit": filters.get("limit") or AT_ONCE}
    if wanted.actor:
        asked["viewer"] = wanted.actor
    newest = decision_log.newest(desk.store)
    while True:
        page = ticket_list(desk, asked, of_anybody=True)  # the second time, who left has none any more
        for row in page["tickets"]:
            one_ticket(desk, row["key"], wanted, newest, clock(), made)
            told(made.done)
        made.next = page["next"]
        if page["next"] is None or filters.get("limit"):
            return made
        asked["after"] = page["next"]


def checked(filters: Mapping[str, Any], wanted: Transfer) -> None:
    """Refuse what names no receiver or all tickets there are."""
    if not wanted.to.strip():
        raise wrong("to", wanted.to, message("o destino, como '1;3' ou '5'"))
    if len(wanted.key) > LONGEST_KEY:
        raise wrong("key", wanted.key, message("no máximo {maximo} caracteres", maximo=LONGEST_KEY))
    if not any(value for name, value in filters.items() if name not in NOT_FILTERS):
        raise WrongFilter(
            message("a transferência não diz de quais atendimentos"),
            message("use ao menos um filtro, como o detentor, a fila, o tipo ou a etapa"),
        )


def one_ticket(desk: Desk, key: str, wanted: Transfer, newest: int, now: datetime, made: Transferred) -> None:
    """Hand over one. An answer with a number up to the ``newest`` was given before."""
    plan = desk.move(key, wanted.request(key), now) if wanted.apply else desk.plan(key, wanted.request(key), now)
    if not plan.applies:
        if wanted.apply:
            plan = attrs.evolve(plan, decision=decision_log.keep_refusal(desk.store, plan))
        made.refused.append(plan)
    elif wanted.apply and (plan.decision or 0) <= newest:
        made.before += 1
    else:
        assert plan.after is not None
        made.moved.append({"ticket": plan.ticket, "holder": holder_json(plan.after.holder), "decision": plan.decision})

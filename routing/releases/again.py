"""A recorded decision made again from what was recorded: ticket, request, clock, facts; and how two decisions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from formula.explaining.differing import parting
from routing.deciding import planner
from routing.deciding.leftovers import EXTRA, extra_parts
from routing.domain.clients import as_said
from routing.domain.decision import LATER_PARTS, Plan, Request, state
from routing.domain.model import HISTORIES, Ticket, changed
from routing.domain.presence import Presence, newest_words
from routing.mail.letters import dress
from routing.releases.facts import Facts, KnownSentences, KnownWorkload, MissingFact, read_facts
from routing.releases.loading import Rules
from routing.store import presence, recordings
from routing.store.codec import read_plan
from routing.store.unit import Store


@attrs.frozen(eq=False)
class Recorded:
    """A decision with what it was made from; ``facts`` are None for one from before they were kept."""

    number: int
    plan: Plan
    rules: str
    people: str
    facts: Facts | None
    said: tuple[Presence, ...] = ()
    """What people had said of their presence by then."""

    @property
    def ticket(self) -> Ticket | None:
        """The ticket as it was; None for one that the decision opened. Raises MissingFact where it was not kept: until facts had
        it, of a decision that told nothing of it."""
        if self.plan.before is not None:
            return self.plan.before
        if self.facts is not None and self.facts.about is not None:
            return self.facts.about
        if self.plan.applies:
            return None
        raise MissingFact(f"atendimento {self.plan.ticket}")


def recorded(
    store: Store, first: int = 1, last: int | None = None, since: datetime | None = None, kind: int | None = None
) -> Iterator[Recorded]:
    """The decisions of a store in order, by number, time and type of ticket."""
    return (one for _, _, one in kept_and_read(store, first, last, since, kind))


def kept_and_read(
    store: Store, first: int = 1, last: int | None = None, since: datetime | None = None, kind: int | None = None
) -> Iterator[tuple[str, str | None, Recorded]]:
    """The same with the texts of answer and facts as the store keeps them."""
    with store.reading() as unit:
        said = tuple(presence.said(unit))
    for row, histories in recordings.rows(store, first, last, since, kind):
        plan = read_plan(row.answer, decision=row.id, rules=row.rules or "", people=row.people or "")
        facts = read_facts(row.facts)
        if plan.before is not None and facts is not None:
            plan = plan.with_parts(before=as_it_was(plan.before, histories, facts.newest))
        if facts is not None and facts.about is not None:
            facts.about = as_it_was(facts.about, histories, facts.newest)
        words = said_until(said, 0 if facts is None else facts.presence)
        yield row.answer, row.facts, Recorded(row.id, plan, row.rules or "", row.people or "", facts, words)


def said_until(said: Sequence[Presence], number: int) -> tuple[Presence, ...]:
    """The newest word of each, as far as a number."""
    return tuple(newest_words(one for one in said if one.number <= number).values()) if number else ()


def as_it_was(ticket: Ticket, histories: Mapping[str, Sequence[tuple[int, Any]]], newest: Sequence[int]) -> Ticket:
    """The ticket with the histories it had."""
    until = dict(zip(HISTORIES, newest, strict=False))
    return changed(
        ticket,
        **{name: tuple(one for number, one in histories.get(name, ()) if number <= until.get(name, 0)) for name in HISTORIES},
    )


def decided_again(rules: Rules, one: Recorded) -> Plan:
    """The decision under some rules. Raises MissingFact when it asks for what was not recorded."""
    facts = one.facts if one.facts is not None else Facts()
    site = as_said(rules.site, one.said) if one.said else rules.site
    plan = planner.plan(
        site,
        one.ticket,
        asked_then(one.plan),
        one.plan.now,
        sentences=KnownSentences(facts) if rules.site.sentences else None,
        workload=KnownWorkload(facts),
        key=one.plan.ticket,
    )
    plan = dress(plan, rules.templates) if plan.mails else plan
    return plan.with_parts(rules=rules.revision, people=rules.people, decision=one.number)


def asked_then(plan: Plan) -> Request:
    """The request as it was understood. Before they were refused, parts that an action does not act on did nothing."""
    extra = extra_parts(plan.request)
    if not extra or (plan.reason is not None and plan.reason.code == EXTRA):
        return plan.request
    return attrs.evolve(plan.request, **{part: LATER_PARTS.get(part, ()) for part in extra})


COUNTS = ("gate", "reason", "ticket", "action", "effects", "mails", "entries", "changes", "warnings", "approval")
"""What of a plan is the decision beside the ticket's states: everything but its explanation and the names of what decided."""


def same(then: Plan, now: Plan) -> bool:
    """Whether two plans decide the same. Parts that are not equal may still say the same, for instance a sentence that another
    version of the program words by other parts."""
    return (
        (then.applies or then.status) == (now.applies or now.status)
        and all(alike(getattr(then, name), getattr(now, name)) for name in COUNTS)
        and alike_states(then.before, now.before)
        and alike_states(then.after, now.after)
    )


def alike(then: Any, now: Any) -> bool:
    """Whether two parts are equal or are told alike."""
    return bool(then == now or as_told(then) == as_told(now))


def as_told(part: Any) -> Any:
    """A part of a plan as it leaves us."""
    if isinstance(part, tuple):
        return [as_told(one) for one in part]
    return part.as_json() if hasattr(part, "as_json") else part


def alike_states(then: Ticket | None, now: Ticket | None) -> bool:
    """Whether two tickets are in one state; their histories do not count."""
    return then is now or state(then) == state(now)


def because(then: Plan, now: Plan) -> list[dict[str, Any]]:
    """The first link of both chains that differs, both ways."""
    found = parting(list(then.explanation), list(now.explanation))
    return [] if found is None else [{name: link and link.as_json() for name, link in zip(("then", "now"), found, strict=True)}]


def summary(plan: Plan) -> dict[str, Any]:
    """What a row of a replay shows of a decision."""
    after = plan.after if plan.applies else plan.before
    return {
        "status": "moved" if plan.applies else plan.status,
        "gate": plan.gate,
        "step": None if after is None else after.step,
        "ticket_status": None if after is None else after.status,
        "holder": None if after is None or after.holder is None else after.holder.as_json(),
        "mails": [mail.to for mail in plan.mails],
    }


__all__ = ["MissingFact", "Recorded", "because", "decided_again", "recorded", "same", "summary"]

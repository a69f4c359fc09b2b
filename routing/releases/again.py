"""A recorded decision made again from what was recorded: ticket, request, clock, facts; and how two decisions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from routing.deciding import planner
from routing.domain.decision import Plan
from routing.domain.model import HISTORIES, Ticket, changed
from routing.domain.presence import Presence, newest_words, peopled, with_presence
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


def recorded(
    store: Store, first: int = 1, last: int | None = None, since: datetime | None = None, kind: int | None = None
) -> Iterator[Recorded]:
    """The decisions of a store in order, by number, time and type of ticket."""
    with store.reading() as unit:
        said = tuple(presence.said(unit))
    for row, histories in recordings.rows(store, first, last, since, kind):
        plan = read_plan(row.answer)
        facts = read_facts(row.facts)
        before = plan.before
        if before is not None and facts is not None:
            before = as_it_was(before, histories, facts.newest)
        plan = attrs.evolve(plan, before=before, decision=row.id, rules=row.rules or "", people=row.people or "")
        words = said_until(said, 0 if facts is None else facts.presence)
        yield Recorded(row.id, plan, row.rules or "", row.people or "", facts, words)


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
    site = peopled(rules.site, with_presence(rules.site.people, one.said)) if one.said else rules.site
    plan = planner.plan(
        site,
        one.plan.before,
        one.plan.request,
        one.plan.now,
        sentences=KnownSentences(facts) if rules.site.sentences else None,
        workload=KnownWorkload(facts),
        key=one.plan.ticket,
    )
    plan = dress(plan, rules.templates) if plan.mails else plan
    return attrs.evolve(plan, rules=rules.revision, people=rules.people, decision=one.number)


def what_counts(plan: Plan) -> dict[str, Any]:
    """What of a plan is the decision: everything but its explanation, and the names of what decided."""
    made, rest = plan.around_explanation("pt")
    made["status"] = "planned" if plan.applies else plan.status
    del made["headline"]
    return {**made, "warnings": rest["warnings"]}


def same(then: Plan, now: Plan) -> bool:
    """Whether two plans decide the same."""
    return what_counts(then) == what_counts(now)


def because(then: Plan, now: Plan) -> list[dict[str, Any]]:
    """The first link of both chains that differs, both ways."""
    old, new = list(then.explanation), list(now.explanation)
    at = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if (a.text, a.where) != (b.text, b.where)), None)
    if at is None:
        at = min(len(old), len(new))
    if at >= len(old) and at >= len(new):
        return []
    return [{"then": old[at].as_json() if at < len(old) else None, "now": new[at].as_json() if at < len(new) else None}]


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


__all__ = ["MissingFact", "Recorded", "because", "decided_again", "recorded", "same", "summary", "what_counts"]

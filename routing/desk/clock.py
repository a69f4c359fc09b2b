"""The clock at work: what is due is found, decided and applied, each thing in a transaction of its own; and the list of what comes.

A thing is done by the same door as a person's move. Two workers, or one that was killed and began again, do it once: within the
transaction the ticket itself says whether it is still due; a key would answer the second as if it had done it. What is refused is
tried again later, sooner when the ticket or the rules change.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import attrs

from routing.desk.filters import limit_of, wrong
from routing.desk.viewing import known_viewer
from routing.domain.access import visible
from routing.domain.decision import Plan, Request
from routing.domain.due import Due, deadline_end, due_things
from routing.domain.model import CLOCK_KEY, Ticket, holder_json
from routing.domain.site import Site
from routing.domain.zone import read_time
from routing.messages import message
from routing.releases.following import OtherRules, deciding
from routing.store import clock as store_clock
from routing.store import decision_log, releases
from routing.store.tickets import Stored

if TYPE_CHECKING:
    from routing.desk.desk import Desk

PAGE = 200
"""Tickets looked up at once."""
AT_ONCE = 10
"""Things done of one ticket before another has its turn; a formula that keeps something due does not keep the others waiting."""
HANDS = 4
"""Tickets dealt with at the same time on a database server."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""How long something refused waits: as long as it is late already, within these."""

Clock = Callable[[], datetime]
Report = Callable[[Plan], None]


@attrs.frozen(eq=False)
class RuleSet:
    """Rules that decide about some tickets."""

    site: Site
    revision: str
    concerns: Callable[[str], bool]


def rule_sets(desk: Desk, now: datetime) -> list[RuleSet]:
    """The rules that decide now; two while a release has a share of the tickets."""
    desk.settle(now, moving=False)
    active = None if desk.follows is None else releases.look(desk.store)
    if active is None or desk.follows is None:
        return [RuleSet(desk.site, desk.revision, lambda _: True)]
    made = []
    for revision in filter(None, (active.rules, active.share)):
        own = (revision, active.people) == (desk.revision, desk.people_revision)
        site = desk.site if own else desk.follows.rules(desk.store, OtherRules(revision, active.people)).site
        made.append(RuleSet(site, revision, lambda key, mine=revision: deciding(active, key) == mine))  # type: ignore[misc]
    return made


def do_due(desk: Desk, clock: Clock, ended: Callable[[], bool] = lambda: False, report: Report | None = None) -> int:
    """Do what is due, once through; how many things that were. ``ended`` is asked between two; ``report`` gets each decision.

    Raises StoreError when the database fails: what was done until then is kept, the rest is due as before.
    """
    done, now = 0, clock()
    with ThreadPoolExecutor(HANDS) as hands:
        each = map if desk.store.is_sqlite else hands.map  # a server keeps one waiting for its disk, not the others
        for rules in rule_sets(desk, now):

            def one(stored: Stored, rules: RuleSet = rules) -> int:
                return 0 if ended() else do_ticket(desk, rules, stored, clock, report)

            for page in found_due(desk, rules, now):
                done += sum(each(one, page))
                if ended():
                    return done
    return done


def found_due(desk: Desk, rules: RuleSet, now: datetime) -> Iterator[list[Stored]]:
    """Tickets that something is due of, a page at a time. Several workers on one database do not all begin at the same one."""
    for asked in store_clock.questions(rules.site, now):
        after = None
        while True:
            with desk.store.reading() as unit:
                found = store_clock.page(unit, asked, PAGE, after, (now, rules.revision))
            mine = [one for one in found if rules.concerns(one.ticket.key)]
            if not desk.store.is_sqlite:
                random.shuffle(mine)
            yield mine
            if len(found) < PAGE:
                break
            after = store_clock.place_of(asked, found[-1])


def do_ticket(desk: Desk, rules: RuleSet, stored: Stored, clock: Clock, report: Report | None) -> int:
    """Do what is due of a ticket, in order of time; how many things that were."""
    done, ticket, refused = 0, stored.ticket, set[str]()
    while done < AT_ONCE:
        now = clock()
        due = next((one for one in due_things(rules.site, ticket) if one.at <= now and one.kind not in refused), None)
        if due is None:
            break
        plan = desk.move(ticket.key, Request(action=due.kind, actor=CLOCK_KEY), now)
        if plan.status != "moved":
            if plan.reason is not None and plan.reason.code == "nada-vencido":
                break  # somebody else did it
            refused.add(due.kind)
            postpone(desk, stored.id, plan, ticket, due, now)
        else:
            assert plan.after is not None
            done, ticket = done + 1, plan.after
        if report is not None:
            report(plan)
    return done


def postpone(desk: Desk, number: int, plan: Plan, ticket: Ticket, due: Due, now: datetime) -> None:
    """Keep the refusal, and when to try again. Of several workers that look at the same moment one does."""
    again = now + min(max(now - due.at, SHORTEST), LONGEST)
    reason = "" if plan.reason is None else str(plan.reason.message)
    waits = store_clock.PutOff(again, reason, ticket.version)
    if store_clock.put_off(desk.store, number, waits, due.kind, now, plan.rules):
        decision_log.keep_refusal(desk.store, plan)


def due_list(desk: Desk, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """``{"due": [{"ticket", "kind", "at", "overdue", …}]}``: what is overdue first, then what comes next.

    ``given``: ``until`` (a time, or a text of one; a day counts to its end), ``limit``, ``viewer``, as doors ask for them. Nothing
    is done, nothing kept. Raises WrongFilter and UnknownPerson.
    """
    until, most = until_of(given.get("until"), desk.site.zone), limit_of(given.get("limit"))
    viewer = known_viewer(desk.site, given["viewer"]) if given.get("viewer") is not None else None
    found: dict[tuple[int, str], tuple[Due, Stored, Site]] = {}
    for rules in rule_sets(desk, now):
        with desk.store.reading() as unit:
            for asked in store_clock.questions(rules.site, until):
                for stored in pages(unit, asked, rules, most):
                    for due in due_things(rules.site, stored.ticket):
                        if (until is None or due.at <= until) and (viewer is None or visible(stored.ticket, viewer)):
                            found[stored.id, due.kind] = (due, stored, rules.site)
    rows = sorted(found.values(), key=lambda one: (one[0], one[1].id))[:most]
    reasons = store_clock.reasons(desk.store, [stored.id for _, stored, _ in rows])
    listed = [row_of(due, stored, site, now, reasons.get((stored.id, due.kind))) for due, stored, site in rows]
    return {"due": listed}


def until_of(given: Any, zone: tzinfo | None) -> datetime | None:
    """The end of a list."""
    if given is None or given == "" or isinstance(given, datetime):
        return given or None
    try:
        return deadline_end(read_time(str(given), zone))
    except ValueError:
        raise wrong("until", given, message("uma data, como 2026-11-24 ou 2026-11-24T10:00")) from None


def pages(unit: Any, asked: store_clock.Question, rules: RuleSet, most: int) -> Iterator[Stored]:
    """The first tickets of a question that the rules decide about."""
    after, given = None, 0
    while given < most:
        found = store_clock.page(unit, asked, most, after)
        for stored in found:
            if rules.concerns(stored.ticket.key):
                given += 1
                yield stored
        if len(found) < most:
            return
        after = store_clock.place_of(asked, found[-1])


def row_of(due: Due, stored: Stored, site: Site, now: datetime, waits: store_clock.PutOff | None) -> dict[str, Any]:
    """A row of the list; ``reason`` and ``again_at`` when it was tried and refused."""
    ticket = stored.ticket
    step = site.step(ticket.type, ticket.step)
    tried = waits is not None and waits.version == ticket.version
    return {
        "ticket": ticket.key, "kind": due.kind, "at": due.at.isoformat(), "overdue": due.at <= now,
        "type": ticket.type, "step": ticket.step, "step_name": None if step is None else step.name, "status": ticket.status,
        "holder": holder_json(ticket.holder), "subject": ticket.subject,
        "reason": waits.reason if tried and waits is not None else None,
        "again_at": waits.again_at.isoformat() if tried and waits is not None else None,
    }  # fmt: skip

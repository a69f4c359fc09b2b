"""A Roundup detector: who gets an issue, and whether its status may change, is decided by repasse.

An issue is a ticket ``1;1;<issue>`` of the type "Chamado", its status is the ticket's step, ``assignedto`` its holder.
An auditor sees a change before it is made: it asks for a *plan*, refuses what the plan refuses, and assigns the issue.
A reactor runs when the change is made: it makes the same *move* in repasse's own store, with histories and mails. When
the move fails, Roundup makes no change either.
"""

from datetime import datetime

import routing
from routing.domain.model import Ticket
from roundup.exceptions import Reject

TICKET_TYPE = 1
PRIORITIES = {"critical": "Urgente", "urgent": "Alta", "bug": "Normal", "feature": "Normal", "wish": "Baixa"}


def init(db):
    """Roundup calls this when it opens the tracker."""
    desk = routing.open_desk(db.config.detectors["REPASSE_WORKSPACE"])
    db.issue.react("create", lambda *change: opened(desk, *change))
    db.issue.audit("set", lambda *change: asked(desk, *change))
    db.issue.react("set", lambda *change: moved(desk, *change))


def opened(desk, db, _class, issue, _nothing):
    """A new issue becomes a ticket; whoever the formula names gets it."""
    draft = Ticket(
        coligada=1,
        locality=1,
        code=int(issue),
        type=TICKET_TYPE,
        priority=priority(db, issue),
        subject=db.issue.get(issue, "title") or "",
        opener=attendant(desk, db),
    )
    request = routing.Request(action="open", actor=attendant(desk, db), draft=draft, key=f"roundup-issue{issue}-open")
    plan = agreed(desk.move(key_of(issue), request, now=datetime.now()))
    db.issue.set(issue, assignedto=user(desk, db, plan), status=status(db, desk, plan))


def asked(desk, db, _class, issue, wanted):
    """Before a status changes: may it, and who has the issue then?"""
    if changes_step(desk, db, issue, wanted):
        plan = agreed(desk.plan(key_of(issue), advance(desk, db, wanted), now=datetime.now()))
        wanted["assignedto"] = user(desk, db, plan)


def moved(desk, db, _class, issue, before):
    """The status has changed: keep the move. The version makes sure that it starts where the plan did."""
    now = {"status": db.issue.get(issue, "status")}
    if before.get("status") != now["status"] and changes_step(desk, db, issue, now):
        agreed(desk.move(key_of(issue), advance(desk, db, now), now=datetime.now()))


def advance(desk, db, wanted):
    """The request that a change of status stands for."""
    return routing.Request(action="advance", to=db.status.get(wanted["status"], "name"), actor=attendant(desk, db))


def changes_step(desk, db, issue, wanted):
    """Whether a change takes the ticket to another step than it is in."""
    if wanted.get("status") is None:
        return False
    ticket = desk.ticket(key_of(issue))
    step = desk.site.step(ticket.type, ticket.step)
    return step.name != db.status.get(wanted["status"], "name")


def agreed(plan):
    """A plan that goes ahead; any other is refused in its own words, which Roundup shows to the user."""
    if plan.status not in {"planned", "moved"}:
        raise Reject(" ".join(part for part in (plan.reason.message, plan.reason.hint) if part))
    return plan


def attendant(desk, db):
    """The attendant key of whoever is at work in Roundup."""
    name = db.user.get(db.getuid(), "username")
    for key, person in desk.site.people.attendants.items():
        if person.user == name:
            return key
    raise Reject(f"'{name}' não é atendente: escreva usuario = \"{name}\" em diretorio.toml")


def user(desk, db, plan):
    """The Roundup user of a plan's receiver; a group's queue is nobody's."""
    holder = plan.after.holder
    if holder.kind != "attendant":
        return None
    return db.user.lookup(desk.site.people.attendants[holder.key].user)


def status(db, desk, plan):
    """The Roundup status of the step a plan ends in."""
    return db.status.lookup(desk.site.step(plan.after.type, plan.after.step).name)


def priority(db, issue):
    """The ticket's priority."""
    given = db.issue.get(issue, "priority")
    return "Normal" if given is None else PRIORITIES[db.priority.get(given, "name")]


def key_of(issue):
    """The ticket of an issue."""
    return f"1;1;{issue}"

"""A Plan becomes rows, inside the caller's transaction: everything, or (without the caller's commit) nothing."""

from __future__ import annotations

from typing import Any

import attrs

from routing.domain.decision import Plan
from routing.domain.model import HISTORIES, Ticket, changed
from routing.domain.relations import CHANGE
from routing.failures import UnknownTicket
from routing.mail.outbox import queue
from routing.messages import message
from routing.store import decisions, events, rotation, tickets
from routing.store.codec import write_plan
from routing.store.unit import Unit


def apply(unit: Unit, number: int | None, plan: Plan, store_name: str, request_hash: str = "") -> Plan:
    """Write a plan that applies: ticket, histories, discussion, mails, decision. The plan with status ``moved``.

    ``number`` is the ticket's row, None for a ticket being opened. StoreClash, now or upon the commit, when the stored
    ticket is no longer the one the plan started from; UnknownTicket when a formula wrote to a ticket that does not exist.
    """
    assert plan.after is not None
    moved = attrs.evolve(plan, status="moved")
    if number is None:
        number = tickets.add(unit, without_histories(plan.after))
    edited = [(tickets.entry(unit, plan.ticket, edit.number), edit.entry) for edit in plan.edits]
    unit.hold()
    for row, entry in edited:
        if row is not None:
            tickets.change_entry(unit, row[0], entry)
    if plan.before is not None:
        tickets.change(unit, number, plan.before, plan.after)
    write_rows(unit, number, moved, store_name, request_hash)
    return moved


def write_rows(unit: Unit, number: int, plan: Plan, store_name: str, request_hash: str) -> None:
    """Everything but the ticket itself."""
    assert plan.after is not None
    tickets.add_history(unit, "steps", number, plan.steps)
    tickets.add_history(unit, "handoffs", number, plan.handoffs)
    tickets.add_history(unit, "statuses", number, plan.statuses)
    tickets.add_history(unit, "discussion", number, plan.entries)
    tickets.add_history(unit, "voices", number, plan.voices)
    tickets.add_history(unit, "annexes", number, plan.annexes)
    tickets.add_history(unit, "relations", number, plan.relations)
    rotation.move_on(unit, plan.turns)
    tickets.add_history(unit, "changes", number, plan.changes)
    for other in plan.other_entries:
        add_rows(unit, other.ticket, "discussion", other.entry)
    for one in plan.other_relations:
        add_rows(unit, one.ticket, "relations", one.relation)
    decisions.record(
        unit,
        {
            "ticket_id": number,
            "version": plan.after.version,
            "action": plan.action,
            "actor": plan.request.actor,
            "at": plan.now,
            "key": plan.request.key,
            "request_hash": request_hash,
            "answer": write_plan(plan),
            "status": plan.status,
            "gate": plan.gate or "",
            **decided_by(plan),
        },
    )
    events.record(unit, events.OF_ACTION.get(plan.action, events.TICKET_MOVED), plan.now, number, plan.after.version, told_of(plan))
    queue(unit, number, plan.ticket, plan.after.version, plan.mails, plan.now, store_name)


def told_of(plan: Plan) -> dict[str, object]:
    """What an event tells of a move: where the ticket was and is. Values of its fields may be masked and stay out."""
    assert plan.after is not None
    return {
        "action": plan.action, "actor": plan.after.changed_by, "version": plan.after.version,
        "before": None if plan.before is None else place_of(plan.before), "after": place_of(plan.after),
        "changed": [CHANGE.rstrip(".") if change.field.startswith(CHANGE) else change.field for change in plan.changes],
    }  # fmt: skip


def place_of(ticket: Ticket) -> dict[str, object]:
    """Step, status and holder."""
    return {"status": ticket.status, "step": ticket.step, "holder": None if ticket.holder is None else ticket.holder.as_json()}


def decided_by(plan: Plan) -> dict[str, str | None]:
    """The columns that say by which rules and facts a plan was decided."""
    return {"rules": plan.rules or None, "people": plan.people or None, "facts": plan.facts or None}


def without_histories(ticket: Ticket) -> Ticket:
    """The ticket alone; its first history rows come from the plan."""
    return changed(ticket, **dict.fromkeys(HISTORIES, ()))


def add_rows(unit: Unit, key: str, name: str, *rows: Any) -> None:
    """Append to a history of a ticket. UnknownTicket when there is none."""
    found = tickets.find(unit, key)
    if found is None:
        raise UnknownTicket(message("o atendimento {chave} não existe", chave=key))
    tickets.add_history(unit, name, found.id, rows)

"""Questions about decisions from outside a move: the number that one was kept under, and whether the store answers."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, select

from routing.domain.decision import Plan
from routing.failures import UnknownTicket
from routing.store import decisions, tables, tickets
from routing.store.codec import write_plan
from routing.store.unit import Store


def number_of(store: Store, plan: Plan) -> int | None:
    """The number of an applied move: each version of a ticket was made by one."""
    if plan.after is None:
        return None
    with store.reading() as unit:
        rows = unit.rows("decision-number", select_number, {**tickets.key_values(plan.after.key), "version": plan.after.version})
    return int(rows[0][0]) if rows else None


def select_number() -> Select[tuple[int]]:
    """The number of the move that made a version of a ticket."""
    ticket, decision = tables.ticket.c, tables.decision.c
    joined = select(decision.id).join_from(tables.decision, tables.ticket, decision.ticket_id == ticket.id)
    return joined.where(*tickets.is_key(), decision.version == bindparam("version", type_=decision.version.type))


def keep_refusal(store: Store, plan: Plan) -> int | None:
    """Keep a move that was not made; its number. None when there is no ticket to keep it with.

    One row in a transaction of its own, after that of the move, which changed nothing. It answers no idempotency key:
    the same request may be asked again and pass.
    """
    with store.writing() as unit:
        try:
            found = tickets.find(unit, plan.ticket)
        except UnknownTicket:
            found = None
        if found is None:
            return None
        values = {
            "ticket_id": found.id,
            "version": decisions.NO_VERSION,
            "action": plan.action,
            "actor": plan.request.actor,
            "at": plan.now,
            "key": None,
            "request_hash": None,
            "answer": write_plan(plan),
            "status": plan.status,
            "gate": plan.gate or "",
            "rules": plan.rules or None,
            "people": plan.people or None,
            "facts": plan.facts or None,
        }
        rows = unit.rows("refusal-insert", lambda: decisions.insert_decision().returning(tables.decision.c.id), values)
        unit.commit()
    return int(rows[0][0])


def newest(store: Store) -> int:
    """The number of the newest decision; 0 before the first."""
    with store.reading() as unit:
        rows = unit.rows("decision-newest", lambda: select(func.max(tables.decision.c.id)), {})
    return int(rows[0][0] or 0)

"""Moves with their whole answer: the log of decisions, and what an idempotency key gives back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

import attrs
from attrs import evolve
from sqlalchemy import Insert, bindparam, insert, select

from routing.domain.decision import Plan, Request
from routing.store import tables
from routing.store.codec import read_plan
from routing.store.unit import Asked, Unit

COLUMNS = tables.decision.c
KEPT = (COLUMNS.request_hash, COLUMNS.answer, COLUMNS.id, COLUMNS.rules, COLUMNS.people, COLUMNS.facts)
IN_ORDER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
NO_VERSION = 0
"""The version of a refused move, which made none; those of tickets begin at 1."""
KEY = bindparam("key", type_=COLUMNS.key.type)


@attrs.frozen
class Answered:
    """An earlier answer: the hash of what was asked, and the plan as it was applied."""

    request_hash: str
    answer: str
    number: int
    rules: str | None
    people: str | None
    facts: str | None

    def plan(self) -> Plan:
        """The stored plan, with what it was decided by."""
        return evolve(
            read_plan(self.answer), decision=self.number, rules=self.rules or "", people=self.people or "", facts=self.facts or ""
        )


def request_hash(ticket: str, request: Request) -> str:
    """The same request about the same ticket gives the same hash (sha256, hex); the key takes no part."""
    return sha256(IN_ORDER.encode([ticket, request.as_json()]).encode()).hexdigest()


def ask(unit: Unit, key: str) -> Asked:
    """Ask what an idempotency key was answered with."""
    return unit.ask(
        "decision-by-key",
        lambda: select(*KEPT).where(COLUMNS.key == KEY),
        {"key": key},
    )


def answered(asked: Asked | None) -> Answered | None:
    """The answer asked for; None when the key is new, or there is none."""
    rows = asked.rows() if asked is not None else []
    return Answered(*rows[0]) if rows else None


def by_number(unit: Unit, number: int) -> Answered | None:
    """A decision by its number."""
    found = unit.rows(
        "decision-by-id",
        lambda: select(*KEPT).where(COLUMNS.id == bindparam("number", type_=COLUMNS.id.type)),
        {"number": number},
    )
    return Answered(*found[0]) if found else None


def of_ticket(unit: Unit, ticket_id: int) -> list[int]:
    """The numbers of the moves applied to a ticket, oldest first."""
    found = unit.rows(
        "decisions-of-ticket",
        lambda: (
            select(COLUMNS.id)
            .where(COLUMNS.ticket_id == bindparam("ticket", type_=COLUMNS.ticket_id.type), COLUMNS.version > NO_VERSION)
            .order_by(COLUMNS.id)
        ),
        {"ticket": ticket_id},
    )
    return [row[0] for row in found]


def record(unit: Unit, values: Mapping[str, object]) -> None:
    """Keep a decision."""
    unit.insert("decision-insert", insert_decision, [values])


def insert_decision() -> Insert:
    """The row of a decision."""
    return insert(tables.decision).values({c.name: bindparam(c.name, type_=c.type) for c in COLUMNS if c.name != "id"})

"""What the page shows of the example workspace: tickets with their context, flow and next move. Read from the packaged
files alone; nothing of the site that is being served."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import attrs

from repl.example import EXAMPLE
from routing.deciding.planner import plan
from routing.deciding.ticket_fields import seen_fields, seen_parameters
from routing.domain.decision import Plan, Request
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.workspace.drawing import draw
from routing.workspace.folder import load_workspace

NOW = datetime(2026, 11, 24, 10, 0)
"""The moment of the example; its tickets were opened the day before."""


MOST_STEPS = 20_000
"""Turns and calls of a stranger's formula in one planned move."""


@lru_cache(maxsize=1)
def example_site() -> Site:
    """The example workspace."""
    return load_workspace(EXAMPLE)


@lru_cache(maxsize=4)
def example(language: str) -> dict[str, Any]:
    """Tickets and formulas of the example; see :func:`shown_ticket`."""
    site = example_site()
    return {
        "directory": directory_tables(),
        "formulas": [{"code": one.code, "text": one.text} for _, one in sorted(site.formulas.items())],
        "tickets": [shown_ticket(site, ticket, language) for _, ticket in sorted(site.tickets.items())],
    }


def shown_ticket(site: Site, ticket: Ticket, language: str) -> dict[str, Any]:
    """A ticket: ``context`` are the tables a formula would see beside formulas and directory, ``plan`` its next move
    (``open`` or ``advance``)."""
    kind = site.types[ticket.type]
    step = site.step(ticket.type, ticket.step)
    made = next_move(site, ticket)
    return {
        "key": ticket.key,
        "subject": ticket.subject,
        "type": kind.name,
        "step": None if step is None else step.name,
        "formula": formula_of(site, ticket),
        "plan": made.as_json(language),
        "context": {
            "coligada": ticket.coligada,
            "usuario": actor_of(ticket),
            "agora": NOW.isoformat(),
            "campos": told(seen_fields(site, ticket)),
            "parametros": told(seen_parameters(site, ticket)),
        },
    }


def next_move(site: Site, ticket: Ticket) -> Plan:
    """What happens next to a ticket, asked by whoever has it."""
    action = "advance" if ticket.status else "open"
    return plan(site, ticket, Request(action=action, actor=actor_of(ticket)), NOW)


def actor_of(ticket: Ticket) -> str:
    """The attendant who has a ticket, else who opened it."""
    held = ticket.holder is not None and ticket.holder.kind == "attendant"
    return str(ticket.holder.key) if held and ticket.holder is not None else ticket.opener or ""


def formula_of(site: Site, ticket: Ticket) -> str | None:
    """The code of the first formula that the next move runs."""
    return next((run.code for run in next_move(site, ticket).formulas), site.types[ticket.type].formula)


def planned(key: str, text: str, language: str) -> dict[str, Any] | None:
    """The next move of an example ticket if its first formula had another text; None for an unknown ticket, and for one
    whose move runs no formula."""
    site = example_site()
    ticket = site.tickets.get(key)
    code = None if ticket is None else formula_of(site, ticket)
    if ticket is None or code is None:
        return None
    changed = attrs.evolve(site.formulas[code.upper()], text=text)
    policy = attrs.evolve(site.policy, limits=attrs.evolve(site.policy.limits, steps=MOST_STEPS))
    other = attrs.evolve(site, formulas={**site.formulas, code.upper(): changed}, policy=policy)
    return next_move(other, ticket).as_json(language)


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a context file writes them; empty ones are left out."""
    return {name: written(value) for name, value in values.items() if value not in (None, "")}


def written(value: Any) -> Any:
    """Exact numbers and dates as the texts that formulas read (T2, T6)."""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return format(value, "f") if isinstance(value, Decimal) else value


def directory_tables() -> dict[str, Any]:
    """The people of the example without their absences, whose dates JSON cannot hold."""
    tables = tomllib.loads((EXAMPLE / "diretorio.toml").read_text(encoding="utf-8"))
    return {
        name: [{key: value for key, value in row.items() if key != "ausente"} for row in rows]
        for name, rows in tables.items()
        if isinstance(rows, list)
    }


def flow_picture(key: str, language: str) -> str | None:
    """The flow of a ticket's type with its step marked, as SVG; None for an unknown ticket."""
    site = example_site()
    ticket = site.tickets.get(key)
    return None if ticket is None else draw(site.types[ticket.type], "svg", ticket.step, language, site.people)

"""Counts over the whole store: decisions, open tickets by holder, how long tickets stay in steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from routing.domain.model import Attendant, Holder
from routing.store import tables
from routing.store.engine import snapshot
from routing.store.unit import Store

TICKET, DECISION, STEP = tables.ticket.c, tables.decision.c, tables.step_change.c
ENDED = ("R", "O", "F", "C")
TOGETHER = 5_000


def seen(asked: Select[Any], viewer: Attendant | None) -> Select[Any]:
    """S:139: only tickets that the viewer sees are counted."""
    if viewer is None:
        return asked
    return asked.where(or_(TICKET.access_level <= viewer.level, TICKET.holder == Holder("attendant", viewer.key)))


class Counts:
    """Questions to a store."""

    def __init__(self, store: Store, viewer: Attendant | None, since: datetime | None) -> None:
        """``since`` bounds what happened; what is so now is not bounded."""
        self.store, self.viewer, self.since = store, viewer, since

    def decisions(self, *names: str) -> list[tuple[Any, ...]]:
        """Numbers of decisions by some of their columns."""
        columns = [DECISION[name] for name in names]
        asked = select(*columns, func.count()).join_from(tables.decision, tables.ticket, DECISION.ticket_id == TICKET.id)
        if self.since is not None:
            asked = asked.where(DECISION.at >= self.since)
        return self.rows(asked.group_by(*columns).order_by(*columns))

    def tickets(self, *names: str, open_only: bool = False) -> list[tuple[Any, ...]]:
        """Numbers of tickets by some of their columns."""
        columns = [TICKET[name] for name in names]
        asked = select(*columns, func.count()).select_from(tables.ticket)
        if open_only:
            asked = asked.where(TICKET.status.not_in(ENDED))
        return self.rows(asked.group_by(*columns).order_by(*columns))

    def rows(self, asked: Select[Any]) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        with snapshot(self.store.engine) as connection:
            return [tuple(row) for row in connection.execute(seen(asked, self.viewer))]

    def stays(self) -> Iterator[tuple[int, int, datetime, datetime | None]]:
        """Each stay in a step: type, step, when it began, when it ended (None: it lasts)."""
        left = func.lead(STEP.at, type_=STEP.at.type).over(partition_by=STEP.ticket_id, order_by=STEP.id)
        inner = select(TICKET.type, STEP.to_step, STEP.at, left.label("left"), TICKET.status).join_from(
            tables.step_change, tables.ticket, STEP.ticket_id == TICKET.id
        )
        found = seen(inner, self.viewer).where(STEP.to_step.is_not(None)).subquery()
        asked = select(found.c.type, found.c.to_step, found.c.at, found.c.left, found.c.status)
        if self.since is not None:
            asked = asked.where(or_(found.c.left.is_(None), found.c.left >= self.since))
        with snapshot(self.store.engine) as connection:
            for kind, step, began, ended, status in connection.execution_options(yield_per=TOGETHER).execute(asked):
                if ended is not None or status not in ENDED:
                    yield kind, step, began, ended

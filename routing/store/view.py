"""How a store is at a moment, in a few numbers: whether anything was written since."""

from __future__ import annotations

import attrs
from sqlalchemy import bindparam, func, select
from sqlalchemy.sql import ClauseElement

from routing.store import tables
from routing.store.unit import Unit


@attrs.frozen
class View:
    """How the store was when it was looked at: a ticket's version and its newest entry of the discussion, which other tickets add
    to as well; the newest rows of all. Whatever a decision may go by adds to one of those when it changes."""

    version: int | None
    entry: int | None
    decision: int | None
    mail: int | None
    ticket: int | None


def view_of(unit: Unit, row: int) -> View:
    """The view of a ticket's row within a transaction."""
    return View(*unit.rows("view", newest, {"row": row})[0])


def newest() -> ClauseElement:
    """One line of numbers; each is found at the end of an index."""
    row = bindparam("row", type_=tables.ticket.c.id.type)
    version = select(tables.ticket.c.version).where(tables.ticket.c.id == row)
    entry = select(func.max(tables.discussion.c.id)).where(tables.discussion.c.ticket_id == row)
    last = [select(func.max(table.c.id)) for table in (tables.decision, tables.mail, tables.ticket)]
    return select(*(one.scalar_subquery() for one in (version, entry, *last)))

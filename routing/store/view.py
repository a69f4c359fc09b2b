"""What was written lately, in a few numbers: whether a decision made a moment ago still goes by what is so."""

from __future__ import annotations

import attrs
from sqlalchemy import bindparam, func, select
from sqlalchemy.sql import ClauseElement

from routing.store import tables
from routing.store.unit import Unit


@attrs.frozen
class View:
    """A ticket's version and its newest entry of the discussion, which other tickets add to as well; the newest mail of all."""

    version: int | None
    entry: int | None
    mail: int | None


def view_of(unit: Unit, row: int) -> View:
    """The view of a ticket's row within a transaction."""
    return View(*unit.rows("view", newest, {"row": row})[0])


def newest() -> ClauseElement:
    """One line of numbers; each is found at the end of an index."""
    row = bindparam("row", type_=tables.ticket.c.id.type)
    version = select(tables.ticket.c.version).where(tables.ticket.c.id == row)
    entry = select(func.max(tables.discussion.c.id)).where(tables.discussion.c.ticket_id == row)
    mail = select(func.max(tables.mail.c.id))
    return select(*(one.scalar_subquery() for one in (version, entry, mail)))

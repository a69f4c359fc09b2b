"""Lists of tickets and decisions: by filters, newest first, a page at a time.

A page begins after a row number, so it takes as long far down as on top. On SQLite one filter leads, the one that lets the fewest
rows through; the others only look (a plus keeps their indexes out). Words are found by SQLite's FTS5 and PostgreSQL's text search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import bindparam, select, text
from sqlalchemy.sql import ClauseElement

from routing.domain.model import Attendant, Holder, holder_json, plain
from routing.domain.words import plain_words, words_of
from routing.store import tables
from routing.store.tickets import KEY
from routing.store.unit import Unit

SEARCHED = ("subject", "request", "discussion", "solution")
"""Where words are looked for (S:54)."""
WEIGHTS: Mapping[str, str] = {"subject": "A", "request": "B", "solution": "C"}
"""The marks of the fields in PostgreSQL's index of a ticket's words."""


@attrs.frozen(kw_only=True)
class TicketFilter:
    """What a list of tickets is asked for; None and empty mean any. ``viewer`` sees only what S:139 lets him see."""

    movement: str = ""
    client_code: str = ""
    client_kind: str = ""
    holder: Holder | None = None
    not_with: frozenset[str] | None = None
    """Attendants who are there: only tickets under way in other people's hands."""
    opener: str = ""
    type: int | None = None
    step: int | None = None
    status: str = ""
    text: str = ""
    fields: tuple[str, ...] = SEARCHED
    any_word: bool = False
    same_subject: str = ""
    related: str = ""
    """The key of a ticket, as it is stored."""
    viewer: Attendant | None = None


@attrs.frozen(kw_only=True)
class DecisionFilter:
    """What a list of decisions is asked for; as above. ``ticket`` is the number of a ticket's row."""

    ticket: int | None = None
    status: str = ""
    gate: str = ""
    action: str = ""
    rules: str = ""
    since: datetime | None = None
    viewer: Attendant | None = None


TOGETHER = frozenset({("ticket.type", "ticket.step"), ("ticket.holder", "ticket.status")})
"""Columns that one index has, before the number."""


@attrs.define
class Conditions:
    """Conditions and their values, the leading one first."""

    plus: str
    said: list[str] = attrs.field(factory=list)
    values: dict[str, Any] = attrs.field(factory=dict)

    def equal(self, column: str, value: Any) -> None:
        """A column has a value. After the first condition the column leads no search, but where both share an index."""
        if value is not None and value != "":
            name = column.replace(".", "_").replace('"', "")
            leads = not self.said or (len(self.said) == 1 and (self.said[0].partition(" ")[0], column) in TOGETHER)
            self.said.append(f"{'' if leads else self.plus}{column} = :{name}")
            self.values[name] = value

    def add(self, said: str, **values: Any) -> None:
        """Any other condition."""
        self.said.append(said)
        self.values |= values


ROW = ("id", *KEY, "type", "step", "status", "holder", "subject", "priority", "version", "changed_at")


def tickets_page(unit: Unit, wanted: TicketFilter, after: int | None, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """At most ``limit`` rows below a row number, newest first, each with its number."""
    made = Conditions("+" if unit.store.is_sqlite else "")
    searched = add_words(made, wanted, sqlite=unit.store.is_sqlite)
    for name in ("movement", "client_code", "opener"):
        made.equal(f"ticket.{name}", getattr(wanted, name))
    made.equal("ticket.holder", None if wanted.holder is None else f"{wanted.holder.kind}:{wanted.holder.key}")
    for name in ("type", "step", "status", "client_kind"):
        made.equal(f"ticket.{name}", getattr(wanted, name))
    if wanted.related:
        made.add(RELATED, related=wanted.related)
    if wanted.not_with is not None:
        add_away(made, unit, wanted.not_with)
    add_viewer(made, wanted.viewer)
    number = "+ticket.id" if searched and unit.store.is_sqlite else "ticket.id"
    if after is not None:
        made.add(f"{number} < :after", after=after)
    columns = [tables.ticket.c[name] for name in ROW]
    rows = page(unit, "tickets", select(*columns), tables.ticket.c.id, made, limit)
    return [(row[0], ticket_row(dict(zip(ROW, row, strict=True)))) for row in rows]


def ticket_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the contract shows it."""
    return {
        "key": ";".join(str(row[name]) for name in KEY),
        **{name: row[name] for name in ("type", "step", "status")},
        "holder": holder_json(row["holder"]),
        **{name: row[name] for name in ("subject", "priority", "version")},
        "changed_at": plain(row["changed_at"]),
    }


DECISION_ROW = ("id", "version", "action", "actor", "at", "status", "gate")


def decisions_page(unit: Unit, wanted: DecisionFilter, after: int | None, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """As :func:`tickets_page`, of decisions."""
    made = Conditions("+" if unit.store.is_sqlite else "")
    made.equal("decision.ticket_id", wanted.ticket)
    for name in ("gate", "status", "action", "rules"):
        made.equal(f"decision.{name}", getattr(wanted, name))
    if wanted.since is not None:
        made.add(
            "decision.at >= :since", since=wanted.since.isoformat(" ", "microseconds") if unit.store.is_sqlite else wanted.since
        )
    add_viewer(made, wanted.viewer)
    if after is not None:
        made.add("decision.id < :after", after=after)
    table = tables.decision.c
    columns = [*(table[name] for name in DECISION_ROW), *(tables.ticket.c[name] for name in KEY)]
    statement = select(*columns).join_from(tables.decision, tables.ticket, table.ticket_id == tables.ticket.c.id)
    rows = page(unit, "decisions", statement, table.id, made, limit)
    return [(row[0], decision_row(row)) for row in rows]


def decision_row(row: Sequence[Any]) -> dict[str, Any]:
    """A row as the contract shows it; a refused move has no version."""
    made = dict(zip(DECISION_ROW, row, strict=False))
    return {
        **made,
        "ticket": ";".join(str(part) for part in row[len(DECISION_ROW) :]),
        "at": plain(made["at"]),
        "version": made["version"] or None,
        "gate": made["gate"] or None,
    }


def page(unit: Unit, name: str, statement: Any, number: Any, made: Conditions, limit: int) -> list[list[Any]]:
    """Rows of a statement under conditions, newest first."""

    def make() -> ClauseElement:
        asked: ClauseElement = statement.where(*(text(one) for one in made.said)).order_by(number.desc()).limit(bindparam("most"))
        return asked

    return unit.rows(f"list-{name} {' AND '.join(made.said)}", make, {**made.values, "most": limit})


def add_away(made: Conditions, unit: Unit, there: frozenset[str]) -> None:
    """Tickets under way that are with somebody who is not there: absent, inactive, or gone from the directory."""
    rows = unit.rows("holders-under-way", lambda: text(HOLDERS_UNDER_WAY), {})
    gone = sorted({str(row[0]) for row in rows if str(row[0]).startswith("attendant:")} - {f"attendant:{key}" for key in there})
    names = {f"away_{at}": holder for at, holder in enumerate(gone)}
    listed = ", ".join(f":{name}" for name in names)
    made.add(f"ticket.holder IN ({listed})" if names else "1 = 0", **names)
    made.add(f"{made.plus}ticket.status NOT IN ('', 'F', 'C')")


RELATED = (
    "ticket.id IN (SELECT made.ticket_id FROM relation AS made WHERE made.other = :related AND made.kind <> '' AND NOT EXISTS"
    " (SELECT 1 FROM relation AS later WHERE later.ticket_id = made.ticket_id AND later.other = made.other AND later.id > made.id))"
)
"""The latest row of each ticket about the other one says what that is to it."""
HOLDERS_UNDER_WAY = "SELECT DISTINCT holder FROM ticket WHERE holder IS NOT NULL AND status NOT IN ('', 'F', 'C')"


def add_viewer(made: Conditions, viewer: Attendant | None) -> None:
    """S:139: tickets of the viewer's level at most, and those in the viewer's hands."""
    if viewer is not None:
        said = f"({made.plus}ticket.access_level <= :level OR {made.plus}ticket.holder = :hands)"
        made.add(said, level=viewer.level, hands=f"attendant:{viewer.key}")


def add_words(made: Conditions, wanted: TicketFilter, *, sqlite: bool) -> bool:
    """Conditions on words; whether there are any."""
    if wanted.same_subject:
        phrase(made, words_of(wanted.same_subject), ("subject",), sqlite=sqlite, any_word=False, mark="same")
        made.add("repasse_plain(ticket.subject) = :same", same=plain_words(wanted.same_subject))
    if wanted.text:
        phrase(made, words_of(wanted.text), wanted.fields, sqlite=sqlite, any_word=wanted.any_word, mark="words")
    return bool(wanted.same_subject or wanted.text)


def phrase(made: Conditions, words: Sequence[str], fields: Sequence[str], *, sqlite: bool, any_word: bool, mark: str) -> None:
    """Tickets that have a phrase, or one of some words, in one of some fields."""
    own = [name for name in fields if name in WEIGHTS]
    parts = []
    if own:
        parts.append(SQLITE_OWN.format(mark=mark) if sqlite else POSTGRES_OWN.format(mark=mark))
        made.values[f"{mark}_own"] = sqlite_words(words, own, any_word) if sqlite else postgres_words(words, own, any_word)
    if "discussion" in fields:
        parts.append(SQLITE_DISCUSSION.format(mark=mark) if sqlite else POSTGRES_DISCUSSION.format(mark=mark))
        made.values[f"{mark}_discussion"] = (
            sqlite_words(words, ["text"], any_word) if sqlite else postgres_words(words, [], any_word)
        )
    made.said.append(f"ticket.id IN ({' UNION '.join(parts)})")


SQLITE_OWN = "SELECT rowid FROM ticket_text WHERE ticket_text MATCH :{mark}_own"
SQLITE_DISCUSSION = (
    "SELECT discussion.ticket_id FROM discussion_text JOIN discussion ON discussion.id = discussion_text.rowid"
    " WHERE discussion_text MATCH :{mark}_discussion"
)
POSTGRES_OWN = (
    "SELECT found.id FROM ticket AS found"
    " WHERE repasse_ticket_words(found.subject, found.request, found.solution) @@ to_tsquery('simple', :{mark}_own)"
)
POSTGRES_DISCUSSION = (
    "SELECT said.ticket_id FROM discussion AS said WHERE repasse_words(said.text) @@ to_tsquery('simple', :{mark}_discussion)"
)


def sqlite_words(words: Sequence[str], fields: Sequence[str], any_word: bool) -> str:
    """A query of FTS5."""
    quoted = [f'"{word}"' for word in words]
    return f"{{{' '.join(fields)}}} : ({' OR '.join(quoted)})" if any_word else f'{{{" ".join(fields)}}} : "{" ".join(words)}"'


def postgres_words(words: Sequence[str], fields: Sequence[str], any_word: bool) -> str:
    """A query of PostgreSQL; a phrase must stand within one field."""
    joint = " | " if any_word else " <-> "
    marks = [f":{WEIGHTS[name]}" for name in fields] or [""]
    return " | ".join(f"({joint.join(word + mark for word in words)})" for mark in marks)

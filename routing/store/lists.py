"""Lists of tickets and decisions: by filters, newest first, a page at a time.

A page begins after a row number, so it takes as long far down as on top. On SQLite one filter leads, the one that lets the fewest
rows through; the others only look (a plus keeps their indexes out). Words are found by SQLite's FTS5 and PostgreSQL's text search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


HOLDS = ("fields", "parameters")
ROW = ("id", *KEY, "type", "step", "status", "holder", "subject", "priority", "version", "changed_at")


Hide = Callable[[str, Iterable[Mapping[str, Any]]], str]
"""A subject as it may be shown beside what the ticket's extra fields and parameters hold."""


def tickets_page(
    unit: Unit, wanted: TicketFilter, after: int | None, limit: int, hide: Hide | None = None
) -> list[tuple[int, dict[str, Any]]]:
    """At most ``limit`` rows below a row number, newest first, each with its number."""
    made = filters_of(unit, wanted)
    if searches := searches_of(wanted):
        found = newest_found(unit, wanted, searches, after, limit)
        made = Conditions("")
        made.add(NUMBERED[unit.store.is_sqlite], numbers=",".join(map(str, found)))
    elif after is not None:
        made.add("ticket.id < :after", after=after)
    names = ROW if hide is None else (*ROW, *HOLDS)
    name = "tickets" if hide is None else "tickets-held"
    rows = page(unit, name, select(*(tables.ticket.c[name] for name in names)), tables.ticket.c.id, made, limit)
    return [(row[0], ticket_row(dict(zip(names, row, strict=True)), hide)) for row in rows]


NUMBERED = {
    True: "ticket.id IN (SELECT value FROM json_each('[' || :numbers || ']'))",
    False: "ticket.id = ANY (string_to_array(:numbers, ',')::bigint[])",
}


def filters_of(unit: Unit, wanted: TicketFilter, *searches: Search) -> Conditions:
    """All that is asked for but words, below the words that lead."""
    made = Conditions("+" if unit.store.is_sqlite else "")
    for one in searches:
        made.add(one.gathered(sqlite=unit.store.is_sqlite), **one.values(sqlite=unit.store.is_sqlite))
    add_filters(made, unit, wanted)
    return made


def add_filters(made: Conditions, unit: Unit, wanted: TicketFilter) -> None:
    """All that is asked for but words."""
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


def newest_found(unit: Unit, wanted: TicketFilter, searches: Sequence[Search], after: int | None, limit: int) -> list[int]:
    """The numbers of a page of tickets with words. An index of words gives all tickets that have them, or none in order of tickets.

    So the newest tickets are looked at first, a window at a time: common words fill a page there. Words that are too rare for that
    are gathered by their index, all at once.
    """
    filters, found = filters_of(unit, wanted), list[int]()
    least, most = WINDOWS[unit.store.is_sqlite]
    looked, window, below = 0, least, after
    while window <= most:
        hits, lowest = looked_at(unit, filters, searches, below, window)
        found += hits
        if lowest is None or len(found) >= limit:
            return found[:limit]
        looked, below = looked + window, lowest
        window = max(least, (limit - len(found)) * looked // max(len(found), 1))
    rest = filters_of(unit, wanted, *searches)
    rest.add(f"{rest.plus}ticket.id < :after", after=below)
    more = page(unit, "gathered", select(tables.ticket.c.id), tables.ticket.c.id, rest, limit - len(found))
    return [*found, *(int(row[0]) for row in more)]


WINDOWS = {True: (250, 1_500), False: (500, 12_000)}
"""For SQLite and PostgreSQL: how many tickets a search looks at before it knows how common its words are, and the most that it then
looks at for a page. Where it would be more, the words are rare enough to be gathered; SQLite does that quicker."""


def looked_at(
    unit: Unit, filters: Conditions, searches: Sequence[Search], below: int | None, window: int
) -> tuple[list[int], int | None]:
    """The tickets with the words among the newest of a window, newest first, and the number of the last one looked at; None when
    there were fewer than that."""
    sqlite = unit.store.is_sqlite
    asked = Conditions(filters.plus, list(filters.said), dict(filters.values))
    if below is not None:
        asked.add("ticket.id < :after", after=below)
    for one in searches:
        asked.values |= one.values(sqlite=sqlite)
    where = f" WHERE {' AND '.join(asked.said)}" if asked.said else ""
    hit = " AND ".join(one.looked(sqlite=sqlite) for one in searches)
    said = (SQLITE_LOOKED if sqlite else POSTGRES_LOOKED).format(hit=hit, where=where, told=TOLD)
    rows = unit.rows(f"list-looked {said}", lambda: text(said), {**asked.values, "window": window})
    return [int(row[0]) for row in rows if row[1]], int(rows[-1][0]) if rows and rows[-1][2] == window else None


TOLD = "SELECT id, hit, (SELECT count(*) FROM seen) FROM told WHERE hit OR id = (SELECT min(id) FROM seen) ORDER BY id DESC"
POSTGRES_LOOKED = (
    "WITH seen AS MATERIALIZED (SELECT ticket.id, {hit} AS hit FROM ticket{where} ORDER BY ticket.id DESC LIMIT :window),"
    " told AS (SELECT * FROM seen) {told}"
)
SQLITE_LOOKED = (
    "WITH seen AS MATERIALIZED (SELECT ticket.id AS id FROM ticket{where} ORDER BY ticket.id DESC LIMIT :window),"
    " entries AS MATERIALIZED (SELECT discussion.id AS id, discussion.ticket_id AS ticket_id FROM discussion"
    " WHERE discussion.ticket_id IN (SELECT id FROM seen)),"
    " told AS MATERIALIZED (SELECT id, {hit} AS hit FROM seen) {told}"
)


def any_ticket_has(unit: Unit, column: str, value: Any) -> bool:
    """Whether a column of any ticket has a value, in whichever step and status it is."""
    made = Conditions("")
    made.equal(f"ticket.{column}", f"{value.kind}:{value.key}" if isinstance(value, Holder) else value)
    return bool(page(unit, f"any-{column}", select(tables.ticket.c.id), tables.ticket.c.id, made, 1))


def ticket_row(row: dict[str, Any], hide: Hide | None = None) -> dict[str, Any]:
    """A row as the contract shows it."""
    if hide is not None:
        row["subject"] = hide(row["subject"], [row[name] for name in HOLDS])
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


@attrs.frozen
class Search:
    """Words to be found as a phrase, or any of them, in one of some fields; ``mark`` tells the values of one search from another's.
    ``exactly`` is the whole subject, as plain words."""

    mark: str
    words: tuple[str, ...]
    fields: tuple[str, ...]
    any_word: bool = False
    exactly: str = ""

    @property
    def own(self) -> list[str]:
        """The fields that are the ticket's own."""
        return [name for name in self.fields if name in WEIGHTS]

    def values(self, *, sqlite: bool) -> dict[str, Any]:
        """The values of either condition."""
        made: dict[str, Any] = {}
        if self.own:
            of_ticket = sqlite_words(self.words, self.own, self.any_word), postgres_words(self.words, self.own, self.any_word)
            made[f"{self.mark}_own"] = of_ticket[0 if sqlite else 1]
        if "discussion" in self.fields:
            of_entry = sqlite_words(self.words, ["text"], self.any_word), postgres_words(self.words, [], self.any_word)
            made[f"{self.mark}_discussion"] = of_entry[0 if sqlite else 1]
        return made | ({f"{self.mark}_exactly": self.exactly} if self.exactly else {})

    def gathered(self, *, sqlite: bool) -> str:
        """The condition that has the index of words give all tickets that there are."""
        own, discussion = (SQLITE_OWN, SQLITE_DISCUSSION) if sqlite else (POSTGRES_OWN, POSTGRES_DISCUSSION)
        parts = " UNION ".join([*([own] if self.own else []), *([discussion] if "discussion" in self.fields else [])])
        said = (f"ticket.id IN ({parts})" if sqlite else f"ticket.id = ANY (ARRAY({parts}))").format(mark=self.mark)
        return f"{said} AND {self.equal()}" if self.exactly else said

    def looked(self, *, sqlite: bool) -> str:
        """The condition that looks whether one ticket of a window has the words."""
        own, discussion = (SQLITE_LOOKED_OWN, SQLITE_LOOKED_DISCUSSION) if sqlite else (LOOKED_OWN, LOOKED_DISCUSSION)
        parts = [*([own] if self.own else []), *([discussion] if "discussion" in self.fields else [])]
        bounds = {name: WITHIN.format(name) for name in ("seen", "entries")}
        said = f"({' OR '.join(parts)})".format(mark=self.mark, **bounds)
        if not self.exactly:
            return said
        equal = SQLITE_LOOKED_SUBJECT.format(equal=self.equal()) if sqlite else self.equal()
        return f"CASE WHEN {said} THEN {equal} ELSE false END"

    def equal(self) -> str:
        """The condition on the whole subject."""
        return f"repasse_plain(ticket.subject) = :{self.mark}_exactly"


def searches_of(wanted: TicketFilter) -> list[Search]:
    """The words that a list is asked for."""
    made = []
    if wanted.same_subject:
        subject = plain_words(wanted.same_subject)
        made.append(Search("same", tuple(words_of(wanted.same_subject)), ("subject",), exactly=subject))
    if wanted.text:
        made.append(Search("words", tuple(words_of(wanted.text)), wanted.fields, wanted.any_word))
    return made


SQLITE_OWN = "SELECT rowid FROM ticket_text WHERE ticket_text MATCH :{mark}_own"
SQLITE_DISCUSSION = (
    "SELECT discussion.ticket_id FROM discussion_text JOIN discussion ON discussion.id = discussion_text.rowid"
    " WHERE discussion_text MATCH :{mark}_discussion"
)
POSTGRES_OWN = "SELECT found.id FROM ticket AS found WHERE found.words @@ to_tsquery('simple', :{mark}_own)"
POSTGRES_DISCUSSION = "SELECT said.ticket_id FROM discussion AS said WHERE said.words @@ to_tsquery('simple', :{mark}_discussion)"
LOOKED_OWN = "(ticket.words @@ (SELECT to_tsquery('simple', :{mark}_own))) IS TRUE"
LOOKED_DISCUSSION = (
    "(SELECT true FROM discussion AS said WHERE said.ticket_id = ticket.id"
    " AND (said.words @@ (SELECT to_tsquery('simple', :{mark}_discussion))) IS TRUE LIMIT 1) IS TRUE"
)
"""``IS TRUE`` keeps the index of words out, a subquery of one value keeps all of the discussion from being gathered."""
WITHIN = "rowid >= (SELECT min(id) FROM {0}) AND rowid <= (SELECT max(id) FROM {0}) AND +rowid IN (SELECT id FROM {0})"
SQLITE_LOOKED_SUBJECT = "(SELECT {equal} FROM ticket WHERE ticket.id = seen.id)"
SQLITE_LOOKED_OWN = "id IN (SELECT rowid FROM ticket_text WHERE ticket_text MATCH :{mark}_own AND {seen})"
SQLITE_LOOKED_DISCUSSION = (
    "id IN (SELECT ticket_id FROM entries WHERE id IN"
    " (SELECT rowid FROM discussion_text WHERE discussion_text MATCH :{mark}_discussion AND {entries}))"
)
"""FTS5 goes through the rows with a word in their order, far quicker than it looks one up."""


def sqlite_words(words: Sequence[str], fields: Sequence[str], any_word: bool) -> str:
    """A query of FTS5."""
    quoted = [f'"{word}"' for word in words]
    return f"{{{' '.join(fields)}}} : ({' OR '.join(quoted)})" if any_word else f'{{{" ".join(fields)}}} : "{" ".join(words)}"'


def postgres_words(words: Sequence[str], fields: Sequence[str], any_word: bool) -> str:
    """A query of PostgreSQL; a phrase must stand within one field."""
    joint = " | " if any_word else " <-> "
    marks = [f":{WEIGHTS[name]}" for name in fields] or [""]
    return " | ".join(f"({joint.join(word + mark for word in words)})" for mark in marks)

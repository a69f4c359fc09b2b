"""Erasing a person's data from the store, in one transaction.

What names the person (names, addresses, logins) is replaced wherever it stands, whatever its accents and capitals. Of a client,
the texts of the client's own tickets go too: subject, request, solution, discussion, justifications, values that are texts, mails
with their files, and what decisions quoted of them. Keys, numbers, dates, steps, status and counts stay.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

import attrs
from sqlalchemy import Connection, String, Table, TableClause, Text, column, or_, select, table, update

from formula.effects import Scalar
from routing.domain.decision import DECISION, Explanation, ExplanationLine, Plan, Reason
from routing.domain.model import HISTORIES, Ticket, changed
from routing.messages import message
from routing.store import tables
from routing.store.codec import read_plan, write_plan
from routing.store.engine import writing
from routing.store.types import Scalars
from routing.store.unit import Store

GONE = "(apagado)"
ENDINGS = "aeioucn"
"""Letters that may be written with an accent."""
VARIANTS: Mapping[str, str] = {
    "a": "[aáàâãäå]", "e": "[eéèêë]", "i": "[iíìîï]", "o": "[oóòôõö]", "u": "[uúùûü]", "c": "[cç]", "n": "[nñ]",
}  # fmt: skip
LEFT = frozenset({"alembic_version", "site_file", "release", "switch", "tally", "webhook", "api_key"})
"""Tables that tell of no ticket and no mail; the files of a site are its own to change."""
OWN_TEXTS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("subject", "request", "solution", "representative", "representative_contact"),
    "discussion": ("text",),
    "handoff": ("justification",),
    "status_change": ("justification",),
    "voice": ("justification",),
    "postponed": ("reason",),
    "field_change": ("old", "new"),
    "mail": ("to", "cc", "subject", "body", "html", "remaining", "fault"),
}
"""Texts of a client's ticket."""
OWN_VALUES: Mapping[str, tuple[str, ...]] = {"ticket": ("parameters", "fields"), "annex": ("values",)}


@attrs.frozen
class Subject:
    """Who is erased. ``texts`` name the person in any spelling, ``exact`` ones (logins) only as they are written; ``client`` is
    kind and code of a client, whose tickets lose their texts."""

    texts: tuple[str, ...]
    exact: tuple[str, ...] = ()
    client: tuple[str, str] | None = None

    def pattern(self) -> re.Pattern[str]:
        """Everything that names the person, the longest first."""
        loose = [in_any_spelling(one) for one in sorted(self.texts, key=len, reverse=True) if one.strip()]
        strict = [f"(?-i:{re.escape(one)})" for one in self.exact if one.strip()]
        return re.compile(rf"(?<!\w)(?:{'|'.join([*loose, *strict]) or '(?!)'})(?!\w)", re.IGNORECASE)

    def likes(self) -> list[str]:
        """Patterns of SQL that let through at least what :meth:`pattern` finds."""
        return [f"%{wild(one)}%" for one in (*self.texts, *self.exact) if one.strip()]


def in_any_spelling(name: str) -> str:
    """A regular expression for a name: accents do not matter, nor how many blanks stand between its words."""
    words = plain(name).split()
    blank = r"(?:\s|\\[nt])+"
    return blank.join("".join(VARIANTS.get(char, re.escape(char)) for char in word) for word in words)


def wild(name: str) -> str:
    """The same for LIKE: whatever may be written otherwise is any character."""
    return "".join("%" if char.isspace() else "_" if char in ENDINGS or not char.isalnum() else char for char in plain(name))


def plain(name: str) -> str:
    """Small letters without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))


def erase(store: Store, subject: Subject, *, really: bool) -> dict[str, int]:
    """How many rows of each table lose something. ``really`` False leaves everything as it is."""
    with writing(store.engine) as connection:
        counts = own_tickets(connection, subject.client) if subject.client is not None else {}
        for name, many in named(connection, subject).items():
            counts[name] = max(counts.get(name, 0), many)
        if really:
            connection.commit()
    if really and store.is_sqlite:
        scrub(store)
    return {name: many for name, many in sorted(counts.items()) if many}


def scrub(store: Store) -> None:
    """SQLite keeps old words in its indexes and in free pages: both are written anew."""
    with closing(store.engine.raw_connection()) as raw_connection:
        cursor = raw_connection.cursor()
        cursor.execute("INSERT INTO ticket_text(ticket_text) VALUES ('rebuild')")
        cursor.execute("INSERT INTO discussion_text(discussion_text) VALUES ('rebuild')")
        raw_connection.commit()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# ---------------------------------------------------------------- whatever names the person


def named(connection: Connection, subject: Subject) -> dict[str, int]:
    """Replace what names the person in every table."""
    pattern, likes = subject.pattern(), subject.likes()
    counts: dict[str, int] = {}
    for one in tables.metadata.sorted_tables:
        if one.name in LEFT or not likes:
            continue
        counts[one.name] = (
            people_texts(connection, pattern) if one.name == "release_text" else in_table(connection, one, pattern, likes)
        )
    return counts


def raw(one: Table) -> TableClause:
    """A table whose values come and go as the database has them."""
    return table(one.name, *(column(part.name) for part in one.columns))


def in_table(connection: Connection, one: Table, pattern: re.Pattern[str], likes: list[str]) -> int:
    """How many rows of a table changed."""
    names = [part.name for part in one.columns if isinstance(part.type, String | Text | Scalars)]
    if not names:
        return 0
    plain_table, keys = raw(one), [part.name for part in one.primary_key.columns]
    condition = or_(*(plain_table.c[name].ilike(like) for name in names for like in likes))
    wanted = [*keys, *(name for name in names if name not in keys)]
    count = 0
    for row in connection.execute(select(*(plain_table.c[name] for name in wanted)).where(condition)).mappings().all():
        new = {name: pattern.sub(GONE, row[name]) for name in names if isinstance(row[name], str)}
        new = {name: value for name, value in new.items() if value != row[name]}
        if new:
            where = [plain_table.c[name] == row[name] for name in keys]
            connection.execute(update(plain_table).where(*where).values(new))
            count += 1
    return count


def people_texts(connection: Connection, pattern: re.Pattern[str]) -> int:
    """Former people's files of releases; those that are in force, and the texts of rules, are the site's to publish anew."""
    release, texts = tables.release.c, tables.release_text.c
    rows = connection.execute(select(release.files, release.state).where(release.kind == "people")).all()
    former: set[str] = set()
    present: set[str] = set()
    for files, state in rows:
        (present if state in {"published", "shadow", "share"} else former).update(json.loads(files).values())
    count = 0
    for digest in former - present:
        content = connection.execute(select(texts.content).where(texts.hash == digest)).scalar() or b""
        new = pattern.sub(GONE, content.decode("utf-8", "replace"))
        if new.encode() != content:
            connection.execute(update(tables.release_text).where(texts.hash == digest).values(content=new.encode()))
            count += 1
    return count


# ---------------------------------------------------------------- a client's tickets


def own_tickets(connection: Connection, client: tuple[str, str]) -> dict[str, int]:
    """Take the texts out of a client's tickets and of all that hangs on them."""
    kind, code = client
    columns = tables.ticket.c
    kinds = [kind, ""] if kind == "cliente" else [kind]
    numbers = list(
        connection.execute(select(columns.id).where(columns.client_code == code, columns.client_kind.in_(kinds))).scalars()
    )
    counts: dict[str, int] = {}
    for number in numbers:
        for name, many in own_ticket(connection, number).items():
            counts[name] = counts.get(name, 0) + many
    return counts


def own_ticket(connection: Connection, number: int) -> dict[str, int]:
    """One ticket."""
    counts: dict[str, int] = {}
    for name, texts in OWN_TEXTS.items():
        counts[name] = blanked(connection, tables.metadata.tables[name], texts, OWN_VALUES.get(name, ()), number)
    counts["annex"] = blanked(connection, tables.annex, (), OWN_VALUES["annex"], number)
    mails = select(tables.mail.c.id).where(tables.mail.c.ticket_id == number)
    files = tables.attachment.c
    gone = connection.execute(
        update(tables.attachment).where(files.mail_id.in_(mails), files.name != GONE).values(name=GONE, content=b"")
    )
    counts["attachment"] = gone.rowcount
    counts["decision"] = own_decisions(connection, number)
    return counts


def blanked(connection: Connection, one: Table, texts: Iterable[str], values: Iterable[str], number: int) -> int:
    """Replace texts of the rows that hang on a ticket; how many rows had any."""
    link = one.c.id if one is tables.ticket else one.c.ticket_id
    keys, texts, values = [part.name for part in one.primary_key.columns], tuple(texts), tuple(values)
    count = 0
    for row in connection.execute(select(one).where(link == number)).mappings().all():
        new: dict[str, Any] = {name: GONE for name in texts if row[name] not in (None, "", GONE)}
        new |= {name: kept for name in values if (kept := without_texts(row[name])) != dict(row[name])}
        if new:
            connection.execute(update(one).where(*(one.c[key] == row[key] for key in keys)).values(new))
            count += 1
    return count


def without_texts(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Named values; those that are texts are gone."""
    return {name: GONE if isinstance(value, str) and value else value for name, value in values.items()}


def own_decisions(connection: Connection, number: int) -> int:
    """Decisions keep who, when, what, from where to where, and why by its code."""
    columns, count = tables.decision.c, 0
    for row in connection.execute(select(columns.id, columns.answer).where(columns.ticket_id == number)).all():
        answer = write_plan(bare(read_plan(row.answer)))
        if answer != row.answer:
            connection.execute(update(tables.decision).where(columns.id == row.id).values(answer=answer, facts=None))
            count += 1
    return count


def bare(plan: Plan) -> Plan:
    """A decision without texts."""
    request = attrs.evolve(
        plan.request, set=tuple((name, GONE) for name, _ in plan.request.set), text=GONE if plan.request.text else "",
        justification=GONE if plan.request.justification else "", draft=None, files=(), cc="",
    )  # fmt: skip
    reason = None if plan.reason is None else Reason(plan.reason.code, GONE)
    return attrs.evolve(
        plan, request=request, reason=reason, before=bare_ticket(plan.before), after=bare_ticket(plan.after), effects=(), mails=(),
        entries=(), other_entries=(), handoffs=(), statuses=(), changes=(), edits=(), voices=(), annexes=(), formulas=(),
        warnings=(), ends=None, approval=None, explanation=Explanation([ExplanationLine(message("(apagado)"), None, DECISION)]),
    )  # fmt: skip


def bare_ticket(ticket: Ticket | None) -> Ticket | None:
    """A ticket without texts."""
    if ticket is None:
        return None
    texts = {name: GONE for name in OWN_TEXTS["ticket"] if getattr(ticket, name)}
    values = {name: without_texts(getattr(ticket, name)) for name in OWN_VALUES["ticket"]}
    return changed(ticket, **texts, **values, **dict.fromkeys(HISTORIES, ()))

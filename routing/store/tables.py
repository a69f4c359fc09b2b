"""The tables, as SQLAlchemy Core. The migrations make them; a test compares the two.

A ticket's child rows hang on ``ticket_id``; their order is the order of ``id``. Names of ticket columns are those of
:class:`routing.domain.model.Ticket`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from routing.domain.ticket_fields import CODE, DAY, HOLDER, MOMENT, NUMBER, ROWS, VALUES, TicketField
from routing.store.types import DayOrTime, HolderText, Instant, Scalars, WallClock

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)
Id = BigInteger().with_variant(Integer, "sqlite")


def key_column() -> Column[int]:
    """A row number given by the database, never used twice."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def ticket_column() -> Column[int]:
    """The ticket a child row belongs to; each table has an index of these with the row number, for its newest rows."""
    return Column("ticket_id", Id, ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False)


def words(name: str) -> Column[str]:
    """A text that is empty rather than NULL."""
    return Column(name, Text, nullable=False, server_default="")


COLUMN_KINDS: Mapping[str, Callable[[], Any]] = {
    NUMBER: Integer,
    CODE: Integer,
    MOMENT: WallClock,
    DAY: DayOrTime,
    HOLDER: HolderText,
    VALUES: Scalars,
}
NEVER_NULL = frozenset({NUMBER, VALUES})
BEGIN_AT_ZERO = frozenset({"step_version", "step_told", "deadline_told"})
"""Numbers that tickets of older databases and registers do not have."""
LENGTHS = {"status": 1, "priority": 16}


def field_column(row: TicketField) -> Column[Any]:
    """The column of a ticket's field. Texts are empty rather than NULL."""
    if row.attribute in LENGTHS:
        return Column(row.attribute, String(LENGTHS[row.attribute]), nullable=False)
    if row.is_text:
        return words(row.attribute)
    begins = "0" if row.attribute in BEGIN_AT_ZERO else None
    return Column(row.attribute, COLUMN_KINDS[row.kind](), nullable=row.kind not in NEVER_NULL, server_default=begins)


RUNNING = "status IN ('A', 'G', 'E', 'T')"
"""Tickets whose step and deadline the clock minds; questions say it word for word as the indexes do."""
WAKES = "wake_up IS NOT NULL"

NAMED = "representative <> ''"
"""Tickets that have a representative, whose contacts may be asked for."""

ticket = Table(
    "ticket",
    metadata,
    key_column(),
    *(field_column(row) for row in ROWS),
    UniqueConstraint("coligada", "locality", "code"),
    Index("ix_ticket_holder_status", "holder", "status", "id"),
    Index("ix_ticket_status", "status", "id"),
    Index("ix_ticket_type_step", "type", "step", "id"),
    Index("ix_ticket_type_id", "type", "id"),
    Index("ix_ticket_holder_id", "holder", "id"),
    Index("ix_ticket_client_code", "client_code", "id"),
    Index("ix_ticket_opener", "opener", "id"),
    Index("ix_ticket_movement", "movement", "id"),
    Index("ix_ticket_representative", "representative", "id", sqlite_where=text(NAMED), postgresql_where=text(NAMED)),
    Index(
        "ix_ticket_step_clock",
        "type",
        "step",
        "step_told",
        "entered_at",
        "id",
        sqlite_where=text(RUNNING),
        postgresql_where=text(RUNNING),
    ),
    Index("ix_ticket_wake_up", "status", "wake_up", "id", sqlite_where=text(WAKES), postgresql_where=text(WAKES)),
    Index(
        "ix_ticket_deadline",
        "deadline_told",
        "deadline",
        "id",
        sqlite_where=text(RUNNING),
        postgresql_where=text(RUNNING),
    ),
    sqlite_autoincrement=True,
)

step_change = Table(
    "step_change",
    metadata,
    key_column(),
    ticket_column(),
    Column("from_step", Integer),
    Column("to_step", Integer),
    Column("holder_from", HolderText),
    Column("holder_to", HolderText),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)

handoff = Table(
    "handoff",
    metadata,
    key_column(),
    ticket_column(),
    Column("from_holder", HolderText),
    Column("to_holder", HolderText, nullable=False),
    words("by"),
    Column("reason", Integer),
    words("justification"),
    Column("at", WallClock, nullable=False),
    Column("way", String(32), nullable=False),
    Index(None, "to_holder", "id"),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)

status_change = Table(
    "status_change",
    metadata,
    key_column(),
    ticket_column(),
    Column("status", String(1), nullable=False),
    words("by"),
    Column("at", WallClock, nullable=False),
    Column("reason", Integer),
    words("justification"),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)

discussion = Table(
    "discussion",
    metadata,
    key_column(),
    ticket_column(),
    Column("kind", String(32), nullable=False),
    words("text"),
    words("author"),
    Column("at", WallClock, nullable=False),
    Column("from_step", Integer),
    Column("to_step", Integer),
    Column("publishable", Boolean, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)

field_change = Table(
    "field_change",
    metadata,
    key_column(),
    ticket_column(),
    Column("field", String(128), nullable=False),
    words("old"),
    words("new"),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)
"""What a field held before and after a change, as texts; ``DISCUSSAO.3`` is the third entry of the discussion."""

relation = Table(
    "relation",
    metadata,
    key_column(),
    ticket_column(),
    Column("other", String(64), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)
"""A ticket and another one, by its key, that it has to do with (S:168)."""

queue_view = Table(
    "queue_view",
    metadata,
    key_column(),
    ticket_column(),
    Column("group", String(64), nullable=False),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)
"""Who looked at a ticket while it lay in a group's queue (S:170)."""

presence = Table(
    "presence",
    metadata,
    key_column(),
    Column("attendant", String(64), nullable=False),
    Column("status", String(64), nullable=False),
    Column("start", Date),
    Column("end", Date),
    Column("substitute", String(64)),
    words("by"),
    Column("at", WallClock, nullable=False),
    words("contact"),
    words("name"),
    words("email"),
    Index(None, "attendant", "id"),
    sqlite_autoincrement=True,
)
"""What people's own status and absence became while the service ran (S:207), and contacts of clients and representatives (S:26-46);
the newest row of somebody, or of a contact, counts."""
voice = Table(
    "voice",
    metadata,
    key_column(),
    ticket_column(),
    Column("step", Integer, nullable=False),
    words("seat"),
    words("by"),
    Column("voice", String(16), nullable=False),
    Column("at", WallClock, nullable=False),
    words("justification"),
    Column("version", Integer, nullable=False),
    Index(None, "ticket_id", "id"),
    UniqueConstraint("ticket_id", "version"),
    sqlite_autoincrement=True,
)
"""What people said to the approvals of steps; one voice a version of a ticket."""

annex = Table(
    "annex",
    metadata,
    key_column(),
    ticket_column(),
    Column("name", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("values", Scalars, nullable=False),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)
"""Records of the annexes that the site declares; a later row with the same number takes the place of the earlier one."""

article = Table(
    "article",
    metadata,
    key_column(),
    Column("state", String(16), nullable=False),
    words("title"),
    words("request"),
    words("solution"),
    words("product"),
    words("words"),
    words("ticket"),
    words("by"),
    Column("at", WallClock, nullable=False),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)
"""Questions and tips (S:104-111): ``requested`` of a ticket, by its key, or ``registered``; a search looks at ``words``."""

postponed = Table(
    "postponed",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("action", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("again_at", WallClock, nullable=False),
    Column("rules", String(16), nullable=False, server_default=""),
    words("reason"),
)
"""Due things that were refused: when the clock tries again, and why it could not. Another version of the ticket, or of the rules,
is tried at once."""

MAIL_STATES = ("queued", "sending", "waiting", "sent", "failed", "cancelled")

mail = Table(
    "mail",
    metadata,
    key_column(),
    ticket_column(),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("message_id", String(255), nullable=False),
    words("from_address"),
    words("to"),
    words("cc"),
    words("subject"),
    words("body"),
    Column("html", Text),
    Column("attachments", Integer, nullable=False, server_default="0"),
    Column("at", WallClock, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant),
    Column("lease_until", Instant),
    Column("worker", String(64)),
    Column("sent_at", Instant),
    Column("remaining", Text),
    Column("fault", Text),
    UniqueConstraint("message_id"),
    Index(
        "ix_mail_due",
        "next_at",
        sqlite_where=text("state IN ('queued', 'waiting', 'sending')"),
        postgresql_where=text("state IN ('queued', 'waiting', 'sending')"),
    ),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)

recipient = Table(
    "recipient",
    metadata,
    Column("address", Text, primary_key=True),
    Column("at", WallClock, primary_key=True),
    Column("message_id", String(255), primary_key=True),
    sqlite_with_rowid=False,
)
"""One row for each address of each mail queued, in small letters, with the mail's time: how much mail somebody got lately."""

rotation = Table(
    "rotation",
    metadata,
    Column("group", String(32), primary_key=True),
    Column("member", String(32), nullable=False),
    sqlite_with_rowid=False,
)
"""Who had the latest turn of each group's rotation, by key; moved on by turns only."""

attachment = Table(
    "attachment",
    metadata,
    key_column(),
    Column("mail_id", Id, ForeignKey("mail.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("content_type", String(127), nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

delivery = Table(
    "delivery",
    metadata,
    key_column(),
    Column("address", String(320), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index(None, "address", "at"),
    sqlite_autoincrement=True,
)
"""One row for each address of each mail handed to the server: the memory of the sending limits."""

decision = Table(
    "decision",
    metadata,
    key_column(),
    ticket_column(),
    Column("version", Integer, nullable=False),
    Column("action", String(32), nullable=False),
    words("actor"),
    Column("at", WallClock, nullable=False),
    Column("key", String(255)),
    Column("request_hash", String(64)),
    Column("answer", Text, nullable=False),
    Column("status", String(16), nullable=False, server_default=""),
    Column("gate", String(4), nullable=False, server_default=""),
    Column("rules", String(16)),
    Column("people", String(16)),
    Column("facts", Text),
    UniqueConstraint("key"),
    Index(None, "ticket_id", "id"),
    Index(None, "status", "id"),
    Index(None, "gate", "id"),
    sqlite_autoincrement=True,
)
"""Every move with its whole answer; ``key`` is the idempotency key when one was given, ``version`` the ticket's after it.
A refused move has version 0 and no key. ``rules`` and ``people`` are the revisions that decided (none before releases), ``facts``
what the decision asked of the world beside the ticket (:mod:`routing.releases.facts`)."""

event = Table(
    "event",
    metadata,
    key_column(),
    Column("place", Id),
    Column("type", String(32), nullable=False),
    Column("at", WallClock, nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id", ondelete="CASCADE")),
    Column("version", Integer),
    words("data"),
    UniqueConstraint("place"),
    Index("ix_event_new", "id", sqlite_where=text("place IS NULL"), postgresql_where=text("place IS NULL")),
    sqlite_autoincrement=True,
)
"""What happened, for others to follow. ``place`` is the number that readers see: it is given after the commit, so that places
follow the order of commits and no gap fills later (:mod:`routing.store.events`). ``version`` and ``ticket_id`` name a decision."""

webhook = Table(
    "webhook",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("place", Id, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant),
    Column("lease_until", Instant),
    words("fault"),
)
"""How far an address was told: the ``place`` of the last event it took. ``name`` is a digest of the address."""

tally = Table(
    "tally",
    metadata,
    Column("day", Date, primary_key=True),
    Column("what", String(16), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("gate", String(4), primary_key=True, server_default=""),
    Column("count", Integer, nullable=False),
)
"""How many rows of a day were taken out for their age: decisions by action and gate, mails by kind, events by type."""

release = Table(
    "release",
    metadata,
    key_column(),
    Column("revision", String(16), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("at", WallClock, nullable=False),
    words("by"),
    words("note"),
    Column("state", String(16), nullable=False),
    Column("percent", Integer),
    Column("changed_at", WallClock, nullable=False),
    Column("files", Text, nullable=False),
    UniqueConstraint("revision", "kind"),
    sqlite_autoincrement=True,
)
"""Rules and people by revision: ``files`` are paths with the hash of each text (JSON)."""

release_text = Table(
    "release_text",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The texts of all releases, each once."""

site_file = Table(
    "site_file",
    metadata,
    Column("path", String(1024), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The files of an imported workspace, byte for byte."""

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("scopes", String(64), nullable=False),
    words("name"),
    words("attendant"),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

switch = Table(
    "switch",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about the store itself (its name) and switches an operator turns (``mail`` = ``off``)."""

"""The tables, as SQLAlchemy Core. The migrations make them; a test compares the two.

A ticket's child rows hang on ``ticket_id``; their order is the order of ``id``. Names of ticket columns are those of
:class:`routing.domain.model.Ticket`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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


ticket = Table(
    "ticket",
    metadata,
    key_column(),
    Column("coligada", Integer, nullable=False),
    Column("locality", Integer, nullable=False),
    Column("code", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("step", Integer),
    Column("status", String(1), nullable=False),
    Column("priority", String(16), nullable=False),
    words("category"),
    words("product"),
    words("product_detail"),
    words("client_kind"),
    words("client_code"),
    words("client_contact"),
    words("representative"),
    words("representative_contact"),
    words("contact_kind"),
    words("contact_origin"),
    words("subject"),
    words("request"),
    words("solution"),
    words("classification"),
    words("opener"),
    Column("holder", HolderText),
    words("contact_owner"),
    Column("opened_at", WallClock),
    Column("closed_at", WallClock),
    Column("first_contact_at", WallClock),
    Column("wake_up", DayOrTime),
    Column("deadline", DayOrTime),
    Column("schedule_count", Integer, nullable=False),
    Column("access_level", Integer, nullable=False),
    Column("voicemail", Integer, nullable=False),
    Column("requisition", Integer),
    Column("parameters", Scalars, nullable=False),
    Column("fields", Scalars, nullable=False),
    words("changed_by"),
    Column("changed_at", WallClock),
    UniqueConstraint("coligada", "locality", "code"),
    Index(None, "holder", "status"),
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
    UniqueConstraint("key"),
    Index(None, "ticket_id", "id"),
    sqlite_autoincrement=True,
)
"""Every move with its whole answer; ``key`` is the idempotency key when one was given, ``version`` the ticket's after it.
A refused move has version 0 and no key."""

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

"""Outgoing mail, and on PostgreSQL the job tables of procrastinate."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = sa.text("state IN ('queued', 'waiting', 'sending')")
MANY = sa.text("recipients > 1")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mail",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False, server_default=""),
        sa.Column("to", sa.Text(), nullable=False, server_default=""),
        sa.Column("cc", sa.Text(), nullable=False, server_default=""),
        sa.Column("subject", sa.Text(), nullable=False, server_default=""),
        sa.Column("body", sa.Text(), nullable=False, server_default=""),
        sa.Column("html", sa.Text()),
        sa.Column("attachments", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("worker", sa.String(64)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("remaining", sa.Text()),
        sa.Column("fault", sa.Text()),
        sa.UniqueConstraint("message_id", name="uq_mail_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_due", "mail", ["next_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_mail_many", "mail", ["at"], sqlite_where=MANY, postgresql_where=MANY)
    op.create_index("ix_mail_ticket_id_id", "mail", ["ticket_id", "id"])
    op.create_index("ix_mail_to_at", "mail", ["to", "at"])
    op.create_table(
        "attachment",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("mail_id", ID, sa.ForeignKey("mail.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(127), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_mail_id", "attachment", ["mail_id"])
    op.create_table(
        "delivery",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_address_at", "delivery", ["address", "at"])
    op.create_index("ix_delivery_at", "delivery", ["at"])
    op.create_table(
        "switch",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.execute(sa.text("INSERT INTO switch (name, value) VALUES ('store', :name)").bindparams(name=uuid4().hex[:8]))
    if op.get_bind().dialect.name == "postgresql":
        job_tables()


def job_tables() -> None:
    """The library's own schema, run on the driver's connection as it is: it holds many statements and percent signs."""
    from procrastinate.schema import SchemaManager

    driver: Any = op.get_bind().connection.driver_connection
    driver.cursor().execute(SchemaManager.get_schema())

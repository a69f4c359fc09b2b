"""What happened, for others to follow, and how far each of them was told."""

import sqlalchemy as sa
from alembic import op

from routing.store.types import Instant, WallClock

revision = "0012"
down_revision = "0011"

NEW = sa.text("place IS NULL")


def upgrade() -> None:
    """Nothing of what happened before is told."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "event",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("place", number),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at", WallClock, nullable=False),
        sa.Column("ticket_id", number, sa.ForeignKey("ticket.id", ondelete="CASCADE", name="fk_event_ticket_id")),
        sa.Column("version", sa.Integer),
        sa.Column("data", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("place", name="uq_event_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_new", "event", ["id"], sqlite_where=NEW, postgresql_where=NEW)
    op.create_table(
        "webhook",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("place", number, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", Instant),
        sa.Column("lease_until", Instant),
        sa.Column("fault", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name", name="pk_webhook"),
    )

"""Approvals: what people said in a step, and with which version a ticket came to its step."""

import sqlalchemy as sa
from alembic import op

from routing.store.types import WallClock

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nobody has spoken yet."""
    op.add_column("ticket", sa.Column("step_version", sa.Integer, nullable=False, server_default="0"))
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "voice",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", number, sa.ForeignKey("ticket.id", ondelete="CASCADE", name="fk_voice_ticket_id"), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("seat", sa.Text, nullable=False, server_default=""),
        sa.Column("by", sa.Text, nullable=False, server_default=""),
        sa.Column("voice", sa.String(16), nullable=False),
        sa.Column("at", WallClock, nullable=False),
        sa.Column("justification", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voice"),
        sa.UniqueConstraint("ticket_id", "version", name="uq_voice_ticket_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voice_ticket_id_id", "voice", ["ticket_id", "id"])

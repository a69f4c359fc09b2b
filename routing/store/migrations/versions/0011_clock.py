"""The clock: since when a ticket is in its step, what was done of it, and what was put off."""

import sqlalchemy as sa
from alembic import op

from routing.store.types import WallClock

revision = "0011"
down_revision = "0010"

RUNNING = sa.text("status IN ('A', 'G', 'E', 'T')")
WAKES = sa.text("wake_up IS NOT NULL")


def upgrade() -> None:
    """Tickets have been in their step since their latest change of step, or since they were opened."""
    op.add_column("ticket", sa.Column("entered_at", WallClock))
    op.add_column("ticket", sa.Column("step_told", sa.Integer, nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("deadline_told", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        "UPDATE ticket SET entered_at = COALESCE("
        '(SELECT "at" FROM step_change WHERE step_change.ticket_id = ticket.id ORDER BY step_change.id DESC LIMIT 1), opened_at)'
    )
    op.create_index(
        "ix_ticket_step_clock", "ticket", ["type", "step", "step_told", "entered_at", "id"],
        sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.create_index("ix_ticket_wake_up", "ticket", ["status", "wake_up", "id"], sqlite_where=WAKES, postgresql_where=WAKES)
    op.create_index(
        "ix_ticket_deadline", "ticket", ["deadline_told", "deadline", "id"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "postponed",
        sa.Column(
            "ticket_id", number, sa.ForeignKey("ticket.id", ondelete="CASCADE", name="fk_postponed_ticket_id"),
            nullable=False, autoincrement=False,
        ),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("again_at", WallClock, nullable=False),
        sa.Column("rules", sa.String(16), nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("ticket_id", "action", name="pk_postponed"),
    )  # fmt: skip

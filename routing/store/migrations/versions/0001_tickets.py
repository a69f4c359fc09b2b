"""Tickets, their histories, and the decisions taken."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ticket",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("coligada", sa.Integer(), nullable=False),
        sa.Column("locality", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer()),
        sa.Column("status", sa.String(1), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("category", sa.Text(), nullable=False, server_default=""),
        sa.Column("product", sa.Text(), nullable=False, server_default=""),
        sa.Column("product_detail", sa.Text(), nullable=False, server_default=""),
        sa.Column("client_kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("client_code", sa.Text(), nullable=False, server_default=""),
        sa.Column("client_contact", sa.Text(), nullable=False, server_default=""),
        sa.Column("representative", sa.Text(), nullable=False, server_default=""),
        sa.Column("representative_contact", sa.Text(), nullable=False, server_default=""),
        sa.Column("contact_kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("contact_origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("subject", sa.Text(), nullable=False, server_default=""),
        sa.Column("request", sa.Text(), nullable=False, server_default=""),
        sa.Column("solution", sa.Text(), nullable=False, server_default=""),
        sa.Column("classification", sa.Text(), nullable=False, server_default=""),
        sa.Column("opener", sa.Text(), nullable=False, server_default=""),
        sa.Column("holder", sa.String(64)),
        sa.Column("contact_owner", sa.Text(), nullable=False, server_default=""),
        sa.Column("opened_at", sa.DateTime()),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("first_contact_at", sa.DateTime()),
        sa.Column("wake_up", sa.String(32)),
        sa.Column("deadline", sa.String(32)),
        sa.Column("schedule_count", sa.Integer(), nullable=False),
        sa.Column("access_level", sa.Integer(), nullable=False),
        sa.Column("voicemail", sa.Integer(), nullable=False),
        sa.Column("requisition", sa.Integer()),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("changed_at", sa.DateTime()),
        sa.UniqueConstraint("coligada", "locality", "code", name="uq_ticket_coligada_locality_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_holder_status", "ticket", ["holder", "status"])
    op.create_table(
        "step_change",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("from_step", sa.Integer()),
        sa.Column("to_step", sa.Integer()),
        sa.Column("holder_from", sa.String(64)),
        sa.Column("holder_to", sa.String(64)),
        sa.Column("by", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_change_ticket_id_id", "step_change", ["ticket_id", "id"])
    op.create_table(
        "handoff",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("from_holder", sa.String(64)),
        sa.Column("to_holder", sa.String(64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Integer()),
        sa.Column("justification", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handoff_ticket_id_id", "handoff", ["ticket_id", "id"])
    op.create_index("ix_handoff_to_holder_id", "handoff", ["to_holder", "id"])
    op.create_table(
        "status_change",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("status", sa.String(1), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Integer()),
        sa.Column("justification", sa.Text(), nullable=False, server_default=""),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_status_change_ticket_id_id", "status_change", ["ticket_id", "id"])
    op.create_table(
        "discussion",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("author", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("from_step", sa.Integer()),
        sa.Column("to_step", sa.Integer()),
        sa.Column("publishable", sa.Boolean(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_discussion_ticket_id_id", "discussion", ["ticket_id", "id"])
    op.create_table(
        "decision",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.String(255)),
        sa.Column("request_hash", sa.String(64)),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name="uq_decision_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_ticket_id_id", "decision", ["ticket_id", "id"])

"""Annexes: records that the site declares, attached to tickets; questions and answers that solve tickets; lists by type and
holder."""

import sqlalchemy as sa
from alembic import op

from routing.store.types import Scalars, WallClock

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    """No ticket has one yet."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "annex",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", number, sa.ForeignKey("ticket.id", ondelete="CASCADE", name="fk_annex_ticket_id"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("values", Scalars, nullable=False),
        sa.Column("by", sa.Text, nullable=False, server_default=""),
        sa.Column("at", WallClock, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annex"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_annex_ticket_id_id", "annex", ["ticket_id", "id"])
    op.create_table(
        "article",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("title", "request", "solution", "product")),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in ("words", "ticket", "by")),
        sa.Column("at", WallClock, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_state_id", "article", ["state", "id"])
    for name in ("type", "holder"):
        op.create_index(f"ix_ticket_{name}_id", "ticket", [name, "id"])

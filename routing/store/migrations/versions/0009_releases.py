"""Releases with their texts, and by which one each decision was made."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the columns."""
    op.create_table(
        "release",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("revision", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("percent", sa.Integer()),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.UniqueConstraint("revision", "kind", name="uq_release_revision_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "release_text",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.add_column("decision", sa.Column("rules", sa.String(16)))
    op.add_column("decision", sa.Column("people", sa.String(16)))
    op.add_column("decision", sa.Column("facts", sa.Text()))

"""Whose turn it was in each group, apart from the handoffs that people make."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nobody has had a turn yet: a rotation begins with its first member."""
    op.create_table(
        "rotation",
        sa.Column("group", sa.String(32), primary_key=True),
        sa.Column("member", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("group", name="pk_rotation"),
        sqlite_with_rowid=False,
    )

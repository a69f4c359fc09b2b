"""Counts of what was taken out because of its age."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing was taken out yet."""
    op.create_table(
        "tally",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("gate", sa.String(4), nullable=False, server_default=""),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "what", "name", "gate", name="pk_tally"),
    )

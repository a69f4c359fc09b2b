"""Changes of fields with their former values, the business record of a ticket, relations, views of queues, presence of people,
and keys that belong to an attendant.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def child(name: str, *columns: sa.Column[Any], link: str = "ticket_id") -> None:
    """A table of rows that hang on a ticket."""
    op.create_table(
        name,
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column(link, ID, sa.ForeignKey("ticket.id", ondelete="CASCADE", name=f"fk_{name}_{link}"), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_{link}_id", name, [link, "id"])


def words(name: str) -> sa.Column[Any]:
    """A text that is empty rather than NULL."""
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    """Add, and change nothing that there is."""
    op.add_column("ticket", words("movement"))
    op.add_column("api_key", words("attendant"))
    child(
        "field_change",
        sa.Column("field", sa.String(128), nullable=False),
        words("old"),
        words("new"),
        words("by"),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    child(
        "relation",
        sa.Column("other", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        words("by"),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_relation_other", "relation", ["other"])
    child(
        "queue_view", sa.Column("group", sa.String(64), nullable=False), words("by"), sa.Column("at", sa.DateTime(), nullable=False)
    )
    op.create_table(
        "presence",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("attendant", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("start", sa.Date()),
        sa.Column("end", sa.Date()),
        sa.Column("substitute", sa.String(64)),
        words("by"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_presence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_presence_attendant_id", "presence", ["attendant", "id"])

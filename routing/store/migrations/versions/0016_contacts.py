"""Contacts of clients and representatives that are recorded here."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NAMED = sa.text("representative <> ''")


def upgrade() -> None:
    """Nobody has recorded one yet."""
    for name in ("contact", "name", "email"):
        op.add_column("presence", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_index(
        "ix_ticket_representative", "ticket", ["representative", "id"], sqlite_where=NAMED, postgresql_where=NAMED
    )  # fmt: skip

"""Mails by address, however its letters are written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One index for another."""
    op.drop_index("ix_mail_to_at", "mail")
    op.create_index("ix_mail_address", "mail", [sa.text('lower("to")'), "at"])

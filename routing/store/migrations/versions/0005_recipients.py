"""A row for each address of a mail, in place of indexes of whole address lists."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SOME = 5_000
"""Mails read at once."""


def upgrade() -> None:
    """Make the table, and fill it from the mails that there are."""
    recipient = op.create_table(
        "recipient",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("at", sa.DateTime(), primary_key=True),
        sa.Column("message_id", sa.String(255), primary_key=True),
        sa.PrimaryKeyConstraint("address", "at", "message_id", name="pk_recipient"),
        sqlite_with_rowid=False,
    )
    mail = sa.table("mail", *(sa.column(name, kind) for name, kind in (
        ("id", sa.BigInteger), ("to", sa.Text), ("cc", sa.Text), ("at", sa.DateTime), ("message_id", sa.Text))))  # fmt: skip
    connection, last = op.get_bind(), 0
    while found := connection.execute(sa.select(mail).where(mail.c.id > last).order_by(mail.c.id).limit(SOME)).all():
        last = found[-1].id
        rows = [
            {"address": address, "at": one.at, "message_id": one.message_id}
            for one in found
            for address in dict.fromkeys(f"{one.to}, {one.cc}".lower().split(", "))
            if address
        ]
        if rows:
            connection.execute(sa.insert(recipient), rows)
    op.drop_index("ix_mail_address", "mail")
    op.drop_index("ix_mail_many", "mail")
    op.drop_column("mail", "recipients")

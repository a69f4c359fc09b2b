"""Contacts of clients and representatives that are recorded here; tickets of a holder and status in order; on PostgreSQL the words
of texts are kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NAMED = sa.text("representative <> ''")
WORDS = """
DROP INDEX ix_ticket_words;
DROP INDEX ix_discussion_words;
ALTER TABLE ticket ADD COLUMN words tsvector GENERATED ALWAYS AS (repasse_ticket_words(subject, request, solution)) STORED;
ALTER TABLE discussion ADD COLUMN words tsvector GENERATED ALWAYS AS (repasse_words(text)) STORED;
CREATE INDEX ix_ticket_words ON ticket USING gin (words);
CREATE INDEX ix_discussion_words ON discussion USING gin (words);
"""
"""An index of words knows neither places nor fields: a search looks at the words of each row that it finds. Made anew from the
texts each time, they took 30 to 100 times as long."""


def upgrade() -> None:
    """Nobody has recorded one yet."""
    for name in ("contact", "name", "email"):
        op.add_column("presence", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_index(
        "ix_ticket_representative", "ticket", ["representative", "id"], sqlite_where=NAMED, postgresql_where=NAMED
    )  # fmt: skip
    op.drop_index("ix_ticket_holder_status", "ticket")
    op.create_index("ix_ticket_holder_status", "ticket", ["holder", "status", "id"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in filter(str.strip, WORDS.split(";\n")):
            connection.exec_driver_sql(statement)

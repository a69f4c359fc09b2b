"""Lists and search: indexes by what lists are asked for, an index of words, status and gate of decisions."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SOME = 2_000
"""Decisions read at once."""
ACCENTED = "ÁÀÂÃÄÅÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑÝáàâãäåéèêëíìîïóòôõöúùûüçñýÿ"
PLAIN = "aaaaaaeeeeiiiiooooouuuucnyaaaaaaeeeeiiiiooooouuuucnyy"
"""Letters of Portuguese and its neighbours; the server's own lower case depends on its locale."""

SQLITE = """
CREATE VIRTUAL TABLE ticket_text USING fts5(
    subject, request, solution, content='ticket', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE discussion_text USING fts5(
    text, content='discussion', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER ticket_text_new AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_text(rowid, subject, request, solution) VALUES (new.id, new.subject, new.request, new.solution); END;
CREATE TRIGGER ticket_text_gone AFTER DELETE ON ticket BEGIN
    INSERT INTO ticket_text(ticket_text, rowid, subject, request, solution)
    VALUES ('delete', old.id, old.subject, old.request, old.solution); END;
CREATE TRIGGER ticket_text_changed AFTER UPDATE OF subject, request, solution ON ticket BEGIN
    INSERT INTO ticket_text(ticket_text, rowid, subject, request, solution)
    VALUES ('delete', old.id, old.subject, old.request, old.solution);
    INSERT INTO ticket_text(rowid, subject, request, solution) VALUES (new.id, new.subject, new.request, new.solution); END;
CREATE TRIGGER discussion_text_new AFTER INSERT ON discussion BEGIN
    INSERT INTO discussion_text(rowid, text) VALUES (new.id, new.text); END;
CREATE TRIGGER discussion_text_gone AFTER DELETE ON discussion BEGIN
    INSERT INTO discussion_text(discussion_text, rowid, text) VALUES ('delete', old.id, old.text); END;
CREATE TRIGGER discussion_text_changed AFTER UPDATE OF text ON discussion BEGIN
    INSERT INTO discussion_text(discussion_text, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO discussion_text(rowid, text) VALUES (new.id, new.text); END;
INSERT INTO ticket_text(ticket_text) VALUES ('rebuild');
INSERT INTO discussion_text(discussion_text) VALUES ('rebuild');
"""


def plain(text: str) -> str:
    """The words of a text, as an expression; a function within a function would not be found when an index is built."""
    letters = f"translate(lower(left({text}, 200000)), '{ACCENTED}', '{PLAIN}')"
    return f"btrim(regexp_replace({letters}, '[^[:alnum:]]+', ' ', 'g'))"


def words(text: str) -> str:
    """The same as words of a search."""
    return f"to_tsvector('pg_catalog.simple', {plain(text)})"


MARKED = " || ".join(f"setweight({words(f'${at}')}, '{mark}')" for at, mark in enumerate("ABC", 1))
POSTGRES = f"""
CREATE FUNCTION repasse_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {plain("$1")} $$;;
CREATE FUNCTION repasse_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {words("$1")} $$;;
CREATE FUNCTION repasse_ticket_words(text, text, text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT {MARKED} $$;;
CREATE INDEX ix_ticket_words ON ticket USING gin (repasse_ticket_words(subject, request, solution));;
CREATE INDEX ix_discussion_words ON discussion USING gin (repasse_words(text));;
"""


def upgrade() -> None:
    """Add, and change nothing that there is."""
    for columns in (("status",), ("type", "step"), ("client_code",), ("opener",), ("movement",)):
        op.create_index(f"ix_ticket_{'_'.join(columns)}", "ticket", [*columns, "id"])
    op.add_column("decision", sa.Column("status", sa.String(16), nullable=False, server_default=""))
    op.add_column("decision", sa.Column("gate", sa.String(4), nullable=False, server_default=""))
    fill_decisions()
    op.create_index("ix_decision_status_id", "decision", ["status", "id"])
    op.create_index("ix_decision_gate_id", "decision", ["gate", "id"])
    connection = op.get_bind()
    statements = joined(SQLITE.split(";\n")) if connection.dialect.name == "sqlite" else POSTGRES.split(";;\n")
    for statement in filter(str.strip, statements):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def joined(parts: list[str]) -> list[str]:
    """Statements; what stands between BEGIN and END of a trigger belongs together."""
    made: list[str] = []
    for part in filter(str.strip, parts):
        if made and " BEGIN" in made[-1] and not made[-1].rstrip().endswith("END"):
            made[-1] += ";\n" + part
        else:
            made.append(part)
    return made


def fill_decisions() -> None:
    """What stands in the answers of decisions that there are."""
    decision = sa.table("decision", *(sa.column(name) for name in ("id", "version", "answer", "status", "gate")))
    connection, last = op.get_bind(), 0
    while found := connection.execute(sa.select(decision).where(decision.c.id > last).order_by(decision.c.id).limit(SOME)).all():
        last = found[-1].id
        for one in found:
            answer = json.loads(one.answer)
            values = {"status": answer.get("status", "moved"), "gate": answer.get("gate") or ""}
            connection.execute(sa.update(decision).where(decision.c.id == one.id).values(**values))

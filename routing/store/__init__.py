"""Tickets and mails in a database: SQLite by default, PostgreSQL when outgrown. SQLAlchemy lives here."""

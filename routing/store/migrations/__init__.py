"""Alembic: the steps of the schema, oldest first."""

"""Alembic's entry: the connection, and its transaction, come from routing.store.schema."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()

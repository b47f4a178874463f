"""Alembic's entry: runs on the connection that `migrate.upgrade` opened."""

from alembic import context

from tasks.adapters.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

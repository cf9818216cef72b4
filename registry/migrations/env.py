"""What Alembic runs: the connection is handed over by `registry.migrations.run`, never opened from a setting."""

from alembic import context

from registry.migrations.run import render_item
from registry.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render_item,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Runs the scripts over the connection that `migrate` holds open, inside its transaction."""

from alembic import context

from signpost.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()

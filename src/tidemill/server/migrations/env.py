"""What Alembic runs: the revisions that a database lacks, on the connection that the runner gives it."""

from alembic import context

from tidemill.server.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
context.run_migrations()

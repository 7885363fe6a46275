"""Alembic runs the migrations from here, over the connection that `operations.migrate` gives it."""

from alembic import context

from operations import notice_tables, report_tables, warning_tables  # noqa: F401 - their tables are part of the metadata
from operations.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

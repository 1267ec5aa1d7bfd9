"""Alembic's entry: every migration in one transaction, on SQLite too."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from service.models import Base


def run_migrations() -> None:
    """Migrate the app's database; a migration that fails halfway leaves nothing."""
    engine = current_app.extensions["migrate"].db.engine
    on_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        if on_sqlite:
            leave_references_to_the_end(connection)
        with connection.begin():
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                # Alembic takes SQLite's DDL for non-transactional; with our own BEGIN IMMEDIATE
                # it is.
                transactional_ddl=True,
                render_as_batch=on_sqlite,
                compare_type=True,
            )
            context.run_migrations()
            if on_sqlite:
                refuse_references_into_nothing(connection)


def leave_references_to_the_end(connection: Connection) -> None:
    """Let a table that others refer to be dropped and made anew, as SQLite changes columns.

    Nothing cascades meanwhile either. The pragma has no effect within a transaction, so it is set
    beside SQLAlchemy, which would begin one; and the connection never goes back to the pool.
    """
    connection.detach()
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def refuse_references_into_nothing(connection: Connection) -> None:
    """Do what SQLite has left undone: end the migration when a row refers to one that is gone."""
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        tables = ", ".join(sorted({f"{row[0]} to {row[2]}" for row in found}))
        raise RuntimeError(f"the migration leaves {len(found)} references into nothing: {tables}")


run_migrations()

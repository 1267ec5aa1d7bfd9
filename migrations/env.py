"""Alembic's entry: every migration in one transaction, on SQLite too."""

from alembic import context
from flask import current_app

from service.models import Base
from service.models.engine import writing


def run_migrations() -> None:
    """Migrate the app's database; a migration that fails halfway leaves nothing."""
    engine = current_app.extensions["migrate"].db.engine
    with writing(engine) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # Alembic takes SQLite's DDL for non-transactional; with our own BEGIN IMMEDIATE it is.
            transactional_ddl=True,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
        )
        context.run_migrations()


run_migrations()

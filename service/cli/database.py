"""What a command finds where it looks for its database: none yet, or one of another version."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from service.cli.output import REFUSED_DATA, Refusal, unavailable
from service.extensions import db
from service.wording import translated as _


def is_new() -> bool:
    """Tell whether there are no tables yet; Refusal when they are of another version."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return True  # found without opening it, which would make the file
    migrations = current_app.extensions["migrate"]
    scripts = ScriptDirectory.from_config(migrations.migrate.get_config(migrations.directory))
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    if found and set(found) != set(scripts.get_heads()):
        raise Refusal(_("the database is of another version: run jianbao db upgrade"), REFUSED_DATA)
    return not found


@contextmanager
def answering() -> Iterator[None]:
    """Say in one line why the database does not answer: perhaps it is of another version."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        with suppress(OperationalError):
            is_new()
        if isinstance(error, OperationalError):
            raise unavailable(error) from error
        raise

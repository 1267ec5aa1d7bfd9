"""Run inside .venv by scripts/run: migrate the database, print how many branches it holds."""

import sys

import flask_migrate
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from service.app import create_app
from service.config import WrongSettingError
from service.extensions import db
from service.models import Branch

WRONG_SETTING = 2


def main() -> int:
    try:
        with create_app().app_context():
            flask_migrate.upgrade()
            print(db.session.scalar(select(func.count()).select_from(Branch)))
    except WrongSettingError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTING
    except (OSError, RuntimeError, SQLAlchemyError) as error:
        # What the database itself says, without the statement: a person reads it.
        said = error.orig if isinstance(error, DBAPIError) else error
        print(said, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

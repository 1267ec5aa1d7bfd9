"""Run inside .venv by scripts/run: migrate the database, print how many branches it holds."""

import flask_migrate
from sqlalchemy import func, select

from service.app import create_app
from service.extensions import db
from service.models import Branch


def main() -> None:
    with create_app().app_context():
        flask_migrate.upgrade()
        print(db.session.scalar(select(func.count()).select_from(Branch)))


if __name__ == "__main__":
    main()

"""The only place where the parts of the service are wired together."""

import os
from pathlib import Path

from flask import Flask

from service.config import Config
from service.extensions import db, migrate
from service.models.engine import engine_options, prepare

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def create_app(config: Config | None = None) -> Flask:
    """Return the service for the given settings (the environment's by default)."""
    config = config or Config.from_environment(os.environ)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=config.secret_key(),
        TESTING=config.testing,
        SQLALCHEMY_DATABASE_URI=config.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.sqlalchemy_url),
    )
    app.extensions["jianbao"] = config
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    return app

"""The only place where the parts of the service are wired together."""

import os
from pathlib import Path

from flask import Flask

from service import access, api, cli, console, failures, security_headers
from service.config import Config
from service.console import language
from service.extensions import babel, db, migrate
from service.models.engine import engine_options, prepare
from service.wording import LOCALES

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LARGEST_REQUEST = 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Return the service for the given settings (the environment's by default)."""
    config = config or Config.from_environment(os.environ)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key(),
        WTF_CSRF_CHECK_DEFAULT=False,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SQLALCHEMY_DATABASE_URI=config.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.sqlalchemy_url),
    )
    app.extensions["jianbao"] = config
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    babel.init_app(
        app,
        default_locale=LOCALES["zh"],
        locale_selector=language.choose_locale,
    )
    _answer_requests(app)
    cli.register(app)
    return app


def _answer_requests(app: Flask) -> None:
    """Add the API and the pages, with what holds for all of them."""
    security_headers.protect(app)
    language.remember(app)
    access.guard(app)
    failures.handle(app)
    api.register(app)
    console.register(app)

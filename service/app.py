"""The only place where the parts of the service are wired together."""

import os
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service import (
    access,
    api,
    cli,
    console,
    courier,
    failures,
    reader,
    request_log,
    security_headers,
)
from service.config import Config
from service.console import language
from service.extensions import babel, db, migrate
from service.models.engine import engine_options, prepare
from service.operations.people.log_in import LASTS
from service.wording import LOCALES

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LARGEST_REQUEST = 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Return the service for the given settings (the environment's by default)."""
    config = config or Config.from_environment(os.environ)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key(),
        SESSION_COOKIE_NAME="jianbao_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LASTS,
        # service/access.py asks for a form's token, which is good as long as its session.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
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
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    _answer_requests(app)
    cli.register(app)
    return app


def _answer_requests(app: Flask) -> None:
    """Add the API and the pages, with what holds for all of them."""
    request_log.keep(app)
    security_headers.protect(app)
    language.remember(app)
    access.guard(app)
    failures.handle(app)
    api.register(app)
    console.register(app)
    courier.register(app)
    reader.register(app)

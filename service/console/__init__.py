"""The managers' pages: rendered here, complete without JavaScript."""

from flask import Flask

from service.access import Role, declare
from service.console import keeping, login, pages


def register(app: Flask) -> None:
    """Add the pages and their style sheets and scripts."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(login.blueprint)
    keeping.register(app)
    declare(app, "console.static", Role.PUBLIC)

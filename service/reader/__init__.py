"""The page behind a label: for anyone with a phone's camera, without JavaScript."""

from flask import Flask

from service.access import Role, declare
from service.reader import pages


def register(app: Flask) -> None:
    """Add the page and its style sheet."""
    app.register_blueprint(pages.blueprint)
    declare(app, "reader.static", Role.PUBLIC)

"""The pages on which managers look after couriers, phones, held events and labels."""

from flask import Flask

from service.console.keeping import audit, couriers, held, labels, phones, queue_files
from service.console.keeping.place import blueprint

__all__ = ["audit", "couriers", "held", "labels", "phones", "queue_files", "register"]


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)

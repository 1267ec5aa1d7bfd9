"""`jianbao …`: thin commands. Each parses, calls one operation or query, prints."""

from flask import Flask

from service.cli import check, demo, feed, figures, labels, refresh, serve, users


def register(app: Flask) -> None:
    """Add our commands to the app, with help in the language of the environment."""
    with app.app_context():
        for module in (check, demo, feed, figures, labels, refresh, serve, users):
            for command in module.commands():
                app.cli.add_command(command)

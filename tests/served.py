"""The service over a real database with feeds imported and their facts published."""

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import inspect

from service.app import create_app
from service.config import Config
from service.extensions import db
from service.operations.import_feed import import_feed
from service.operations.refresh_facts import refresh_dirty

EXAMPLES = Path(__file__).parent / "examples"
HARD_MONTH = EXAMPLES / "hard-month"
ONE_WEEK = EXAMPLES / "one-week"


def serve(data: Path, *feeds: Path, database_url: str | None = None) -> Flask:
    """Return the app over a new database (or the migrated one of the URL) that holds the feeds."""
    data.mkdir(parents=True, exist_ok=True)
    app = create_app(Config(data=data, database_url=database_url, testing=True))
    with app.app_context():
        if not inspect(db.engine).has_table("branches"):
            flask_migrate.upgrade(directory=app.extensions["migrate"].directory)
        for feed in feeds:
            import_feed(db.engine, feed)
        refresh_dirty(db.engine, data / "facts", datetime.now(UTC))
    return app


def questions(example: Path) -> list[tuple[str, dict[str, str], Any]]:
    """Return (rates | rounds | marks, parameters, expected answer) of every question."""
    found = []
    for each in json.loads((example / "expected" / "questions.json").read_text()):
        _program, name, *words = shlex.split(each["command"])
        options = dict(zip(words[::2], words[1::2], strict=True))
        del options["--format"]
        parameters = {flag[2:].replace("-", "_"): value for flag, value in options.items()}
        found.append(
            (name, parameters, json.loads((example / "expected" / each["file"]).read_text()))
        )
    return found

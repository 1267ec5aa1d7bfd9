"""`jianbao refresh`: bring the published facts up to the records, once or for as long as asked."""

import logging
import os
import sys
import threading
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from service.cli import database
from service.cli.output import Command
from service.cli.stopping import Stop
from service.extensions import db
from service.models import Branch
from service.operations.refresh_facts import refresh_dirty
from service.wording import translated as _

SECONDS_BETWEEN = 1.5
SECONDS_WITHOUT_DATABASE = 5.0

log = logging.getLogger(__name__)


def commands() -> list[click.Command]:
    """Return the command, with help in the language in force."""
    return [
        Command(
            "refresh",
            help=_("Work out again the figures that changed records have made old."),
            params=[
                click.Option(
                    ["--watch"],
                    is_flag=True,
                    help=_("Go on until standard input ends or the process is told to stop"),
                )
            ],
            callback=with_appcontext(run),
        )
    ]


def run(watch: bool) -> None:
    """Refresh once, or again and again until told to stop."""
    if watch:
        _refresh_until(_told_to_stop())
        return
    with database.answering():
        # Nothing is old where nothing was ever imported.
        if inspect(db.engine).has_table(Branch.__tablename__):
            _refresh()


def _refresh() -> int:
    facts = current_app.extensions["jianbao"].facts
    return refresh_dirty(db.engine, facts, datetime.now(UTC))


def _refresh_until(stop: Stop) -> None:
    """An unavailable database is waited for; any other error ends the process, which is restarted.

    A step that is interrupted publishes nothing and is simply done again.
    """
    pause = SECONDS_BETWEEN
    while not stop.wait(pause):
        try:
            if _refresh():
                log.info("facts refreshed")
            pause = SECONDS_BETWEEN
        except OperationalError as error:
            log.warning("refresh: the database does not answer: %s", error.orig)
            pause = SECONDS_WITHOUT_DATABASE


def _told_to_stop() -> Stop:
    """Return what SIGTERM, SIGINT or the end of standard input tells to stop."""
    stop = Stop()
    threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    return stop


def _wait_for_parent(stop: Stop) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.tell()

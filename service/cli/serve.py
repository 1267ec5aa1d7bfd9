"""`jianbao serve`: web workers and one refresher, started, watched and stopped together."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from service.cli.output import Command
from service.cli.stopping import Stop
from service.config import PUBLIC_URL_SETTING, public_url_served_at
from service.extensions import db
from service.models import Branch
from service.operations.readmit_held import readmit_held
from service.queries.identities import anyone_has_a_login
from service.wording import translated as _

GRACE_SECONDS = 25
LONGEST_PAUSE = 60
LOOK_SECONDS = 0.2

log = logging.getLogger(__name__)


def commands() -> list[click.Command]:
    """Return the command, with help in the language in force."""
    return [
        Command(
            "serve",
            help=_("Serve the pages and the API, and keep the figures up to date."),
            params=[
                click.Option(
                    ["--host"],
                    default="127.0.0.1",
                    show_default=True,
                    help=_("Address to listen on"),
                ),
                click.Option(
                    ["--port"],
                    type=click.IntRange(1, 65535),
                    default=8000,
                    show_default=True,
                    help=_("Port to listen on"),
                ),
                click.Option(
                    ["--workers"],
                    type=click.IntRange(1, 64),
                    default=max(2, min(4, os.cpu_count() or 1)),
                    show_default=True,
                    help=_("Processes that answer requests"),
                ),
            ],
            callback=with_appcontext(run),
        )
    ]


def run(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT (exit 0) or until the web server ends by itself (exit 1)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not inspect(db.engine).has_table(Branch.__tablename__):
        flask_migrate.upgrade(directory=current_app.extensions["migrate"].directory)
    _readmit()
    if not anyone_has_a_login(db.engine):
        log.warning(
            _(
                "Nobody has a log-in yet: whoever reaches this address sees the figures. "
                "jianbao user add ends that."
            )
        )
    _settle_public_url(host, port)
    # The children open the database themselves.
    db.engine.dispose()
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:service.cli.gunicorn_settings"),
        *("--bind", address, "--workers", str(workers), "service.app:create_app()"),
    ]
    refresher = [sys.executable, "-m", "service", "refresh", "--watch"]
    sys.exit(supervise(web, refresher))


def _settle_public_url(host: str, port: int) -> None:
    """Let the children name the address that is served at, where no other is set; say which."""
    address = public_url_served_at(os.environ, host, port)
    os.environ[PUBLIC_URL_SETTING] = address
    log.info(
        _(
            "Links and labels name %(address)s; the setting %(setting)s changes that.",
            address=address,
            setting=PUBLIC_URL_SETTING,
        )
    )


def _readmit() -> None:
    """Admit what an older service had to hold and this one knows."""
    try:
        readmit_held(db.engine, datetime.now(UTC))
    except DBAPIError as error:
        # It is tried again at the next start; what is held stays held.
        log.warning("held events are not tried again: %s", error.orig)
    except Exception:
        # One event that nobody foresaw must not keep the service from starting.
        log.exception("held events are not tried again")


@dataclass
class Refresher:
    """The refresher, started again when it dies: at once at first, then ever more patiently."""

    command: Sequence[str]
    life: int
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = 0
    not_before: float = field(default=0)

    def look(self) -> None:
        """Start it when it does not run and its pause is over."""
        now = time.monotonic()
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            log.error("the refresher ended with status %s: starting it again", status)
            lasted = now - self.not_before
            self.pause = 1 if lasted > LONGEST_PAUSE else min(LONGEST_PAUSE, self.pause * 2 or 1)
            self.not_before = now + self.pause
            self.process = None
        if now >= self.not_before:
            self.not_before = now
            self.process = _start(self.command, self.life)


def supervise(web: Sequence[str], refresher: Sequence[str]) -> int:
    """Run both until told to stop or until the web server ends; return the exit status.

    Both read the end of a pipe as their standard input that only this process can write to: where
    this process is killed, the pipe ends and so do they.
    """
    stop = Stop()
    life, keep = os.pipe()
    server = _start(web, life)
    helper = Refresher(refresher, life)
    try:
        while not stop.wait(LOOK_SECONDS) and server.poll() is None:
            helper.look()
    finally:
        started = [server] if helper.process is None else [server, helper.process]
        _end(started)
        os.close(keep)
        os.close(life)
    return 0 if stop.is_told else 1


def _start(command: Sequence[str], life: int) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches only this process, which then stops both in order.
    return subprocess.Popen(command, stdin=life, start_new_session=True)


def _end(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    """Ask all to end, and kill those that have not after a while; a killed refresh is repeated."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
            continue
        process.kill()
        process.wait()

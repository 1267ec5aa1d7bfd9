"""`jianbao import` and `jianbao export`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Never, Self

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from service.cli import database
from service.cli.output import REFUSED_DATA, Command, Refusal, printable, refusal, speak_utf8
from service.domain.failures import Failure
from service.extensions import db
from service.feed.problems import FeedRefused
from service.feed.write import FeedExistsError
from service.operations.import_feed import Imported, import_feed, try_feed
from service.operations.readmit_held import readmit_held
from service.operations.refresh_facts import refresh_facts
from service.queries.export_feed import export_feed
from service.queries.names import branch_of
from service.wording import translated as _


def commands() -> list[click.Command]:
    """Return the commands, with help in the language in force."""
    return [
        Command(
            "import",
            help=_("Import the service feed FEED, a folder or a .zip: all of it or nothing."),
            params=[
                click.Argument(["feed"], metavar="FEED", type=click.Path(path_type=Path)),
                click.Option(["--dry-run"], is_flag=True, help=_("Check only, write nothing")),
            ],
            callback=with_appcontext(run_import),
        ),
        Command(
            "export",
            help=_("Write the branch's records to the new folder, or the new .zip, FEED."),
            params=[
                click.Argument(["feed"], metavar="FEED", type=click.Path(path_type=Path)),
                click.Option(
                    ["--branch"],
                    metavar="CODE",
                    help=_("The branch; needed where there are several"),
                ),
            ],
            callback=with_appcontext(run_export),
        ),
    ]


def run_import(feed: Path, dry_run: bool) -> None:
    """Import; exit 1 with every problem on a line, 2 where there is no such feed."""
    speak_utf8()
    if not feed.exists():
        raise Refusal(_("%(feed)s: there is no such file or folder", feed=str(feed)))
    config = current_app.extensions["jianbao"]
    with _one_line_for_faults(), _Bar() as bar:
        is_new = database.is_new()
        try:
            if is_new and dry_run:
                imported = try_feed(feed, config.data, bar)
            else:
                if is_new:
                    flask_migrate.upgrade(directory=current_app.extensions["migrate"].directory)
                imported = import_feed(
                    db.engine, feed, dry_run=dry_run, staging_folder=config.data, progress=bar
                )
        except FeedRefused as refused:
            bar.close()
            _list_problems(refused)
            raise SystemExit(REFUSED_DATA) from refused
    _summarize(imported)
    if imported.changed and not dry_run:
        _readmit(imported.branch_id)
        _publish(imported.branch_id)


def _readmit(branch_id: int) -> None:
    """Admit phones' events that were held for want of what the import has brought."""
    with _one_line_for_faults():
        admitted = readmit_held(db.engine, datetime.now(UTC), branch_id)
    if admitted:
        click.echo(_("held events admitted: %(count)s", count=admitted))


def _publish(branch_id: int) -> None:
    """Publish the figures of what is imported; where that fails, say that only they are missing.

    Whatever the reason, the records are committed and their months marked: the import has done
    what it was asked to, and the next refresh does the rest or shows the error whole.
    """
    facts = current_app.extensions["jianbao"].facts
    try:
        refresh_facts(db.engine, facts, branch_id, datetime.now(UTC))
    except Exception as error:
        reason = printable(str(error).partition("\n")[0]) or type(error).__name__
        message = _(
            "the records are imported, but the figures could not be worked out (%(reason)s): "
            "jianbao refresh does it, or the service by itself",
            reason=reason,
        )
        click.echo(f"jianbao: {message}", err=True)


def run_export(feed: Path, branch: str | None) -> None:
    """Export; exit 2 for an unknown branch, 1 where FEED cannot be written."""
    with _one_line_for_faults(), _Bar() as bar:
        try:
            code = branch_of(db.engine, branch).code
            export_feed(db.engine, code, feed, lambda total: bar("export", total))
        except Failure as failure:
            raise refusal(failure) from failure
        except FeedExistsError as error:
            raise Refusal(str(error), REFUSED_DATA) from error


@contextmanager
def _one_line_for_faults() -> Iterator[None]:
    """Say in one line what the machine or the database cannot do."""
    try:
        yield
    except OSError as error:
        raise Refusal(str(error), REFUSED_DATA) from error
    except DBAPIError as error:
        reason = printable(str(error.orig).partition("\n")[0])
        message = _("the database refuses, nothing is written: %(reason)s", reason=reason)
        raise Refusal(message, REFUSED_DATA) from error


def _list_problems(refused: FeedRefused) -> None:
    for line in refused.lines:
        click.echo(line, err=True)
    if refused.more:
        click.echo(_("… and %(more)s more problems", more=refused.more), err=True)


def _summarize(imported: Imported) -> None:
    for warning in imported.warnings:
        click.echo(warning, err=True)
    for name, counts in imported.counts.items():
        if counts.new or counts.updated or counts.unchanged:
            done = _(
                "%(new)s new, %(updated)s updated, %(unchanged)s unchanged",
                new=counts.new,
                updated=counts.updated,
                unchanged=counts.unchanged,
            )
            click.echo(f"{name}: {done}")


class _Bar:
    """A progress bar a phase, on a terminal only."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar off the terminal."""
        if self._bar is not None:
            self._bar.close()

    def __call__(self, phase: str, total: int) -> Callable[[int], None]:
        self.close()
        scale = phase == "read"
        words = {"read": _("read"), "write": _("write"), "export": _("export")}
        bar: tqdm[Never] = tqdm(
            desc=words[phase],
            total=total or None,
            unit="B" if scale else " " + _("rows"),
            unit_scale=True,
            disable=not sys.stderr.isatty(),
            leave=False,
        )
        self._bar = bar

        def advance(units: int) -> None:
            bar.update(units)

        return advance

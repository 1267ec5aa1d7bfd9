"""`jianbao import` and `jianbao export`."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import inspect
from tqdm import tqdm

from service.cli.output import REFUSED_DATA, Command, Refusal, speak_utf8
from service.extensions import db
from service.feed.problems import FeedRefused
from service.operations.import_feed import Imported, import_feed
from service.operations.refresh_facts import refresh_facts


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
        )
    ]


def run_import(feed: Path, dry_run: bool) -> None:
    """Import; exit 1 with every problem on a line, 2 where there is no such feed."""
    speak_utf8()
    if not feed.exists():
        raise Refusal(_("%(feed)s: there is no such file or folder", feed=str(feed)))
    _create_database()
    config = current_app.extensions["jianbao"]
    try:
        imported = import_feed(
            db.engine, feed, dry_run=dry_run, staging_folder=config.data, progress=_Bar()
        )
    except FeedRefused as refused:
        _list_problems(refused)
        raise SystemExit(REFUSED_DATA) from refused
    _summarize(imported)
    if imported.changed and not dry_run:
        refresh_facts(db.engine, config.facts, imported.branch_id, datetime.now(UTC))


def _create_database() -> None:
    if not inspect(db.engine).has_table("alembic_version"):
        flask_migrate.upgrade(directory=current_app.extensions["migrate"].directory)


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
            click.echo(
                f"{name}: {counts.new} new, {counts.updated} updated, {counts.unchanged} unchanged"
            )


class _Bar:
    """A progress bar a phase, on a terminal only."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def __call__(self, phase: str, total: int) -> Callable[[int], None]:
        if self._bar is not None:
            self._bar.close()
        scale = phase == "read"
        self._bar = tqdm(
            desc=phase,
            total=total or None,
            unit="B" if scale else " rows",
            unit_scale=True,
            disable=not sys.stderr.isatty(),
            leave=False,
        )
        bar = self._bar

        def advance(units: int) -> None:
            bar.update(units)

        return advance

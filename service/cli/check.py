"""`jianbao check`: are the published figures those that the records give?"""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from service.cli import database
from service.cli.output import Command, speak_utf8
from service.extensions import db
from service.models import Branch
from service.queries.check import Checked, check
from service.wording import translated as _

DIFFERENT = 1
MOST_LINES = 1000


def commands() -> list[click.Command]:
    """Return the command, with help in the language in force."""
    return [
        Command(
            "check",
            help=_(
                "Derive every figure again from the records and say what is published otherwise."
            ),
            callback=with_appcontext(run),
        )
    ]


def run() -> None:
    """Print every difference on a line; exit 1 where there is one."""
    speak_utf8()
    facts = current_app.extensions["jianbao"].facts
    with database.answering():
        known = inspect(db.engine).has_table(Branch.__tablename__)
        found = check(db.engine, facts) if known else Checked(0, (), (), (), ())
    for line in _lines(found)[:MOST_LINES]:
        click.echo(line)
    click.echo(
        _(
            "%(facts)d facts compared, %(differences)d differences",
            facts=found.compared,
            differences=len(found.differences),
        )
    )
    if not found.clean:
        raise SystemExit(DIFFERENT)


def _lines(found: Checked) -> list[str]:
    lines = [_("database: %(problem)s", problem=problem) for problem in found.broken]
    lines += [_("%(file)s: the file is gone", file=str(path)) for path in found.lost]
    lines += [
        _("%(month)s: not compared, waits to be derived again", month=month)
        for month in found.waiting
    ]
    for each in found.differences:
        lines.append(
            _(
                "%(branch)s %(month)s: point %(point)s, title %(title)s, issue %(issue)s"
                " (%(scans)s scans): %(published)d facts published that the records do not give,"
                " %(derived)d missing",
                branch=each.branch,
                month=each.month,
                point=each.point,
                title=each.title,
                issue=each.issue.isoformat(),
                scans=each.scans,
                published=each.published,
                derived=each.derived,
            )
        )
    return lines

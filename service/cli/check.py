"""`jianbao check`: are the published figures those that the records give?"""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from service.cli import database
from service.cli.output import Command, speak_utf8
from service.extensions import db
from service.models import Branch
from service.queries import chain
from service.queries.chain import BrokenLink, Unsent
from service.queries.check import Checked, check
from service.wording import NOTHING
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
            differences=len(found.differences) + len(found.links),
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
    lines += [_unsent(each) for each in found.unsent]
    lines += [_link(each) for each in found.links]
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


def _unsent(each: Unsent) -> str:
    numbers = ", ".join(
        f"{first}–{last}" if last > first else f"{first}" for first, last in each.numbers
    )
    return _(
        "%(branch)s: phone %(phone)s has given out numbers that have not come: %(numbers)s",
        branch=each.branch,
        phone=each.installation,
        numbers=numbers,
    )


def _link(each: BrokenLink) -> str:
    said = {
        chain.NO_EVENT: _("the event was here and is gone"),
        chain.NO_NUMBER: _("the event is here, but the phone's account does not have it"),
        chain.NO_RECORD: _("it counts, but its record is not there"),
        chain.OTHER_ITEMS: _("its scan has other items"),
        chain.NOT_TO_COUNT: _("it is held or set aside, but has a record"),
        chain.NO_DECISION: _("what was decided about it is gone"),
    }
    return _(
        "%(branch)s: phone %(phone)s, event %(number)s %(event)s: %(problem)s",
        branch=each.branch,
        phone=each.installation,
        number=NOTHING if each.number is None else each.number,
        event=each.event or NOTHING,
        problem=said[each.problem],
    )

"""`jianbao rates`, `rounds` and `marks`: one question each, printed as a table, JSON or CSV."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from service.cli import csv_text, database, tables
from service.cli.output import Command, refusal, speak_utf8
from service.domain.failures import Failure
from service.extensions import db
from service.models import Branch
from service.operations.refresh_facts import refresh_dirty
from service.queries.answers import RateGroup, RoundGroup, ScanMarks
from service.queries.ask import Answer, ask
from service.queries.questions import (
    RATE_GROUPINGS,
    ROUND_GROUPINGS,
    SCANS,
    MarksQuestionSchema,
    QuestionSchema,
    RatesQuestionSchema,
    RoundsQuestionSchema,
    load,
)
from service.wording import translated as _

FORMATS: Final = ("table", "json", "csv")
Table = Callable[[Answer[Any]], str]


def commands() -> list[click.Command]:
    """Return the three commands, with help in the language in force."""
    return [
        _command(
            "rates",
            _("Late, bundled, stale and effective rates, with their causes."),
            [
                _option(
                    "by", _("What to group by: %(choices)s", choices=", ".join(RATE_GROUPINGS))
                ),
                *_period(),
                _option("title", _("Only the title with this code")),
                _option("town", _("Only the town with this code")),
                _option("route", _("Only the route with this code")),
                _option("scans", _("Which scans exist: %(choices)s", choices=", ".join(SCANS))),
            ],
            _asks(RatesQuestionSchema, RateGroup, tables.rates),
        ),
        _command(
            "rounds",
            _("Planned visits made and planned rounds complete."),
            [
                _option(
                    "by", _("What to group by: %(choices)s", choices=", ".join(ROUND_GROUPINGS))
                ),
                *_period(),
            ],
            _asks(RoundsQuestionSchema, RoundGroup, tables.rounds),
        ),
        _command(
            "marks",
            _("Doubtful scans and why they are doubtful."),
            _period(),
            _asks(MarksQuestionSchema, ScanMarks, tables.marks),
        ),
    ]


def _command(
    name: str, help_text: str, options: list[click.Option], run: Callable[..., None]
) -> click.Command:
    chosen = click.Option(
        ["--format", "form"],
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help=_("How to print the answer"),
    )
    return Command(name, help=help_text, params=[*options, chosen], callback=with_appcontext(run))


def _option(name: str, help_text: str, metavar: str = "CODE") -> click.Option:
    metavar = {"by": "GROUPING", "scans": "SCANS"}.get(name, metavar)
    return click.Option([f"--{name.replace('_', '-')}", name], help=help_text, metavar=metavar)


def _period() -> list[click.Option]:
    return [
        _option("since", _("First date of the period (30 days before the last)"), "DATE"),
        _option("until", _("Last date of the period (the local date of --as-of)"), "DATE"),
        _option("as_of", _("What was known at this instant, with its offset (now)"), "INSTANT"),
        _option("branch", _("The branch; needed where there are several")),
    ]


def _asks(schema: type[QuestionSchema], row: type[Any], table: Table) -> Callable[..., None]:
    def run(form: str, **options: str | None) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        facts, now = current_app.extensions["jianbao"].facts, datetime.now(UTC)
        try:
            question = load(schema, given)
            with database.answering():
                if inspect(db.engine).has_table(Branch.__tablename__):
                    # What an import that was interrupted after its commit has left to do.
                    refresh_dirty(db.engine, facts, now)
                answer: Answer[Any] = ask(db.engine, facts, question, now)
        except Failure as failure:
            raise refusal(failure) from failure
        speak_utf8()
        click.echo(_printed(form, answer, row, table), nl=False)

    return run


def _printed(form: str, answer: Answer[Any], row: type[Any], table: Table) -> str:
    if form == "json":
        return json.dumps(answer.rows, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        return csv_text.printed(row, answer.rows)
    return table(answer) + "\n"

"""`jianbao demo`: a made-up district, as a feed to import."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from marshmallow import ValidationError

from service.cli.output import REFUSED_DATA, Command, Refusal, refusal, speak_utf8
from service.demo.district import write_demo
from service.domain.failures import WrongQuestion
from service.queries.fields import LocalDate, faults
from service.wording import translated as _


def commands() -> list[click.Command]:
    """Return the command, with help in the language in force."""
    return [
        Command(
            "demo",
            help=_("Write a made-up district into the folder OUT, a feed to import."),
            params=[
                click.Argument(["out"], metavar="OUT", type=click.Path(path_type=Path)),
                click.Option(
                    ["--seed"],
                    type=click.IntRange(min=0),
                    default=1,
                    show_default=True,
                    help=_("The same seed makes the same district"),
                ),
                click.Option(
                    ["--until"], required=True, metavar="DATE", help=_("Last day of its records")
                ),
            ],
            callback=with_appcontext(run),
        )
    ]


def run(out: Path, seed: int, until: str) -> None:
    """Write the feed; exit 2 for a date that is none, 1 where OUT cannot be written."""
    try:
        day = LocalDate().deserialize(until)
    except ValidationError as error:
        failure = WrongQuestion(faults({"until": error.messages}))
        raise refusal(failure) from error
    try:
        write_demo(out, seed=seed, until=day)
    except OSError as error:
        raise Refusal(str(error), REFUSED_DATA) from error
    speak_utf8()
    click.echo(out)

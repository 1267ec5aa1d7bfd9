"""The command `jianbao`."""

import os
import sys

import click
from flask.cli import FlaskGroup

from service.app import create_app
from service.cli.output import Refusal
from service.config import Config, WrongSettingError
from service.wording import LOCALES, locale_of_environment


class Commands(FlaskGroup):
    """All commands; one that does not exist is told in one line."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise Refusal(error.format_message()) from error


def main() -> None:
    """Run the command line; exit status 2 for settings that it cannot start with."""
    try:
        Config.from_environment(os.environ)
    except WrongSettingError as error:
        language = "zh" if locale_of_environment() == LOCALES["zh"] else "en"
        print(f"jianbao: {error.text(language)}", file=sys.stderr)
        sys.exit(2)
    Commands(name="jianbao", create_app=create_app)()


if __name__ == "__main__":
    main()

"""The command `jianbao`."""

import os
import sys

from flask.cli import FlaskGroup

from service.app import create_app
from service.config import Config, WrongSettingError
from service.wording import LOCALES, locale_of_environment


def main() -> None:
    """Run the command line; exit status 2 for settings that it cannot start with."""
    try:
        Config.from_environment(os.environ)
    except WrongSettingError as error:
        language = "zh" if locale_of_environment() == LOCALES["zh"] else "en"
        print(f"jianbao: {error.text(language)}", file=sys.stderr)
        sys.exit(2)
    FlaskGroup(name="jianbao", create_app=create_app)()


if __name__ == "__main__":
    main()

"""The command `jianbao`."""

from flask.cli import FlaskGroup

from service.app import create_app


def main() -> None:
    """Run the command line."""
    FlaskGroup(name="jianbao", create_app=create_app)()


if __name__ == "__main__":
    main()

"""`jianbao user` and `jianbao token`: log-ins of people, bearer tokens of their scripts."""

import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from service.cli.output import Command, Refusal, aligned, refusal, speak_utf8, unavailable
from service.domain.failures import Failure
from service.domain.roles import PEOPLE, Role
from service.extensions import db
from service.operations.people.keep_tokens import issue_token, revoke_token
from service.operations.people.keep_users import (
    NewUser,
    add_user,
    disable_user,
    enable_user,
    set_password,
)
from service.queries.keeping import accounts
from service.queries.names import branch_of
from service.wording import translated as _

GENERATED_BYTES = 12


def commands() -> list[click.Command]:
    """Return the commands, with help in the language in force."""
    user = click.Group("user", help=_("Log-ins of people: add, list, change, disable."))
    login = click.Argument(["login"], metavar="LOGIN")
    from_stdin = click.Option(
        ["--password-stdin", "from_stdin"],
        is_flag=True,
        help=_("Read the password from standard input; without it one is asked for or made up"),
    )
    roles = click.Choice(sorted(role.value for role in PEOPLE))
    adding: list[click.Parameter] = [
        login,
        click.Option(["--role"], type=roles, required=True, help=_("What the person may do")),
        click.Option(["--name"], required=True, help=_("The person's name")),
        click.Option(["--branch"], metavar="CODE", help=_("The branch, where there are several")),
        click.Option(["--office"], metavar="CODE", help=_("A postmaster's own office")),
        from_stdin,
    ]
    user.add_command(_command("add", _("Give a person a log-in."), adding, _add))
    user.add_command(_command("list", _("Print all log-ins."), [], _list))
    user.add_command(
        _command(
            "password", _("Change a password; all sessions end."), [login, from_stdin], _password
        )
    )
    user.add_command(_command("disable", _("Keep a person out from now on."), [login], _disable))
    user.add_command(_command("enable", _("Let a disabled person in again."), [login], _enable))
    return [user, _command("token", _("Bearer tokens for scripts."), _token_options(), _token)]


def _token_options() -> list[click.Parameter]:
    days = click.IntRange(1, 3650)
    return [
        click.Argument(["login"], metavar="LOGIN", required=False),
        click.Option(["--name"], help=_("What the token is for")),
        click.Option(["--days"], type=days, help=_("For how many days (until it is revoked)")),
        click.Option(["--list", "listing"], is_flag=True, help=_("Print the tokens given out")),
        click.Option(["--revoke"], type=int, metavar="NUMBER", help=_("Take a token back")),
    ]


def _command(
    name: str, help_text: str, params: list[click.Parameter], run: Callable[..., None]
) -> click.Command:
    @wraps(run)
    def told(**options: Any) -> None:
        speak_utf8()
        try:
            run(**options)
        except Failure as failure:
            raise refusal(failure) from failure
        except OperationalError as error:
            raise unavailable(error) from error

    return Command(name, help=help_text, params=params, callback=with_appcontext(told))


def _add(
    login: str, role: str, name: str, branch: str | None, office: str | None, from_stdin: bool
) -> None:
    code = branch_of(db.engine, branch).code
    password, generated = _new_password(from_stdin)
    add_user(db.engine, NewUser(login, name, Role(role), code, office), password, datetime.now(UTC))
    _say_password(password, generated)


def _list() -> None:
    rows = [
        [
            each.login,
            each.name,
            each.role,
            each.branch,
            each.office or "–",
            _("disabled") if each.disabled else "",
        ]
        for each in accounts.accounts(db.engine)
    ]
    headings = [_("log-in"), _("name"), _("role"), _("branch"), _("office"), _("state")]
    click.echo(aligned(headings, rows, len(headings)))


def _password(login: str, from_stdin: bool) -> None:
    password, generated = _new_password(from_stdin)
    set_password(db.engine, login, password, datetime.now(UTC))
    _say_password(password, generated)


def _disable(login: str) -> None:
    disable_user(db.engine, login, datetime.now(UTC))


def _enable(login: str) -> None:
    enable_user(db.engine, login, datetime.now(UTC))


def _token(
    login: str | None, name: str | None, days: int | None, listing: bool, revoke: int | None
) -> None:
    _refuse_beside_another(
        {
            "--list": listing,
            "--revoke": revoke is not None,
            "--name": name is not None,
            "--days": days is not None,
        }
    )
    if listing:
        _list_tokens(login)
    elif revoke is not None:
        revoke_token(db.engine, revoke, datetime.now(UTC), login=login)
    elif login is None or name is None:
        raise Refusal(_("give a LOGIN and --name, or --list, or --revoke NUMBER"))
    else:
        lasts = None if days is None else timedelta(days=days)
        click.echo(issue_token(db.engine, login, name, lasts, datetime.now(UTC)))


def _refuse_beside_another(options: dict[str, bool]) -> None:
    """Refuse --list or --revoke beside another option that is given."""
    given = [option for option, is_given in options.items() if is_given]
    if len(given) > 1 and given[0] in ("--list", "--revoke"):
        raise Refusal(_("%(option)s does not go with %(other)s", option=given[0], other=given[1]))


def _list_tokens(login: str | None) -> None:
    def shown(instant: datetime | None) -> str:
        return "–" if instant is None else instant.isoformat(timespec="minutes")

    rows = [
        [
            str(each.number),
            each.login,
            each.name,
            shown(each.created_at),
            shown(each.expires_at),
            shown(each.revoked_at),
        ]
        for each in accounts.tokens(db.engine, login)
    ]
    headings = [_("number"), _("log-in"), _("name"), _("made"), _("ends"), _("revoked")]
    click.echo(aligned(headings, rows, len(headings)))


def _new_password(from_stdin: bool) -> tuple[str, bool]:
    """The password to set, and whether it was made up: read, asked for, or made up."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        typed = click.prompt(
            _("Password (empty: make one up)"), hide_input=True, default="", show_default=False
        )
        if typed:
            return str(typed), False
    return secrets.token_urlsafe(GENERATED_BYTES), True


def _say_password(password: str, generated: bool) -> None:
    """Print a password that was made up: the only time that it is shown."""
    if generated:
        click.echo(_("password: %(password)s", password=password))

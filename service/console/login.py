"""Log in, log out, change one's own password."""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import flask_login
from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from service import limits
from service.access import (
    LoggedIn,
    Person,
    allow,
    current_person,
    person_with_key,
    public,
    visitor,
)
from service.console.keeping.place import say
from service.domain.failures import WrongQuestion
from service.domain.problems import FORM_EXPIRED, Fault
from service.domain.roles import PEOPLE
from service.extensions import db
from service.operations.people.keep_users import set_password
from service.operations.people.log_in import is_password_of, log_in, log_out
from service.wording import language
from service.wording import translated as _

Answer = str | tuple[str, int] | Response

WINDOW: Final = timedelta(minutes=5)
# A whole office may stand behind one address; one login from one address, or from many, less often.
OF_ADDRESS: Final = 30
OF_LOGIN_AND_ADDRESS: Final = 10
OF_LOGIN: Final = 100

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def login_page() -> Answer:
    """Show the form; who is logged in already goes where the link led."""
    if visitor() is not None:
        return redirect(_next(), 303)
    return _form("", FORM_EXPIRED.title.in_language(language()) if "stale" in request.args else "")


@blueprint.post("/login")
@public
def log_in_here() -> Answer:
    """Begin a session and go on to the page that was asked for."""
    login, password = request.form.get("login", "")[:200], request.form.get("password", "")[:1000]
    whose = limits.address()
    limits.count("log-in", OF_ADDRESS, WINDOW, whose)
    limits.count("log-in of", OF_LOGIN_AND_ADDRESS, WINDOW, f"{whose} {login.strip().lower()}")
    limits.count("log-in of anywhere", OF_LOGIN, WINDOW, login.strip().lower())
    key = log_in(db.engine, login, password, datetime.now(UTC))
    person = None if key is None else person_with_key(key)
    if key is None or person is None:
        return _form(login, _("The log-in or the password is wrong.")), 422
    _end_session()
    flask_login.login_user(LoggedIn(person, key))
    session.permanent = True
    return redirect(_next(), 303)


@blueprint.post("/logout")
@public
def log_out_here() -> Response:
    """End the session, here and for every copy of its cookie."""
    _end_session()
    return redirect(url_for("login.login_page"), 303)


@blueprint.get("/password")
@allow(*PEOPLE)
def password_page() -> Answer:
    """Show the form to change one's password."""
    return render_template("console/password.html", faults={})


@blueprint.post("/password")
@allow(*PEOPLE)
def change_password() -> Answer:
    """Change one's password; all sessions end, and a new one begins here."""
    person, now = current_person(), datetime.now(UTC)
    old, new = request.form.get("old", "")[:1000], request.form.get("new", "")[:1000]
    limits.count("log-in of", OF_LOGIN_AND_ADDRESS, WINDOW, f"{limits.address()} {person.login}")
    faults: dict[str, str] = {}
    if new != request.form.get("again", ""):
        faults["again"] = _("is not the same as the new password")
    elif not is_password_of(db.engine, person.login, old):
        faults["old"] = _("is wrong")
    else:
        faults = _set(person, new, now)
    if faults:
        return render_template("console/password.html", faults=faults), 422
    key = log_in(db.engine, person.login, new, datetime.now(UTC))
    session.clear()
    if key is not None:
        flask_login.login_user(LoggedIn(person, key))
        session.permanent = True
        say(_("The password is changed. You are logged out everywhere else."))
    return redirect(url_for("console.first_page"), 303)


def _set(person: Person, password: str, now: datetime) -> dict[str, str]:
    try:
        set_password(db.engine, person.login, password, now, user_id=person.user_id)
    except WrongQuestion as error:
        fault: Fault = error.faults["password"]
        return {"new": fault.text(language())}
    return {}


def _form(login: str, complaint: str = "") -> str:
    return render_template(
        "console/login.html", login=login, complaint=complaint, next=_next(), branch=None
    )


def leave_stale_form() -> Response:
    """Lead to the log-in page and do nothing: another tab has logged in or out since.

    The log-in page leads on who is logged in.
    """
    if request.endpoint == "login.log_out_here":
        return redirect(url_for("login.login_page"), 303)
    return redirect(url_for("login.login_page", next=_next(), stale=1), 303)


def _end_session() -> None:
    """Delete the session's row and all that its cookie says, its form token included."""
    user = flask_login.current_user
    if user.is_authenticated:
        log_out(db.engine, user.key, datetime.now(UTC))
    flask_login.logout_user()
    session.clear()


def _next() -> str:
    """The page of ours to go on to, the first page where none was asked for."""
    return ours(request.values.get("next", "")) or url_for("console.first_page")


def ours(address: str) -> str | None:
    """Return the address where it is a path of this service, else None.

    Browsers read a backslash as a slash and leave out tabs and line breaks: `/\\t/elsewhere` and
    `/\\\\elsewhere` would lead away.
    """
    if not address.startswith("/") or address.startswith("//") or len(address) > 2000:
        return None
    if "\\" in address or any(mark <= " " or mark == "\x7f" for mark in address):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None

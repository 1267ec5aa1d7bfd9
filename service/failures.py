"""Every error as an answer: problem details under /api, a page in the reader's language elsewhere.

Ours, the framework's and the database's errors all become one of the catalogue's.
"""

import errno
import logging
from collections.abc import Mapping

from flask import Flask, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.api.problem_json import problem_response
from service.console.error_page import error_page
from service.console.login import leave_stale_form
from service.domain.failures import Failure
from service.domain.problems import (
    FORM_EXPIRED,
    LOGIN_NEEDED,
    UNAVAILABLE,
    Fault,
    Problem,
    of_status,
)
from service.wording import language

RETRY_SECONDS = "5"
UNAUTHORIZED = 401
API = "/api/"
LEADS_TO_THE_LOGIN = ("login.log_in_here", "login.log_out_here")

log = logging.getLogger(__name__)


def handle(app: Flask) -> None:
    """Answer every error of the app in one shape."""
    app.register_error_handler(Failure, ours)
    app.register_error_handler(HTTPException, the_frameworks)
    app.register_error_handler(DBAPIError, the_databases)
    app.register_error_handler(PoolTimeout, the_databases)
    app.register_error_handler(OSError, the_disks)


def ours(error: Failure) -> AnyResponse:
    """Answer an error of the catalogue; on pages, who has to log in first is led there."""
    if error.problem is LOGIN_NEEDED and not request.path.startswith(API):
        # What was sent with a form is lost with the session: then to the first page.
        asked = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("login.login_page", next=asked), 303)
    status = error.problem.status
    headers = [("WWW-Authenticate", "Bearer")] if status == UNAUTHORIZED else []
    return _answer(error.problem, status, error.detail(language()), error.faults, headers)


def the_frameworks(error: HTTPException) -> AnyResponse:
    """Answer an error of Flask or Werkzeug; redirections pass as they are."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    if isinstance(error, CSRFError) and request.endpoint in LEADS_TO_THE_LOGIN:
        return leave_stale_form()
    problem = FORM_EXPIRED if isinstance(error, CSRFError) else of_status(status)
    headers = [
        (name, value)
        for name, value in error.get_headers()
        if name.lower() not in ("content-type", "content-length")
    ]
    detail = problem.title.in_language(language())
    return _answer(problem, status, detail, {}, headers)


def the_databases(error: Exception) -> Response:
    """Answer that the database is away or locked; any other error of it is a fault of ours."""
    if isinstance(error, DBAPIError) and not _passes(error):
        raise error
    log.warning("the database does not answer: %s", getattr(error, "orig", None) or error)
    detail = UNAVAILABLE.title.in_language(language())
    return _answer(UNAVAILABLE, 503, detail, {}, [("Retry-After", RETRY_SECONDS)])


def the_disks(error: OSError) -> Response:
    """Answer that the disk is full or takes nothing; any other error of it is a fault of ours."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        raise error
    log.warning("the disk takes nothing: %s", error.strerror)
    detail = UNAVAILABLE.title.in_language(language())
    return _answer(UNAVAILABLE, 503, detail, {}, [("Retry-After", RETRY_SECONDS)])


def _passes(error: DBAPIError) -> bool:
    """Tell whether trying again may help: no connection, locked, full or read-only."""
    return error.connection_invalidated or type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
    )


def _answer(
    problem: Problem,
    status: int,
    detail: str,
    faults: Mapping[str, Fault],
    headers: list[tuple[str, str]] | None = None,
) -> Response:
    if request.path.startswith(API):
        return problem_response(problem, status, detail, faults, headers or [])
    return error_page(problem, status, detail, headers or [])

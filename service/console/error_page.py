"""An error as a page, in the reader's language."""

from collections.abc import Iterable

from flask import Response, make_response, render_template

from service.domain.problems import Problem
from service.wording import language


def error_page(
    problem: Problem, status: int, detail: str, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """Return the page of an error. It needs no database."""
    words = language()
    page = render_template(
        "console/error.html",
        title=problem.title.in_language(words),
        detail=detail,
        hint=problem.hint.in_language(words),
        status=status,
    )
    response = make_response(page, status)
    for name, value in headers:
        response.headers[name] = value
    return response

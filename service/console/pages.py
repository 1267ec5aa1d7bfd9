"""The first page: rates by town with their causes, the worst points, the rounds kept."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request, session
from flask_babel import format_date, format_datetime

from service.access import figures as shows_figures
from service.access import scope, visitor
from service.console import filters as choosing
from service.console.addresses import in_language, section
from service.console.filters import Filters, shortcuts
from service.console.keeping.place import SAID
from service.console.measures import ORDER, scale
from service.console.menu import menu
from service.console.overview import Overview, overview
from service.domain import problems
from service.domain.failures import UnknownCode
from service.domain.problems import fault
from service.extensions import db
from service.queries import figures, names
from service.queries.names import BranchName
from service.queries.questions import RatesQuestion
from service.wording import cause_meaning, cause_word, language, percent_whole

blueprint = Blueprint(
    "console",
    __name__,
    static_folder="static",
    static_url_path="/static",
    template_folder="templates",
)


@blueprint.app_context_processor
def for_every_page() -> dict[str, Any]:
    """What templates may use: the language in force, links to the others, who is logged in."""
    return {
        "language": language(),
        "in_language": in_language,
        "section": section,
        "cause_word": cause_word,
        "cause_meaning": cause_meaning,
        "causes": ORDER,
        "percent_whole": percent_whole,
        "format_date": format_date,
        "person": visitor,
        "menu": menu,
    }


@blueprint.get("/")
@shows_figures
def first_page() -> Response:
    """Show the period that was chosen, at first the last one with records."""
    now = datetime.now(UTC)
    known = names.branches(db.engine, scope().branch_ids)
    chosen = choosing.read(request.args)
    if not known:
        return _page("console/empty.html", branch=None, filters=chosen, today=now.date())
    branch = _branch(known, chosen)
    last = figures.last_period(db.engine, branch.code, now)
    if last is None:
        return _page(
            "console/empty.html",
            branch=branch,
            branches=known,
            filters=chosen,
            today=now.date(),
        )
    period = chosen.settle(last)
    titles = names.titles(db.engine, branch.code)
    return _page(
        "console/overview.html",
        branch=branch,
        branches=known,
        filters=chosen,
        titles=titles,
        shortcuts=shortcuts(last[1], period),
        link=_link(chosen, branch),
        as_of=format_datetime(now.astimezone(branch.zone), "yyyy-MM-dd HH:mm", rebase=False),
        scale=scale,
        **_figures(chosen, branch, now),
    )


def _branch(known: list[BranchName], chosen: Filters) -> BranchName:
    """The branch asked for; the first where none is, or none of that code."""
    for branch in known:
        if branch.code == chosen.branch:
            return branch
    if chosen.branch is not None:
        chosen.complain("branch", fault(problems.NO_SUCH_CODE, value=chosen.branch))
    return known[0]


def _figures(chosen: Filters, branch: BranchName, now: datetime) -> dict[str, Overview]:
    question = RatesQuestion(
        "all", chosen.since, chosen.until, now, title=chosen.title, branch=branch.code
    )
    facts = current_app.extensions["jianbao"].facts
    try:
        return {"overview": overview(db.engine, facts, question, chosen.rank, branch, now)}
    except UnknownCode as error:
        for name, wrong in error.faults.items():
            chosen.complain(name, wrong)
        return _figures(chosen, branch, now)


def _link(chosen: Filters, branch: BranchName) -> Any:
    """Return a function that gives the address of this page with some choices changed."""

    def link(**changes: Any) -> str:
        values = {
            "branch": chosen.branch and branch.code,
            "since": chosen.since,
            "until": chosen.until,
            "title": chosen.title,
            "rank": None if chosen.rank == "late" else chosen.rank,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value is not None})

    return link


def _page(template: str, *, filters: Filters, **values: Any) -> Response:
    response = make_response(
        render_template(template, filters=filters, said=session.pop(SAID, None), **values),
        422 if filters.faults else 200,
    )
    # What someone sees who is logged in is kept nowhere: service.access.
    if visitor() is None:
        response.cache_control.no_cache = True
        response.cache_control.private = True
    return response

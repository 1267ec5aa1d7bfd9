"""Where a page of this folder is: the branch it is about, its menu, the moment it is shown at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, session
from flask_babel import format_datetime
from werkzeug.wrappers import Response

from service.access import current_person
from service.domain.roles import may_keep
from service.extensions import db
from service.queries import names
from service.queries.identities import Scope
from service.queries.names import BranchName
from service.wording import translated as _

blueprint = Blueprint("keeping", __name__)

SAID = "said"
LONGEST_NUMBER = 18


class Place:
    """The branch that a request is about, the person who asks and the moment."""

    def __init__(self) -> None:
        self.person = current_person()
        self.scope: Scope = self.person.scope
        self.branches = names.branches(db.engine, self.scope.branch_ids)
        self.branch = self._chosen(request.values.get("branch"))
        self.now = datetime.now(UTC)

    def _chosen(self, code: str | None) -> BranchName:
        """The branch asked for, by default the person's own; 404 for any other."""
        for branch in self.branches:
            if branch.code == code or (code is None and branch.id == self.person.branch_id):
                return branch
        abort(404)

    def when(self, instant: datetime | None) -> str:
        """Return an instant as the branch's clocks show it; a dash for none."""
        if instant is None:
            return "–"
        local = instant.astimezone(self.branch.zone)
        return str(format_datetime(local, "yyyy-MM-dd HH:mm", rebase=False))

    def asked(self) -> dict[str, Any]:
        """Return what a link has to say about the branch: nothing where there is only one."""
        return {"branch": self.branch.code} if len(self.branches) > 1 else {}


def page(place: Place, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page about the place."""
    text = render_template(
        f"console/keeping/{template}",
        place=place,
        branch=place.branch,
        may_keep=may_keep(place.person.role),
        said=session.pop(SAID, None),
        **values,
    )
    response = make_response(text, status)
    response.cache_control.no_store = True
    response.cache_control.private = True
    return response


def say(text: str) -> None:
    """Show the text at the top of the page that comes next."""
    session[SAID] = text


def apart(text: str) -> str:
    """Return the text so that, read from right to left, it turns nothing around beside it.

    In a template a <bdi> does that; this is for what is said in a sentence of plain text.
    """
    return f"\u2068{text}\u2069"


def numbers(given: Sequence[str], most: int) -> list[int]:
    """Return the rows' numbers that a form gives, each once; 400 for anything else or too many."""
    found = [number(each) for each in given]
    if len(given) > most or None in found:
        abort(400)
    return list(dict.fromkeys(each for each in found if each is not None))


def number(text: str) -> int | None:
    """Return the number of a row; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None


def reason() -> str | None:
    """Return the reason that a form gives, None for an empty one; at most 200 characters."""
    return request.form.get("reason", "").strip()[:200] or None


def nothing_chosen() -> None:
    """Say that nothing was ticked."""
    say(_("Nothing was chosen."))

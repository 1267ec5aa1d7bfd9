"""Held events: why each does not count, and what a person decides about it."""

from typing import Final

from flask import request
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, blueprint, page
from service.domain import held as codes
from service.domain.roles import PEOPLE
from service.extensions import db
from service.queries.keeping import held, labels
from service.wording import language
from service.wording import translated as _

# A person says which point was meant.
WANTS_A_POINT: Final = frozenset({codes.UNKNOWN_LABEL, codes.UNKNOWN_POINT})
# What a person can admit; of the others a rule does when it can, a person can set them aside.
ADMITTED_BY_HAND: Final = WANTS_A_POINT | {codes.ID_CONFLICT, codes.UNVERIFIED}
LONGEST_REASON: Final = 200


@blueprint.get("/held")
@allow(*PEOPLE)
def held_page() -> Response:
    """List the events that wait for a decision by why they are held, and the last decisions."""
    place = Place()
    return _page(place)


def _page(place: Place, wrong: dict[str, str] | None = None) -> Response:
    return page(
        place,
        "held.html",
        422 if wrong else 200,
        groups=held.waiting(db.engine, place.scope, place.branch.id),
        count=held.count_waiting(db.engine, place.scope, place.branch.id),
        decided=held.decided(db.engine, place.scope, place.branch.id),
        wants_a_point=WANTS_A_POINT,
        by_hand=ADMITTED_BY_HAND,
        points=labels.point_names(db.engine, place.scope, place.branch.id),
        ticked=set(request.form.getlist("event")),
        given=request.form,
        wrong=wrong or {},
        words=language(),
        kind=kind,
        heading=heading,
    )


def kind(name: str | None) -> str:
    """Return what kind of event it is, in words."""
    words = {
        "scan": _("scan"),
        "void": _("undone scan"),
        "attempt": _("could not deliver"),
        "arrival": _("arrival"),
        "round_started": _("round started"),
        "round_finished": _("round finished"),
    }
    return words.get(name or "", name or _("unknown kind"))


def heading(code: str) -> str:
    """Return why the events of a code are held, in a few words."""
    words = {
        codes.UNKNOWN_LABEL: _("Unknown label"),
        codes.UNKNOWN_POINT: _("Unknown point"),
        codes.UNKNOWN_TITLE: _("Unknown title"),
        codes.UNKNOWN_OFFICE: _("Unknown office"),
        codes.UNKNOWN_ROUTE: _("Unknown route"),
        codes.UNKNOWN_SCAN: _("Scan to undo not here yet"),
        codes.ID_CONFLICT: _("Same id, other content"),
        codes.NEWER_FORMAT: _("From a newer app"),
        codes.MALFORMED: _("Malformed"),
        codes.IMPOSSIBLE_TIME: _("Impossible time"),
        codes.UNVERIFIED: _("From a file with a wrong signature"),
    }
    return words.get(code, code)

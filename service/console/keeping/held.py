"""Held events: why each does not count, and what a person decides about it."""

from typing import Final

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, blueprint, nothing_chosen, numbers, page, say
from service.domain import held as codes
from service.domain.roles import KEEPERS, PEOPLE
from service.extensions import db
from service.operations.readmit_held import admit_held, set_aside
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


@blueprint.post("/held")
@allow(*KEEPERS)
def decide() -> Response:
    """Admit the events ticked, or set them aside with a reason."""
    place = Place()
    events = _chosen()
    undecided = held.those_in_scope(db.engine, place.scope, place.branch.id, events)
    if undecided is None:
        abort(404)
    if not events:
        nothing_chosen()
        return _back(place)
    match request.form.get("decision"):
        case "admit":
            return _admit(place, undecided)
        case "set_aside":
            return _set_aside(place, undecided)
        case "none":
            # The Enter key in a field, which must not decide what cannot be taken back.
            say_which = _("Nothing is decided yet: press one of the two buttons.")
            return _page(place, wrong={"decision": say_which})
        case _:
            abort(400)


def _chosen() -> list[int]:
    """The events ticked, or all that the page has listed where they are ticked as a whole.

    As the form names them: what has come since then, nobody has seen.
    """
    everything = request.form.get("all")
    given = request.form.getlist("event") if everything is None else everything.split(",")
    return numbers(given, held.MOST_WAITING)


def _admit(place: Place, events: list[int]) -> Response:
    code = request.form.get("point", "").strip()
    point = None
    if code:
        point = labels.point_id(db.engine, place.scope, place.branch.id, code)
        if point is None:
            return _page(place, wrong={"point": _("There is no point %(code)s.", code=code)})
    admitted = [
        event
        for event in events
        if admit_held(db.engine, event, place.person.user_id, place.now, point=point)
    ]
    if len(admitted) == len(events):
        say(_("%(admitted)s admitted.", admitted=len(admitted)))
    else:
        say(
            _(
                "%(admitted)s of %(all)s admitted; what is still held cannot be counted as it is.",
                admitted=len(admitted),
                all=len(events),
            )
        )
    return _back(place)


def _set_aside(place: Place, events: list[int]) -> Response:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        return _page(place, wrong={"reason": _("Give a reason, at most 200 characters.")})
    user = place.person.user_id
    done = [event for event in events if set_aside(db.engine, event, user, reason, place.now)]
    say(_("%(all)s set aside: kept, listed below, never counted.", all=len(done)))
    return _back(place)


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
        ticked=set(_chosen()),
        given=request.form,
        wrong=wrong or {},
        words=language(),
        kind=kind,
        heading=heading,
    )


def _back(place: Place) -> Response:
    return redirect(url_for("keeping.held_page", **place.asked()), 303)


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

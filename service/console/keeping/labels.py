"""Labels: which points have one; print, replace, retire."""

from collections.abc import Mapping

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, blueprint, nothing_chosen, page, say
from service.domain.failures import UnknownCode
from service.domain.roles import KEEPERS, PEOPLE
from service.extensions import db
from service.operations.labels import replace_label, retire_label
from service.operations.print_labels import print_labels
from service.queries.keeping import labels
from service.queries.keeping.labels import PointRow
from service.queries.labels import Chosen
from service.wording import translated as _

MOST_POINTS = 5000


@blueprint.get("/labels")
@allow(*PEOPLE)
def labels_page() -> Response:
    """List the points by route with the state of their labels."""
    place = Place()
    routes: dict[str, list[PointRow]] = {}
    for point in _points(place):
        routes.setdefault(point.route_code or "", []).append(point)
    return page(place, "labels.html", routes=routes)


@blueprint.post("/labels/sheet")
@allow(*KEEPERS)
def sheet() -> Response:
    """Return a PDF of labels: of the points ticked, of a route or of all; made where missing."""
    place = Place()
    chosen = _chosen(place)
    if chosen is None:
        nothing_chosen()
        return _back(place)
    address = current_app.extensions["jianbao"].public_url
    user = place.person.user_id
    made = print_labels(db.engine, place.branch.id, chosen, address, user, place.now)
    if made.pdf is None:
        say(_("There is nothing to print: no point chosen is without a label, or there is none."))
        return _back(place)
    response = Response(made.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="labels.pdf"'
    return response


@blueprint.get("/labels/change")
@allow(*KEEPERS)
def change_page() -> Response:
    """Ask what is to become of the label of one point."""
    place = Place()
    return page(place, "label_change.html", point=_one(place, request.args))


@blueprint.post("/labels/replacement")
@allow(*KEEPERS)
def replacement() -> Response:
    """Retire the label of one point and make a new one."""
    place = Place()
    point = _one(place, request.form)
    replace_label(db.engine, place.branch.id, point.code, place.person.user_id, place.now)
    if point.short_code:
        say(_("The label of %(point)s is replaced: print the new one.", point=point.code))
    else:
        say(_("%(point)s had no label; now it has one: print it.", point=point.code))
    return _back(place)


@blueprint.post("/labels/retirement")
@allow(*KEEPERS)
def retirement() -> Response:
    """Retire the label of one point."""
    place = Place()
    code = _one(place, request.form).code
    if retire_label(db.engine, place.branch.id, code, place.person.user_id, place.now):
        say(_("The label of %(point)s is retired.", point=code))
    else:
        say(_("%(point)s has no label in force.", point=code))
    return _back(place)


def _points(place: Place) -> list[PointRow]:
    day = place.now.astimezone(place.branch.zone).date()
    return labels.points(db.engine, place.scope, place.branch, day)


def _chosen(place: Place) -> Chosen | None:
    """What is to be printed; None where the form says nothing. UnknownCode."""
    what = request.form.get("what", "chosen")
    office = place.scope.office_id
    if what == "all":
        return Chosen(office_id=office, without_label="missing" in request.form)
    if what == "route":
        return Chosen(route=request.form.get("route", ""), office_id=office)
    codes = list(dict.fromkeys(request.form.getlist("point")))[:MOST_POINTS]
    known = {point.code for point in _points(place)}
    for code in codes:
        if code not in known:
            raise UnknownCode("point", code)
    return Chosen(points=codes) if codes else None


def _one(place: Place, given: Mapping[str, str]) -> PointRow:
    """The point that a request is about. UnknownCode where there is none, or not to be seen."""
    code = given.get("point", "")
    for point in _points(place):
        if point.code == code:
            return point
    raise UnknownCode("point", code)


def _back(place: Place) -> Response:
    return redirect(url_for("keeping.labels_page", **place.asked()), 303)

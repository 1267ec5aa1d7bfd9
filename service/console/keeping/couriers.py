"""Couriers by office with their phones, and the code that enrols another phone."""

from urllib.parse import quote

from flask import abort, current_app
from markupsafe import Markup
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, blueprint, page
from service.domain.roles import KEEPERS, PEOPLE
from service.extensions import db
from service.operations.enrol_phone import GOOD_FOR, new_enrolment
from service.printing import qr
from service.queries.keeping import couriers
from service.queries.keeping.couriers import CourierRow

GROUP = 5


@blueprint.get("/couriers")
@allow(*PEOPLE)
def couriers_page() -> Response:
    """List the couriers."""
    place = Place()
    offices = couriers.couriers(db.engine, place.scope, place.branch.id, place.now)
    return page(place, "couriers.html", offices=offices)


@blueprint.get("/couriers/<path:code>/enrolment")
@allow(*KEEPERS)
def enrolment_page(code: str) -> Response:
    """Offer to make a code: also where a page with one is reloaded or asked for in Chinese."""
    place = Place()
    return page(place, "enrolment.html", courier=_courier(place, code), code=None)


@blueprint.post("/couriers/<path:code>/enrolment")
@allow(*KEEPERS)
def enrolment(code: str) -> Response:
    """Make a code for one more phone of the courier, and show it this once."""
    place = Place()
    courier = _courier(place, code)
    secret = new_enrolment(db.engine, place.branch.id, courier.id, place.person.user_id, place.now)
    address = current_app.extensions["jianbao"].public_url
    link = f"{address}/app/#enrol={quote(secret)}"
    return page(
        place,
        "enrolment.html",
        courier=courier,
        link=link,
        # A picture of our own making: characters of a path and nothing else.
        picture=Markup(qr.svg(qr.modules(link))),  # noqa: S704
        code=" ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP)),
        expires=place.when(place.now + GOOD_FOR),
    )


def _courier(place: Place, code: str) -> CourierRow:
    """The branch's courier with the code, if he or she may be seen; else 404."""
    courier = couriers.courier(db.engine, place.scope, place.branch.id, code)
    if courier is None:
        abort(404)
    return courier

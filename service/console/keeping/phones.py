"""Phones: who is silent with events waiting, what is missing; revoking one."""

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, apart, blueprint, number, page, say
from service.domain.roles import KEEPERS, PEOPLE
from service.extensions import db
from service.operations.revoke_phone import revoke_phone
from service.queries.keeping import phones
from service.queries.keeping.phones import Phone
from service.wording import translated as _


@blueprint.get("/phones")
@allow(*PEOPLE)
def phones_page() -> Response:
    """List the phones, those that need attention first."""
    place = Place()
    found = phones.phones(db.engine, place.scope, place.branch.id, place.now)
    return page(place, "phones.html", phones=found)


@blueprint.get("/phones/<int:phone_id>/revocation")
@allow(*KEEPERS)
def revocation_page(phone_id: int) -> Response:
    """Ask whether the phone is to be revoked."""
    place = Place()
    return page(place, "revocation.html", phone=_phone(place, phone_id))


@blueprint.post("/phones/<int:phone_id>/revocation")
@allow(*KEEPERS)
def revoke(phone_id: int) -> Response:
    """Revoke the phone."""
    place = Place()
    phone = _phone(place, phone_id)
    name = apart(phone.courier_name)
    if revoke_phone(db.engine, phone_id, place.person.user_id, place.now):
        say(_("The phone of %(name)s is revoked.", name=name))
    else:
        say(_("The phone of %(name)s is already revoked.", name=name))
    return redirect(url_for("keeping.phones_page", **place.asked()), 303)


def _phone(place: Place, phone_id: int) -> Phone:
    """The phone of the row, if it is of this branch and may be seen; else 404."""
    found = None
    if number(str(phone_id)) is not None:
        found = phones.phone(db.engine, place.scope, phone_id, place.now)
    if found is None or found[0] != place.branch.id:
        abort(404)
    return found[1]

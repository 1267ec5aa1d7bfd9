"""The audit log."""

from flask import request
from werkzeug.wrappers import Response

from service.access import allow
from service.console.keeping.place import Place, blueprint, number, page
from service.domain.roles import BRANCH_WIDE
from service.extensions import db
from service.queries.keeping import audit
from service.wording import translated as _


@blueprint.get("/audit")
@allow(*BRANCH_WIDE)
def audit_page() -> Response:
    """List who did what, newest first, a hundred at a time."""
    place = Place()
    before = number(request.args.get("before", ""))
    found = audit.entries(db.engine, place.branch.id, before)
    more = found[-1].id if len(found) == audit.A_PAGE else None
    return page(place, "audit.html", entries=found, more=more, action=action)


def action(name: str) -> str:
    """Return what was done in words; an action that is not known keeps its name."""
    words = {
        "enrolment_made": _("showed an enrolment code"),
        "phone_enrolled": _("enrolled a phone"),
        "phone_restored": _("a phone was known again"),
        "phone_revoked": _("revoked a phone"),
        "label_made": _("made a label"),
        "label_replaced": _("replaced a label"),
        "label_retired": _("retired a label"),
        "held_admitted": _("admitted a held event"),
        "held_set_aside": _("set a held event aside"),
        "held_reopened": _("brought an event that was set aside as doubtful"),
        "id_replaced": _("a record got another id"),
        "arrival_mended": _("mended an arrival"),
        "queue_imported": _("imported a queue file"),
        "logged_in": _("logged in"),
        "logged_out": _("logged out"),
        "password_changed": _("password changed"),
        "user_added": _("log-in added"),
        "user_disabled": _("log-in disabled"),
        "user_enabled": _("log-in enabled"),
        "token_issued": _("token given out"),
        "token_revoked": _("token revoked"),
    }
    return words.get(name, name)

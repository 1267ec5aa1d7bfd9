"""Saved queues of phones that could not send them: imported here, they count as if sent."""

from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from service.access import allow, takes_up_to
from service.console.keeping.place import Place, blueprint, page
from service.domain.failures import Failure, UnknownInstallation
from service.domain.roles import KEEPERS, PEOPLE
from service.extensions import db
from service.operations.import_queue_file import (
    ImportedQueue,
    QueueFile,
    import_queue_file,
    read_queue_file,
)
from service.operations.phone_tickets import read_ticket
from service.queries.keeping.queue_files import may_be_imported
from service.wording import language
from service.wording import translated as _

# A year of a courier's events, photos not included.
LARGEST: Final = 32 * 1024 * 1024


@blueprint.get("/queue-files")
@allow(*PEOPLE)
def queue_files_page() -> Response:
    """Show the form."""
    return page(Place(), "queue_files.html")


@blueprint.post("/queue-files")
@allow(*KEEPERS)
@takes_up_to(LARGEST)
def import_file() -> Response:
    """Take in a file and say what became of its events."""
    place = Place()
    given = request.files.get("file")
    if given is None or not given.filename:
        return page(place, "queue_files.html", 422, wrong=_("Choose a file."))
    content = given.read()
    try:
        imported = _imported(place, content)
    except Failure as failure:
        wrong = failure.problem.title.in_language(language())
        return page(place, "queue_files.html", failure.problem.status, wrong=wrong)
    return page(place, "queue_files.html", name=given.filename, result=_told(imported))


def _imported(place: Place, content: bytes) -> ImportedQueue:
    """NotAQueueFile; UnknownInstallation also for a phone of elsewhere."""
    key: str = current_app.config["SECRET_KEY"]
    file = read_queue_file(content)
    owner = _said_by_ticket(file, key)
    if not may_be_imported(db.engine, place.scope, place.branch.id, file.installation, owner):
        raise UnknownInstallation
    return import_queue_file(db.engine, content, key, place.person.user_id, place.now)


def _said_by_ticket(file: QueueFile, key: str) -> tuple[str, str] | None:
    ticket = read_ticket(file.ticket, key) if isinstance(file.ticket, str) else None
    return None if ticket is None else (ticket.branch_code, ticket.courier_code)


def _told(imported: ImportedQueue) -> list[tuple[str, str]]:
    words = {
        "accepted": _("counted"),
        "duplicate": _("here already"),
        "held": _("held"),
    }
    signed = _("by the phone itself") if imported.signed else _("wrong: all of it is held")
    counts = [(words.get(name, name), str(count)) for name, count in imported.counts.items()]
    return [(_("Signature"), signed), *counts]

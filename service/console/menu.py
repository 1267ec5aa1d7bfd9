"""The menu of who is logged in: pages that the role may open, with what waits on them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request, url_for

from service.access import Person, visitor
from service.domain.roles import BRANCH_WIDE, KEEPERS, PEOPLE
from service.extensions import db
from service.queries.keeping.held import count_waiting
from service.queries.keeping.phones import silent_phones
from service.wording import translated as _


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the menu; `waiting` is how much on it wants attention."""

    label: str
    address: str
    is_here: bool
    waiting: int = 0


def menu(branch_code: str | None, branch_id: int | None) -> list[Item]:
    """Return the menu about a branch; nothing for someone without a log-in."""
    person = visitor()
    if person is None:
        return []
    several = branch_code is not None and len(person.branch_ids) > 1
    asked: dict[str, Any] = {"branch": branch_code} if several else {}
    about = person.branch_id if branch_id is None else branch_id
    pages = [
        ("console.first_page", _("Figures"), PEOPLE),
        ("keeping.couriers_page", _("Couriers"), PEOPLE),
        ("keeping.phones_page", _("Phones"), PEOPLE),
        ("keeping.held_page", _("Held events"), PEOPLE),
        ("keeping.labels_page", _("Labels"), PEOPLE),
        ("keeping.queue_files_page", _("Queue files"), KEEPERS),
        ("keeping.audit_page", _("Audit log"), BRANCH_WIDE),
    ]
    waiting = _waiting(person, about)
    return [
        Item(label, url_for(page, **asked), request.endpoint == page, waiting.get(page, 0))
        for page, label, roles in pages
        if person.role in roles
    ]


def _waiting(person: Person, branch_id: int) -> dict[str, int]:
    return {
        "keeping.phones_page": silent_phones(db.engine, person.scope, branch_id, datetime.now(UTC)),
        "keeping.held_page": count_waiting(db.engine, person.scope, branch_id),
    }

"""Tickets: the service's signed statement of an enrolment, which a phone keeps beside its token.

A database restored from an older backup has forgotten the enrolment; the ticket says it again.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from service.domain.instants import instant_of, milliseconds

SALT: Final = "jianbao-phone-ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was agreed at an enrolment: which phone, which token's hash, whose, where and when."""

    installation_id: uuid.UUID
    token_hash: str
    courier_code: str
    branch_code: str
    enrolled_at: datetime


def signed(ticket: Ticket, secret_key: str) -> str:
    """Return the ticket as text that only the service can make; the same ticket, the same text."""
    content = {
        "installation": str(ticket.installation_id),
        "token": ticket.token_hash,
        "courier": ticket.courier_code,
        "branch": ticket.branch_code,
        "enrolled": milliseconds(ticket.enrolled_at),
    }
    return str(URLSafeSerializer(secret_key, SALT).dumps(content))


def read_ticket(text: str, secret_key: str) -> Ticket | None:
    """Return what a ticket says; None where the service has not signed it."""
    try:
        content: dict[str, Any] = URLSafeSerializer(secret_key, SALT).loads(text)
    except BadData:
        return None
    return Ticket(
        installation_id=uuid.UUID(content["installation"]),
        token_hash=content["token"],
        courier_code=content["courier"],
        branch_code=content["branch"],
        enrolled_at=instant_of(content["enrolled"]),
    )

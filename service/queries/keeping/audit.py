"""The audit log: who did what, when."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import aliased

from service.models import AuditEntry, Courier, Installation, User

A_PAGE: Final = 100
EVENT: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log; `who` is a person's name, or the courier whose phone it was."""

    id: int
    at: datetime
    who: str | None
    action: str
    subject: str | None
    detail: dict[str, object]


def entries(engine: Engine, branch_id: int, before: int | None) -> list[Entry]:
    """Return up to 100 entries of the branch, newest first, those after the entry `before`."""
    query = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.detail,
            User.name.label("person"),
            Courier.name.label("courier"),
        )
        .outerjoin(User, AuditEntry.user_id == User.id)
        .outerjoin(Installation, AuditEntry.installation_id == Installation.id)
        .outerjoin(Courier, Installation.courier_id == Courier.id)
        .where(AuditEntry.branch_id == branch_id)
        # As the index has them: a page costs the same after years.
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(A_PAGE)
    )
    if before is not None:
        last = aliased(AuditEntry)
        at = select(last.at).where(last.id == before).scalar_subquery()
        older = or_(AuditEntry.at < at, AuditEntry.id < before)
        query = query.where(AuditEntry.at <= at, older)
    with engine.connect() as connection:
        return [
            Entry(
                row.id,
                row.at,
                row.person or row.courier,
                row.action,
                _readable(row.subject),
                json.loads(row.detail) if row.detail else {},
            )
            for row in connection.execute(query)
        ]


def _readable(subject: str | None) -> str | None:
    """Return the id of an event as a phone writes it; any other subject as it is."""
    if subject is not None and EVENT.fullmatch(subject):
        return str(uuid.UUID(subject))
    return subject

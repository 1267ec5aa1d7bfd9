"""The audit log: who did what, when."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select

from service.models import AuditEntry, Courier, Installation, User

A_PAGE: Final = 100


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
    """Return up to 100 entries of the branch, newest first, older than the entry `before`."""
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
        .order_by(AuditEntry.id.desc())
        .limit(A_PAGE)
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    with engine.connect() as connection:
        return [
            Entry(
                row.id,
                row.at,
                row.person or row.courier,
                row.action,
                row.subject,
                json.loads(row.detail) if row.detail else {},
            )
            for row in connection.execute(query)
        ]

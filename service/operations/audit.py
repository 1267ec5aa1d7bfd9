"""Lines of the audit log: who did what, when. They are part of the transaction they tell of."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert

from service.models import AuditEntry


def note(
    connection: Connection,
    branch_id: int,
    action: str,
    now: datetime,
    *,
    subject: str | None = None,
    user_id: int | None = None,
    installation_id: int | None = None,
    **detail: object,
) -> None:
    """Add a line. `subject` is the code of what it is about; `detail` names no person."""
    connection.execute(
        insert(AuditEntry).values(
            branch_id=branch_id,
            at=now,
            user_id=user_id,
            installation_id=installation_id,
            action=action,
            subject=subject,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else None,
        )
    )


def note_each(
    connection: Connection,
    branch_id: int,
    action: str,
    now: datetime,
    subjects: Iterable[str],
    user_id: int | None,
) -> None:
    """Add the same line for each of many subjects, all at once."""
    line = {"branch_id": branch_id, "at": now, "action": action, "user_id": user_id}
    lines = [{**line, "subject": subject} for subject in subjects]
    if lines:
        connection.execute(insert(AuditEntry), lines)

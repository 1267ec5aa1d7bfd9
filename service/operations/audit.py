"""Lines of the audit log: who did what, when. They are part of the transaction they tell of."""

import json
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

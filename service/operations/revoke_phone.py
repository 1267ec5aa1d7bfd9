"""Take a phone's token back: it may hand over nothing more under it. Its events stay."""

from datetime import datetime

from sqlalchemy import Engine, select, update

from service.models import Courier, Installation
from service.models.engine import writing
from service.operations.audit import note


def revoke_phone(engine: Engine, installation: int, user_id: int | None, now: datetime) -> bool:
    """Revoke the phone of a row's id and tell whether it was in use until now.

    What it still has is not lost: enrolled anew, it delivers its older queue.
    """
    with writing(engine) as connection:
        revoked = connection.execute(
            update(Installation)
            .where(Installation.id == installation, Installation.revoked_at.is_(None))
            .values(revoked_at=now, revoked_by=user_id)
            .returning(Installation.branch_id, Installation.courier_id)
        ).first()
        if revoked is None:
            return False
        of = select(Courier.courier_code).where(Courier.id == revoked.courier_id)
        note(
            connection,
            revoked.branch_id,
            "phone_revoked",
            now,
            subject=connection.scalar(of),
            user_id=user_id,
            phone=installation,
        )
    return True

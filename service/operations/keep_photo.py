"""Keep the photo of an attempt, once its event has come. docs/sync-protocol.md, "Photos"."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, case, insert, or_, select
from sqlalchemy.exc import IntegrityError

from service.domain.failures import TooLarge, UnknownEvent
from service.durable_files import sync
from service.models import Installation, PhoneEvent, Photo
from service.models.engine import writing
from service.photo_encoding import encoded_anew
from service.queries.identities import PhoneIdentity

LARGEST: Final = 1024 * 1024


def keep_photo(
    engine: Engine,
    folder: Path,
    phone: PhoneIdentity,
    event_id: uuid.UUID,
    content: bytes,
    now: datetime,
) -> None:
    """Encode the photo anew and keep it below the folder; what is kept already stays as it is.

    The file is on the disk before the row names it. UnknownEvent where the phone's courier has
    sent no attempt with this id; TooLarge, NotAPhoto.
    """
    if len(content) > LARGEST:
        raise TooLarge
    event, has_photo = _attempt(engine, phone, event_id)
    if has_photo:
        return
    name = f"{now.astimezone(UTC):%Y-%m}/{event_id}-{event}.jpg"
    _write(folder / name, encoded_anew(content))
    try:
        with writing(engine) as connection:
            connection.execute(
                insert(Photo).values(
                    event=event, branch_id=phone.branch_id, file=name, received_at=now
                )
            )
    except IntegrityError:
        # The same request, at the same time: its row names a file with the same picture.
        return


def _attempt(engine: Engine, phone: PhoneIdentity, event_id: uuid.UUID) -> tuple[int, bool]:
    """Return the attempt's row and whether it has a photo. Of several the phone's own, the first.

    An event too malformed to say its kind may have been one.
    """
    others = case((PhoneEvent.installation_id == phone.installation, 0), else_=1)
    query = (
        select(PhoneEvent.id, Photo.event)
        .join(Installation, PhoneEvent.installation_id == Installation.id)
        .outerjoin(Photo, Photo.event == PhoneEvent.id)
        .where(
            PhoneEvent.event_id == event_id,
            Installation.courier_id == phone.courier_id,
            or_(PhoneEvent.kind.is_(None), PhoneEvent.kind == "attempt"),
        )
        .order_by(others, PhoneEvent.id)
    )
    with engine.connect() as connection:
        found = connection.execute(query).first()
    if found is None:
        raise UnknownEvent
    event, kept = found
    return event, kept is not None


def _write(path: Path, content: bytes) -> None:
    """Write aside, then rename: under its name a file is whole, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        aside.write_bytes(content)
        sync(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync(path.parent)
    sync(path.parent.parent)

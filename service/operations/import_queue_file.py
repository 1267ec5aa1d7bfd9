"""The last resort: a phone's queue saved to a file, imported as if the phone had synced.

docs/sync-protocol.md, "The queue as a file".
"""

import hashlib
import hmac
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, select

from service.domain.events import LARGEST_SEQUENCE
from service.domain.failures import NotAQueueFile, UnknownInstallation
from service.domain.readings import read_readings, read_sent
from service.models import Installation
from service.models.engine import reading, writing
from service.operations.audit import note
from service.operations.enrol_phone import restore_forgotten
from service.operations.record_sync import record_sync
from service.operations.sync.batch import Delivery
from service.operations.sync.json_text import read_json

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class QueueFile:
    """What a file says: whose queue it is, and what is in it; `body` is the text that is signed."""

    installation: uuid.UUID
    ticket: str | None
    body: str
    signature: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImportedQueue:
    """What became of a file's events, counted by status; `signed` by the phone itself or not."""

    installation: int
    signed: bool
    counts: Mapping[str, int]


def import_queue_file(
    engine: Engine, content: bytes, secret_key: str, user_id: int | None, now: datetime
) -> ImportedQueue:
    """Take in a saved queue; all of it is held as `unverified` where its signature is not right.

    NotAQueueFile; UnknownInstallation where neither the service nor the ticket knows the phone.
    """
    file = read_queue_file(content)
    installation, branch_id, token_hash = _owner(engine, file, secret_key, now)
    signed = is_signed(file, token_hash)
    counts: Counter[str] = Counter()
    for delivery in _deliveries(file):
        synced = record_sync(engine, installation, delivery, now, unverified=not signed)
        counts.update(result.status for result in synced.results)
    with writing(engine) as connection:
        note(
            connection,
            branch_id,
            "queue_imported",
            now,
            subject=str(file.installation),
            user_id=user_id,
            installation_id=installation,
            signed=signed,
            **counts,
        )
    return ImportedQueue(installation, signed, counts)


def read_queue_file(content: bytes) -> QueueFile:
    """Return what a file says. NotAQueueFile."""
    try:
        outer = read_json(content)
        said = read_json(outer["body"].encode("utf-8", "surrogatepass"))
        file = QueueFile(
            installation=uuid.UUID(outer["installation"]),
            ticket=outer.get("ticket"),
            body=outer["body"],
            signature=str(outer.get("signature")),
            said=said,
        )
        if outer["jianbao_queue"] != 1 or not isinstance(said["events"], list):
            raise NotAQueueFile
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAQueueFile from error
    return file


def is_signed(file: QueueFile, token_hash: str) -> bool:
    """Tell whether who holds the token has written the file."""
    body = file.body.encode("utf-8", "surrogatepass")
    right = hmac.new(bytes.fromhex(token_hash), body, hashlib.sha256).hexdigest()
    given = file.signature.lower().encode("utf-8", "surrogatepass")
    return hmac.compare_digest(right.encode("ascii"), given)


def _owner(engine: Engine, file: QueueFile, secret_key: str, now: datetime) -> tuple[int, int, str]:
    """Return the installation's row, branch and token's hash; its ticket may restore it."""
    query = select(Installation.id, Installation.branch_id, Installation.token_hash).where(
        Installation.installation_id == file.installation
    )
    with reading(engine) as connection:
        found = connection.execute(query).first()
    if found is None and isinstance(file.ticket, str):
        restore_forgotten(engine, file.installation, file.ticket, secret_key, now)
        with reading(engine) as connection:
            found = connection.execute(query).first()
    if found is None:
        raise UnknownInstallation
    return found.id, found.branch_id, found.token_hash


def _deliveries(file: QueueFile) -> list[Delivery]:
    said = file.said
    events = said["events"]
    parts = [events[start : start + BATCH] for start in range(0, len(events), BATCH)] or [[]]
    return [
        Delivery(
            events=part,
            readings=read_readings(said.get("clock")),
            sent=read_sent(said.get("sent")),
            highest=_count(said.get("highest")),
            waiting=_count(said.get("waiting")),
        )
        for part in parts
    ]


def _count(value: Any) -> int:
    is_one = value.__class__ is int and 0 <= value <= LARGEST_SEQUENCE
    return int(value) if is_one else 0

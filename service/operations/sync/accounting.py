"""Which numbers of an installation the service holds, and which of its events are held."""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from service.domain.ranges import Range, how_many, missing_up_to, with_numbers
from service.operations.sync.admitting import Author
from service.operations.sync.batch import Delivery
from service.operations.sync.statements import hex_of, rows, run

MOST_HELD = 100
# A phone that numbers honestly never has as many gaps.
MOST_RANGES = 1_000

INSTALLATION = (
    "SELECT id, installation_id, courier_id, branch_id, highest, have FROM installations"
    " WHERE id = ?"
)
HELD = (
    "SELECT event_id, sequence, code, detail FROM held_events"
    " JOIN phone_events ON phone_events.id = held_events.event"
    " WHERE held_events.installation_id = ? AND decided_at IS NULL"
    " ORDER BY held_events.event LIMIT ?"
)
HAVE = "UPDATE installations SET have = ? WHERE id = ?"
SAID = (
    "UPDATE installations SET have = ?, highest = ?, waiting = ?, last_sync_at = ?,"
    " app_version = COALESCE(?, app_version) WHERE id = ?"
)
FILED = (
    "UPDATE installations SET have = ?, highest = ?,"
    " waiting = CASE WHEN waiting > ? THEN ? ELSE waiting END WHERE id = ?"
)


class Account(NamedTuple):
    """What the service knows of an installation's numbers."""

    author: Author
    highest: int
    have: list[Range]

    @property
    def missing(self) -> list[Range]:
        """The numbers that the phone has given out and the service does not have."""
        return missing_up_to(self.have, self.highest)[:MOST_RANGES]

    @property
    def missing_count(self) -> int:
        """How many numbers are missing."""
        return how_many(missing_up_to(self.have, self.highest))


class HeldEvent(NamedTuple):
    """An event that is held: its id or what stands for it, its number, why."""

    id: str
    sequence: int | None
    code: str
    detail: str | None


def lock(connection: Connection, installation: int) -> Account:
    """Return an installation's account; on PostgreSQL nobody else changes it until the commit."""
    sql = INSTALLATION + (" FOR UPDATE" if connection.dialect.name == "postgresql" else "")
    [(id_, key, courier_id, branch_id, highest, have)] = rows(connection, sql, (installation,))
    ranges = [(first, last) for first, last in json.loads(have)]
    return Account(Author(id_, hex_of(key), courier_id, branch_id), highest, ranges)


def branch_of(connection: Connection, installation: int) -> int:
    """Return the branch of an installation's courier."""
    [(branch_id,)] = rows(
        connection, "SELECT branch_id FROM installations WHERE id = ?", (installation,)
    )
    return int(branch_id)


def settle(
    connection: Connection,
    account: Account,
    numbers: Collection[int | None],
    delivery: Delivery,
    now_ms: int,
    *,
    by_phone: bool,
) -> Account:
    """Add the numbers that came, and what is said of the phone; return what is known now.

    What waits on the phone is what it says, less what it has just brought. From a file (not
    `by_phone`) nothing is heard of the phone itself, but what has come does not wait any more.
    """
    brought = {number for number in numbers if number is not None}
    highest = max(account.highest, delivery.highest)
    now = account._replace(have=with_numbers(account.have, brought), highest=highest)
    have, missing = json.dumps(now.have), now.missing_count
    if by_phone:
        waiting = min(max(0, delivery.waiting - len(brought)), missing)
        said = (have, highest, waiting, now_ms, delivery.app_version)
        run(connection, SAID, (*said, account.author.id))
    else:
        run(connection, FILED, (have, highest, missing, missing, account.author.id))
    return now


def add_numbers(connection: Connection, account: Account, numbers: Iterable[int | None]) -> Account:
    """Add numbers to those that the service has; return what is known now."""
    have = with_numbers(account.have, [number for number in numbers if number is not None])
    if have != account.have:
        run(connection, HAVE, (json.dumps(have), account.author.id))
    return account._replace(have=have)


def still_held(connection: Connection, author: Author) -> Sequence[HeldEvent]:
    """Return what is held of an installation, the oldest first, up to 100."""
    found = rows(connection, HELD, (author.id, MOST_HELD))
    return [HeldEvent(str(uuid.UUID(hex_of(row[0]))), *row[1:]) for row in found]

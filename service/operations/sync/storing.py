"""Events are kept as they came, before anything is made of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from service.domain import held
from service.operations.sync.admitting import Author
from service.operations.sync.batch import Incoming
from service.operations.sync.statements import Row, hex_of, insert, new_ids, rows_in, run_all

EVENTS = (
    "id, branch_id, installation_id, event_id, digest, sequence, kind, raw, received_at,"
    " carried_by, happened_at, earliest_at, latest_at, clock"
)
KNOWN = (
    "SELECT event_id, digest, phone_events.id, code, detail, decision FROM phone_events"
    " LEFT JOIN held_events ON held_events.event = phone_events.id"
    " WHERE phone_events.installation_id = ? AND event_id IN ({})"
)
RETIME = (
    "UPDATE phone_events SET happened_at = ?, earliest_at = ?, latest_at = ?, clock = ?"
    " WHERE id = ?"
)
LONGEST_KIND = 20

Identity = tuple[str, str]  # an event's key and its digest


class Known(NamedTuple):
    """An event that came before: why it was held, if it was, and what was decided about it."""

    row: int
    code: str | None
    detail: str | None
    decision: str | None

    @property
    def is_doubted(self) -> bool:
        """Whether it came in a file of which nobody knows who wrote it, and counts for nothing."""
        return self.code == held.UNVERIFIED and self.decision != "admitted"


class Fresh(NamedTuple):
    """An event in its row that has not come before, or now comes from the phone itself.

    `conflict`: another one with the same id has come before.
    """

    row: int
    incoming: Incoming
    conflict: bool


def known(
    connection: Connection, author: Author, incoming: Sequence[Incoming]
) -> dict[Identity, Known]:
    """Return the installation's events that have the ids of these, whatever their content."""
    keys = {each.key for each in incoming}
    found = rows_in(connection, KNOWN, keys, author.id)
    return {(hex_of(key), digest): Known(*rest) for key, digest, *rest in found}


def store(
    connection: Connection,
    author: Author,
    incoming: Sequence[Incoming],
    known: Mapping[Identity, Known],
    carried_by: int | None,
    now_ms: int,
) -> list[Fresh]:
    """Add those that are not known yet, each once."""
    new: dict[Identity, tuple[Incoming, bool]] = {}
    taken = _taken(known)
    for each in incoming:
        identity = (each.key, each.digest)
        if identity not in known and identity not in new:
            new[identity] = (each, each.key in taken)
            taken.add(each.key)
    ids = new_ids(connection, "phone_events", len(new))
    fresh = [Fresh(id_, *each) for id_, each in zip(ids, new.values(), strict=True)]
    insert(
        connection,
        "phone_events",
        EVENTS,
        [_row(each.row, author, each.incoming, carried_by, now_ms) for each in fresh],
    )
    return fresh


def proven(
    connection: Connection,
    incoming: Sequence[Incoming],
    known: Mapping[Identity, Known],
    fresh: Sequence[Fresh],
) -> list[Fresh]:
    """Return events that came in a doubtful file before, timed by what the phone itself says."""
    taken = _taken(known) | {each.incoming.key for each in fresh}
    found = {}
    for each in incoming:
        before = known.get((each.key, each.digest))
        if before is not None and before.is_doubted and before.row not in found:
            found[before.row] = Fresh(before.row, each, each.key in taken)
            taken.add(each.key)
    timed = [(*_timed(each.incoming), row) for row, each in found.items()]
    run_all(connection, RETIME, timed)
    return list(found.values())


def _taken(known: Mapping[Identity, Known]) -> set[str]:
    """Return the ids that are taken: an event of doubtful origin takes none."""
    return {key for (key, _), each in known.items() if not each.is_doubted}


def _timed(incoming: Incoming) -> Row:
    moment = incoming.moment
    if moment is None:
        return (None, None, None, None)
    return (moment.estimate_ms, moment.earliest_ms, moment.latest_ms, moment.mark)


def _row(id_: int, author: Author, incoming: Incoming, carried_by: int | None, now_ms: int) -> Row:
    event = incoming.event
    kind = None if event.kind is None else event.kind[:LONGEST_KIND]
    return (
        *(id_, author.branch_id, author.id, incoming.key, incoming.digest, event.sequence),
        *(kind, incoming.raw, now_ms, carried_by, *_timed(incoming)),
    )

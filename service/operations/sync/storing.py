"""Events are kept as they came, before anything is made of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from service.operations.sync.admitting import Author
from service.operations.sync.batch import Incoming
from service.operations.sync.statements import Row, hex_of, insert, new_ids, rows_in

EVENTS = (
    "id, branch_id, installation_id, event_id, digest, sequence, kind, raw, received_at,"
    " carried_by, happened_at, earliest_at, latest_at, clock"
)
KNOWN = (
    "SELECT event_id, digest, code, detail, decision FROM phone_events"
    " LEFT JOIN held_events ON held_events.event = phone_events.id"
    " WHERE phone_events.installation_id = ? AND event_id IN ({})"
)
LONGEST_KIND = 20

Identity = tuple[str, str]  # an event's key and its digest


class Known(NamedTuple):
    """An event that came before: why it was held, if it was, and what was decided about it."""

    code: str | None
    detail: str | None
    decision: str | None


class Fresh(NamedTuple):
    """An event that has not come before, in its new row.

    `conflict`: another one with the same id has.
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
    taken = {key for key, _ in known}
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


def _row(id_: int, author: Author, incoming: Incoming, carried_by: int | None, now_ms: int) -> Row:
    event, moment = incoming.event, incoming.moment
    kind = None if event.kind is None else event.kind[:LONGEST_KIND]
    timed: Row = (None, None, None, None)
    if moment is not None:
        timed = (moment.estimate_ms, moment.earliest_ms, moment.latest_ms, moment.mark)
    return (
        *(id_, author.branch_id, author.id, incoming.key, incoming.digest, event.sequence),
        *(kind, incoming.raw, now_ms, carried_by, *timed),
    )

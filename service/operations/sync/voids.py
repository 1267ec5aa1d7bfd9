"""Void events take scans back: of several voids of a scan the earliest counts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from service.domain import held
from service.domain.events import Void, read_event
from service.operations.sync.admitting import Admitting, Author, other_id
from service.operations.sync.scans import find
from service.operations.sync.statements import hex_of, rows, run_all

# Where two are of one instant, the first reason in the alphabet: the same in whatever order.
UPSERT = (
    "INSERT INTO scan_voids (scan_id, branch_id, voided_at, reason) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (scan_id) DO UPDATE SET voided_at = excluded.voided_at, reason = excluded.reason"
    " WHERE excluded.voided_at < scan_voids.voided_at OR (excluded.voided_at ="
    " scan_voids.voided_at AND COALESCE(excluded.reason, '') < COALESCE(scan_voids.reason, ''))"
)
WAITING = (
    "SELECT phone_events.id, phone_events.event_id, digest, raw, happened_at, clock, received_at"
    " FROM held_events JOIN phone_events ON phone_events.id = held_events.event"
    " WHERE held_events.installation_id = ? AND decided_at IS NULL AND code = ?"
)


def waiting_for(
    connection: Connection, author: Author, scans: Mapping[str, int]
) -> list[Admitting[Void]]:
    """Return the held voids of scans that have now come, by the scans' events' ids."""
    if not scans:
        return []
    found = []
    for id_, key, digest, raw, at_ms, mark, received in rows(
        connection, WAITING, (author.id, held.UNKNOWN_SCAN)
    ):
        body = read_event(json.loads(raw)).body
        if isinstance(body, Void) and body.scan in scans:
            found.append(Admitting(id_, hex_of(key), digest, body, at_ms, mark, received))
    return found


def record(
    connection: Connection,
    author: Author,
    events: Sequence[Admitting[Void]],
    made: Mapping[str, int],
) -> tuple[set[int], list[Admitting[Void]]]:
    """Take back the scans; return their row ids, and the events whose scan has not come yet.

    `made` are scans of this very transaction, by their events' ids.
    """
    known = _scans_of(connection, author, {event.body.scan for event in events} - made.keys())
    scans = {**known, **made}
    there = [event for event in events if event.body.scan in scans]
    voids: list[tuple[Any, ...]] = [
        (scans[event.body.scan], author.branch_id, event.at_ms, event.body.reason)
        for event in there
    ]
    run_all(connection, UPSERT, voids)
    missing = [event for event in events if event.body.scan not in scans]
    return {void[0] for void in voids}, missing


def _scans_of(connection: Connection, author: Author, keys: Iterable[str]) -> dict[str, int]:
    """Return the scans made of the installation's events, under their own id or another."""
    ids = {key: (key, other_id(author, key)) for key in keys}
    found = find(connection, {each for pair in ids.values() for each in pair})
    return {
        key: found[each].id
        for key, pair in ids.items()
        # Of two scans that an event's id stands for, the one that has this very id.
        for each in reversed(pair)
        if each in found and found[each].is_of(author, key)
    }

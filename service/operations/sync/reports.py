"""Arrivals and the start and end of rounds, as couriers report them."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from service.domain.events import Arrival, RoundReport
from service.domain.instants import instant_of
from service.operations.sync.admitting import Admitting, Author
from service.operations.sync.names import Names
from service.operations.sync.statements import insert, rows, run_all

KNOWN = "SELECT arrived_at FROM arrivals WHERE office_id = ? AND title_id = ? AND issue_date = ?"
UPSERT = (
    "INSERT INTO arrivals (office_id, title_id, issue_date, branch_id, arrived_at)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (office_id, title_id, issue_date)"
    " DO UPDATE SET arrived_at = excluded.arrived_at"
    " WHERE excluded.arrived_at < arrivals.arrived_at"
)
REPORTS = "event, branch_id, courier_id, route_id, date, kind, reported_at"

Key = tuple[int, int, int]


class Mended(NamedTuple):
    """An arrival that was known as later: what it is of, and both instants."""

    subject: str
    detail: str


def record_arrivals(
    connection: Connection, author: Author, names: Names, events: Sequence[Admitting[Arrival]]
) -> tuple[set[int], list[Mended]]:
    """Keep the earliest tap for each issue; return the days of issues changed, and what was mended.

    In the order of keys, so that two phones never wait for one another.
    """
    earliest: dict[Key, Admitting[Arrival]] = {}
    for event in events:
        arrival = event.body
        key = (names.offices[arrival.office], names.titles[arrival.title], arrival.day)
        if key not in earliest or event.at_ms < earliest[key].at_ms:
            earliest[key] = event
    days: set[int] = set()
    mended = []
    for key, event in sorted(earliest.items(), key=lambda each: each[0]):
        known = rows(connection, KNOWN, key)
        if known and known[0][0] <= event.at_ms:
            continue
        run_all(connection, UPSERT, [(*key, author.branch_id, event.at_ms)])
        days.add(key[2])
        if known:
            mended.append(_mended(event, known[0][0]))
    return days, mended


def _mended(event: Admitting[Arrival], before_ms: int) -> Mended:
    arrival = event.body
    subject = f"{arrival.office} {arrival.title} {arrival.day}"
    instants = (instant_of(before_ms).isoformat(), instant_of(event.at_ms).isoformat())
    return Mended(subject, json.dumps(dict(zip(("from", "to"), instants, strict=True))))


def record_rounds(
    connection: Connection, author: Author, names: Names, events: Sequence[Admitting[RoundReport]]
) -> None:
    """Write who said of which round that it was started or finished."""
    written = [
        (
            *(event.row, author.branch_id, author.courier_id, names.routes[event.body.route]),
            *(event.body.day, event.body.kind, event.at_ms),
        )
        for event in events
    ]
    insert(connection, "round_reports", REPORTS, written)

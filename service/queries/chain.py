"""Is every event of a phone accounted for? From the number it was given to the record it became.

An event that counts (not held, or admitted) has its record, one that does not has none, and each
number that an installation was told the service has belongs to an event.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, text

from service.domain import held
from service.domain.events import Arrival, Attempt, Body, Scan, Void, read_event
from service.domain.ranges import Range, missing_up_to, with_numbers

NO_EVENT: Final = "no_event"
NO_NUMBER: Final = "no_number"
NO_RECORD: Final = "no_record"
OTHER_ITEMS: Final = "other_items"
NOT_TO_COUNT: Final = "not_to_count"
NO_DECISION: Final = "no_decision"
# Who edits an account can make it claim more numbers than there is room to list.
MOST_NUMBERS: Final = 1_000

EVENTS: Final = (
    "SELECT phone_events.id, phone_events.installation_id, event_id, sequence, raw, happened_at,"
    " held_events.event, code, decision"
    " FROM phone_events LEFT JOIN held_events ON held_events.event = phone_events.id"
    " WHERE phone_events.branch_id = :branch ORDER BY phone_events.id"
)
ITEMS: Final = (
    "SELECT scan_items.scan_id, title_code, issue_date, copies FROM scan_items"
    " JOIN scans ON scans.id = scan_items.scan_id JOIN titles ON titles.id = scan_items.title_id"
    " WHERE scans.branch_id = :branch AND scans.event IS NOT NULL ORDER BY scan_items.scan_id"
)
ARRIVALS: Final = (
    "SELECT office_code, title_code, issue_date FROM arrivals"
    " JOIN offices ON offices.id = arrivals.office_id JOIN titles ON titles.id = arrivals.title_id"
    " WHERE arrivals.branch_id = :branch"
)
SCANS: Final = (
    "SELECT phone_events.installation_id, event_id, scans.id, phone_events.id FROM scans"
    " JOIN phone_events ON phone_events.id = scans.event WHERE scans.branch_id = :branch"
    " ORDER BY phone_events.id DESC"
)
DECIDED: Final = (
    "SELECT installation_id, subject, action FROM audit_log WHERE branch_id = :branch"
    " AND action IN ('held_admitted', 'held_set_aside', 'held_reopened') ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """What is wrong with an event: `problem` is one of the codes above."""

    branch: str
    installation: str
    number: int | None
    event: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Numbers that an installation has given out and that have not come. It may still send them."""

    branch: str
    installation: str
    numbers: list[Range]


@dataclass
class _Records:
    """What became of the branch's events, by the events' rows."""

    scans: dict[int, int]
    items: dict[int, set[tuple[str, int, int]]]
    voids: dict[int, int]
    attempts: set[int]
    reports: set[int]
    arrivals: set[tuple[str, str, int]]
    # The scans of installations' events, by (installation, event's id).
    by_key: dict[tuple[int, str], int]


@dataclass
class _Seen:
    """What the events themselves say."""

    numbers: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    decided: set[tuple[int, str]] = field(default_factory=set)


def broken_links(connection: Connection, branch_id: int, branch: str) -> list[BrokenLink]:
    """Return all that is wrong between a branch's phones' events and its records."""
    installations = _installations(connection, branch_id)
    records = _records(connection, branch_id)
    seen = _Seen()
    found = []
    for row in _events(connection, branch_id):
        _, installation, event_id, number, *_ = row
        key = _hex(event_id)
        body = _body(row[4])
        problem = _judge(row, key, body, records, seen)
        if problem is not None:
            name = _name(installations, installation)
            found.append(BrokenLink(branch, name, number, str(uuid.UUID(key)), problem))
    found += _wrong_numbers(branch, installations, seen.numbers)
    for installation, key in _said_decided(connection, branch_id) - seen.decided:
        name = _name(installations, installation)
        found.append(BrokenLink(branch, name, None, str(uuid.UUID(key)), NO_DECISION))
    return found


def _name(installations: Mapping[int, "_Installation"], id_: int) -> str:
    """Return an installation's id; of one whose row is gone, the row's."""
    return installations[id_].name if id_ in installations else f"#{id_}"


def unsent(connection: Connection, branch_id: int, branch: str) -> list[Unsent]:
    """Return the numbers that a branch's phones have given out and that have not come."""
    found = (
        Unsent(branch, each.name, missing_up_to(each.have, each.highest))
        for each in _installations(connection, branch_id).values()
    )
    return [each for each in found if each.numbers]


@dataclass(frozen=True, slots=True)
class _Installation:
    name: str
    have: list[Range]
    highest: int


def _installations(connection: Connection, branch_id: int) -> dict[int, _Installation]:
    rows = connection.execute(
        text("SELECT id, installation_id, have, highest FROM installations WHERE branch_id = :b"),
        {"b": branch_id},
    )
    return {
        row.id: _Installation(
            str(uuid.UUID(_hex(row.installation_id))),
            _ranges(row.have),
            row.highest,
        )
        for row in rows
    }


def _ranges(have: str) -> list[Range]:
    try:
        return [(first, last) for first, last in json.loads(have)]
    except (ValueError, TypeError):
        return []  # Edited by hand; then no number is in the account.


def _body(raw: str) -> Body | None:
    try:
        return read_event(json.loads(raw)).body
    except ValueError:
        return None  # Edited by hand: it has no record that could be right.


def _events(connection: Connection, branch_id: int) -> Iterator[Any]:
    query = text(EVENTS).execution_options(yield_per=1000)
    yield from connection.execute(query, {"branch": branch_id})


def _records(connection: Connection, branch_id: int) -> _Records:
    def rows(sql: str) -> Iterator[Any]:
        yield from connection.execute(text(sql), {"branch": branch_id})

    of_events = "WHERE branch_id = :branch AND event IS NOT NULL"
    items: dict[int, set[tuple[str, int, int]]] = defaultdict(set)
    for scan_id, title, day, copies in rows(ITEMS):
        items[scan_id].add((title, day, copies))
    scans: dict[int, int] = {}
    by_key: dict[tuple[int, str], int] = {}
    for installation, event_id, scan, event in rows(SCANS):
        scans[event] = scan
        # The first of several with one id: that is the one that voids take back.
        by_key[installation, _hex(event_id)] = scan
    return _Records(
        scans=scans,
        by_key=by_key,
        items=items,
        voids={
            row[0]: row[1]
            for row in rows("SELECT scan_id, voided_at FROM scan_voids WHERE branch_id = :branch")
        },
        attempts={row[0] for row in rows(f"SELECT event FROM attempts {of_events}")},
        reports={row[0] for row in rows(f"SELECT event FROM round_reports {of_events}")},
        arrivals={(row[0], row[1], row[2]) for row in rows(ARRIVALS)},
    )


def _judge(row: Any, key: str, body: Body | None, records: _Records, seen: _Seen) -> str | None:
    """Return what is wrong with an event; note what the others are to be judged by."""
    id_, installation, _, number, _, _, is_held, code, decision = row
    counts = is_held is None or decision == "admitted"
    doubted = code == held.UNVERIFIED and not counts
    if number is not None and not doubted:
        seen.numbers[installation].add(number)
    if decision is not None:
        seen.decided.add((installation, key))
    if not counts:
        has_one = any(id_ in rows for rows in (records.scans, records.attempts, records.reports))
        return NOT_TO_COUNT if has_one else None
    if isinstance(body, Scan) and id_ in records.scans:
        items = {(item.title, item.day, item.copies) for item in body.items}
        return None if items == records.items.get(records.scans[id_], set()) else OTHER_ITEMS
    return None if body is not None and _is_recorded(row, body, records) else NO_RECORD


def _is_recorded(row: Any, body: Body, records: _Records) -> bool:
    """Tell whether the record that an event should have become is there."""
    id_, installation, at_ms = row[0], row[1], row[5]
    if isinstance(body, Scan):
        return id_ in records.scans
    if isinstance(body, Void):
        scan = records.by_key.get((installation, body.scan))
        voided = None if scan is None else records.voids.get(scan)
        return voided is not None and voided <= at_ms
    if isinstance(body, Attempt):
        return id_ in records.attempts
    if isinstance(body, Arrival):
        return (body.office, body.title, body.day) in records.arrivals
    return id_ in records.reports


def _wrong_numbers(
    branch: str, installations: Mapping[int, _Installation], numbers: Mapping[int, set[int]]
) -> Iterator[BrokenLink]:
    """Yield the numbers that an installation's account has and no event, and the other way."""
    for id_, each in installations.items():
        there = with_numbers([], numbers.get(id_, set()))
        for number in _only_in(each.have, there):
            yield BrokenLink(branch, each.name, number, None, NO_EVENT)
        for number in _only_in(there, each.have):
            yield BrokenLink(branch, each.name, number, None, NO_NUMBER)


def _only_in(these: list[Range], those: list[Range]) -> Iterator[int]:
    """Yield the first thousand numbers that only the first ranges have, however long those are."""
    gaps = missing_up_to(those, max((last for _, last in these), default=0))
    only = (
        number
        for first, last in these
        for start, end in gaps
        for number in range(max(first, start), min(last, end) + 1)
    )
    yield from islice(only, MOST_NUMBERS)


def _said_decided(connection: Connection, branch_id: int) -> set[tuple[int, str]]:
    """Return the held events that the audit log says were decided."""
    decided: set[tuple[int, str]] = set()
    for installation, key, action in connection.execute(text(DECIDED), {"branch": branch_id}):
        (decided.discard if action == "held_reopened" else decided.add)((installation, key))
    return decided


def _hex(value: Any) -> str:
    return value if isinstance(value, str) else str(value.hex)

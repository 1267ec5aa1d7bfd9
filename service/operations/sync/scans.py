"""Scan events become scans. An id that someone else's scan has is replaced, and the log says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from service.domain.events import Scan
from service.operations.sync.admitting import Admitting, Author, first_choice, other_id
from service.operations.sync.names import Names
from service.operations.sync.statements import Row, hex_of, insert, new_ids, rows_in, run_all

SCANS = (
    "id, branch_id, scan_id, courier_id, point_id, scanned_at, lat, lon, accuracy_m, method,"
    " received_at, clock, label, event"
)
ITEMS = "scan_id, title_id, issue_date, branch_id, copies"
FOUND = (
    "SELECT scans.scan_id, scans.id, scans.event, scans.branch_id, scans.courier_id,"
    " scans.point_id, phone_events.installation_id, phone_events.event_id"
    " FROM scans LEFT JOIN phone_events ON phone_events.id = scans.event"
    " WHERE scans.scan_id IN ({})"
)


class Found(NamedTuple):
    """A scan that is there already, and the event it was made of."""

    id: int
    event: int | None
    branch_id: int
    courier_id: int
    point_id: int
    installation_id: int | None
    key: str | None

    def is_of(self, author: Author, key: str) -> bool:
        """Tell whether it was made of the installation's event with that id."""
        return self.installation_id == author.id and self.key == key


@dataclass
class Made:
    """What scan events came to: rows of scans by the events' ids, those new, those renamed."""

    rows: dict[str, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)


def find(connection: Connection, ids: set[str]) -> dict[str, Found]:
    """Return the scans with these ids, whoever made them."""
    return {
        hex_of(row[0]): Found._make([*row[1:7], row[7] and hex_of(row[7])])
        for row in rows_in(connection, FOUND, ids)
    }


def record(
    connection: Connection, author: Author, names: Names, events: Sequence[Admitting[Scan]]
) -> Made:
    """Write the scans with their items, in the order of their ids.

    So two phones that have used the same ids never wait for one another.
    """
    made = Made()
    chosen = sorted(_choose_ids(connection, author, names, events, made), key=itemgetter(0))
    ids = new_ids(connection, "scans", len(chosen))
    scans: list[Row] = []
    items: list[Row] = []
    for id_, (scan_id, event) in zip(ids, chosen, strict=True):
        scans.append(_row(id_, scan_id, author, names, event))
        items += [(id_, *item) for item in _items(author, names, event.body)]
        made.new.append(id_)
        if not event.conflict:
            made.rows[event.key] = id_
    insert(connection, "scans", SCANS, scans)
    insert(connection, "scan_items", ITEMS, items)
    return made


def _choose_ids(
    connection: Connection,
    author: Author,
    names: Names,
    events: Sequence[Admitting[Scan]],
    made: Made,
) -> list[tuple[str, Admitting[Scan]]]:
    """Return the ids of the scans to be written; those that an import brought are adopted."""
    wanted = [(first_choice(author, event), event) for event in events]
    chosen = []
    while wanted:
        taken = find(connection, {scan_id for scan_id, _ in wanted})
        again = []
        for scan_id, event in wanted:
            there = taken.get(scan_id)
            if there is None:
                chosen.append((scan_id, event))
            elif _is_same(connection, author, names, there, event):
                _adopt(connection, there, event)
                made.rows[event.key] = there.id
            else:
                again.append((other_id(author, scan_id), event))
                made.renamed.append((event.key, again[-1][0]))
        wanted = again
    return chosen


def _is_same(
    connection: Connection, author: Author, names: Names, there: Found, event: Admitting[Scan]
) -> bool:
    """Tell whether a scan without an event is this one: an import of our own export came first."""
    if there.event is not None or there.branch_id != author.branch_id:
        return False
    point_id, _ = _point(names, event)
    if (there.courier_id, there.point_id) != (author.courier_id, point_id):
        return False
    sql = "SELECT title_id, issue_date, branch_id, copies FROM scan_items WHERE scan_id IN ({})"
    known = {tuple(row) for row in rows_in(connection, sql, [there.id])}
    return known == set(_items(author, names, event.body))


def _adopt(connection: Connection, there: Found, event: Admitting[Scan]) -> None:
    sql = "UPDATE scans SET event = ?, received_at = COALESCE(received_at, ?) WHERE id = ?"
    run_all(connection, sql, [(event.row, event.received_ms, there.id)])


def _row(id_: int, scan_id: str, author: Author, names: Names, event: Admitting[Scan]) -> Row:
    point_id, label = _point(names, event)
    scan = event.body
    lat, lon, accuracy_m = scan.position
    return (
        *(id_, author.branch_id, scan_id, author.courier_id, point_id, event.at_ms),
        *(lat, lon, accuracy_m, scan.method, event.received_ms, event.mark, label, event.row),
    )


def _point(names: Names, event: Admitting[Scan]) -> tuple[int, str | None]:
    """Return the point of a scan, and what is wrong with the label that was read, if one was."""
    scan = event.body
    label = names.label_of(scan)
    if label is not None:
        # A label may be replaced between the scan and its arrival here.
        retired = label.retired_ms is not None and label.retired_ms <= event.at_ms
        return label.point_id, "retired" if retired else None
    mark = "unknown" if scan.label or scan.code else None
    return event.point_id or names.points[scan.point or ""], mark


def _items(author: Author, names: Names, scan: Scan) -> list[tuple[int, int, int, int]]:
    titles, branch_id = names.titles, author.branch_id
    return [(titles[item.title], item.day, branch_id, item.copies) for item in scan.items]

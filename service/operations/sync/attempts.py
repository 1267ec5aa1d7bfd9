"""Attempt events become attempts."""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import Connection

from service.domain.events import Attempt
from service.operations.sync.admitting import Admitting, Author, first_choice, other_id
from service.operations.sync.names import Names
from service.operations.sync.statements import Row, hex_of, insert, rows_in, run_all

ATTEMPTS = (
    "branch_id, attempt_id, courier_id, point_id, attempted_at, reason, lat, lon, accuracy_m, note,"
    " event"
)
FOUND = (
    "SELECT attempt_id, id, event, branch_id, courier_id, point_id, reason FROM attempts"
    " WHERE attempt_id IN ({})"
)


def record(
    connection: Connection, author: Author, names: Names, events: Sequence[Admitting[Attempt]]
) -> list[tuple[str, str]]:
    """Write the attempts; return those under another id, as (event's id, attempt's id).

    In the order of ids, so that two phones never wait for one another.
    """
    wanted = [(first_choice(author, event), event) for event in events]
    renamed: list[tuple[str, str]] = []
    written: list[Row] = []
    while wanted:
        found = rows_in(connection, FOUND, {attempt_id for attempt_id, _ in wanted})
        taken = {hex_of(row[0]): tuple(row[1:]) for row in found}
        again = []
        for attempt_id, event in wanted:
            point_id = _point(names, event)
            same = (None, author.branch_id, author.courier_id, point_id, event.body.reason)
            if attempt_id not in taken:
                written.append(_row(attempt_id, author, point_id, event))
            elif taken[attempt_id][1:] == same:
                # An import of our own export came first.
                sql = "UPDATE attempts SET event = ? WHERE id = ?"
                run_all(connection, sql, [(event.row, taken[attempt_id][0])])
            else:
                again.append((other_id(author, attempt_id), event))
                renamed.append((event.key, again[-1][0]))
        wanted = again
    insert(connection, "attempts", ATTEMPTS, sorted(written, key=itemgetter(1)))
    return renamed


def _point(names: Names, event: Admitting[Attempt]) -> int:
    if event.point_id is not None:
        return event.point_id
    return names.points[event.body.point]


def _row(attempt_id: str, author: Author, point_id: int, event: Admitting[Attempt]) -> Row:
    attempt = event.body
    return (
        *(author.branch_id, attempt_id, author.courier_id, point_id, event.at_ms, attempt.reason),
        *(*attempt.position, attempt.note, event.row),
    )

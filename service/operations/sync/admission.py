"""Stored events become records: scans with their items, voids, attempts, arrivals, round reports.

Whatever the order in which events come, and however often, the same records come of them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from service.domain import held
from service.domain.events import Arrival, Attempt, RoundReport, Scan, Void
from service.domain.held import Why
from service.domain.instants import month_number
from service.measures.dirty import mark_months
from service.operations.sync import attempts, reports, scans, voids
from service.operations.sync.admitting import Admitting, Author
from service.operations.sync.holding import decide
from service.operations.sync.names import Names
from service.operations.sync.statements import insert, run_all

UNTRACED = (
    "INSERT INTO untraced_scans (scan_id, branch_id, mark) VALUES (?, ?, 1)"
    " ON CONFLICT (scan_id) DO UPDATE SET mark = untraced_scans.mark + 1"
)
AUDIT = "branch_id, at, installation_id, action, subject, detail"


def admit(
    connection: Connection,
    author: Author,
    names: Names,
    events: Iterable[Admitting[Any]],
    now_ms: int,
) -> dict[int, Why]:
    """Make records of stored events; return why the others stay held, by the events' rows.

    Held voids of scans that come are admitted with them. Whatever figures may move is marked.
    """
    kinds: dict[type, list[Admitting[Any]]] = {
        kind: [] for kind in (Scan, Void, Attempt, Arrival, RoundReport)
    }
    refused: dict[int, Why] = {}
    asked = set()
    for event in events:
        asked.add(event.row)
        why = names.why_not(event.body, event.point_id)
        if why is None:
            kinds[type(event.body)].append(event)
        else:
            refused[event.row] = why
    made = scans.record(connection, author, names, kinds[Scan])
    waiting = voids.waiting_for(connection, author, made.rows)
    gone, missing = voids.record(connection, author, [*kinds[Void], *waiting], made.rows)
    refused |= {event.row: Why(held.UNKNOWN_SCAN) for event in missing}
    decided = [(event.row, event.key) for event in waiting if event.row not in asked]
    decide(connection, author, decided, "admitted", now_ms)
    renamed = made.renamed + attempts.record(connection, author, names, kinds[Attempt])
    days, mended = reports.record_arrivals(connection, author, names, kinds[Arrival])
    reports.record_rounds(connection, author, names, kinds[RoundReport])
    touched = sorted({*made.new, *gone})
    run_all(connection, UNTRACED, [(id_, author.branch_id) for id_ in touched])
    mark_months(connection, author.branch_id, {month_number(day) for day in days})
    _note(connection, author, renamed, mended, now_ms)
    return refused


def _note(
    connection: Connection,
    author: Author,
    renamed: Sequence[tuple[str, str]],
    mended: Sequence[reports.Mended],
    now_ms: int,
) -> None:
    """Write into the audit log what is not as a phone sent it, or no longer as it was."""
    lines = [("id_replaced", key, json.dumps({"by": other})) for key, other in renamed]
    lines += [("arrival_mended", each.subject, each.detail) for each in mended]
    written = [(author.branch_id, now_ms, author.id, *line) for line in lines]
    insert(connection, "audit_log", AUDIT, written)

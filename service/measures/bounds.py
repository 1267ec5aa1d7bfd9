"""What a branch's records reach from and to."""

from sqlalchemy import Connection, text

from service.measures.plan import Plan

# Where instants of records that as_of can cut off stand. (Arrivals are not cut off.)
INSTANTS = (
    ("scans", "scanned_at"),
    ("scan_voids", "voided_at"),
    ("confirmations", "confirmed_at"),
    ("confirmation_voids", "voided_at"),
)


def newest_record(connection: Connection, branch_id: int, as_of_ms: int) -> int | None:
    """Return the instant of the newest record at or before as_of, in epoch milliseconds."""
    return _bound(connection, branch_id, "MAX", "<=", as_of_ms)


def next_record(connection: Connection, branch_id: int, as_of_ms: int) -> int | None:
    """Return the instant of the first record after as_of, in epoch milliseconds."""
    return _bound(connection, branch_id, "MIN", ">", as_of_ms)


def newest_scan(connection: Connection, branch_id: int, until_ms: int) -> int | None:
    """Return the instant of the newest scan at or before another, in epoch milliseconds."""
    found: int | None = connection.execute(
        text(
            "SELECT MAX(scanned_at) FROM scans WHERE branch_id = :branch AND scanned_at <= :until"
        ),
        {"branch": branch_id, "until": until_ms},
    ).scalar()
    return found


def _bound(
    connection: Connection, branch_id: int, which: str, side: str, as_of_ms: int
) -> int | None:
    found = [
        connection.execute(
            text(
                f"SELECT {which}({column}) FROM {table}"
                f" WHERE branch_id = :branch AND {column} {side} :as_of"
            ),
            {"branch": branch_id, "as_of": as_of_ms},
        ).scalar()
        for table, column in INSTANTS
    ]
    instants = [instant for instant in found if instant is not None]
    if not instants:
        return None
    bound: int = max(instants) if which == "MAX" else min(instants)
    return bound


def first_owed_day(connection: Connection, plan: Plan) -> int | None:
    """Return a day before which nothing is owed to anyone; None where nothing ever is."""
    rows = connection.execute(
        text(
            "SELECT title_id, MIN(start_date) FROM subscriptions WHERE branch_id = :branch"
            " GROUP BY title_id"
        ),
        {"branch": plan.branch_id},
    )
    starts = []
    for title_id, start in rows:
        title = plan.titles[title_id]
        starts.append(max(start, min(title.first_issue, *title.changes, title.first_issue)))
    return min(starts, default=None)

"""A branch's records of fact out of the database, as Arrow tables."""

import pyarrow as pa
from sqlalchemy import Connection, text

from service.measures.context import EVERYTHING, Context
from service.measures.plan import NEVER
from service.measures.rows import INT, REAL, TEXT, Column, read

SCAN_COLUMNS = {
    "scan_id": Column("scans.id", INT),
    "point_id": Column("scans.point_id", INT),
    "courier_id": Column("scans.courier_id", INT),
    "ms": Column("scans.scanned_at", INT),
    "uid": Column("scans.scan_id", TEXT),
    "lat": Column("scans.lat", REAL, nullable=True),
    "lon": Column("scans.lon", REAL, nullable=True),
    "accuracy_m": Column("scans.accuracy_m", REAL, nullable=True),
    "method": Column("CASE scans.method WHEN 'manual' THEN 1 ELSE 0 END", INT),
    "clock": Column(
        "CASE scans.clock WHEN 'corrected' THEN 1 WHEN 'unknown' THEN 2 ELSE 0 END", INT
    ),
    "label": Column("CASE scans.label WHEN 'unknown' THEN 1 WHEN 'retired' THEN 2 ELSE 0 END", INT),
    "voided_ms": Column("scan_voids.voided_at", INT, nullable=True),
}


SCANS = "FROM scans LEFT JOIN scan_voids ON scan_voids.scan_id = scans.id"

# Each courier's last scan with a position before a stretch of time, as it exists at as_of.
LAST_POSITIONS = """
    SELECT (
        SELECT before.id
        FROM scans AS before
        LEFT JOIN scan_voids AS undone ON undone.scan_id = before.id
        WHERE before.courier_id = couriers.id
          AND before.scanned_at < {scans_from}
          AND before.scanned_at <= {as_of_ms}
          AND before.lat IS NOT NULL
          AND (undone.voided_at IS NULL OR undone.voided_at > {as_of_ms})
        ORDER BY before.scanned_at DESC, before.scan_id DESC
        LIMIT 1
    )
    FROM couriers
    WHERE couriers.branch_id = {branch_id}
"""


def read_scans(connection: Connection, branch_id: int, context: Context, as_of_ms: int) -> pa.Table:
    """Return the scans of the context's stretch of time, voided ones with when that was.

    Each courier's last position before it comes along.
    """
    if context == EVERYTHING:
        return read(connection, SCAN_COLUMNS, f"{SCANS} WHERE {_all_of('scans', branch_id)}")
    within = f"scans.scanned_at BETWEEN {context.scans_from} AND {context.scans_until}"
    scans = read(
        connection, SCAN_COLUMNS, f"{SCANS} WHERE scans.branch_id = {branch_id} AND {within}"
    )
    before = LAST_POSITIONS.format(
        scans_from=context.scans_from, as_of_ms=as_of_ms, branch_id=branch_id
    )
    return pa.concat_tables(
        [scans, read(connection, SCAN_COLUMNS, f"{SCANS} WHERE scans.id IN ({before})")]
    )


def _all_of(table: str, branch_id: int) -> str:
    """Return the condition for all rows of a branch; the sum keeps SQLite from a costly index."""
    return f"{table}.branch_id + 0 = {branch_id}"


def read_items(connection: Connection, branch_id: int, context: Context) -> pa.Table:
    """Return the items of the context's issue days, those of scans outside its time too.

    `issue` is one number for title and day: title_id × 2^17 + day.
    """
    if context.issue_days is None:
        chosen = _all_of("scan_items", branch_id)
    else:
        days = ", ".join(map(str, sorted(context.issue_days))) or "NULL"
        chosen = f"branch_id = {branch_id} AND issue_date IN ({days})"
    return read(
        connection,
        {
            "scan_id": Column("scan_id", INT),
            # Fewer numbers are read faster.
            "issue": Column("(title_id * CAST(131072 AS BIGINT) + issue_date)", INT),
            "copies": Column("copies", INT),
        },
        f"FROM scan_items WHERE {chosen}",
    )


def item_days(connection: Connection, branch_id: int) -> set[int]:
    """Return every publication date that something was handed over of."""
    # From one to the next by the index: a DISTINCT would read every item.
    query = """
        WITH RECURSIVE days(day) AS (
            SELECT MIN(issue_date) FROM scan_items WHERE branch_id = :branch
            UNION ALL
            SELECT (
                SELECT MIN(issue_date)
                FROM scan_items
                WHERE branch_id = :branch AND issue_date > days.day
            )
            FROM days
            WHERE days.day IS NOT NULL
        )
        SELECT day FROM days WHERE day IS NOT NULL
    """
    return set(connection.execute(text(query), {"branch": branch_id}).scalars())


def read_items_of_scans(connection: Connection, branch_id: int, context: Context) -> pa.Table:
    """Return which issues the scans of the context's stretch of time handed over."""
    return read(
        connection,
        {"scan_id": Column("scan_items.scan_id", INT), "day": Column("scan_items.issue_date", INT)},
        "FROM scans JOIN scan_items ON scan_items.scan_id = scans.id "
        f"WHERE scans.branch_id = {branch_id} "
        f"AND scans.scanned_at BETWEEN {context.scans_from} AND {context.scans_until}",
    )


def items_ahead(connection: Connection, branch_id: int, after: int) -> set[tuple[int, int]]:
    """Return (title, day) of what was handed over of issues dated later than a day."""
    query = (
        "SELECT DISTINCT title_id, issue_date FROM scan_items"
        " WHERE branch_id = :branch AND issue_date > :after"
    )
    rows = connection.execute(text(query), {"branch": branch_id, "after": after})
    return {(title_id, day) for title_id, day in rows}


def read_points(connection: Connection, branch_id: int) -> pa.Table:
    """Return the points with their positions."""
    return read(
        connection,
        {"point_id": Column("id", INT), "lat": Column("lat", REAL), "lon": Column("lon", REAL)},
        f"FROM points WHERE branch_id = {branch_id}",
    )


def read_subscriptions(connection: Connection, branch_id: int) -> pa.Table:
    """Return the subscriptions; one without an end ends NEVER."""
    return read(
        connection,
        {
            "subscription_id": Column("id", INT),
            "point_id": Column("point_id", INT),
            "title_id": Column("title_id", INT),
            "copies": Column("copies", INT),
            "start_day": Column("start_date", INT),
            "end_day": Column(f"COALESCE(end_date, {NEVER})", INT),
        },
        f"FROM subscriptions WHERE branch_id = {branch_id}",
    )


def read_holds(connection: Connection, branch_id: int) -> pa.Table:
    """Return the holds of subscriptions."""
    return read(
        connection,
        {
            "subscription_id": Column("subscription_id", INT),
            "start_day": Column("start_date", INT),
            "end_day": Column("end_date", INT),
        },
        f"FROM holds WHERE branch_id = {branch_id}",
    )


def read_arrivals(connection: Connection, branch_id: int, since: int, until: int) -> pa.Table:
    """Return the arrivals of issues of [since, until]."""
    return read(
        connection,
        {
            "office_id": Column("office_id", INT),
            "title_id": Column("title_id", INT),
            "day": Column("issue_date", INT),
            "arrived_ms": Column("arrived_at", INT),
        },
        f"FROM arrivals WHERE branch_id = {branch_id} AND issue_date BETWEEN {since} AND {until}",
    )


def read_confirmations(connection: Connection, branch_id: int, since: int, until: int) -> pa.Table:
    """Return readers' words on issues of [since, until]; those taken back with when that was."""
    return read(
        connection,
        {
            "point_id": Column("point_id", INT),
            "title_id": Column("title_id", INT),
            "day": Column("issue_date", INT),
            "ms": Column("confirmed_at", INT),
            "verdict": Column("verdict", TEXT),
            "copies": Column("copies", INT),
            "voided_ms": Column("confirmation_voids.voided_at", INT, nullable=True),
        },
        "FROM confirmations LEFT JOIN confirmation_voids "
        "ON confirmation_voids.confirmation_id = confirmations.id "
        f"WHERE confirmations.branch_id = {branch_id} AND issue_date BETWEEN {since} AND {until}",
    )

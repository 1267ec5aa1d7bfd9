"""Which months of issues a new record moves the figures of.

The other side of context.py: what decides an issue's figures, read backwards. It may name a month
too many, never one too few; a test holds partial refreshes to derivation from scratch.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, text

from service.domain.calendars import SEARCH_DAYS
from service.domain.instants import DAY_MS, local_day, month_number
from service.measures.context import PILE_MS
from service.measures.dirty import EVERY_MONTH
from service.measures.plan import Plan

# Finding out which months a scan moves takes about a millisecond; with more scans than these,
# deriving all months takes less.
FEW_SCANS = 5_000

Seen = tuple[int, int, int]  # a scan: its id, its point, its instant


def moved_by_issues(days: Iterable[int]) -> set[int]:
    """Return the months that arrivals of issues, or words on them, move: their own."""
    return {month_number(day) for day in days}


def moved_by_scans(connection: Connection, plan: Plan, scan_ids: Collection[int]) -> set[int]:
    """Return the months that scans move by being there, or no longer; all of them for very many."""
    if len(scan_ids) > FEW_SCANS:
        return {EVERY_MONTH}
    months: set[int] = set()
    for scan in _with_companions(connection, scan_ids):
        months |= {EVERY_MONTH} if scan is None else _moved_by(connection, plan, scan)
    return months


def _with_companions(connection: Connection, scan_ids: Iterable[int]) -> set[Seen | None]:
    """Return the scans, and those of the same couriers whose marks they may change.

    These are the ones within two minutes (`pile`) and those up to the courier's next position that
    is not voided (`fast`). None stands for one that is not there: who deletes a scan by hand leaves
    its mark behind, and nobody knows what it moved.
    """
    found: set[Seen | None] = set()
    for scan_id in scan_ids:
        row = connection.execute(
            text("SELECT point_id, courier_id, scanned_at, lat FROM scans WHERE id = :id"),
            {"id": scan_id},
        ).first()
        if row is None:
            found.add(None)
            continue
        found.add((scan_id, row.point_id, row.scanned_at))
        if row.lat is None:
            continue
        following = connection.execute(
            text(
                "SELECT scans.id, scans.point_id, scans.scanned_at, scan_voids.scan_id FROM scans"
                " LEFT JOIN scan_voids ON scan_voids.scan_id = scans.id"
                " WHERE courier_id = :courier AND scanned_at >= :since AND lat IS NOT NULL"
                " ORDER BY scanned_at, scans.id"
            ),
            {"courier": row.courier_id, "since": row.scanned_at - PILE_MS},
        )
        for id_, point_id, ms, voided in following:
            found.add((id_, point_id, ms))
            if ms > row.scanned_at + PILE_MS and voided is None:
                break
    return found


def _moved_by(connection: Connection, plan: Plan, scan: Seen) -> set[int]:
    scan_id, point_id, ms = scan
    days = set()
    gap = plan.visit_gap_minutes * 60_000
    # Its own items: how many of their copies count may change in every visit that has them.
    visits = {_visit(connection, point_id, ms, gap)}
    for other_ms in _sharing_issues(connection, scan_id, point_id):
        visits.add(_visit(connection, point_id, other_ms, gap))
    for first, last in visits:
        days |= _issue_days(connection, point_id, first, last)
    day = local_day(ms, plan.zone)
    days |= _left_behind(connection, plan, point_id, day, ms)
    return {month_number(each) for each in days}


def _visit(connection: Connection, point_id: int, ms: int, gap: int) -> tuple[int, int]:
    """Return the first and last instant of the visit that a scan of that instant belongs to.

    Voided scans count: what is voided joined visits before.
    """

    def next_one(edge: int, direction: str) -> int | None:
        which, low, high = (
            ("MIN", edge - gap, edge - 1) if direction == "back" else ("MAX", edge + 1, edge + gap)
        )
        found: int | None = connection.execute(
            text(
                f"SELECT {which}(scanned_at) FROM scans"
                " WHERE point_id = :point AND scanned_at BETWEEN :low AND :high"
            ),
            {"point": point_id, "low": low, "high": high},
        ).scalar()
        return found

    first = last = ms
    while (earlier := next_one(first, "back")) is not None:
        first = earlier
    while (later := next_one(last, "on")) is not None:
        last = later
    # The scan itself may be what kept two visits apart from being one.
    return first, last


def _sharing_issues(connection: Connection, scan_id: int, point_id: int) -> Iterable[int]:
    """Return the instants of the point's scans that handed over an issue that this one did."""
    return connection.execute(
        text(
            "SELECT DISTINCT scans.scanned_at FROM scan_items AS mine"
            " JOIN scans ON scans.point_id = :point"
            " JOIN scan_items AS theirs ON theirs.scan_id = scans.id"
            " AND theirs.title_id = mine.title_id AND theirs.issue_date = mine.issue_date"
            " WHERE mine.scan_id = :scan"
        ),
        {"scan": scan_id, "point": point_id},
    ).scalars()


def _issue_days(connection: Connection, point_id: int, first: int, last: int) -> set[int]:
    """Return the publication dates of what was handed over at a point in a stretch of time."""
    return set(
        connection.execute(
            text(
                "SELECT DISTINCT issue_date FROM scans"
                " JOIN scan_items ON scan_items.scan_id = scans.id"
                " WHERE point_id = :point AND scanned_at BETWEEN :first AND :last"
            ),
            {"point": point_id, "first": first, "last": last},
        ).scalars()
    )


def _left_behind(connection: Connection, plan: Plan, point_id: int, day: int, ms: int) -> set[int]:
    """Return publication dates whose causes look at a visit of the point on a day.

    Issues not due before it, and those handed over after it.
    """
    first = day
    while day - first < SEARCH_DAYS and plan.last_due(first - 1) >= day:
        first -= 1
    later = connection.execute(
        text(
            "SELECT DISTINCT issue_date FROM scans"
            " JOIN scan_items ON scan_items.scan_id = scans.id"
            " WHERE point_id = :point AND scanned_at > :ms AND issue_date <= :day"
        ),
        {"point": point_id, "ms": ms - DAY_MS, "day": day},
    )
    return set(range(first, day + 1)) | set(later.scalars())

"""Which records decide the figures of a stretch of issue days.

Everything is worked out point by point, and the figures of an issue at a point move only with

- the items of that issue, and with the visits in which those were handed over;
- the other issues in those visits, whose own items say which of their copies count and why the
  older ones came late;
- scans on any day from the publication date to the due date or to the hand-over (`left_behind`);
- for sound scans, what their courier scanned shortly before and after (`pile`) and the last
  position before (`fast`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.domain.instants import DAY_MS, local_instant
from service.measures.plan import Plan

FOR_EVER = 10**15
PILE_MS = 120_000


@dataclass(frozen=True)
class Context:
    """The records that are needed: items of some issue days, scans of a stretch of time.

    `issue_days` None means the items of all days. Instants are epoch milliseconds, both ends in.
    """

    issue_days: frozenset[int] | None = None
    scans_from: int = -FOR_EVER
    scans_until: int = FOR_EVER


EVERYTHING = Context()


def needed_context(connection: Connection, plan: Plan, since: int, until: int) -> Context:
    """Return a context that decides the figures of issues of [since, until], at any as_of."""
    branch = plan.branch_id
    first, last = _scanned(connection, branch, range(since, until + 1))
    first, last = _whole_visits(connection, plan, first, last)
    days = set(range(since, until + 1)) | _issue_days(connection, branch, first, last)
    earliest, latest = _scanned(connection, branch, days - set(range(since, until + 1)))
    first = min(first, earliest, local_instant(since, 0, plan.zone))
    last = max(last, latest, local_instant(plan.last_due(until) + 1, 0, plan.zone))
    return Context(frozenset(days), first - PILE_MS, last + PILE_MS)


def _scanned(connection: Connection, branch_id: int, days: Collection[int]) -> tuple[int, int]:
    """Return the first and last instant at which issues of the days were scanned.

    (FOR_EVER, -FOR_EVER) where none was.
    """
    wanted = ", ".join(map(str, sorted(days))) or "NULL"
    row = connection.execute(
        text(
            "SELECT MIN(scans.scanned_at), MAX(scans.scanned_at) FROM scan_items"
            " JOIN scans ON scans.id = scan_items.scan_id"
            f" WHERE scan_items.branch_id = :branch AND issue_date IN ({wanted})"
        ),
        {"branch": branch_id},
    ).one()
    return (FOR_EVER, -FOR_EVER) if row[0] is None else (row[0], row[1])


def _issue_days(connection: Connection, branch_id: int, first: int, last: int) -> set[int]:
    """Return the publication dates of what was handed over in a stretch of time."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT issue_date FROM scans"
            " JOIN scan_items ON scan_items.scan_id = scans.id"
            " WHERE scans.branch_id = :branch AND scanned_at BETWEEN :first AND :last"
        ),
        {"branch": branch_id, "first": first, "last": last},
    )
    return set(rows.scalars())


def _whole_visits(connection: Connection, plan: Plan, first: int, last: int) -> tuple[int, int]:
    """Return the stretch of time widened until no visit reaches over either end of it."""
    if first > last:
        return first, last
    gap = plan.visit_gap_minutes * 60_000

    def reach(select: str, edge: int) -> int | None:
        found: int | None = connection.execute(
            text(
                f"SELECT {select} FROM scans AS later"
                " JOIN scans AS earlier ON earlier.point_id = later.point_id"
                " AND earlier.scanned_at < :edge AND later.scanned_at - earlier.scanned_at <= :gap"
                " WHERE later.branch_id = :branch"
                " AND later.scanned_at >= :edge AND later.scanned_at <= :edge + :gap"
                " AND earlier.scanned_at >= :edge - :gap"
            ),
            {"edge": edge, "gap": gap, "branch": plan.branch_id},
        ).scalar()
        return found

    first = _widen(lambda edge: reach("MIN(earlier.scanned_at)", edge), first, -1)
    last = _widen(lambda edge: reach("MAX(later.scanned_at)", edge + 1), last, 1)
    return first, last


def _widen(reach: Callable[[int], int | None], edge: int, direction: int) -> int:
    """Return the first edge in the direction over which nothing reaches.

    The steps double: with a long visit gap a visit may go on for years.
    """
    step = DAY_MS // 24
    while (over := reach(edge)) is not None:
        further = edge + direction * step
        edge = min(over, further) if direction < 0 else max(over, further)
        step *= 2
    return edge

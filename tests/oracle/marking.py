"""How far a scan can be trusted (metrics.md, "How far the figures can be trusted")."""

from datetime import datetime, timedelta

from geopy.distance import geodesic

from tests.oracle.records import Position, Records, Scan

METRES_PER_SECOND = 120_000 / 3600
UNSOUND = {"far", "fast", "pile", "clock_unknown"}


def distance(one: Position, other: Position) -> float:
    """Geodesic, WGS-84, in metres."""
    return geodesic(one, other, ellipsoid="WGS-84").meters


def in_order(scans: list[Scan]) -> list[Scan]:
    """By instant, then by scan id in lower case."""
    return sorted(scans, key=lambda scan: (scan.at, scan.id))


def existing_scans(records: Records, as_of: datetime) -> list[Scan]:
    """metrics.md, 1: a scan after `as_of` does not exist, nor does a voided one from
    `voided_at` on; a void after `as_of` does not exist itself."""
    existing = []
    for scan in in_order(records.scans):
        voided_at = records.scan_voids.get(scan.id)
        is_voided = voided_at is not None and voided_at <= as_of
        if scan.at <= as_of and not is_voided:
            existing.append(scan)
    return existing


def is_far(records: Records, scan: Scan) -> bool:
    if scan.position is None:
        return False
    away = distance(scan.position, records.points[scan.point].position)
    return away > max(150, 3 * scan.accuracy)


def is_fast(scan: Scan, scans: list[Scan]) -> bool:
    """`scans` are all that exist, in order."""
    if scan.position is None:
        return False
    previous = None
    for other in scans:
        if other.id == scan.id:
            break
        if other.courier == scan.courier and other.position is not None:
            previous = other
    if previous is None or previous.position is None:
        return False
    apart = distance(previous.position, scan.position) - previous.accuracy - scan.accuracy
    return apart > METRES_PER_SECOND * (scan.at - previous.at).total_seconds()


def is_pile(records: Records, scan: Scan, scans: list[Scan]) -> bool:
    if scan.position is None:
        return False
    own = records.points[scan.point].position
    others = set()
    for other in scans:
        if other.courier != scan.courier or other.point == scan.point or other.position is None:
            continue
        if (
            abs(other.at - scan.at) <= timedelta(seconds=120)
            and distance(other.position, scan.position) <= 30
            and distance(records.points[other.point].position, own) > 300
        ):
            others.add(other.point)
    return len(others) >= 2


def has_future_issue(records: Records, scan: Scan) -> bool:
    handed_over_on = records.local_date(scan.at)
    return any(item.issue > handed_over_on for item in records.items.get(scan.id, []))


def marks_of(records: Records, scan: Scan, scans: list[Scan]) -> list[str]:
    """The marks of one scan among all that exist at `as_of`, in alphabetical order."""
    found = {
        "far": is_far(records, scan),
        "fast": is_fast(scan, scans),
        "pile": is_pile(records, scan, scans),
        "typed": scan.method == "manual",
        "future_issue": has_future_issue(records, scan),
        "clock": scan.clock == "corrected",
        "clock_unknown": scan.clock == "unknown",
        "unknown_label": scan.label == "unknown",
        "retired_label": scan.label == "retired",
    }
    return sorted(mark for mark, holds in found.items() if holds)


def sound_scans(records: Records, scans: list[Scan]) -> list[Scan]:
    """Those without a mark that makes them doubtful; the marks are worked out over all scans."""
    return [scan for scan in scans if not UNSOUND & set(marks_of(records, scan, scans))]

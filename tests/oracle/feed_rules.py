"""The rules a valid feed obeys (feed.md), as far as drawn feeds could break them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tests.oracle.feed_plans import Feed
from tests.oracle.feed_routes import overlap
from tests.oracle.records import WEEKDAYS, Row

KEYS = {
    "feed_info": ["feed_version"],
    "titles": ["title_code"],
    "publication_exceptions": ["title_code", "date"],
    "holidays": ["date"],
    "towns": ["town_code"],
    "offices": ["office_code"],
    "service_standards": ["standard_code"],
    "points": ["point_code"],
    "point_changes": ["point_code", "valid_from"],
    "couriers": ["courier_code"],
    "routes": ["route_code", "valid_from"],
    "route_exceptions": ["route_code", "date"],
    "route_stops": ["route_code", "sequence", "valid_from"],
    "subscriptions": ["subscription_code"],
    "holds": ["subscription_code", "start_date"],
    "arrivals": ["office_code", "title_code", "issue_date"],
    "scans": ["scan_id"],
    "scan_items": ["scan_id", "title_code", "issue_date"],
    "scan_voids": ["scan_id"],
    "attempts": ["attempt_id"],
    "confirmations": ["confirmation_id"],
    "confirmation_voids": ["confirmation_id"],
}
HOMES = {
    "title_code": "titles",
    "town_code": "towns",
    "office_code": "offices",
    "standard_code": "service_standards",
    "point_code": "points",
    "courier_code": "couriers",
    "route_code": "routes",
    "subscription_code": "subscriptions",
    "scan_id": "scans",
    "confirmation_id": "confirmations",
}
ALLOWED = {
    "day_kind": {"calendar", "working", "visit"},
    "change": {"skip", "extra"},
    "method": {"camera", "manual"},
    "clock": {"", "corrected", "unknown"},
    "label": {"", "unknown", "retired"},
    "verdict": {"received", "late", "bundled", "missing", "damaged", "wrong"},
    "channel": {"", "label", "phone", "counter", "visit"},
}
BOUNDS = {
    "copies": (1, 100_000),
    "sequence": (1, 10**6),
    "offset_days": (0, 60),
    "minutes_after_departure": (0, 1440),
    "visit_gap_minutes": (0, 1440),
    "accuracy_m": (0, 100_000),
    "lat": (-90, 90),
    "lon": (-180, 180),
}
DATES = {"date", "first_issue", "last_issue", "valid_from", "valid_to", "start_date", "end_date"}
DATES |= {"issue_date"}
INSTANTS = {"arrived_at", "scanned_at", "received_at", "voided_at", "attempted_at", "confirmed_at"}
MAY_BE_EMPTY = {"accuracy_m", "copies", "received_at", "last_issue", "valid_from", "valid_to"}
MAY_BE_EMPTY |= {"end_date", "courier_code", "standard_code", "office_code", "lat", "lon"}


def problems(feed: Feed) -> list[str]:
    """What is wrong with a feed: nothing, one hopes."""
    found = list(duplicate_keys(feed)) + list(dangling_references(feed))
    for name, rows in feed.items():
        for row in rows:
            found += [f"{name}: {problem}: {row}" for problem in row_problems(row)]
    return found + list(overlaps(feed))


def duplicate_keys(feed: Feed) -> Iterator[str]:
    for name, rows in feed.items():
        keys = [
            tuple(row[c].lower() if c.endswith("_id") else row[c] for c in KEYS[name])
            for row in rows
        ]
        if len(keys) != len(set(keys)):
            yield f"{name}: a key twice"


def dangling_references(feed: Feed) -> Iterator[str]:
    for name, rows in feed.items():
        for column, home in HOMES.items():
            known = {row[column].lower() for row in feed.get(home, [])}
            for row in rows:
                value = row.get(column, "")
                if value and value.lower() not in known:
                    yield f"{name}: {column} {value} is not known"


def row_problems(row: Row) -> Iterator[str]:
    for column, text in row.items():
        if not text:
            if column in DATES | INSTANTS | BOUNDS.keys() and column not in MAY_BE_EMPTY:
                yield f"{column} is empty"
        elif not fits(column, text):
            yield f"{column} cannot be {text}"
    if row.get("valid_from") and row.get("valid_to") and row["valid_to"] < row["valid_from"]:
        yield "ends before it starts"
    if row.get("end_date") and row["end_date"] < row["start_date"]:
        yield "ends before it starts"
    if row.get("last_issue") and row["last_issue"] < row["first_issue"]:
        yield "ends before it starts"
    if bool(row.get("lat")) != bool(row.get("lon")):
        yield "half a position"
    if "publication_rule" in row:
        start = datetime.combine(date.fromisoformat(row["first_issue"]), time())
        rrulestr(row["publication_rule"], dtstart=start)
        if "COUNT" in row["publication_rule"] and "UNTIL" in row["publication_rule"]:
            yield "COUNT and UNTIL together"


def fits(column: str, text: str) -> bool:
    if column in ALLOWED:
        return text in ALLOWED[column]
    if column in BOUNDS:
        least, most = BOUNDS[column]
        return least <= float(text) <= most
    if column in DATES:
        return date(1970, 1, 1) <= date.fromisoformat(text) <= date(2100, 1, 1)
    if column in INSTANTS:
        instant = datetime.fromisoformat(text)
        return datetime(1970, 1, 1, tzinfo=UTC) <= instant <= datetime(2100, 1, 1, tzinfo=UTC)
    if column in ("due_time", "depart_time"):
        return time.fromisoformat(text).strftime("%H:%M") == text
    if column.endswith("_id"):
        return str(UUID(text)) == text.lower()
    if column == "weekdays":
        return set(text.split(",")) <= set(WEEKDAYS)
    if column == "timezone":
        return ZoneInfo(text).key == text
    return len(text) <= 200


def overlaps(feed: Feed) -> Iterator[str]:
    """Versions of a route, of a stop, and a point at most once at a time on a route."""
    for one, other in combinations(feed.get("routes", []), 2):
        if one["route_code"] == other["route_code"] and overlap(one, other):
            yield f"versions overlap: {one} {other}"
    for one, other in combinations(feed.get("route_stops", []), 2):
        if one["route_code"] == other["route_code"] and overlap(one, other):
            if one["sequence"] == other["sequence"]:
                yield f"stops overlap: {one} {other}"
            if one["point_code"] == other["point_code"]:
                yield f"a point twice at a time: {one} {other}"

"""What feed.md asks of keys, references and bounds, checked on a folder of CSV files."""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

Row = dict[str, str]
Feed = dict[str, list[Row]]

KEYS = {
    "titles": ("title_code",),
    "publication_exceptions": ("title_code", "date"),
    "holidays": ("date",),
    "towns": ("town_code",),
    "offices": ("office_code",),
    "service_standards": ("standard_code",),
    "points": ("point_code",),
    "point_changes": ("point_code", "valid_from"),
    "couriers": ("courier_code",),
    "routes": ("route_code", "valid_from"),
    "route_exceptions": ("route_code", "date"),
    "route_stops": ("route_code", "sequence", "valid_from"),
    "subscriptions": ("subscription_code",),
    "holds": ("subscription_code", "start_date", "end_date"),
    "arrivals": ("office_code", "title_code", "issue_date"),
    "scans": ("scan_id",),
    "scan_items": ("scan_id", "title_code", "issue_date"),
    "scan_voids": ("scan_id",),
    "attempts": ("attempt_id",),
    "confirmations": ("confirmation_id",),
    "confirmation_voids": ("confirmation_id",),
}

REFERENCES = {
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

WORDS = {
    "kind": {
        "titles": "newspaper magazine",
        "holidays": "holiday workday",
        "points": "village_post unit household agent",
    },
    "change": {
        "publication_exceptions": "skip extra",
        "route_exceptions": "skip extra",
    },
    "day_kind": {"service_standards": "calendar working visit"},
    "method": {"scans": "camera manual"},
    "clock": {"scans": "corrected unknown"},
    "label": {"scans": "unknown retired"},
    "verdict": {"confirmations": "received late bundled missing damaged wrong"},
    "channel": {"confirmations": "label phone counter visit"},
    "reason": {
        "attempts": "road_closed nobody_there paper_missing label_unreadable point_moved other"
    },
}

NUMBERS = {
    "copies": (1, 100_000),
    "sequence": (1, 10_000),
    "offset_days": (0, 60),
    "minutes_after_departure": (0, 1440),
    "visit_gap_minutes": (0, 1440),
    "accuracy_m": (0, 100_000),
    "lat": (-90, 90),
    "lon": (-180, 180),
}

DATES = re.compile(r"date$|_date$|^valid_")
INSTANTS = re.compile(r"_at$")
TIMES = {"due_time", "depart_time"}
FIRST, LAST = date(1970, 1, 1), date(2100, 1, 1)


def read(folder: Path) -> Feed:
    feed = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as file:
            feed[path.stem] = list(csv.DictReader(file))
    return feed


def problems(feed: Feed) -> list[str]:
    """Every breach of a key, a reference, a bound or a word, one a line."""
    return [*_doubled_keys(feed), *_dangling_references(feed), *_bad_cells(feed), *_overlaps(feed)]


def _doubled_keys(feed: Feed) -> Iterator[str]:
    for name, columns in KEYS.items():
        seen = set()
        for row in feed[name]:
            key = tuple(row[column] for column in columns)
            if key in seen:
                yield f"{name}: {key} twice"
            seen.add(key)


def _dangling_references(feed: Feed) -> Iterator[str]:
    known = {column: {row[column] for row in feed[name]} for column, name in REFERENCES.items()}
    for name, rows in feed.items():
        for row in rows:
            for column in REFERENCES.keys() & row.keys():
                if row[column] and row[column] not in known[column]:
                    yield f"{name}: {column} {row[column]} is unknown"


def _bad_cells(feed: Feed) -> Iterator[str]:
    for name, rows in feed.items():
        for row in rows:
            for column, cell in row.items():
                if cell and not _is_good(name, column, cell):
                    yield f"{name}: {column}: {cell}"


def _is_good(name: str, column: str, cell: str) -> bool:
    if len(cell) > 200:
        return False
    if column in NUMBERS:
        low, high = NUMBERS[column]
        return low <= float(cell) <= high
    if column in WORDS and name in WORDS[column]:
        return cell in WORDS[column][name].split()
    if column in TIMES:
        return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", cell) is not None
    if DATES.search(column):
        return FIRST <= date.fromisoformat(cell) <= LAST
    if INSTANTS.search(column):
        return datetime.fromisoformat(cell).utcoffset() is not None
    return True


def _overlaps(feed: Feed) -> Iterator[str]:
    """Versions of a route, places of a stop, points of a route: one at a time."""
    for name, columns in (
        ("routes", ("route_code",)),
        ("route_stops", ("route_code", "sequence")),
        ("route_stops", ("route_code", "point_code")),
    ):
        spans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for row in feed[name]:
            key = tuple(row[column] for column in columns)
            span = (row["valid_from"] or "0", row["valid_to"] or "9")
            spans.setdefault(key, []).append(span)
        for key, held in spans.items():
            held.sort()
            for (_, ends), (starts, _) in pairwise(held):
                if starts <= ends:
                    yield f"{name}: {key} overlaps"
    for name, first, last in (
        ("subscriptions", "start_date", "end_date"),
        ("holds", "start_date", "end_date"),
        ("routes", "valid_from", "valid_to"),
        ("route_stops", "valid_from", "valid_to"),
    ):
        for row in feed[name]:
            if row[first] and row[last] and row[last] < row[first]:
                yield f"{name}: {row} ends before it starts"

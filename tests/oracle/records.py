"""The records of a feed folder, read and typed (feed.md, "files in, files out")."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Row = dict[str, str]
Position = tuple[float, float]


@dataclass(frozen=True)
class Title:
    code: str
    publication_rule: str
    first_issue: date
    last_issue: date | None


@dataclass(frozen=True)
class Standard:
    code: str
    day_kind: str
    offset_days: int
    due_time: time


@dataclass(frozen=True)
class Point:
    code: str
    kind: str
    town: str
    office: str
    standard: str
    position: Position


@dataclass(frozen=True)
class PointChange:
    point: str
    valid_from: date
    standard: str | None
    office: str | None


@dataclass(frozen=True)
class RouteVersion:
    route: str
    office: str
    weekdays: frozenset[int]
    depart_time: time
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Stop:
    route: str
    sequence: int
    point: str
    minutes_after_departure: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Subscription:
    code: str
    point: str
    title: str
    copies: int
    start: date
    end: date | None


@dataclass(frozen=True)
class Scan:
    id: str
    courier: str
    point: str
    at: datetime
    position: Position | None
    accuracy: float
    method: str
    clock: str | None
    label: str | None


@dataclass(frozen=True)
class Item:
    scan: str
    title: str
    issue: date
    copies: int


@dataclass(frozen=True)
class Confirmation:
    id: str
    point: str
    title: str
    issue: date
    at: datetime
    verdict: str
    copies: int


@dataclass(frozen=True)
class Records:
    timezone: ZoneInfo
    visit_gap: timedelta
    titles: dict[str, Title]
    publication_exceptions: dict[tuple[str, date], str]
    holidays: dict[date, str]
    areas: dict[str, str | None]
    """The area of each town."""
    carriers: dict[str, str]
    """The carrier of each office."""
    standards: dict[str, Standard]
    points: dict[str, Point]
    point_changes: list[PointChange]
    route_versions: list[RouteVersion]
    route_exceptions: dict[tuple[str, date], str]
    stops: list[Stop]
    subscriptions: list[Subscription]
    holds: dict[str, list[tuple[date, date]]]
    """Per subscription, first and last day of each."""
    arrivals: dict[tuple[str, str, date], datetime]
    """By office, title and issue."""
    scans: list[Scan]
    items: dict[str, list[Item]]
    """By scan."""
    scan_voids: dict[str, datetime]
    confirmations: list[Confirmation]
    confirmation_voids: dict[str, datetime]

    def local_date(self, instant: datetime) -> date:
        """metrics.md, Time: dates are local to the branch's time zone."""
        return instant.astimezone(self.timezone).date()

    def local_instant(self, day: date, of_day: time) -> datetime:
        """metrics.md, Time: a doubled time is the earlier one, a skipped one is read with the
        offset before the change: `fold=0`."""
        local = datetime.combine(day, of_day.replace(fold=0), tzinfo=self.timezone)
        return local.astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """metrics.md, Time: stored in UTC, kept to the millisecond, finer digits cut off."""
    instant = datetime.fromisoformat(text).astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def parse_date(text: str) -> date:
    return date.fromisoformat(text)


def parse_time(text: str) -> time:
    return time.fromisoformat(text)


def optional_date(row: Row, column: str) -> date | None:
    text = row.get(column) or ""
    return parse_date(text) if text else None


def optional_text(row: Row, column: str) -> str | None:
    return row.get(column) or None


def optional_position(row: Row) -> Position | None:
    if not row.get("lat"):
        return None
    return float(row["lat"]), float(row["lon"])


def read_rows(folder: Path, name: str) -> list[Row]:
    """The rows of one file, none when the file is absent."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(folder: Path) -> Records:
    """Read a feed folder."""
    rows = {path.stem: read_rows(folder, path.stem) for path in Path(folder).glob("*.csv")}
    return parse(rows)


def parse(feed: dict[str, list[Row]]) -> Records:
    """Type the rows of a feed, given by file name without `.csv`."""
    info = feed["feed_info"][0]
    return Records(
        timezone=ZoneInfo(info["timezone"]),
        visit_gap=timedelta(minutes=int(info["visit_gap_minutes"])),
        **_promises(feed),
        **_plans(feed),
        **_facts(feed),
    )


def _promises(feed: dict[str, list[Row]]) -> dict:
    holds: dict[str, list[tuple[date, date]]] = {}
    for row in feed.get("holds", []):
        days = (parse_date(row["start_date"]), parse_date(row["end_date"]))
        holds.setdefault(row["subscription_code"], []).append(days)
    return {
        "titles": {row["title_code"]: _title(row) for row in feed["titles"]},
        "publication_exceptions": {
            (row["title_code"], parse_date(row["date"])): row["change"]
            for row in feed.get("publication_exceptions", [])
        },
        "holidays": {parse_date(row["date"]): row["kind"] for row in feed.get("holidays", [])},
        "areas": {row["town_code"]: optional_text(row, "area") for row in feed["towns"]},
        "carriers": {row["office_code"]: row.get("carrier") or "邮政" for row in feed["offices"]},
        "standards": {row["standard_code"]: _standard(row) for row in feed["service_standards"]},
        "points": {row["point_code"]: _point(row) for row in feed["points"]},
        "point_changes": [_point_change(row) for row in feed.get("point_changes", [])],
        "subscriptions": [_subscription(row) for row in feed["subscriptions"]],
        "holds": holds,
    }


def _plans(feed: dict[str, list[Row]]) -> dict:
    return {
        "route_versions": [_route_version(row) for row in feed.get("routes", [])],
        "route_exceptions": {
            (row["route_code"], parse_date(row["date"])): row["change"]
            for row in feed.get("route_exceptions", [])
        },
        "stops": [_stop(row) for row in feed.get("route_stops", [])],
    }


def _facts(feed: dict[str, list[Row]]) -> dict:
    items: dict[str, list[Item]] = {}
    for row in feed.get("scan_items", []):
        item = _item(row)
        items.setdefault(item.scan, []).append(item)
    return {
        "arrivals": {
            (row["office_code"], row["title_code"], parse_date(row["issue_date"])): parse_instant(
                row["arrived_at"]
            )
            for row in feed.get("arrivals", [])
        },
        "scans": [_scan(row) for row in feed.get("scans", [])],
        "items": items,
        "scan_voids": {
            row["scan_id"].lower(): parse_instant(row["voided_at"])
            for row in feed.get("scan_voids", [])
        },
        "confirmations": [_confirmation(row) for row in feed.get("confirmations", [])],
        "confirmation_voids": {
            row["confirmation_id"].lower(): parse_instant(row["voided_at"])
            for row in feed.get("confirmation_voids", [])
        },
    }


def _title(row: Row) -> Title:
    return Title(
        code=row["title_code"],
        publication_rule=row["publication_rule"],
        first_issue=parse_date(row["first_issue"]),
        last_issue=optional_date(row, "last_issue"),
    )


def _standard(row: Row) -> Standard:
    return Standard(
        code=row["standard_code"],
        day_kind=row["day_kind"],
        offset_days=int(row["offset_days"]),
        due_time=parse_time(row["due_time"]),
    )


def _point(row: Row) -> Point:
    return Point(
        code=row["point_code"],
        kind=row["kind"],
        town=row["town_code"],
        office=row["office_code"],
        standard=row["standard_code"],
        position=(float(row["lat"]), float(row["lon"])),
    )


def _point_change(row: Row) -> PointChange:
    return PointChange(
        point=row["point_code"],
        valid_from=parse_date(row["valid_from"]),
        standard=optional_text(row, "standard_code"),
        office=optional_text(row, "office_code"),
    )


def _subscription(row: Row) -> Subscription:
    return Subscription(
        code=row["subscription_code"],
        point=row["point_code"],
        title=row["title_code"],
        copies=int(row["copies"]),
        start=parse_date(row["start_date"]),
        end=optional_date(row, "end_date"),
    )


def _route_version(row: Row) -> RouteVersion:
    return RouteVersion(
        route=row["route_code"],
        office=row["office_code"],
        weekdays=frozenset(WEEKDAYS.index(day) for day in row["weekdays"].split(",")),
        depart_time=parse_time(row["depart_time"]),
        valid_from=optional_date(row, "valid_from"),
        valid_to=optional_date(row, "valid_to"),
    )


def _stop(row: Row) -> Stop:
    return Stop(
        route=row["route_code"],
        sequence=int(row["sequence"]),
        point=row["point_code"],
        minutes_after_departure=int(row["minutes_after_departure"]),
        valid_from=optional_date(row, "valid_from"),
        valid_to=optional_date(row, "valid_to"),
    )


def _scan(row: Row) -> Scan:
    return Scan(
        id=row["scan_id"].lower(),
        courier=row["courier_code"],
        point=row["point_code"],
        at=parse_instant(row["scanned_at"]),
        position=optional_position(row),
        accuracy=float(row.get("accuracy_m") or 0),
        method=row["method"],
        clock=optional_text(row, "clock"),
        label=optional_text(row, "label"),
    )


def _item(row: Row) -> Item:
    return Item(
        scan=row["scan_id"].lower(),
        title=row["title_code"],
        issue=parse_date(row["issue_date"]),
        copies=int(row["copies"]),
    )


def _confirmation(row: Row) -> Confirmation:
    return Confirmation(
        id=row["confirmation_id"].lower(),
        point=row["point_code"],
        title=row["title_code"],
        issue=parse_date(row["issue_date"]),
        at=parse_instant(row["confirmed_at"]),
        verdict=row["verdict"],
        copies=int(row.get("copies") or 1),
    )

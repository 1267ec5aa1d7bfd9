"""The questions that can be asked of a feed: rates, rounds and marks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle.copies import Expectation, build_world, expectations_of
from tests.oracle.figures import cohort, figures, group_key, in_key_order, period_key, ratio
from tests.oracle.marking import existing_scans, marks_of
from tests.oracle.plans import DAY, Plans, days_between
from tests.oracle.records import Records, load, parse

__all__ = ["GROUPINGS", "ROUND_GROUPINGS", "load", "marks", "parse", "rates", "rounds"]

GROUPINGS = [
    "all",
    "area",
    "carrier",
    "town",
    "office",
    "route",
    "point",
    "title",
    "standard",
    "kind",
    "day",
    "week",
    "month",
]
ROUND_GROUPINGS = ["all", "office", "route", "day", "week", "month"]


def rates(
    records: Records,
    *,
    by: str,
    since: date | None = None,
    until: date | None = None,
    as_of: datetime,
    title: str | None = None,
    town: str | None = None,
    route: str | None = None,
    scans: str = "all",
) -> list[dict[str, Any]]:
    """metrics.md, Rates. A filter chooses by the key of its grouping."""
    as_of = as_of.astimezone(UTC)
    since, until = period(records, since, until, as_of)
    world = build_world(records, as_of, scans)
    chosen = cohort(expectations_of(world), since, until, as_of)
    for grouping, wanted in (("title", title), ("town", town), ("route", route)):
        if wanted is not None:
            chosen = [each for each in chosen if group_key(world, each, grouping) == wanted]
    groups: dict[str | None, list[Expectation]] = {}
    for each in chosen:
        groups.setdefault(group_key(world, each, by), []).append(each)
    return in_key_order([figures(world, group, key) for key, group in groups.items()])


def period(
    records: Records, since: date | None, until: date | None, as_of: datetime
) -> tuple[date, date]:
    """feed.md, Command line: until the local date of `as_of`, since 30 days before."""
    if until is None:
        until = records.local_date(as_of)
    if since is None:
        since = until - 30 * DAY
    return since, until


@dataclass
class PlannedRound:
    """A route on a date, with what of it is due by `as_of`."""

    route: str
    office: str
    day: date
    stops: int
    due: int
    made: int


def planned_rounds(
    records: Records, since: date, until: date, as_of: datetime
) -> list[PlannedRound]:
    """metrics.md, Rounds kept; over all scans."""
    plans = Plans(records)
    visited = {(scan.point, records.local_date(scan.at)) for scan in existing_scans(records, as_of)}
    found = []
    for route in plans.route_codes():
        for day in days_between(since, until):
            if not plans.runs(route, day):
                continue
            stops = plans.stops(route, day)
            departure = plans.departure(route, day)
            due = [
                stop
                for stop in stops
                if departure + timedelta(minutes=stop.minutes_after_departure) <= as_of
            ]
            made = [stop for stop in due if (stop.point, day) in visited]
            office = plans.version(route, day).office
            found.append(PlannedRound(route, office, day, len(stops), len(due), len(made)))
    return found


def rounds(
    records: Records,
    *,
    by: str,
    since: date | None = None,
    until: date | None = None,
    as_of: datetime,
) -> list[dict[str, Any]]:
    """metrics.md, Rounds kept."""
    as_of = as_of.astimezone(UTC)
    since, until = period(records, since, until, as_of)
    groups: dict[str, list[PlannedRound]] = {}
    for each in planned_rounds(records, since, until, as_of):
        keys = {"all": "all", "office": each.office, "route": each.route}
        key = keys[by] if by in keys else period_key(by, each.day)
        if each.due:
            groups.setdefault(key, []).append(each)
    return in_key_order([round_figures(group, key) for key, group in groups.items()])


def round_figures(group: list[PlannedRound], key: str) -> dict[str, Any]:
    """A round is planned when it has a stop and all its visits are due, complete when all are
    made."""
    visits = sum(each.due for each in group)
    made = sum(each.made for each in group)
    due = [each for each in group if each.stops and each.due == each.stops]
    complete = [each for each in due if each.made == each.stops]
    return {
        "key": key,
        "planned_visits": visits,
        "made_visits": made,
        "visits_kept": ratio(made, visits),
        "planned_rounds": len(due),
        "complete_rounds": len(complete),
        "rounds_kept": ratio(len(complete), len(due)),
    }


def marks(
    records: Records,
    *,
    since: date | None = None,
    until: date | None = None,
    as_of: datetime,
) -> list[dict[str, Any]]:
    """metrics.md, How far the figures can be trusted: by local date of the scan, sorted by id,
    scans that have any."""
    as_of = as_of.astimezone(UTC)
    since, until = period(records, since, until, as_of)
    scans = existing_scans(records, as_of)
    found = []
    for scan in sorted(scans, key=lambda scan: scan.id):
        if since <= records.local_date(scan.at) <= until:
            names = marks_of(records, scan, scans)
            if names:
                found.append({"scan_id": scan.id, "marks": names})
    return found

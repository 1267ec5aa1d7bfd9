"""What was promised and planned: issue days, due instants, planned visit days and routes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr

from tests.oracle.records import Records, RouteVersion, Standard, Stop, Title

DAY = timedelta(days=1)
DAYS_LOOKED_AT = 62


def days_between(first: date, last: date) -> Iterator[date]:
    """Every date from first to last, both included; none when first is after last."""
    day = first
    while day <= last:
        yield day
        day += DAY


def is_within(day: date, first: date | None, last: date | None) -> bool:
    """metrics.md, Time: ranges include both ends; an empty end is open."""
    return (first is None or first <= day) and (last is None or day <= last)


def rule_days(title: Title, bound: date) -> set[date]:
    """The days on which the title's rule falls, up to its last issue and to `bound`."""
    last = bound if title.last_issue is None else min(bound, title.last_issue)
    rule = title.publication_rule.upper()
    if "WKST=" not in rule:
        rule += ";WKST=MO"
    start = datetime.combine(title.first_issue, datetime.min.time())
    days = set()
    for occurrence in rrulestr(rule, dtstart=start):
        if occurrence.date() > last:
            break
        days.add(occurrence.date())
    return days


def issue_days(records: Records, title: str, bound: date) -> set[date]:
    """metrics.md, When an issue appears: the rule's days, `skip` out, then `extra` in."""
    days = rule_days(records.titles[title], bound)
    for (code, day), change in records.publication_exceptions.items():
        if code == title and change == "skip":
            days.discard(day)
    for (code, day), change in records.publication_exceptions.items():
        if code == title and change == "extra" and day <= bound:
            days.add(day)
    return days


def standard_and_office(records: Records, point: str, day: date) -> tuple[str, str]:
    """metrics.md, When it is due: those in force on the date by `point_changes`; an empty cell
    leaves what was in force."""
    standard, office = records.points[point].standard, records.points[point].office
    changes = [change for change in records.point_changes if change.point == point]
    for change in sorted(changes, key=lambda change: change.valid_from):
        if change.valid_from <= day:
            standard = change.standard or standard
            office = change.office or office
    return standard, office


def is_working_day(records: Records, day: date) -> bool:
    """metrics.md: Monday to Friday, unless the holidays table says otherwise."""
    if day in records.holidays:
        return records.holidays[day] == "workday"
    return day.weekday() <= 4


class Plans:
    """The routes of a feed, asked by date; answers are kept, for they are asked for often."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self._departures: dict[tuple[str, date], list[datetime]] = {}

    def version(self, route: str, day: date) -> RouteVersion | None:
        """A route exists on a date when one of its versions is valid then."""
        for version in self.records.route_versions:
            if version.route == route and is_within(day, version.valid_from, version.valid_to):
                return version
        return None

    def runs(self, route: str, day: date) -> bool:
        """On its version's weekdays, minus skipped dates, plus extra dates; outside every
        version's validity an exception changes nothing."""
        version = self.version(route, day)
        if version is None:
            return False
        change = self.records.route_exceptions.get((route, day))
        if change is not None:
            return change == "extra"
        return day.weekday() in version.weekdays

    def stops(self, route: str, day: date) -> list[Stop]:
        """The stops of a route that are valid on a date."""
        return [
            stop
            for stop in self.records.stops
            if stop.route == route and is_within(day, stop.valid_from, stop.valid_to)
        ]

    def route_codes(self) -> list[str]:
        return sorted({version.route for version in self.records.route_versions})

    def routes_with(self, point: str, day: date) -> list[str]:
        """The routes that exist and have the point on a date, lowest code first."""
        return [
            route
            for route in self.route_codes()
            if self.version(route, day) is not None
            and any(stop.point == point for stop in self.stops(route, day))
        ]

    def departure(self, route: str, day: date) -> datetime:
        """When the route leaves on a date on which it exists."""
        version = self.version(route, day)
        assert version is not None
        return self.records.local_instant(day, version.depart_time)

    def departures(self, point: str, day: date) -> list[datetime]:
        """The departures of the day's running routes with the point: none when the day is not a
        planned visit day of the point."""
        key = (point, day)
        if key not in self._departures:
            self._departures[key] = [
                self.departure(route, day)
                for route in self.routes_with(point, day)
                if self.runs(route, day)
            ]
        return self._departures[key]

    def is_visit_day(self, point: str, day: date) -> bool:
        """Planned visit days: at least one route with that point runs."""
        return bool(self.departures(point, day))

    def due_date(self, standard: Standard, point: str, issue: date) -> date:
        """metrics.md, the table of day kinds."""
        wanted = standard.offset_days + 1
        calendar = issue + standard.offset_days * DAY
        if standard.day_kind == "calendar":
            return calendar
        days = []
        for day in days_between(issue, issue + (DAYS_LOOKED_AT - 1) * DAY):
            if standard.day_kind == "working":
                fits = is_working_day(self.records, day)
            else:
                fits = self.is_visit_day(point, day)
            if fits:
                days.append(day)
        return days[wanted - 1] if len(days) >= wanted else calendar

    def due_at(self, point: str, issue: date) -> datetime:
        """The instant at which an issue is due at a point, by the standard in force on it."""
        code, _ = standard_and_office(self.records, point, issue)
        standard = self.records.standards[code]
        day = self.due_date(standard, point, issue)
        return self.records.local_instant(day, standard.due_time)

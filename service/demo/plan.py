"""The parts of a plan as the feed has them, and the questions the demo asks of them."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

POST = "邮政"
STATION = "发行站"


@dataclass(frozen=True, slots=True)
class Standard:
    """A promise: by when an issue is due."""

    code: str
    name: str
    day_kind: str
    offset_days: int
    due_time: str


SEAT = Standard("SEAT", "镇街所在地当日达", "calendar", 0, "14:00")
UNIT = Standard("UNIT", "单位工作日达", "working", 0, "17:00")
HOUSEHOLD = Standard("HOUSEHOLD", "镇街户箱次日达", "calendar", 1, "18:00")
VILLAGE = Standard("VILLAGE", "建制村投递日当日达", "visit", 0, "17:00")
STATION_UNIT = Standard("STATION", "发行站工作日上午达", "working", 0, "12:00")
STANDARDS = (SEAT, UNIT, HOUSEHOLD, VILLAGE, STATION_UNIT)


@dataclass(frozen=True, slots=True)
class Office:
    """An office that papers arrive at, and the usual minute of the day at which they do."""

    code: str
    name: str
    town_code: str
    lat: float
    lon: float
    carrier: str
    truck_minute: int


@dataclass(frozen=True, slots=True)
class Courier:
    """A courier of one office."""

    code: str
    name: str
    office_code: str


@dataclass(frozen=True, slots=True)
class Point:
    """A delivery point with its first promise and office."""

    code: str
    name: str
    kind: str
    town_code: str
    village: str | None
    office_code: str
    standard_code: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Version:
    """A route's weekdays (0 = Monday), courier and departure over a range of dates."""

    weekdays: frozenset[int]
    courier_code: str
    depart_minute: int
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A point in its place on a route."""

    point: Point
    minutes: int
    """After departure."""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A route with its versions and stops, both in order."""

    code: str
    name: str
    office_code: str
    habits: str
    """How well it is usually worked: seat, country, city or station."""
    versions: tuple[Version, ...]
    stops: tuple[Stop, ...]

    def version_on(self, day: date) -> Version | None:
        """Return the version in force on a day, None when there is none."""
        return next((version for version in self.versions if _holds(version, day)), None)

    def stops_on(self, day: date) -> list[Stop]:
        """Return the stops in force on a day, in order."""
        return [stop for stop in self.stops if _holds(stop, day)]


class PointChange(NamedTuple):
    """What of a point's promise and office changes from a publication date on."""

    point_code: str
    valid_from: date
    standard_code: str | None
    office_code: str | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Copies of a title owed to a point between two dates, both included."""

    code: str
    point_code: str
    title_code: str
    copies: int
    start: date
    end: date | None = None
    payer: str | None = None
    holds: tuple[tuple[date, date], ...] = ()

    def owed_on(self, day: date) -> int:
        """Return the copies owed of an issue of that day."""
        if day < self.start or (self.end is not None and day > self.end):
            return 0
        if any(first <= day <= last for first, last in self.holds):
            return 0
        return self.copies


@dataclass(slots=True)
class Plan:
    """Everything that is planned and promised in the district."""

    offices: list[Office]
    couriers: list[Courier]
    points: list[Point]
    routes: list[Route]
    route_exceptions: dict[tuple[str, date], str] = field(default_factory=dict)
    point_changes: list[PointChange] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)

    def planned_version(self, route: Route, day: date) -> Version | None:
        """Return the version by which the route is to run on a day, None when it is not to."""
        version = route.version_on(day)
        if version is None:
            return None
        change = self.route_exceptions.get((route.code, day))
        if change == "extra" or (change is None and day.weekday() in version.weekdays):
            return version
        return None

    def office_on(self, point: Point, day: date) -> str:
        """Return the code of the office that serves a point's issues of a day."""
        office = point.office_code
        for change in self.point_changes:
            if change.point_code == point.code and change.valid_from <= day:
                office = change.office_code or office
        return office


def _holds(part: Version | Stop, day: date) -> bool:
    starts = part.valid_from is None or part.valid_from <= day
    return starts and (part.valid_to is None or day <= part.valid_to)

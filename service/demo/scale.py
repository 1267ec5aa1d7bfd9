"""A district of any size over any time, for benchmarks: plain, quick, in realistic proportions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from service.demo.calendar import DAY, Season, holidays
from service.demo.chance import happens, moved, stream, uuid7
from service.demo.folder import FeedFolder
from service.demo.layout import LON_SCALE
from service.demo.places import TOWNS
from service.demo.plan import POST, SEAT, UNIT, VILLAGE, WEEKDAYS

POINTS_A_ROUTE = 20
SEAT_WEEKDAYS = frozenset(range(6))
COUNTRY_WEEKDAYS = (frozenset({0, 2, 4}), frozenset({1, 3, 5}))
OFFSET = "+08:00"
OFFSET_SECONDS = 8 * 3600
TRUCK_SECOND = 8 * 3600 + 1800
DEPART_SECOND = 10 * 3600

THIRD_DAILY = 0.4
"""How many points take a third daily beside two: with six titles 2,000 points take 1.8 million
copies of issues in a year."""
MAGAZINE = 0.5
TRUCK_LATE = 0.02
ROUND_MISSED = 0.03
STOP_MISSED = 0.015
ISSUES_LEFT = 0.01
POSITION_KNOWN = 0.9
FAR = 0.005
VOIDED = 0.003
CONFIRMED = 0.004


@dataclass(slots=True)
class Counts:
    """How many of each the written feed has."""

    points: int = 0
    routes: int = 0
    subscriptions: int = 0
    expectations: int = 0
    """(point, issue) pairs owed, each of one copy or more."""
    arrivals: int = 0
    scans: int = 0
    scan_items: int = 0
    scan_voids: int = 0
    confirmations: int = 0


@dataclass(slots=True)
class _Point:
    """A point, and the ends of the rows that a scan of everything owed to it has."""

    code: str
    lat: float
    lon: float
    dailies: list[tuple[str, int]]
    magazines: list[tuple[str, int]]
    owed: list[str]


@dataclass(slots=True)
class _Route:
    """Points of one office, visited in order on the same weekdays."""

    code: str
    office_code: str
    weekdays: frozenset[int]
    points: list[_Point]


def write_district_year(
    out: Path, *, seed: int, points: int = 2000, titles: int = 6, days: int = 365, until: date
) -> Counts:
    """Write a feed of so many points and titles into an empty or new folder; return its counts.

    It covers `days` days that end with `until`, local to Asia/Shanghai. Two thirds of the titles
    are dailies, at least three; the rest appear twice a month. Equal arguments give equal bytes.
    ValueError for less than one point or day or fewer than three titles, FileExistsError when the
    folder holds anything.
    """
    if points < 1 or days < 1 or titles < 3:
        raise ValueError("a district has a point, a day and three titles at least")
    season = Season(until - (days - 1) * DAY, until)
    dailies = max(3, round(titles * 2 / 3))
    codes = [f"T{number}" for number in range(1, titles + 1)]
    with FeedFolder(out) as feed:
        year = _Year(feed, season, codes[:dailies], codes[dailies:], stream(seed, "scale"))
        year.promise()
        year.lay_out(points)
        for day in season.days():
            year.live_through(day)
    return year.counts


class _Year:
    """A district being written, day after day; it never holds more than what is still owed."""

    def __init__(
        self,
        feed: FeedFolder,
        season: Season,
        dailies: list[str],
        magazines: list[str],
        chance: Random,
    ) -> None:
        self.feed = feed
        self.season = season
        self.dailies = dailies
        self.magazines = magazines
        self.chance = chance
        self.counts = Counts()
        self.routes: list[_Route] = []

    def promise(self) -> None:
        """Write the branch, titles, standards, holidays, towns and offices."""
        feed = self.feed
        feed.add("feed_info", 1, "SCALE", "规模测试区", "Asia/Shanghai", 30)
        first = self.season.first
        for code in self.dailies:
            feed.add("titles", code, f"日报 {code}", "newspaper", None, "FREQ=DAILY", first, None)
        for code in self.magazines:
            rule = "FREQ=MONTHLY;BYMONTHDAY=1,16"
            feed.add("titles", code, f"半月刊 {code}", "magazine", None, rule, first, None)
        for day, kind in holidays(self.season).items():
            feed.add("holidays", day, kind)
        for each in (SEAT, UNIT, VILLAGE):
            promise = (each.day_kind, each.offset_days, each.due_time)
            feed.add("service_standards", each.code, each.name, *promise)
        for town in TOWNS:
            feed.add("towns", town.code, town.name, town.lat, town.lon, town.area)
            place = (town.code, town.lat, town.lon)
            feed.add("offices", town.short, f"{town.name}邮政支局", *place, POST)

    def lay_out(self, points: int) -> None:
        """Write routes of twenty points, their couriers, and what each point takes."""
        for first in range(0, points, POINTS_A_ROUTE):
            number = first // POINTS_A_ROUTE
            town = TOWNS[number % len(TOWNS)]
            is_seat = number % 5 == number // len(TOWNS) % 5
            code = f"R{number:04d}"
            weekdays = SEAT_WEEKDAYS if is_seat else COUNTRY_WEEKDAYS[number % 2]
            self.feed.add("couriers", f"C{number:04d}", f"投递员 {number:04d}", town.short)
            spelled = ",".join(WEEKDAYS[day] for day in sorted(weekdays))
            work = (town.short, f"C{number:04d}", spelled, "10:00", None, None)
            self.feed.add("routes", code, f"{town.name}段道 {number:04d}", *work)
            route = _Route(code, town.short, weekdays, [])
            lat, lon = self.near(town.lat, town.lon, 500 if is_seat else 4000)
            for sequence in range(1, min(POINTS_A_ROUTE, points - first) + 1):
                place = (town.code, town.short, *self.near(lat, lon, 1500))
                route.points.append(self.point(route, sequence, is_seat, *place))
            self.routes.append(route)
        self.counts.routes = len(self.routes)

    def point(
        self,
        route: _Route,
        sequence: int,
        is_seat: bool,
        town_code: str,
        office_code: str,
        lat: float,
        lon: float,
    ) -> _Point:
        """Write one point in its place on a route."""
        code = f"{route.code}-{sequence:02d}"
        kind = "unit" if sequence % 3 else "household" if is_seat else "village_post"
        standard = VILLAGE if not is_seat else UNIT if kind == "unit" else SEAT
        served = (office_code, standard.code, lat, lon)
        self.feed.add("points", code, f"投递点 {code}", kind, town_code, None, *served)
        self.feed.add("route_stops", route.code, sequence, code, 12 * sequence, None, None)
        self.counts.points += 1
        wanted = self.chance.sample(self.dailies, 3 if happens(self.chance, THIRD_DAILY) else 2)
        dailies = [(title, self.chance.randint(1, 4)) for title in wanted]
        magazines = [(title, 1) for title in self.magazines if happens(self.chance, MAGAZINE)]
        for number, (title, copies) in enumerate(dailies + magazines, start=1):
            what = (f"{code}-S{number}", code, title, copies)
            self.feed.add("subscriptions", *what, self.season.first, None, None)
        self.counts.subscriptions += len(dailies) + len(magazines)
        return _Point(code, lat, lon, dailies, magazines, [])

    def near(self, lat: float, lon: float, metres: float) -> tuple[float, float]:
        """Return a position at most so far north or south, and so far east or west."""
        north_m, east_m = (self.chance.uniform(-metres, metres) for _ in range(2))
        return moved(lat, lon, north_m=north_m, east_m=east_m, lon_scale=LON_SCALE)

    def live_through(self, day: date) -> None:
        """Write what arrives and what is handed over on one day."""
        late = {town.short for town in TOWNS if happens(self.chance, TRUCK_LATE)}
        self.trucks(day, late)
        for route in self.routes:
            is_late = route.office_code in late
            if not is_late:
                self.publish(route, day)
            runs = day.weekday() in route.weekdays
            if runs and not happens(self.chance, ROUND_MISSED):
                self.go_round(route, day)
            if is_late:
                self.publish(route, day)

    def trucks(self, day: date, late: set[str]) -> None:
        """Write when the day's issues reached each office, before or after the rounds left."""
        titles = self.dailies + (self.magazines if day.day in (1, 16) else [])
        for town in TOWNS:
            second = TRUCK_SECOND + self.chance.randrange(0, 1800)
            arrived_at = _iso(day, second + 4 * 3600 if town.short in late else second)
            self.feed.add_lines(
                "arrivals", [f"{town.short},{title},{day},{arrived_at}\n" for title in titles]
            )
        self.counts.arrivals += len(TOWNS) * len(titles)

    def publish(self, route: _Route, day: date) -> None:
        """Add the day's issues to what the office has for each point."""
        is_magazine_day = day.day in (1, 16)
        for point in route.points:
            takes = point.dailies + point.magazines if is_magazine_day else point.dailies
            point.owed += [f",{title},{day},{copies}\n" for title, copies in takes]
            self.counts.expectations += len(takes)

    def go_round(self, route: _Route, day: date) -> None:
        """Write the scans of one round."""
        slow = self.chance.uniform(0.95, 1.3)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        for sequence, point in enumerate(route.points, start=1):
            if happens(self.chance, STOP_MISSED):
                continue
            second = DEPART_SECOND + int(720 * sequence * slow) + self.chance.randrange(0, 60)
            epoch_ms = (int(midnight) - OFFSET_SECONDS + second) * 1000
            scan_id = uuid7(epoch_ms, self.chance)
            left = [point.owed.pop()] if point.owed and happens(self.chance, ISSUES_LEFT) else []
            handed, point.owed = point.owed, left
            if happens(self.chance, VOIDED):
                voided = (f"{scan_id},{_iso(day, second + 60)},扫错\n",)
                self.feed.add_lines("scan_voids", voided)
                self.counts.scan_voids += 1
                point.owed = handed + left
            self.scan(route, point, scan_id, _iso(day, second))
            self.feed.add_lines("scan_items", [scan_id + item for item in handed])
            self.counts.scan_items += len(handed)
            if handed and happens(self.chance, CONFIRMED):
                self.confirm(point, handed[0], day, second + 7200, epoch_ms + 7_200_000)

    def scan(self, route: _Route, point: _Point, scan_id: str, at: str) -> None:
        """Write one scan without its items."""
        where = ",,"
        if happens(self.chance, POSITION_KNOWN):
            metres = 400 if happens(self.chance, FAR) else 12
            lat, lon = self.near(point.lat, point.lon, metres)
            where = f"{lat},{lon},{self.chance.randrange(4, 25)}"
        courier = f"C{route.code[1:]}"
        row = f"{scan_id},{courier},{point.code},{at},{where},camera,{at},,\n"
        self.feed.add_lines("scans", (row,))
        self.counts.scans += 1

    def confirm(self, point: _Point, item: str, day: date, second: int, epoch_ms: int) -> None:
        """Write a reader's word on an item."""
        _, title, issue, _ = item.split(",")
        verdict = self.chance.choice(("received", "received", "received", "late", "missing"))
        word = f"{uuid7(epoch_ms, self.chance)},{point.code},{title},{issue},{_iso(day, second)}"
        self.feed.add_lines("confirmations", (f"{word},{verdict},1,label\n",))
        self.counts.confirmations += 1


def _iso(day: date, second: int) -> str:
    """Return a local second of a day as the feed writes instants."""
    minutes, seconds = divmod(second, 60)
    return f"{day}T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{OFFSET}"

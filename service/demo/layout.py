"""Where everything lies before the season begins: offices, points, couriers and routes.

Positions are made up around the seats of the towns.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from service.demo import plan, troubles
from service.demo.chance import moved, stream
from service.demo.places import (
    CITY_POINTS,
    NEIGHBOURHOODS,
    SEAT_POINTS,
    STATION_POINTS,
    TOWNS,
    VILLAGE_POINTS,
    Town,
)
from service.demo.plan import Courier, Office, Plan, Point, Route, Stop, Version

LON_SCALE = math.cos(math.radians(29.42))
SEAT_MINUTE = 50
"""Rounds at a seat leave so many minutes after the truck."""
COUNTRY_MINUTE = 105
STATION_MINUTE = 40

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "建国 秀英 志强 丽华 明 桂芳 永红 小平 海燕 军 玉兰 光荣 德才 春梅 世贵 文"
_STREETS = {"unit": plan.UNIT, "household": plan.HOUSEHOLD, "agent": plan.SEAT}


@dataclass(slots=True)
class _Round:
    """How a kind of route is paced: minutes from departure to its first stop, and between two."""

    habits: str
    first_stop: int
    at_least: int
    metres_a_minute: float


_SEAT = _Round("seat", 15, 8, 150)
_COUNTRY = _Round("country", 105, 9, 200)
_CITY = _Round("city", 15, 7, 150)
_STATION = _Round("station", 10, 9, 150)


def lay_out(seed: int) -> Plan:
    """Return the ten towns' offices, couriers, points and routes, in the order of their codes."""
    laid = Plan([], [], [], [])
    for town in sorted(TOWNS, key=lambda town: town.short):
        _Town(town, laid, stream(seed, "layout", town.short)).lay_out()
    return laid


@dataclass(slots=True)
class _Town:
    """One town being laid out into a plan."""

    town: Town
    laid: Plan
    chance: Random

    def lay_out(self) -> None:
        """Lay out what the post has in the town, and what the 发行站 has."""
        town = self.town
        post = self.office(
            "Y", f"{town.name}邮政支局", plan.POST, self.chance.randrange(490, 526, 5)
        )
        if town.city_routes:
            for number, digits in enumerate(_shares(NEIGHBOURHOODS, town.city_routes)):
                points = [point for digit in digits for point in self.city_points(digit, post)]
                self.route(number + 1, "城区", post, points, _CITY)
        else:
            self.route(1, "镇区", post, list(self.seat_points(post)), _SEAT)
        for number, names in enumerate(_shares(town.villages, town.country_routes)):
            points = [point for name in names for point in self.village_points(name, post)]
            self.route(number + 2, "乡村", post, points, _COUNTRY)
        if town.has_station:
            station = self.office("F", f"{town.name}发行站", plan.STATION, 400)
            points = [self.station_point(number, station) for number in range(len(STATION_POINTS))]
            self.route(1, "发行站", station, points, _STATION)

    def office(self, letter: str, name: str, carrier: str, truck_minute: int) -> Office:
        """Add an office close to the seat."""
        lat, lon = self.near(self.town.lat, self.town.lon, 120)
        code = f"{self.town.short}-{letter}"
        office = Office(code, name, self.town.code, lat, lon, carrier, truck_minute)
        self.laid.offices.append(office)
        return office

    def seat_points(self, office: Office) -> Iterator[Point]:
        """Yield the points at the seat, within 700 m of it."""
        for kind, name in SEAT_POINTS:
            standard = plan.SEAT if self.town.short in troubles.SAME_DAY else _STREETS[kind]
            lat, lon = self.near(self.town.lat, self.town.lon, 500)
            yield self.point(
                kind, name.format(town=self.town.name), None, office, standard, lat, lon
            )

    def city_points(self, digit: str, office: Office) -> Iterator[Point]:
        """Yield the points of a neighbourhood, around a centre within 2 km of the seat."""
        town = self.town.name.removesuffix("镇")
        centre = self.near(self.town.lat, self.town.lon, 1400)
        for kind, name in CITY_POINTS:
            lat, lon = self.near(*centre, 150)
            standard = plan.UNIT if kind == "unit" else plan.SEAT
            full = name.format(town=town, digit=digit)
            yield self.point(kind, full, None, office, standard, lat, lon)

    def village_points(self, village: str, office: Office) -> Iterator[Point]:
        """Yield the points of a village, around a centre 2–4 km from the seat."""
        number = self.town.villages.index(village)
        angle = 2 * math.pi * (number + self.chance.uniform(-0.1, 0.1)) / len(self.town.villages)
        away = self.chance.uniform(2400, 3800)
        north, east = away * math.cos(angle), away * math.sin(angle)
        centre = moved(
            self.town.lat, self.town.lon, north_m=north, east_m=east, lon_scale=LON_SCALE
        )
        for kind, name in VILLAGE_POINTS[: self.town.points_a_village]:
            lat, lon = self.near(*centre, 250)
            full = name.format(village=village)
            yield self.point(kind, full, village, office, plan.VILLAGE, lat, lon)

    def station_point(self, number: int, station: Office) -> Point:
        """Add the 发行站's own point at a unit that the post serves too."""
        lat, lon = self.near(self.town.lat, self.town.lon, 500)
        point = Point(
            code=f"{self.town.short}-F{number + 1:02d}",
            name=STATION_POINTS[number].format(town=self.town.name) + "（发行站）",
            kind="unit",
            town_code=self.town.code,
            village=None,
            office_code=station.code,
            standard_code=plan.STATION_UNIT.code,
            lat=lat,
            lon=lon,
        )
        self.laid.points.append(point)
        return point

    def point(
        self,
        kind: str,
        name: str,
        village: str | None,
        office: Office,
        standard: plan.Standard,
        lat: float,
        lon: float,
    ) -> Point:
        """Add a point of the post, numbered in its town."""
        taken = sum(point.office_code == office.code for point in self.laid.points)
        code = f"{self.town.short}-{taken + 1:03d}"
        point = Point(
            code, name, kind, self.town.code, village, office.code, standard.code, lat, lon
        )
        self.laid.points.append(point)
        return point

    def route(
        self, number: int, name: str, office: Office, points: Sequence[Point], pace: _Round
    ) -> None:
        """Add a route over the points in their order, with a courier of its own."""
        is_station = pace is _STATION
        code = f"{self.town.short}-F{number}" if is_station else f"{self.town.short}-{number:02d}"
        courier = Courier(f"{code}-C", self.person(), office.code)
        self.laid.couriers.append(courier)
        after_truck = {"country": COUNTRY_MINUTE, "station": STATION_MINUTE}.get(
            pace.habits, SEAT_MINUTE
        )
        version = Version(
            troubles.WEEKDAYS.get(code) or _weekdays(pace.habits, number, self.chance),
            courier.code,
            office.truck_minute + after_truck,
        )
        full = f"{self.town.name}{name}{'' if is_station else number}段道"
        stops = tuple(_stops(points, pace))
        self.laid.routes.append(Route(code, full, office.code, pace.habits, (version,), stops))

    def person(self) -> str:
        """Return a made-up name."""
        return self.chance.choice(_SURNAMES) + self.chance.choice(_GIVEN.split())

    def near(self, lat: float, lon: float, metres: float) -> tuple[float, float]:
        """Return a position at most so far north or south, and so far east or west."""
        return moved(
            lat,
            lon,
            north_m=self.chance.uniform(-metres, metres),
            east_m=self.chance.uniform(-metres, metres),
            lon_scale=LON_SCALE,
        )


def with_stop(route: Route, stop: Stop) -> Route:
    """Return the route with one more stop at its end."""
    return replace(route, stops=(*route.stops, stop))


def metres_between(one: Point, other: Point) -> float:
    """Return the distance of two points on a flat map, good to a few metres here."""
    north = (one.lat - other.lat) * 111_320
    east = (one.lon - other.lon) * 111_320 * LON_SCALE
    return math.hypot(north, east)


def _stops(points: Sequence[Point], pace: _Round) -> Iterator[Stop]:
    minutes = pace.first_stop
    for number, point in enumerate(points):
        if number:
            away = metres_between(points[number - 1], point)
            minutes += pace.at_least + round(away / pace.metres_a_minute)
        yield Stop(point, minutes)


def _weekdays(habits: str, number: int, chance: Random) -> frozenset[int]:
    """Return the days a route runs: every day in the city, three a week in the country."""
    if habits == "city":
        return frozenset(range(7))
    if habits == "station":
        return frozenset(range(5))
    if habits == "seat":
        return frozenset(range(chance.choice((5, 6))))
    return frozenset((0, 2, 4) if number % 2 == 0 else (1, 3, 5))


def _shares(names: Sequence[str], count: int) -> list[Sequence[str]]:
    """Return the names cut into so many runs of nearly equal length; none for no runs."""
    cuts = [round(number * len(names) / count) for number in range(count + 1)] if count else []
    return [names[first:last] for first, last in pairwise(cuts)]

"""What really happens: trucks bring papers to the offices, couriers take them round.

Nothing here is written down yet. records.py says what the phones make of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from service.demo import plan as parts
from service.demo.calendar import Season, at_minute, issue_days
from service.demo.chance import happens, stream
from service.demo.plan import Plan, Point, Route, Stop, Version
from service.demo.subscriptions import LOCAL_DAILY
from service.demo.troubles import PUNCTUAL_OFFICES, QUIET_ROUTES, Planted

ArrivalKey = tuple[str, str, date]
"""Office, title, issue."""


class Item(NamedTuple):
    """Copies of one issue handed over."""

    title_code: str
    issue: date
    copies: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A courier at a point, and what is handed over there."""

    route_code: str
    courier_code: str
    office_code: str
    point: Point
    at: datetime
    items: tuple[Item, ...]
    is_scanned: bool = True
    is_from_pile: bool = False
    """Scanned at the office: the papers follow with the next round, and nobody scans them then."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A point that the courier could not deliver to, or not scan, and said why."""

    courier_code: str
    point: Point
    at: datetime
    reason: str
    note: str | None = None


class PlannedRound(NamedTuple):
    """A round that the plan asks for, and whether the courier went."""

    route_code: str
    day: date
    was_made: bool


@dataclass(slots=True)
class Happened:
    """Everything that happened in the season, in the order of days and routes."""

    arrivals: dict[ArrivalKey, datetime]
    visits: list[Visit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rounds: list[PlannedRound] = field(default_factory=list)
    published: list[tuple[str, Item]] = field(default_factory=list)
    """Every expectation, with the code of its point."""
    still_owed: dict[str, dict[tuple[str, date], int]] = field(default_factory=dict)
    """By point, the copies not handed over when the season ends."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """How often something goes wrong by chance."""

    round_missed: float = 0.0
    round_slow: float = 0.0
    stop_missed: float = 0.0
    title_left: float = 0.0


_HABITS = {
    "seat": _Habits(0.006, 0.02, 0.006, 0.008),
    "country": _Habits(0.015, 0.03, 0.012, 0.012),
    "city": _Habits(0.001, 0.008, 0.002, 0.003),
    "station": _Habits(0.004, 0.01, 0.004, 0.004),
}
_FAULTLESS = _Habits()
_REASONS = ("nobody_there", "road_closed", "paper_missing", "point_moved", "other")
_PILE_SECONDS = 6


def work(plan: Plan, season: Season, seed: int) -> Happened:
    """Return what happens when the plan is carried out from the first day to the last."""
    appeared = issue_days(season)
    happened = Happened(dict(_arrivals(plan, season, appeared, seed)))
    happened.still_owed = {point.code: {} for point in plan.points}
    postmen = _Postmen(plan, Planted(season), seed, happened)
    for day in season.days():
        _publish(plan, appeared[day], day, happened)
        for route in plan.routes:
            version = plan.planned_version(route, day)
            if version is not None:
                postmen.go_round(route, version, day)
    return happened


def _arrivals(
    plan: Plan, season: Season, appeared: dict[date, list[str]], seed: int
) -> Iterator[tuple[ArrivalKey, datetime]]:
    """Yield when each issue reached each office: the post takes all titles, the 发行站 its own."""
    planted = Planted(season)
    for office in plan.offices:
        for day in season.days():
            chance = stream(seed, "truck", office.code, day)
            minute = office.truck_minute + chance.randint(-8, 8)
            if planted.truck_is_late(office.code, day):
                minute = chance.randint(13 * 60, 14 * 60)
            elif office.code not in PUNCTUAL_OFFICES and happens(chance, 0.015):
                minute += chance.randint(150, 260)
            for title_code in appeared[day]:
                if office.carrier == parts.POST or title_code == LOCAL_DAILY:
                    yield (office.code, title_code, day), at_minute(day, minute)


def _publish(plan: Plan, appeared: list[str], day: date, happened: Happened) -> None:
    """Add what is owed of the day's issues to what was owed before."""
    for subscription in plan.subscriptions:
        if subscription.title_code in appeared:
            copies = subscription.owed_on(day)
            if copies:
                owed = happened.still_owed[subscription.point_code]
                key = (subscription.title_code, day)
                owed[key] = owed.get(key, 0) + copies
                item = Item(subscription.title_code, day, copies)
                happened.published.append((subscription.point_code, item))


@dataclass(slots=True)
class _Postmen:
    """Those who carry out the plan, by habit or as the planted troubles would have it."""

    plan: Plan
    planted: Planted
    seed: int
    happened: Happened
    _rounds_planned: dict[str, int] = field(default_factory=dict)
    _unlabelled: set[str] = field(default_factory=set)

    def go_round(self, route: Route, version: Version, day: date) -> None:
        """Work one planned round, or leave it out."""
        chance = stream(self.seed, "round", route.code, day)
        habits = _FAULTLESS if route.code in QUIET_ROUTES else _HABITS[route.habits]
        number = self._rounds_planned.get(route.code, 0)
        self._rounds_planned[route.code] = number + 1
        is_missed = self.planted.skips_round(route.code, number)
        is_missed = is_missed or happens(chance, habits.round_missed)
        self.happened.rounds.append(PlannedRound(route.code, day, not is_missed))
        if is_missed:
            return
        if self.planted.reads_from_pile(route.code, day):
            self.read_from_pile(route, version, day)
        else:
            self.serve_stops(route, version, day, habits, chance)

    def read_from_pile(self, route: Route, version: Version, day: date) -> None:
        """Scan every label of the round within two minutes, just before it should leave."""
        departure = at_minute(day, version.depart_minute)
        for number, stop in enumerate(route.stops_on(day)):
            at = departure - timedelta(minutes=5) + timedelta(seconds=_PILE_SECONDS * number)
            items = self.taken(stop.point, departure)
            visit = self.visit(route, version, stop, at, items)
            self.happened.visits.append(replace(visit, is_from_pile=True))

    def serve_stops(
        self, route: Route, version: Version, day: date, habits: _Habits, chance: Random
    ) -> None:
        """Serve the stops in order, each some minutes after the departure."""
        departure = at_minute(day, version.depart_minute) + timedelta(
            seconds=chance.randrange(0, 300)
        )
        if happens(chance, habits.round_slow):
            departure += timedelta(minutes=chance.randrange(70, 200))
        pace = chance.uniform(0.95, 1.12)
        for stop in route.stops_on(day):
            seconds = round(stop.minutes * 60 * pace) + chance.randrange(0, 90)
            at = departure + timedelta(seconds=seconds)
            if happens(chance, habits.stop_missed):
                self.refuse(version, stop, at, chance)
                continue
            items = self.taken(stop.point, departure)
            if happens(chance, habits.title_left):
                items = self.left_behind(stop.point, items, chance)
            visit = self.visit(route, version, stop, at, items)
            self.happened.visits.append(visit)
            self.say_label_is_gone(visit)

    def taken(self, point: Point, departure: datetime) -> tuple[Item, ...]:
        """Take along everything owed to a point whose truck came before the departure."""
        owed = self.happened.still_owed[point.code]
        ready = [
            (title_code, issue)
            for title_code, issue in owed
            if self.happened.arrivals[self.plan.office_on(point, issue), title_code, issue]
            <= departure
        ]
        return tuple(Item(*key, owed.pop(key)) for key in ready)

    def left_behind(
        self, point: Point, items: tuple[Item, ...], chance: Random
    ) -> tuple[Item, ...]:
        """Leave one issue at the office until the next round."""
        if not items:
            return items
        left = chance.choice(items)
        self.happened.still_owed[point.code][left.title_code, left.issue] = left.copies
        return tuple(item for item in items if item is not left)

    def visit(
        self, route: Route, version: Version, stop: Stop, at: datetime, items: tuple[Item, ...]
    ) -> Visit:
        """Return the visit, scanned unless the point's label is gone."""
        is_scanned = not self.planted.leaves_no_scan(stop.point.code, at.date())
        return Visit(
            route.code,
            version.courier_code,
            route.office_code,
            stop.point,
            at,
            items,
            is_scanned=is_scanned,
        )

    def refuse(self, version: Version, stop: Stop, at: datetime, chance: Random) -> None:
        """Give a reason for a stop not served, or say nothing."""
        if happens(chance, 0.6):
            reason = chance.choice(_REASONS)
            self.happened.refusals.append(Refusal(version.courier_code, stop.point, at, reason))

    def say_label_is_gone(self, visit: Visit) -> None:
        """Report the missing label on the first day without one."""
        if visit.is_scanned or visit.point.code in self._unlabelled:
            return
        self._unlabelled.add(visit.point.code)
        note = "标签脱落，报纸已放传达室"
        self.happened.refusals.append(
            Refusal(visit.courier_code, visit.point, visit.at, "label_unreadable", note)
        )

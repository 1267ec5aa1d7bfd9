"""What changes in the plan during the season: versions of routes, points that move, exceptions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from service.demo import plan as parts
from service.demo.calendar import DAY, Season
from service.demo.layout import with_stop
from service.demo.plan import Plan, PointChange, Route, Stop
from service.demo.troubles import QUIET_ROUTES

IMPROVED_ROUTE = "ZM-03"
"""Runs three days a week at first, five from the middle of the season."""
SHIFTED_ROUTE = "XP-02"
"""Keeps three days a week, but other ones, and leaves later."""
MOVED_POINT = "HG-017"
"""Goes over from the office in its own town to the one next door."""
MOVED_FROM, MOVED_TO, NEW_OFFICE = "HG-02", "BSY-02", "BSY-Y"
RAISED_POINTS = ("JF-009", "XP-010")
"""Household boxes at a seat that are promised the paper a day earlier."""


def change_plan(plan: Plan, season: Season, holidays: dict[date, str]) -> None:
    """Put the season's changes into the plan."""
    _change(
        plan, IMPROVED_ROUTE, lambda route: _new_weekdays(route, {0, 1, 2, 3, 4}, season.day(46))
    )
    _change(plan, SHIFTED_ROUTE, lambda route: _new_weekdays(route, {1, 3, 5}, season.day(30), 15))
    _move_point(plan, season.day(52))
    for code in RAISED_POINTS:
        plan.point_changes.append(PointChange(code, season.day(40), parts.SEAT.code, None))
    plan.route_exceptions.update(_exceptions(plan, season, holidays))


def _new_weekdays(route: Route, weekdays: set[int], since: date, later_minutes: int = 0) -> Route:
    """Return the route with a second version on other weekdays, since a date."""
    (only,) = route.versions
    second = replace(
        only,
        weekdays=frozenset(weekdays),
        depart_minute=only.depart_minute + later_minutes,
        valid_from=since,
    )
    return replace(route, versions=(replace(only, valid_to=since - DAY), second))


def _move_point(plan: Plan, since: date) -> None:
    """Take the point off one route and put it at the end of the other, with the new office."""
    point = next(point for point in plan.points if point.code == MOVED_POINT)
    _change(plan, MOVED_FROM, lambda route: _until(route, MOVED_POINT, since - DAY))
    _change(
        plan,
        MOVED_TO,
        lambda route: with_stop(route, Stop(point, route.stops[-1].minutes + 25, since)),
    )
    plan.point_changes.append(PointChange(MOVED_POINT, since, None, NEW_OFFICE))


def _until(route: Route, point_code: str, last: date) -> Route:
    stops = (
        replace(stop, valid_to=last) if stop.point.code == point_code else stop
        for stop in route.stops
    )
    return replace(route, stops=tuple(stops))


def _exceptions(
    plan: Plan, season: Season, holidays: dict[date, str]
) -> dict[tuple[str, date], str]:
    """Return the rounds left out when a holiday begins or a flood comes, and one run in return."""
    changes: dict[tuple[str, date], str] = {}
    first_days = [
        day
        for day in season.days()
        if holidays.get(day) == "holiday" and holidays.get(day - DAY) != "holiday"
    ]
    for route in plan.routes:
        if route.habits == "country" and route.code not in QUIET_ROUTES:
            changes.update(((route.code, day), "skip") for day in first_days)
    flood = season.day(61)
    changes["TGY-02", flood] = changes["TGY-02", flood + DAY] = "skip"
    changes["TGY-02", flood + 2 * DAY] = "extra"
    return changes


def _change(plan: Plan, code: str, change: Callable[[Route], Route]) -> None:
    for number, route in enumerate(plan.routes):
        if route.code == code:
            plan.routes[number] = change(route)

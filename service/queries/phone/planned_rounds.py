"""The rounds that a courier is to make: versions of routes that name the courier, day by day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Integer, Row, or_, select, type_coerce

from service.domain.calendars import Validity, running_days
from service.domain.instants import day_of, local_instant
from service.models import Office, Route, RouteException, RouteStop, RouteVersion

MINUTE_MS: Final = 60_000
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of a round; `planned_ms` is its instant in epoch milliseconds."""

    sequence: int
    point_id: int
    planned_ms: int


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A route on a day, with its departure in epoch milliseconds and its stops in order."""

    route_code: str
    name: str
    day: int
    departs_ms: int
    office_id: int
    office_code: str
    stops: tuple[PlannedStop, ...]


def planned_rounds(
    connection: Connection, courier_id: int, zone: ZoneInfo, since: int, until: int
) -> list[PlannedRound]:
    """Return the courier's rounds of [since, until] that have a stop, in order of departure."""
    versions = _versions(connection, courier_id, since, until)
    routes = {version.route_id for version in versions}
    changes = changes_of(connection, routes, since, until)
    stops = _stops(connection, routes, since, until)
    rounds = [
        _round(version, day, stops[version.route_id], zone)
        for version in versions
        for day in running_days(
            Validity(version.valid_from, version.valid_to, version.weekdays),
            changes[version.route_id],
            since,
            until,
        )
    ]
    kept = [each for each in rounds if each.stops]
    return sorted(kept, key=lambda each: (each.departs_ms, each.route_code))


def _round(version: AnyRow, day: int, stops: list[AnyRow], zone: ZoneInfo) -> PlannedRound:
    departs = local_instant(day, version.depart_minute, zone)
    return PlannedRound(
        route_code=version.route_code,
        name=version.name,
        day=day,
        departs_ms=departs,
        office_id=version.office_id,
        office_code=version.office_code,
        stops=tuple(
            PlannedStop(stop.sequence, stop.point_id, departs + stop.minutes * MINUTE_MS)
            for stop in stops
            if stop.valid_from <= day and (stop.valid_to is None or day <= stop.valid_to)
        ),
    )


def _versions(connection: Connection, courier_id: int, since: int, until: int) -> list[AnyRow]:
    query = (
        select(
            RouteVersion.route_id,
            Route.route_code,
            RouteVersion.name,
            RouteVersion.office_id,
            Office.office_code,
            RouteVersion.valid_from,
            type_coerce(RouteVersion.valid_to, Integer).label("valid_to"),
            RouteVersion.weekdays,
            RouteVersion.depart_minute,
        )
        .join(Route, RouteVersion.route_id == Route.id)
        .join(Office, RouteVersion.office_id == Office.id)
        .where(
            RouteVersion.courier_id == courier_id,
            RouteVersion.valid_from <= until,
            or_(RouteVersion.valid_to.is_(None), RouteVersion.valid_to >= day_of(since)),
        )
    )
    return list(connection.execute(query))


def changes_of(
    connection: Connection, routes: Collection[int], since: int, until: int
) -> defaultdict[int, dict[int, str]]:
    """Return {route id: {day: skip or extra}}."""
    query = select(
        RouteException.route_id, type_coerce(RouteException.date, Integer), RouteException.change
    ).where(
        RouteException.route_id.in_(routes),
        RouteException.date.between(day_of(since), day_of(until)),
    )
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for route, day, change in connection.execute(query):
        found[route][day] = change
    return found


def _stops(
    connection: Connection, routes: Collection[int], since: int, until: int
) -> defaultdict[int, list[AnyRow]]:
    """Return {route id: its stops in order}, those valid on any of the days."""
    query = (
        select(
            RouteStop.route_id,
            RouteStop.sequence,
            RouteStop.point_id,
            RouteStop.minutes_after_departure.label("minutes"),
            RouteStop.valid_from,
            type_coerce(RouteStop.valid_to, Integer).label("valid_to"),
        )
        .where(
            RouteStop.route_id.in_(routes),
            RouteStop.valid_from <= until,
            or_(RouteStop.valid_to.is_(None), RouteStop.valid_to >= day_of(since)),
        )
        .order_by(RouteStop.sequence)
    )
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for stop in connection.execute(query):
        found[stop.route_id].append(stop)
    return found

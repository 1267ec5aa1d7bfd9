"""Which points a sheet of labels is for, and what is printed on each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, or_, select

from service.domain.failures import UnknownCode
from service.domain.instants import day_number
from service.models import Point, PointLabel, Route, RouteStop, RouteVersion, Town
from service.printing.labels import Label


@dataclass(frozen=True, slots=True)
class Chosen:
    """Points of a branch: those named, those of a route, of an office, all of them otherwise.

    What is given is joined by "and". `without_label`: only those that have none in force.
    """

    points: Collection[str] = ()
    route: str | None = None
    office_id: int | None = None
    without_label: bool = False


def chosen_points(engine: Engine, branch_id: int, chosen: Chosen, day: date) -> list[int]:
    """Return the ids of the points chosen, as of a local day. UnknownCode."""
    query = select(Point.id, Point.point_code).where(Point.branch_id == branch_id)
    with engine.connect() as connection:
        if chosen.points:
            query = query.where(Point.point_code.in_(chosen.points))
        if chosen.route is not None:
            query = query.where(Point.id.in_(_on_route(connection, branch_id, chosen.route, day)))
        if chosen.office_id is not None:
            query = query.where(Point.office_id == chosen.office_id)
        if chosen.without_label:
            in_force = select(PointLabel.point_id).where(PointLabel.retired_at.is_(None))
            query = query.where(Point.id.not_in(in_force))
        found = connection.execute(query).all()
        _check_points(connection, branch_id, chosen.points)
    if chosen.route is not None and chosen.office_id is not None and not found:
        # Of another office: not to be told from one that is not there.
        raise UnknownCode("route", chosen.route)
    return [id_ for id_, _ in found]


def labels_to_print(engine: Engine, points: Collection[int], day: date) -> list[Label]:
    """Return the labels in force of the points, in the order of routes and stops of a local day.

    Points without a route come last, by code.
    """
    query = (
        select(
            PointLabel.token,
            PointLabel.short_code,
            Point.id,
            Point.name,
            Point.point_code,
            Point.village,
            Town.name.label("town"),
        )
        .join(Point, PointLabel.point_id == Point.id)
        .join(Town, Point.town_id == Town.id)
        .where(PointLabel.point_id.in_(points), PointLabel.retired_at.is_(None))
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
        stops = _stops(connection, points, day)
    last = (True, "", 0, "")
    rows = sorted(rows, key=lambda row: (*stops.get(row.id, last)[:3], row.point_code))
    return [
        Label(row.token, row.short_code, row.name, _place(row, stops.get(row.id, last)[3]))
        for row in rows
    ]


def _place(row: Any, route: str) -> str:
    """Return where a point is: town, village, and the route's name."""
    where = " ".join(part for part in (row.town, row.village) if part)
    return " · ".join(part for part in (where, route) if part)


def _check_points(connection: Connection, branch_id: int, codes: Collection[str]) -> None:
    known = set(
        connection.scalars(
            select(Point.point_code).where(
                Point.branch_id == branch_id, Point.point_code.in_(codes)
            )
        )
    )
    for code in codes:
        if code not in known:
            raise UnknownCode("point", code)


def _on_route(connection: Connection, branch_id: int, code: str, day: date) -> Collection[int]:
    """Return the points that the route has on the day or later. UnknownCode."""
    route = connection.scalar(
        select(Route.id).where(Route.branch_id == branch_id, Route.route_code == code)
    )
    if route is None:
        raise UnknownCode("route", code)
    stops = select(RouteStop.point_id).where(
        RouteStop.route_id == route,
        or_(RouteStop.valid_to.is_(None), RouteStop.valid_to >= day),
    )
    return set(connection.scalars(stops))


def _stops(
    connection: Connection, points: Collection[int], day: date
) -> dict[int, tuple[bool, str, int, str]]:
    """Return point id → (False, route code, sequence, route name): its lowest-coded route."""
    query = (
        select(RouteStop.point_id, Route.route_code, RouteStop.sequence, RouteVersion.name)
        .join(Route, RouteStop.route_id == Route.id)
        .join(RouteVersion, RouteVersion.route_id == Route.id)
        .where(RouteStop.point_id.in_(points), *_valid(RouteStop, day), *_valid(RouteVersion, day))
        .order_by(Route.route_code.desc())
    )
    return {
        point: (False, code, sequence, name)
        for point, code, sequence, name in connection.execute(query)
    }


def _valid(
    table: type[RouteStop | RouteVersion], day: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.valid_from <= day_number(day),
        or_(table.valid_to.is_(None), table.valid_to >= day),
    )

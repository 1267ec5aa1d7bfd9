"""The names behind the codes, for people: branches, titles, towns, points and their routes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Select, inspect, or_, select

from service.domain.failures import NoBranch, SeveralBranches, UnknownBranch
from service.domain.instants import day_number
from service.models import Branch, Point, Route, RouteStop, RouteVersion, Title, Town

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class BranchName:
    """A branch, its row and the zone that its dates are local to."""

    id: int
    code: str
    name: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class PointName:
    """A delivery point: its name, its village, the code of its town and of its route, if any."""

    name: str
    village: str | None
    town_code: str
    route_code: str | None


def branches(engine: Engine, visible: Collection[int] | None = None) -> list[BranchName]:
    """Return the branches with the ids, or all, by code; none where there are no tables yet."""
    if not inspect(engine).has_table(Branch.__tablename__):
        return []
    query = select(Branch.id, Branch.branch_code, Branch.branch_name, Branch.timezone)
    if visible is not None:
        query = query.where(Branch.id.in_(visible))
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return sorted(
        (BranchName(id_, code, name, ZoneInfo(zone)) for id_, code, name, zone in rows),
        key=lambda branch: branch.code,
    )


def branch_of(
    engine: Engine, code: str | None, visible: Collection[int] | None = None
) -> BranchName:
    """Return the branch with the code, or the only one when it is None.

    A branch that is not among the visible ids is answered as one that does not exist.
    UnknownBranch, NoBranch (nothing imported), SeveralBranches (say which).
    """
    known = branches(engine, visible)
    if not known:
        raise NoBranch
    if code is None:
        if len(known) > 1:
            raise SeveralBranches(branch.code for branch in known)
        return known[0]
    for branch in known:
        if branch.code == code:
            return branch
    raise UnknownBranch(code)


def titles(engine: Engine, branch: str) -> dict[str, str]:
    """Return the branch's titles, code → name, in the order of their codes."""
    return _names(engine, _of_branch(select(Title.title_code, Title.name), Title, branch))


def towns(engine: Engine, branch: str) -> dict[str, str]:
    """Return the branch's towns, code → name."""
    return _names(engine, _of_branch(select(Town.town_code, Town.name), Town, branch))


def routes(engine: Engine, branch: str, day: date) -> dict[str, str]:
    """Return the branch's routes, code → the name in force on the day (else the newest)."""
    query = _of_branch(
        select(Route.route_code, RouteVersion.name).join(
            RouteVersion, RouteVersion.route_id == Route.id
        ),
        Route,
        branch,
    ).order_by(RouteVersion.valid_from <= day_number(day), RouteVersion.valid_from)
    with engine.connect() as connection:
        return dict(connection.execute(query).all())


def points(engine: Engine, branch: str, day: date) -> dict[str, PointName]:
    """Return the branch's points by code, with the route that each has on the day."""
    query = _of_branch(
        select(Point.point_code, Point.name, Point.village, Town.town_code).join(
            Town, Point.town_id == Town.id
        ),
        Point,
        branch,
    )
    route_of = _routes_of_points(engine, branch, day)
    with engine.connect() as connection:
        return {
            code: PointName(name, village, town, route_of.get(code))
            for code, name, village, town in connection.execute(query)
        }


def _routes_of_points(engine: Engine, branch: str, day: date) -> dict[str, str]:
    """Return point code → the lowest-coded route that exists and has the point on the day."""
    number = day_number(day)
    query = (
        _of_branch(select(Point.point_code, Route.route_code), Point, branch)
        .join(RouteStop, RouteStop.point_id == Point.id)
        .join(Route, RouteStop.route_id == Route.id)
        .join(RouteVersion, RouteVersion.route_id == Route.id)
        .where(
            *(
                condition
                for table in (RouteStop, RouteVersion)
                for condition in (
                    table.valid_from <= number,
                    or_(table.valid_to.is_(None), table.valid_to >= day),
                )
            )
        )
    )
    found: dict[str, str] = {}
    with engine.connect() as connection:
        for point, route in connection.execute(query):
            found[point] = min(route, found.get(point, route))
    return found


def _of_branch(
    query: Select[*Columns], table: type[Title | Town | Route | Point], code: str
) -> Select[*Columns]:
    return query.join(Branch, table.branch_id == Branch.id).where(Branch.branch_code == code)


def _names(engine: Engine, query: Select[str, str]) -> dict[str, str]:
    with engine.connect() as connection:
        return dict(sorted(connection.execute(query).all()))

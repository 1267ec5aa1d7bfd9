"""Points with the state of their labels, in the order in which they are visited."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import aliased

from service.models import Point, PointLabel, Town
from service.queries import names
from service.queries.identities import Scope
from service.queries.names import BranchName


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point; `made_at` is when its label in force was made, None without one."""

    code: str
    name: str
    town: str
    village: str | None
    route_code: str | None
    route: str
    short_code: str | None
    made_at: datetime | None
    retired: int


def points(engine: Engine, scope: Scope, branch: BranchName, day: date) -> list[PointRow]:
    """Return the branch's points by route and code; those without a route come last."""
    route_of = names.points(engine, branch.code, day)
    routes = names.routes(engine, branch.code, day)
    old = aliased(PointLabel)
    retired = (
        select(func.count())
        .where(old.point_id == Point.id, old.retired_at.is_not(None))
        .correlate(Point)
        .scalar_subquery()
    )
    query = (
        select(
            Point.point_code,
            Point.name,
            Point.village,
            Point.office_id,
            Town.name.label("town"),
            PointLabel.short_code,
            PointLabel.made_at,
            retired.label("retired"),
        )
        .join(Town, Point.town_id == Town.id)
        .outerjoin(PointLabel, (PointLabel.point_id == Point.id) & PointLabel.retired_at.is_(None))
        .where(Point.branch_id == branch.id)
    )
    found = []
    with engine.connect() as connection:
        for row in connection.execute(query):
            if not scope.sees_office(branch.id, row.office_id):
                continue
            route = route_of[row.point_code].route_code
            found.append(
                PointRow(
                    code=row.point_code,
                    name=row.name,
                    town=row.town,
                    village=row.village,
                    route_code=route,
                    route=routes.get(route or "", ""),
                    short_code=row.short_code,
                    made_at=row.made_at,
                    retired=row.retired,
                )
            )
    return sorted(found, key=lambda row: (row.route_code is None, row.route_code or "", row.code))


def point_names(engine: Engine, scope: Scope, branch_id: int) -> dict[str, str]:
    """Return the points that may be seen, code → name, by code."""
    query = select(Point.point_code, Point.name, Point.office_id)
    of = query.where(Point.branch_id == branch_id).order_by(Point.point_code)
    with engine.connect() as connection:
        return {
            row.point_code: row.name
            for row in connection.execute(of)
            if scope.sees_office(branch_id, row.office_id)
        }


def point_id(engine: Engine, scope: Scope, branch_id: int, code: str) -> int | None:
    """Return the id of the branch's point with the code; None where none may be seen."""
    query = select(Point.id, Point.office_id)
    of = query.where(Point.branch_id == branch_id, Point.point_code == code)
    with engine.connect() as connection:
        found = connection.execute(of).first()
    if found is None or not scope.sees_office(branch_id, found.office_id):
        return None
    return int(found.id)

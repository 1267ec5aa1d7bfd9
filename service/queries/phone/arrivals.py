"""Which issues a courier can report as arrived at an office (到报)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, select, type_coerce

from service.domain.instants import day_of
from service.models import Arrival, Office, Point, PointChange
from service.queries.phone.owed import counted, expected, remaining

DAYS_BACK: Final = 3


@dataclass(frozen=True, slots=True)
class DueArrival:
    """An issue that points of an office are owed, and when it reached the office, if it has."""

    day: int
    office_code: str
    office_name: str
    title_id: int
    arrived_at: datetime | None


def due_arrivals(
    connection: Connection, offices: Collection[int], today: int, until: int
) -> list[DueArrival]:
    """Return the issues of [today, until], and of 3 days before what is still undelivered.

    Of each office those that its points are owed, by day, office and title.
    """
    since = today - DAYS_BACK
    office_of = _offices_of_points(connection, offices, since, until)
    points = {point for point, _ in office_of}
    owed = expected(connection, points, since, until)
    undelivered = remaining(owed, counted(connection, points, since, today - 1))
    wanted = {
        (office_of[point, day], title, day)
        for point, title, day in undelivered
        if (point, day) in office_of
    }
    return _with_arrivals(connection, wanted, since, until)


def _offices_of_points(
    connection: Connection, offices: Collection[int], since: int, until: int
) -> dict[tuple[int, int], int]:
    """Return {(point, day): office} of the points that one of the offices serves on a day."""
    changes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    moved = select(PointChange.point_id).where(PointChange.office_id.in_(offices))
    points = select(Point.id, Point.office_id).where(
        Point.office_id.in_(offices) | Point.id.in_(moved)
    )
    first = {row.id: row.office_id for row in connection.execute(points)}
    for point, day, office in connection.execute(
        select(
            PointChange.point_id,
            type_coerce(PointChange.valid_from, Integer),
            PointChange.office_id,
        )
        .where(
            PointChange.point_id.in_(points.with_only_columns(Point.id)),
            PointChange.valid_from <= day_of(until),
        )
        .order_by(PointChange.point_id, PointChange.valid_from)
    ):
        if office is not None:
            changes[point].append((day, office))
    found = {}
    for point, office in first.items():
        for day in range(since, until + 1):
            in_force = [to for start, to in changes[point] if start <= day]
            serving = in_force[-1] if in_force else office
            if serving in offices:
                found[point, day] = serving
    return found


def _with_arrivals(
    connection: Connection, wanted: Collection[tuple[int, int, int]], since: int, until: int
) -> list[DueArrival]:
    """Return (office, title, day) triples with the office's code and name and the arrival."""
    offices = {office for office, _, _ in wanted}
    names = {
        id_: (code, name)
        for id_, code, name in connection.execute(
            select(Office.id, Office.office_code, Office.name).where(Office.id.in_(offices))
        )
    }
    day = type_coerce(Arrival.issue_date, Integer)
    query = select(Arrival.office_id, Arrival.title_id, day, Arrival.arrived_at).where(
        Arrival.office_id.in_(offices), Arrival.issue_date.between(day_of(since), day_of(until))
    )
    arrived = {(office, title, on): at for office, title, on, at in connection.execute(query)}
    found = [
        DueArrival(on, *names[office], title, arrived.get((office, title, on)))
        for office, title, on in wanted
    ]
    return sorted(found, key=lambda each: (each.day, each.office_code, each.title_id))

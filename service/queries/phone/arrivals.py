"""Which issues a courier can report as arrived at an office (到报)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, select, type_coerce

from service.domain.instants import day_of
from service.models import Arrival, Office, Point, PointChange
from service.queries.phone.owed import Issue, expected

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
    connection: Connection,
    offices: Collection[int],
    undelivered: Iterable[Issue],
    today: int,
    until: int,
) -> list[DueArrival]:
    """Return the issues that can be reported as arrived at the offices, by day, office and title.

    Those of [today, until] that points of an office are owed, and of the 3 days before those among
    the undelivered ones of the courier's own points.
    """
    since = today - DAYS_BACK
    served = _ServedBy(connection, offices, until)
    ahead = expected(connection, served.points, today, until)
    late = (issue for issue in undelivered if since <= issue[2] < today)
    wanted = {
        (office, title, day)
        for point, title, day in (*ahead, *late)
        if (office := served.on(point, day)) in offices
    }
    return _with_arrivals(connection, wanted, since, until)


class _ServedBy:
    """Which office serves a point on a day, for all points that one of the offices ever serves."""

    def __init__(self, connection: Connection, offices: Collection[int], until: int) -> None:
        moved = select(PointChange.point_id).where(PointChange.office_id.in_(offices))
        theirs = Point.office_id.in_(offices) | Point.id.in_(moved)
        self.points = select(Point.id).where(theirs)
        first = connection.execute(select(Point.id, Point.office_id).where(theirs))
        self._first = {point: office for point, office in first}  # noqa: C416 - rows, not pairs
        self._changes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for point, day, office in connection.execute(
            select(
                PointChange.point_id,
                type_coerce(PointChange.valid_from, Integer),
                PointChange.office_id,
            )
            .where(PointChange.point_id.in_(self.points), PointChange.valid_from <= day_of(until))
            .order_by(PointChange.point_id, PointChange.valid_from)
        ):
            if office is not None:
                self._changes[point].append((day, office))

    def on(self, point: int, day: int) -> int:
        """Return the office that serves the point on the day; 0 for a point of other offices."""
        serving = self._first.get(point, 0)
        for start, office in self._changes.get(point, ()):
            if start <= day:
                serving = office
        return serving


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

"""What figures are grouped by: from ids and days to keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, text

from service.domain.instants import day_of

# Which column of the facts decides the group, and where the key of its ids is found.
OF_IDS: Mapping[str, tuple[str, str]] = {
    "area": (
        "point_id",
        "points.id, towns.area FROM points JOIN towns ON towns.id = points.town_id",
    ),
    "town": (
        "point_id",
        "points.id, towns.town_code FROM points JOIN towns ON towns.id = points.town_id",
    ),
    "kind": ("point_id", "points.id, points.kind FROM points"),
    "point": ("point_id", "points.id, points.point_code FROM points"),
    "office": ("office_id", "offices.id, offices.office_code FROM offices"),
    "carrier": ("office_id", "offices.id, offices.carrier FROM offices"),
    "route": ("route_id", "routes.id, routes.route_code FROM routes"),
    "title": ("title_id", "titles.id, titles.title_code FROM titles"),
    "standard": (
        "standard_id",
        "service_standards.id, service_standards.standard_code FROM service_standards",
    ),
}
OF_DAYS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: "{}-W{:02}".format(*day.isocalendar()),
    "month": lambda day: f"{day:%Y-%m}",
}


@dataclass(frozen=True)
class Grouping:
    """Keys in the order they are printed, and `places`: the table (id, key_no) of the column."""

    column: str
    keys: tuple[str | None, ...]
    places: pa.Table


def grouping(connection: Connection, branch_id: int, by: str, since: int, until: int) -> Grouping:
    """Return the groups of a branch for the days [since, until]: sorted by key, null last."""
    if by == "all":
        return _grouping("all", [(0, "all")])
    if by in OF_DAYS:
        label = OF_DAYS[by]
        return _grouping("day", [(day, label(day_of(day))) for day in range(since, until + 1)])
    column, source = OF_IDS[by]
    table = source.rsplit(" FROM ")[1].split()[0]
    rows = connection.execute(
        text(f"SELECT {source} WHERE {table}.branch_id = :branch"),
        {"branch": branch_id},
    )
    return _grouping(column, [(id_, key) for id_, key in rows])


def _grouping(column: str, rows: Iterable[tuple[int, str | None]]) -> Grouping:
    pairs = list(rows)
    keys = sorted({key for _, key in pairs if key is not None})
    place = {key: number for number, key in enumerate(keys)}
    known = [(id_, place[key]) for id_, key in pairs if key is not None]
    table = pa.table(
        {
            "id": pa.array([row[0] for row in known], pa.int64()),
            "key_no": pa.array([row[1] for row in known], pa.int64()),
        }
    )
    return Grouping(column, (*keys, None), table)

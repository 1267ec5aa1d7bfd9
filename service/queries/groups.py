"""What figures are grouped by: from ids and days to keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
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


# Groups that are the column's own values: each has one id or day.
BY_ITSELF = {"point", "office", "route", "title", "standard", "day"}
NO_KEY = -1


@dataclass(frozen=True)
class Grouping:
    """How rows fall into groups by a column of theirs.

    `keys` names the groups by number. The number of a row's group is the value of its column, or
    where several values make one group, what `places` (id, key_no) says; NO_KEY without any.
    """

    column: str
    keys: Mapping[int, str | None]
    places: pa.Table | None = None
    daily: bool = False

    @property
    def key(self) -> str:
        """SQL for the number of a row's group; `join` is needed."""
        return f"COALESCE({self.column if self.places is None else 'places.key_no'}, {NO_KEY})"

    @property
    def join(self) -> str:
        """SQL for what `key` needs beside the rows."""
        return "" if self.places is None else f"LEFT JOIN places ON places.id = {self.column}"

    def give(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Let the SQL see what `join` needs."""
        if self.places is not None:
            duck.register("places", self.places)

    def in_order(self, numbers: Iterable[int]) -> list[int]:
        """Return groups by their keys in code-point order, the one without a key last."""
        return sorted(numbers, key=lambda no: (self.keys[no] is None, self.keys[no] or ""))


def grouping(connection: Connection, branch_id: int, by: str, since: int, until: int) -> Grouping:
    """Return the groups of a branch for the days [since, until]."""
    if by == "all":
        return Grouping("everything", {0: "all"})
    if by in OF_DAYS:
        column, label = "day", OF_DAYS[by]
        key_of = {day: label(day_of(day)) for day in range(since, until + 1)}
    else:
        column, source = OF_IDS[by]
        table = source.rsplit(" FROM ")[1].split()[0]
        rows = connection.execute(
            text(f"SELECT {source} WHERE {table}.branch_id = :branch"), {"branch": branch_id}
        )
        key_of = {id_: key for id_, key in rows if key is not None}
    daily = by in ("day", "week")
    if by in BY_ITSELF:
        return Grouping(column, {**key_of, NO_KEY: None}, daily=daily)
    numbers = {key: number for number, key in enumerate(sorted(set(key_of.values())))}
    places = pa.table(
        {
            "id": pa.array(key_of, pa.int64()),
            "key_no": pa.array([numbers[key] for key in key_of.values()], pa.int64()),
        }
    )
    keys = {**{no: key for key, no in numbers.items()}, NO_KEY: None}
    return Grouping(column, keys, places, daily)

"""The question of `rates` as a person would put it to DuckDB, on the same Parquet files.

Only what service/queries/sql works out: rates themselves are left to whoever reads the sums.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, text

NAMES = {
    "points": "SELECT points.id, point_code, kind, town_code, area FROM points"
    " JOIN towns ON towns.id = points.town_id",
    "offices": "SELECT id, office_code, carrier FROM offices",
    "routes": "SELECT id, route_code FROM routes",
    "titles": "SELECT id, title_code FROM titles",
    "standards": "SELECT id, standard_code FROM service_standards",
}
DATE = "DATE '1970-01-01' + day"
KEYS = {
    "all": ("'all'", ""),
    "area": ("points.area", "points"),
    "carrier": ("offices.carrier", "offices"),
    "town": ("points.town_code", "points"),
    "office": ("offices.office_code", "offices"),
    "route": ("routes.route_code", "routes"),
    "point": ("points.point_code", "points"),
    "title": ("titles.title_code", "titles"),
    "standard": ("standards.standard_code", "standards"),
    "kind": ("points.kind", "points"),
    "day": (f"strftime({DATE}, '%Y-%m-%d')", ""),
    "week": (f"strftime({DATE}, '%G-W%V')", ""),
    "month": (f"strftime({DATE}, '%Y-%m')", ""),
}
CAUSES = ("schedule", "upstream", "slow_round", "left_behind", "missed_visit")
BY_CAUSE = ",\n    ".join(
    f"SUM(counted) FILTER (late_cause = {number})"
    f" + SUM(undelivered) FILTER (undelivered_cause = {number}) AS late_{cause},\n"
    f"    SUM(counted) FILTER (bundle_cause = {number}) AS bundle_{cause}"
    for number, cause in enumerate(CAUSES)
)
QUESTION = """
WITH picked AS (
    SELECT {key} AS key, facts.* FROM {facts} AS facts {join}
    WHERE scans <> 2 AND day BETWEEN {since} AND {until} AND due_ms <= {as_of_ms}
), sums AS (
    SELECT
    key,
    SUM(expected) AS expected,
    SUM(counted) AS delivered,
    SUM(counted) FILTER (late) AS late,
    SUM(undelivered) AS undelivered,
    SUM(counted) FILTER (bundled) AS bundled,
    SUM(counted) FILTER (by_schedule) AS bundled_by_schedule,
    SUM(counted) FILTER (stale) AS stale,
    SUM(surplus) AS surplus,
    SUM(disputed) AS disputed,
    SUM(unscanned) AS unscanned,
    SUM(counted) FILTER (NOT late AND NOT bundled) - SUM(lost) AS effective,
    SUM(counted) FILTER (late_ms <= 86400000) AS within_1,
    SUM(counted) FILTER (late_ms <= 172800000) AS within_2,
    SUM(counted) FILTER (late_ms <= 259200000) AS within_3,
    SUM(counted * late_ms) FILTER (late) / 3600000 AS late_hours,
    SUM(counted * age_days) AS age_days,
    quantile_disc(gap_ms, 0.5) AS gap_p50,
    {by_cause}
    FROM picked
    GROUP BY key
), lateness AS (
    SELECT
        key, late_ms,
        SUM(counted) OVER (PARTITION BY key ORDER BY late_ms RANGE UNBOUNDED PRECEDING) AS running,
        SUM(counted) OVER (PARTITION BY key) AS total
    FROM picked
    WHERE late
), quantiles AS (
    SELECT
        key,
        MIN(late_ms) FILTER (running >= 0.5 * total) / 3600000 AS late_hours_p50,
        MIN(late_ms) FILTER (running >= 0.9 * total) / 3600000 AS late_hours_p90
    FROM lateness
    GROUP BY key
)
SELECT * FROM sums LEFT JOIN quantiles USING (key) ORDER BY key
"""
COMPARED = (
    *("expected", "delivered", "late", "undelivered", "bundled", "bundled_by_schedule", "stale"),
    *("surplus", "disputed", "unscanned", "effective", "late_hours_p50", "late_hours_p90"),
)


class ByHand:
    """DuckDB with the published files and the names behind ids, as somebody would open it."""

    def __init__(self, connection: Connection, files: Sequence[Path]) -> None:
        self.duck = duckdb.connect()
        for name, query in NAMES.items():
            found = connection.execute(text(query))
            columns = ", ".join(f"{column} VARCHAR" for column in list(found.keys())[1:])
            self.duck.execute(f"CREATE TABLE {name} (id BIGINT, {columns})")
            rows = [tuple(row) for row in found]
            places = ", ".join("?" * len(found.keys()))
            self.duck.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608
        paths = [str(file) for file in files]
        self.files = f"read_parquet({paths!r}, hive_partitioning = false)"
        self.duck.execute(f"CREATE TABLE loaded AS SELECT * FROM {self.files}")  # noqa: S608
        [(self.rows,)] = self.duck.execute("SELECT COUNT(*) FROM loaded").fetchall()

    def ask(
        self, by: str, since: int, until: int, as_of_ms: int, *, from_files: bool = False
    ) -> list[dict[str, Any]]:
        """Return one row a group, sorted by key."""
        key, table = KEYS[by]
        column = "standard_id" if table == "standards" else f"{table.removesuffix('s')}_id"
        query = QUESTION.format(
            key=key,
            join=f"LEFT JOIN {table} ON {table}.id = facts.{column}" if table else "",
            facts=self.files if from_files else "loaded",
            since=since,
            until=until,
            as_of_ms=as_of_ms,
            by_cause=BY_CAUSE,
        )
        found = self.duck.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def same(rows: Sequence[dict[str, Any]], answer: Sequence[dict[str, Any]]) -> bool:
    """Tell whether both say the same of every group."""
    if [row["key"] for row in rows] != [group["key"] for group in answer]:
        return False
    return all(
        abs((row[name] or 0) - (group[name] or 0)) < 1e-5
        for row, group in zip(rows, answer, strict=True)
        for name in COMPARED
    )

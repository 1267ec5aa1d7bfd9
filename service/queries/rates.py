"""Rates of what happened to the copies of a period. metrics.md, "Rates" and "Why"."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import resources
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, Engine, text

from service.domain.failures import UnknownCode
from service.domain.instants import local_day
from service.measures import reader
from service.measures.causes import CAUSES
from service.measures.memory import Scope, memory
from service.models.engine import reading
from service.queries import answers
from service.queries.branches import branch_of
from service.queries.groups import Grouping, grouping
from service.queries.period import period_of
from service.queries.questions import RatesQuestion

SQL = resources.files("service.queries") / "sql"
HOUR_MS = 3_600_000
TRIES = 2
PLAIN = (
    "expected",
    "delivered",
    "on_time",
    "late",
    "undelivered",
    "bundled",
    "bundled_by_schedule",
    "stale",
    "surplus",
    "disputed",
    "effective",
    "unscanned",
)
plain = itemgetter(*PLAIN)
LATE_CAUSES = {cause: f"late_{cause}" for cause in answers.CAUSES}
BUNDLE_CAUSES = {cause: f"bundle_{cause}" for cause in answers.CAUSES}
FILTERS: Mapping[str, tuple[str, str]] = {
    "title": ("title_id", "SELECT id FROM titles WHERE branch_id = :branch AND title_code = :code"),
    "route": ("route_id", "SELECT id FROM routes WHERE branch_id = :branch AND route_code = :code"),
    "town": ("town_id", "SELECT id FROM towns WHERE branch_id = :branch AND town_code = :code"),
}


def rates(engine: Engine, facts: Path, question: RatesQuestion) -> list[dict[str, Any]]:
    """Return the rates of a question that leaves nothing open, one row a group, sorted by key.

    UnknownCode for a filter's code that the branch does not have.
    """
    since, until, as_of_ms = period_of(question)
    with reading(engine) as connection:
        branch_id, zone = branch_of(connection, question.branch)
        # Nothing later is due yet; two days, as a doubled midnight belongs to the day before.
        until = min(until, local_day(as_of_ms, zone) + 2)
        conditions = _conditions(connection, branch_id, question)
        groups = grouping(connection, branch_id, question.by, since, until)
    asked = reader.Question(branch_id, since, until, as_of_ms)
    scope = Scope(since, until, as_of_ms, " AND ".join(conditions), groups.daily)
    for _ in range(TRIES):
        # Files may be collected between their names and their content: then they are named anew.
        with suppress(duckdb.IOException, FileNotFoundError):
            return _answer(facts, reader.files(engine, facts, asked), groups, scope)
    return _answer(facts, reader.files(engine, facts, asked), groups, scope)


def _conditions(connection: Connection, branch_id: int, question: RatesQuestion) -> list[str]:
    conditions = [f"scans <> {2 if question.scans == 'all' else 1}"]
    for name, (column, query) in FILTERS.items():
        code = getattr(question, name)
        if code is None:
            continue
        parameters = {"branch": branch_id, "code": code}
        found = connection.execute(text(query), parameters).scalar()
        if found is None:
            raise UnknownCode(name, code)
        if column == "town_id":
            points = connection.execute(
                text("SELECT id FROM points WHERE town_id = :town"), {"town": found}
            ).scalars()
            conditions.append(f"point_id IN ({', '.join(map(str, points)) or 'NULL'})")
        else:
            conditions.append(f"{column} = {found}")
    return conditions


def _answer(
    facts: Path, files: Sequence[Path], groups: Grouping, scope: Scope
) -> list[dict[str, Any]]:
    if not files:
        return []
    with memory(facts).cursor(files, scope) as duck:
        groups.give(duck)
        sums = _rows(duck, "rates", groups, **_cause_sums())
        late = {row["key_no"]: row for row in _rows(duck, "late_quantiles", groups)}
        gaps = {row["key_no"]: row for row in _rows(duck, "gap_quantiles", groups)}
    by_number = {row["key_no"]: row for row in sums}
    return [
        _group(groups.keys[no], by_number[no], late.get(no, {}), gaps.get(no, {}))
        for no in groups.in_order(by_number)
    ]


def _cause_sums() -> dict[str, str]:
    """Return the columns of each cause for rates.sql."""
    causes, apart, partly = [], [], []
    for number, cause in enumerate(CAUSES):
        late = f"CASE WHEN late_digit = {number + 1} THEN counted ELSE 0 END"
        never = f"CASE WHEN never_digit = {number + 1} THEN expected ELSE 0 END"
        bundled = f"CASE WHEN bundle_digit = {number + 1} THEN counted ELSE 0 END"
        short = f"CASE WHEN undelivered_cause = {number} THEN undelivered ELSE 0 END"
        causes.append(f"CAST(SUM({late} + {never}) AS BIGINT) AS wholly_{cause}")
        causes.append(f"CAST(SUM({bundled}) AS BIGINT) AS bundle_{cause}")
        apart.append(f"CAST(SUM({short}) AS BIGINT) AS partly_{cause}")
        partly.append(f"states.wholly_{cause} + COALESCE(apart.partly_{cause}, 0) AS late_{cause}")
    return {
        "causes": ", ".join(causes),
        "partly_causes": ", ".join(apart),
        "partly": ", ".join(partly),
    }


def _rows(
    duck: duckdb.DuckDBPyConnection, name: str, groups: Grouping, **parts: str
) -> list[dict[str, Any]]:
    """Return the rows of a file of SQL, whose `key_no` is the number of the group."""
    query = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    words = {"key": groups.key, "column": groups.column, "join": groups.join}
    found = duck.execute(query.format(**words, **parts))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _group(
    key: str | None, row: dict[str, Any], late: Mapping[str, Any], gaps: Mapping[str, Any]
) -> dict[str, Any]:
    row["on_time"] = row["delivered"] - row["late"]
    expected, delivered = row["expected"], row["delivered"]
    return {
        **dict(zip(PLAIN, plain(row), strict=True)),
        "within_days": {"1": row["within_1"], "2": row["within_2"], "3": row["within_3"]},
        "key": key,
        "late_rate": ratio(row["late"] + row["undelivered"], expected),
        "bundled_rate": ratio(row["bundled"], delivered),
        "excess_bundled_rate": ratio(row["bundled"] - row["bundled_by_schedule"], delivered),
        "stale_rate": ratio(row["stale"], delivered),
        "effective_rate": ratio(row["effective"], expected),
        "error_rate": ratio(row["disputed"] + row["surplus"], expected),
        "undelivered_rate": ratio(row["undelivered"], expected),
        "late_hours_mean": ratio(row["late_copy_ms"], row["late"] * HOUR_MS),
        "late_hours_p50": _hours(late.get("p50")),
        "late_hours_p90": _hours(late.get("p90")),
        "handover_gap_hours_p50": _hours(gaps.get("p50")),
        "age_days_mean": ratio(row["age_copy_days"], delivered),
        "late_causes": _causes(row, LATE_CAUSES),
        "bundle_causes": _causes(row, BUNDLE_CAUSES),
    }


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole to 6 decimals, None where there is nothing to divide by."""
    return round(part / whole, 6) if whole else None


def _hours(ms: int | None) -> float | None:
    return None if ms is None else round(ms / HOUR_MS, 6)


def _causes(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, int]:
    return {cause: row[column] for cause, column in columns.items() if row[column]}

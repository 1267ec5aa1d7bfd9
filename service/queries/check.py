"""Are the published facts those that the records give, and the records what phones sent?

All facts are derived again to see, and every event is followed to its record.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlalchemy import Connection, Engine, text

from service.domain.events import LAST_MS
from service.domain.instants import day_of, month_days
from service.measures import bounds, catalogue, dirty
from service.measures.catalogue import Version
from service.measures.context import EVERYTHING
from service.measures.derivation import Stretch, derive_facts
from service.measures.engine import connect
from service.measures.moved import moved_by_scans
from service.measures.plan import Plan, read_plan
from service.models.engine import reading
from service.queries.chain import BrokenLink, Unsent, broken_links, unsent

# What the facts say of all scans and of the sound ones; how they are stored may differ.
VIEWS = {"all": 2, "sound": 1}


@dataclass(frozen=True)
class Difference:
    """Facts of one issue at one point that are published otherwise than the records give."""

    branch: str
    month: str
    scans: str
    point: str
    title: str
    issue: date
    published: int
    derived: int


@dataclass(frozen=True)
class Checked:
    """What a check found: differences, files that are gone, months that wait to be derived."""

    compared: int
    differences: Sequence[Difference]
    lost: Sequence[Path]
    waiting: Sequence[str]
    broken: Sequence[str]
    links: Sequence[BrokenLink] = ()
    unsent: Sequence[Unsent] = ()

    @property
    def clean(self) -> bool:
        """Whether all that is published is what the records give, and those what phones sent."""
        return not (self.differences or self.lost or self.broken or self.links)


def check(engine: Engine, facts: Path) -> Checked:
    """Compare every branch's published facts with those derived from its records now.

    Months that are marked to be derived again are named and not compared. Also follows phones'
    events to their records, and asks SQLite whether the database file is sound.
    """
    compared = 0
    differences: list[Difference] = []
    lost: list[Path] = []
    waiting: list[str] = []
    links: list[BrokenLink] = []
    numbers: list[Unsent] = []
    with reading(engine) as connection:
        broken = _broken(connection)
        for branch_id, code in connection.execute(
            text("SELECT id, branch_code FROM branches ORDER BY branch_code")
        ):
            version = catalogue.published(connection, branch_id)
            links += broken_links(connection, branch_id, code)
            numbers += unsent(connection, branch_id, code)
            plan = read_plan(connection, branch_id)
            marks = set(dirty.marked_months(connection, branch_id))
            marks |= moved_by_scans(connection, plan, dirty.untraced_scans(connection, branch_id))
            waiting += [f"{code} {_month(month)}" for month in sorted(marks)]
            if version is None or not version.readable or dirty.EVERY_MONTH in marks:
                continue
            folder = catalogue.branch_folder(facts, branch_id)
            gone = [folder / f for f in version.manifest.values() if not (folder / f).exists()]
            if gone:
                lost += gone
                continue
            found, count = _compare(connection, plan, facts, version, marks)
            compared += count
            differences += [Difference(code, *each) for each in found]
    return Checked(compared, differences, lost, waiting, broken, links, numbers)


def _broken(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    found = [str(row) for row in rows if row != "ok"]
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [f"{row[0]} {row[1]}: no such {row[2]}" for row in dangling]


def _month(month: int) -> str:
    return "*" if month == dirty.EVERY_MONTH else f"{day_of(month_days(month)[0]):%Y-%m}"


def _compare(
    connection: Connection, plan: Plan, facts: Path, version: Version, dirty_months: set[int]
) -> tuple[list[tuple[str, str, str, str, date, int, int]], int]:
    """Return the differing issues, and how many rows of facts were compared."""
    first = bounds.first_owed_day(connection, plan)
    files = [
        str(catalogue.branch_folder(facts, plan.branch_id) / file)
        for file in version.manifest.values()
    ]
    if first is None or first > version.horizon:
        return [], 0
    # The last instant that the version answers for: a record that it left out would be before it.
    until = LAST_MS + 1 if version.true_until_ms is None else version.true_until_ms
    stretch = Stretch(first, version.horizon, until - 1)
    with connect(facts) as duck:
        derive_facts(duck, connection, plan, stretch, EVERYTHING)
        published = (
            f"read_parquet({files!r}, hive_partitioning = false)"
            if files
            else "(SELECT * FROM facts WHERE FALSE)"
        )
        names = _names(connection, plan.branch_id)
        skipped = " AND ".join(
            f"day NOT BETWEEN {month_days(month)[0]} AND {month_days(month)[1]}"
            for month in dirty_months
        )
        where = skipped or "TRUE"
        found = [
            (f"{day_of(day):%Y-%m}", view, *names(point, title), day_of(day), old, new)
            for view in VIEWS
            for point, title, day, old, new in _differing(duck, view, published, where)
        ]
        [(rows,)] = duck.execute(f"SELECT COUNT(*) FROM facts WHERE {where}").fetchall()
    return found, rows


def _differing(
    duck: duckdb.DuckDBPyConnection, view: str, published: str, where: str
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (point, title, day, rows only published, rows only derived) that differ in a view."""
    shown = f"SELECT * EXCLUDE (scans) FROM {{}} WHERE scans <> {VIEWS[view]} AND {where}"
    old, new = shown.format(published), shown.format("facts")
    yield from duck.execute(
        "SELECT point_id, title_id, day, SUM(old), SUM(new) FROM ("
        f" SELECT point_id, title_id, day, 1 AS old, 0 AS new FROM ({old} EXCEPT ALL {new})"
        f" UNION ALL"
        f" SELECT point_id, title_id, day, 0, 1 FROM ({new} EXCEPT ALL {old})"
        ") GROUP BY point_id, title_id, day ORDER BY day, title_id, point_id"
    ).fetchall()


def _names(connection: Connection, branch_id: int) -> Callable[[int, int], tuple[str, str]]:
    """Return what gives the codes of a point and a title by their ids."""
    branch = {"branch": branch_id}
    points = connection.execute(
        text("SELECT id, point_code FROM points WHERE branch_id = :branch"), branch
    )
    titles = connection.execute(
        text("SELECT id, title_code FROM titles WHERE branch_id = :branch"), branch
    )
    point_of: dict[int, str] = {row.id: row.point_code for row in points}
    title_of: dict[int, str] = {row.id: row.title_code for row in titles}

    def named(point_id: int, title_id: int) -> tuple[str, str]:
        return point_of.get(point_id, f"#{point_id}"), title_of.get(title_id, f"#{title_id}")

    return named

"""The catalogue of published facts: which Parquet files are a branch's current version.

Files are written aside, synced and renamed before one row of the database names them all: readers
see the old version or the new one, and a kill between any two steps leaves the old.
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlalchemy import Connection, text

from service.domain.instants import day_of, month_days
from service.durable_files import sync
from service.measures.engine import SPILL

# Files of a version that was replaced stay this long for readers that have begun with it.
GRACE_SECONDS = 600
DAY_SECONDS = 86_400
ROW_GROUP = 40_000
# Of the columns of sql/facts.sql and of what they mean. Facts of another format are derived again.
FORMAT = "1"


@dataclass(frozen=True)
class Version:
    """A branch's published facts.

    `manifest` maps months (from January 1970) to files below the branch's folder; a month without
    facts has none. They are true for every `as_of` in [true_from_ms, true_until_ms), for issues up
    to the day `horizon`.
    """

    branch_id: int
    name: str
    manifest: Mapping[int, str]
    true_from_ms: int
    true_until_ms: int | None
    horizon: int

    @property
    def readable(self) -> bool:
        """Whether its files are of this release's format."""
        return self.name.startswith(f"{FORMAT}-")

    def holds(self, as_of_ms: int, until: int) -> bool:
        """Tell whether figures as of an instant, for issues up to `until`, can be read from it."""
        if not self.readable:
            return False
        before_later = self.true_until_ms is None or as_of_ms < self.true_until_ms
        return self.true_from_ms <= as_of_ms and before_later and until <= self.horizon

    def files(self, since: int, until: int) -> list[str]:
        """Return the files with facts of issues of [since, until]."""
        months = sorted(self.manifest)
        return [
            self.manifest[month]
            for month in months
            if month_days(month)[0] <= until and since <= month_days(month)[1]
        ]


def branch_folder(facts: Path, branch_id: int) -> Path:
    """Return the folder of a branch's facts."""
    return facts / f"branch={branch_id}"


def new_name() -> str:
    """Return a name that no version has had."""
    return f"{FORMAT}-{uuid.uuid4().hex}"


def published(connection: Connection, branch_id: int) -> Version | None:
    """Return the branch's current version, None before the first."""
    raw = connection.execute(
        text(
            "SELECT version, manifest, true_from, true_until, horizon FROM published_facts"
            " WHERE branch_id = :branch"
        ),
        {"branch": branch_id},
    ).first()
    if raw is None:
        return None
    manifest = {int(month): file for month, file in json.loads(raw.manifest).items()}
    return Version(branch_id, raw.version, manifest, raw.true_from, raw.true_until, raw.horizon)


def publish(
    connection: Connection, replaced: Version | None, version: Version, derived_ms: int
) -> bool:
    """Name `version` the branch's current one; False when another has taken the place meanwhile."""
    values = {
        "version": version.name,
        "manifest": json.dumps(dict(version.manifest), sort_keys=True),
        "true_from": version.true_from_ms,
        "true_until": version.true_until_ms,
        "horizon": version.horizon,
        "derived_at": derived_ms,
    }
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    names = ", ".join(values)
    places = ", ".join(f":{column}" for column in values)
    if replaced is None:
        statement = (
            f"INSERT INTO published_facts (branch_id, {names}) VALUES (:branch, {places})"
            " ON CONFLICT (branch_id) DO NOTHING"
        )
    else:
        statement = (
            f"UPDATE published_facts SET {assignments}"
            " WHERE branch_id = :branch AND version = :replaced"
        )
    parameters = {**values, "branch": version.branch_id}
    if replaced is not None:
        parameters["replaced"] = replaced.name
    return connection.execute(text(statement), parameters).rowcount == 1


def write_months(
    duck: duckdb.DuckDBPyConnection, folder: Path, name: str, since: int, until: int
) -> dict[int, str]:
    """Write the table `facts`, for issues of [since, until], one Parquet file a month.

    Returns the manifest of the months that have facts. The files are on the disk, whole, when it
    returns.
    """
    manifest = {}
    for month in months_of_facts(duck, since, until):
        first, last = month_days(month)
        file = f"month={day_of(first):%Y-%m}/{name}.parquet"
        _write(duck, folder / file, max(first, since), min(last, until))
        manifest[month] = file
    return manifest


def months_of_facts(duck: duckdb.DuckDBPyConnection, since: int, until: int) -> list[int]:
    """Return the months, in order, that have issues of [since, until] in the table `facts`."""
    rows = duck.execute(
        "SELECT DISTINCT CAST(date_part('year', d) AS INTEGER), CAST(date_part('month', d) AS"
        " INTEGER) FROM (SELECT DATE '1970-01-01' + day AS d FROM facts"
        " WHERE day BETWEEN $since AND $until)",
        {"since": since, "until": until},
    ).fetchall()
    return sorted((year - 1970) * 12 + number - 1 for year, number in rows)


def _write(duck: duckdb.DuckDBPyConnection, path: Path, since: int, until: int) -> None:
    make_folder(path.parent)
    aside = path.with_suffix(".writing")
    copy_facts(duck, aside, since, until)
    sync(aside)
    aside.rename(path)
    sync(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; the new ones' names are on the disk when it returns."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def copy_facts(duck: duckdb.DuckDBPyConnection, path: Path, since: int, until: int) -> None:
    """Write the rows of the table `facts` for issues of [since, until] to a Parquet file."""
    quoted = str(path).replace("'", "''")
    # Smaller groups than DuckDB's own are written on all cores, also those of a month.
    duck.execute(
        f"COPY (SELECT * FROM facts WHERE day BETWEEN {since} AND {until})"
        f" TO '{quoted}' (FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP})"
    )


def collect(facts: Path, branch_id: int, replaced: Version | None, current: Version) -> None:
    """Delete files that the current version does not name, once no reader can need them.

    Those that were the replaced version's until now are as if new: somebody may be reading them.
    """
    folder = branch_folder(facts, branch_id)
    kept = {folder / file for file in current.manifest.values()}
    for file in () if replaced is None else replaced.manifest.values():
        with suppress(FileNotFoundError):
            os.utime(folder / file)
    oldest = time.time() - GRACE_SECONDS
    for path in folder.glob("month=*/*"):
        with suppress(FileNotFoundError):  # collected by another refresher
            if path not in kept and path.stat().st_mtime < oldest:
                path.unlink()
    # Left by a process that was killed.
    for path in facts.glob(f"{SPILL}*"):
        if path.stat().st_mtime < oldest - DAY_SECONDS:
            shutil.rmtree(path, ignore_errors=True)

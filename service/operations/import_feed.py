"""Import a feed: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine

from service.feed.added import added_scans, issues_told_of
from service.feed.checks.check import check
from service.feed.merge import Counts, merge
from service.feed.problems import FeedRefused, Problems
from service.feed.reading.load import load
from service.feed.reading.source import feed_members
from service.feed.staging import Staging
from service.feed.tables import TABLES
from service.measures.dirty import mark_everything, mark_months
from service.measures.moved import moved_by_issues, moved_by_scans
from service.measures.plan import read_plan
from service.models import Base
from service.models.engine import engine_options, prepare

# What happened, as against what was promised and planned.
RECORDS = {
    "arrivals",
    "scans",
    "scan_items",
    "scan_voids",
    "attempts",
    "confirmations",
    "confirmation_voids",
}
# With more new scans than these it is not worth asking which months each of them moves.
FEW_SCANS = 200

__all__ = ["FeedRefused", "Imported", "Progress", "import_feed", "try_feed"]


class Progress(Protocol):
    """Who is told how far the import is."""

    def __call__(self, phase: str, total: int) -> Callable[[int], None]:
        """Begin a phase of so many units; what is returned is called with each step's units."""


def _silent(phase: str, total: int) -> Callable[[int], None]:
    return lambda _units: None


@dataclass(frozen=True)
class Imported:
    """What an import did; `counts` by the names of files without `.csv`."""

    branch_id: int
    counts: dict[str, Counts]
    warnings: list[str]

    @property
    def changed(self) -> bool:
        """Whether the records are other than before."""
        return any(count.new or count.updated for count in self.counts.values())


def import_feed(
    engine: Engine,
    feed: Path,
    *,
    dry_run: bool = False,
    staging_folder: Path | None = None,
    progress: Progress = _silent,
) -> Imported:
    """Check the whole feed, then write it; FeedRefused lists what is wrong, nothing is written.

    `dry_run` does everything but the commit. On SQLite only the merge holds the write lock, and
    what waits for it lies in an unnamed file in `staging_folder` (the system's by default).
    """
    problems = Problems()
    with engine.connect() as connection:
        # Staging and caches end with this connection: it never goes back to the pool.
        connection.detach()
        staging = Staging(connection, staging_folder)
        staging.attach()
        with connection.begin(), feed_members(feed, problems) as members:
            staging.create()
            size = sum(member.size for member in members.values())
            load(staging, members, problems, progress("read", size))
            staging.analyze()
        # A refused feed is still checked to its end, without keeping others from writing.
        connection.execution_options(writes=not problems)
        with connection.begin() as transaction:
            branch_id, counts = _check_and_merge(connection, problems, progress)
            if dry_run:
                transaction.rollback()
    return Imported(branch_id, counts, problems.warnings)


def try_feed(feed: Path, folder: Path, progress: Progress = _silent) -> Imported:
    """Check a feed where there is no database yet: in one below `folder`, gone afterwards."""
    with TemporaryDirectory(prefix=".dry-run-", dir=folder) as name:
        url = URL.create("sqlite", database=str(Path(name) / "empty.db"))
        engine = create_engine(url, **engine_options(url.render_as_string()))
        prepare(engine)
        try:
            Base.metadata.create_all(engine)
            return import_feed(engine, feed, dry_run=True, staging_folder=folder, progress=progress)
        finally:
            engine.dispose()


def _check_and_merge(
    connection: Connection, problems: Problems, progress: Progress
) -> tuple[int, dict[str, Counts]]:
    branch_id = check(connection, problems)
    if problems:
        raise problems.refusal(table.file for table in TABLES)
    branch_id, counts = merge(connection, branch_id, progress("write", 0))
    _mark_moved(connection, branch_id, counts)
    return branch_id, counts


def _mark_moved(connection: Connection, branch_id: int, counts: dict[str, Counts]) -> None:
    """Mark the months whose facts the merged feed moves: all of them for a change of plan."""
    changed = {name for name, count in counts.items() if count.new or count.updated}
    if not changed:
        return
    scans = None if changed - RECORDS else added_scans(connection, FEW_SCANS)
    if scans is None:
        mark_everything(connection, branch_id)
        return
    plan = read_plan(connection, branch_id)
    months = moved_by_scans(connection, plan, scans)
    mark_months(connection, branch_id, months | moved_by_issues(issues_told_of(connection)))

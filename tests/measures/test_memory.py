"""Facts kept in memory: given up when there are too many, summed only where days do not matter."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from service.measures import memory
from service.measures.catalogue import branch_folder, published
from service.measures.memory import Memory, Scope
from service.models.engine import reading
from tests.measures.conftest import Ledger
from tests.served import HARD_MONTH

FIRST, LAST = -1, 50_000
NEVER = 10**15
BRANCH, NOW = "B4365", datetime(2026, 9, 1, tzinfo=UTC)
ALWAYS_TRUE = "scans <> 2"


@pytest.fixture
def files(sqlite_template: Path, tmp_path: Path) -> Iterator[list[Path]]:
    """The published files of the hard month, one a month."""
    copy = tmp_path / "ledger.db"
    copy.write_bytes(sqlite_template.read_bytes())
    ledger = Ledger(f"sqlite:///{copy}", tmp_path)
    ledger.add_folder(HARD_MONTH)
    ledger.refresh(BRANCH, NOW)
    with reading(ledger.engine) as connection:
        version = published(connection, ledger.branch_id(BRANCH))
    assert version is not None
    folder = branch_folder(ledger.facts, version.branch_id)
    yield [folder / file for file in version.files(FIRST, LAST)]
    ledger.close()


def everything(daily: bool) -> Scope:
    return Scope(FIRST, LAST, NEVER, ALWAYS_TRUE, daily)


def copies(cursor: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    [(rows, *sums)] = cursor.execute(
        "SELECT COUNT(*), SUM(expected), SUM(counted), SUM(copy_days) FROM kept"
    ).fetchall()
    assert rows
    return tuple(sums)


def test_sums_are_the_sums_of_the_rows(files: list[Path]) -> None:
    kept = Memory(files[0].parents[2])
    daily, summed = everything(daily=True), everything(daily=False)
    with kept.cursor(files, daily) as rows, kept.cursor(files, summed) as sums:
        assert copies(sums) == copies(rows)
        many = rows.execute("SELECT COUNT(*) FROM kept").fetchall()
        assert sums.execute("SELECT COUNT(*) FROM kept").fetchall() < many


def test_only_days_and_due_instants_asked_about_count(files: list[Path]) -> None:
    kept = Memory(files[0].parents[2])
    with kept.cursor(files, everything(daily=True)) as whole:
        days = whole.execute("SELECT DISTINCT day FROM kept ORDER BY day").fetchall()
        [(until,)] = days[len(days) // 2 : len(days) // 2 + 1]
        query = f"SELECT SUM(expected) FROM kept WHERE day <= {until}"
        wanted = whole.execute(query).fetchall()
        assert wanted != whole.execute("SELECT SUM(expected) FROM kept").fetchall()
    with kept.cursor(files, Scope(FIRST, until, NEVER, ALWAYS_TRUE, daily=False)) as part:
        assert part.execute("SELECT SUM(expected) FROM kept").fetchall() == wanted


def test_what_is_given_up_is_whole_for_its_reader_and_comes_again(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Memory(files[0].parents[2])
    one, other = [files[0]], files[1:]
    with kept.cursor(one, everything(daily=True)) as first:
        before = copies(first)
        monkeypatch.setattr(memory, "MOST_ROWS", 0)
        with kept.cursor(other, everything(daily=True)):
            assert copies(first) == before
    with kept.cursor(other, everything(daily=True)) as third:
        numbers = "SELECT COUNT(DISTINCT file) FROM day_rows"
        assert third.execute(numbers).fetchall() == [(len(other),)]
    with kept.cursor(one, everything(daily=True)) as again:
        assert copies(again) == before

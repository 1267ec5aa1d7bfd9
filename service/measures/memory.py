"""Published facts kept in this process's memory, so that a question reads no file.

A file of facts never changes, so what was read once is true until the file is no longer asked for.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from service.measures.engine import SQL, connect

# Some 70 bytes a row.
MOST_ROWS = 8_000_000
# What the facts of each file are turned into, each by a file of SQL in sql/kept/.
ROWS, SUMS = "day_rows", "sums"
SMALL = {"late": "late_rows", "gaps": "gap_rows", "apart": "apart_rows"}
TABLES = (ROWS, SUMS, *SMALL.values())


@dataclass(frozen=True)
class Scope:
    """Which facts a question is about: issues of [since, until] that are due by `due_ms`.

    `where` is one more condition, in SQL on the columns that all tables share. `daily` questions
    tell days apart.
    """

    since: int
    until: int
    due_ms: int
    where: str
    daily: bool

    def condition(self) -> str:
        """Return, in SQL, which rows are in scope."""
        within = f"day BETWEEN {self.since} AND {self.until} AND due_ms <= {self.due_ms}"
        return f"{within} AND {self.where}"

    def covers(self, file: "_File") -> bool:
        """Tell whether a file has no other days and due instants than those asked about."""
        within = self.since <= file.first_day and file.last_day <= self.until
        return within and file.last_due_ms <= self.due_ms


@dataclass(frozen=True)
class _File:
    """What is known of a file that is kept; `number` is the column `file` of its rows."""

    number: int
    rows: int
    first_day: int
    last_day: int
    last_due_ms: int


class Memory:
    """The files' facts that this process holds, the longest unused given up first."""

    def __init__(self, folder: Path) -> None:
        self._duck = connect(folder)
        self._kept: OrderedDict[Path, _File] = OrderedDict()
        self._last_number = 0
        self._lock = threading.Lock()

    def cursor(self, files: Sequence[Path], scope: Scope) -> duckdb.DuckDBPyConnection:
        """Return a connection with the facts in scope as views: kept, late, gaps, apart.

        Their columns stand in sql/kept/; `kept` are rows of `day_rows`, or the same summed over
        days where that makes no difference. To be closed by the caller. duckdb.IOException when a
        file is gone.
        """
        with self._lock:
            kept = [self._file(file) for file in files]
            summed = [file for file in kept if scope.covers(file) and not scope.daily]
            daily = [file for file in kept if file not in summed]
            sources = [(SUMS, summed), (ROWS, daily)]
            parts = [_part(table, files, scope) for table, files in sources if files]
            cursor = self._duck.cursor()
            # Rows deleted below are still there for whoever has begun to read them.
            cursor.execute("BEGIN TRANSACTION")
            cursor.execute(f"CREATE TEMP VIEW kept AS {' UNION ALL '.join(parts)}")
            for view, table in SMALL.items():
                cursor.execute(f"CREATE TEMP VIEW {view} AS {_part(table, kept, scope)}")
            cursor.execute("SELECT * FROM kept LIMIT 0").fetchall()
            self._give_up(keep=set(files))
        return cursor

    def _file(self, path: Path) -> _File:
        if path not in self._kept:
            self._kept[path] = self._read(path, self._last_number + 1)
            self._last_number += 1
        self._kept.move_to_end(path)
        return self._kept[path]

    def _read(self, path: Path, number: int) -> _File:
        quoted = str(path).replace("'", "''")
        with self._duck.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION")
            cursor.execute(f"CREATE TEMP VIEW facts AS SELECT * FROM read_parquet('{quoted}')")
            for table in TABLES:
                into = f"INSERT INTO {table}" if self._last_number else f"CREATE TABLE {table} AS"
                select = (SQL / "kept" / f"{table}.sql").read_text(encoding="utf-8")
                cursor.execute(f"{into} SELECT {number} AS file, made.* FROM ({select}) AS made")
                if table == ROWS:
                    own = f"SELECT * EXCLUDE (file) FROM {ROWS} WHERE file = {number}"
                    cursor.execute(f"CREATE TEMP VIEW rows_of_file AS {own}")
            [(rows, *ends)] = cursor.execute(
                "SELECT COUNT(*), COALESCE(MIN(day), 0), COALESCE(MAX(day), 0),"
                " COALESCE(MAX(due_ms), 0) FROM rows_of_file"
            ).fetchall()
            cursor.execute("COMMIT")
        return _File(number, rows, *ends)

    def _give_up(self, keep: set[Path]) -> None:
        for path in [path for path in self._kept if path not in keep]:
            if sum(file.rows for file in self._kept.values()) <= MOST_ROWS:
                return
            file = self._kept.pop(path)
            for table in TABLES:
                self._duck.execute(f"DELETE FROM {table} WHERE file = {file.number}")


def _part(table: str, files: Sequence[_File], scope: Scope) -> str:
    numbers = ", ".join(str(file.number) for file in files)
    return (
        f"SELECT *, 0 AS everything FROM {table} WHERE file IN ({numbers}) AND {scope.condition()}"
    )


_memories: dict[tuple[int, Path], Memory] = {}
_lock = threading.Lock()


def memory(folder: Path) -> Memory:
    """Return this process's memory of the facts below `folder`, made at the first call.

    Never shared over a fork.
    """
    key = os.getpid(), folder
    with _lock:
        if key not in _memories:
            _memories[key] = Memory(folder)
        return _memories[key]

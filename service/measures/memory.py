"""Published facts kept in this process's memory, so that a question reads no file.

A file of facts never changes, so what was read once is true until the file is no longer asked for.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import duckdb

from service.measures.engine import SQL, connect

# Some 70 bytes a row.
MOST_ROWS = 8_000_000


class Memory:
    """The files' facts that this process holds, the longest unused given up first."""

    def __init__(self, folder: Path) -> None:
        self._duck = connect(folder)
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def cursor(self, files: Sequence[Path]) -> duckdb.DuckDBPyConnection:
        """Return a connection with the view `kept`: the facts of the files (sql/kept.sql).

        To be closed by the caller. duckdb.IOException when a file is gone.
        """
        with self._lock:
            tables = [self._table(file) for file in files]
            cursor = self._duck.cursor()
            union = " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables)
            # A table dropped below is still whole for whoever has begun to read it.
            cursor.execute("BEGIN TRANSACTION")
            cursor.execute(f"CREATE TEMP VIEW kept AS {union}")
            cursor.execute("SELECT COUNT(*) FROM kept").fetchall()
            self._give_up(keep=set(tables))
        return cursor

    def _table(self, file: Path) -> str:
        name = f'"{file}"'
        if name not in self._kept:
            quoted = str(file).replace("'", "''")
            select = (SQL / "kept.sql").read_text(encoding="utf-8")
            select = select.replace("FROM facts", f"FROM read_parquet('{quoted}')")
            self._duck.execute(f"CREATE TABLE {name} AS {select}")
            [(rows,)] = self._duck.execute(f"SELECT COUNT(*) FROM {name}").fetchall()
            self._kept[name] = rows
        self._kept.move_to_end(name)
        return name

    def _give_up(self, keep: set[str]) -> None:
        for name in [name for name in self._kept if name not in keep]:
            if sum(self._kept.values()) <= MOST_ROWS:
                return
            self._duck.execute(f"DROP TABLE {name}")
            del self._kept[name]


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

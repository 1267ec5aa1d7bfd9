"""Where a feed waits while it is checked: tables of its own, beside the records, on disk.

On PostgreSQL they are temporary tables, filled by COPY. On SQLite they are in a file of their own,
attached and unlinked at once: pysqlite3 keeps temporary tables and every sort in memory
(SQLITE_TEMP_STORE=3), and ten million rows would not fit. For the same reason the big checks walk
along a key here instead of sorting.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    text,
)
from sqlalchemy import Table as SqlTable

from service.feed.columns import Table
from service.feed.tables import TABLES

SCHEMA = "staging"
CACHE_KIB = {"main": 128 << 10, SCHEMA: 96 << 10}

# The states of a row. A bad one is there only so that what refers to it is not a problem too.
GOOD, BAD, KNOWN = 0, 1, 2
# What stands for a refused value of a bad row in the key of scan_items, which may not be null.
NOTHING = {"scan_id": "0" * 32, "title_code": "", "issue_date": -1}

_METADATA = MetaData(schema=SCHEMA)


def _staged(table: Table) -> SqlTable:
    """Return the table in which rows of a file wait: with their line and their state."""
    columns: list[Any] = [
        Column(column.name, column.field.sql_type, autoincrement=False) for column in table.columns
    ]
    line = Column("line", Integer, autoincrement=False, nullable=False)
    state = Column("state", SmallInteger, server_default=str(GOOD))
    if table.name == "scan_items":
        # The largest by far, always read by its key: kept in its order, no index beside it.
        key = PrimaryKeyConstraint(*table.key, "line")
        return SqlTable(
            f"feed_{table.name}", _METADATA, line, *columns, state, key, sqlite_with_rowid=False
        )
    line.primary_key = True
    index = Index(f"feed_{table.name}_key", *table.key)
    return SqlTable(f"feed_{table.name}", _METADATA, line, *columns, state, index)


STAGED = {table.name: _staged(table) for table in TABLES}


class Staging:
    """The waiting tables of one connection, which is to be closed for good afterwards."""

    def __init__(self, connection: Connection, folder: Path | None) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        if not self.is_sqlite:
            connection.execution_options(schema_translate_map={SCHEMA: "pg_temp"})
        self.folder = folder

    def attach(self) -> None:
        """On SQLite, attach a file that nobody else can open; outside a transaction."""
        if not self.is_sqlite:
            return
        handle, name = tempfile.mkstemp(prefix=".import-", suffix=".staging", dir=self.folder)
        os.close(handle)
        cursor = self._cursor()
        try:
            cursor.execute(f"ATTACH DATABASE ? AS {SCHEMA}", (name,))
            cursor.execute(f"PRAGMA {SCHEMA}.journal_mode = OFF")
            cursor.execute(f"PRAGMA {SCHEMA}.synchronous = OFF")
            for schema, size in CACHE_KIB.items():
                cursor.execute(f"PRAGMA {schema}.cache_size = -{size}")
            # Makes the file real, so that it is open before its name goes.
            cursor.execute(f"CREATE TABLE {SCHEMA}.opened (x)")
        finally:
            cursor.close()
            Path(name).unlink()

    def create(self) -> None:
        """Make the tables."""
        _METADATA.create_all(self.connection, checkfirst=False)

    def load(self, table: Table, columns: Sequence[Sequence[Any]], bad: bool = False) -> None:
        """Add rows, given as columns: their lines, then the table's columns in order."""
        if not columns:
            return
        names = ["line", *(column.name for column in table.columns)]
        given = dict(zip(names, columns, strict=True))
        if bad:
            given["state"] = [BAD] * len(columns[0])
            if table.name == "scan_items":
                given = {name: _without_null(name, values) for name, values in given.items()}
        cursor = self._cursor()
        try:
            if self.is_sqlite:
                self._insert(cursor, table, given)
            else:
                self._copy(cursor, table, given)
        finally:
            cursor.close()

    def _insert(self, cursor: Any, table: Table, given: Mapping[str, Sequence[Any]]) -> None:
        # For each None the driver looks for an adapter, which takes longer than the whole row:
        # columns of nothing else are left out.
        filled = {name: values for name, values in given.items() if any(map(_is_given, values))}
        names, marks = ", ".join(filled), ", ".join("?" * len(filled))
        # Names from our own description of the feed.
        insert = f"INSERT INTO {SCHEMA}.feed_{table.name} ({names}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(insert, zip(*filled.values(), strict=True))

    def _copy(self, cursor: Any, table: Table, given: Mapping[str, Sequence[Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in given)
        with cursor.copy(f"COPY pg_temp.feed_{table.name} ({names}) FROM STDIN") as copy:
            for row in zip(*given.values(), strict=True):
                copy.write_row(row)

    def analyze(self) -> None:
        """Tell PostgreSQL's planner what came; SQLite's follows the keys."""
        if not self.is_sqlite:
            for name in STAGED:
                self.connection.execute(text(f"ANALYZE pg_temp.feed_{name}"))

    def _cursor(self) -> Any:
        connection: Any = self.connection.connection.dbapi_connection
        return connection.cursor()


def _is_given(value: Any) -> bool:
    return value is not None


def _without_null(name: str, values: Sequence[Any]) -> Sequence[Any]:
    return [NOTHING.get(name) if value is None else value for value in values]

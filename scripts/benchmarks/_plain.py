"""The rows of a sync written plainly: `executemany` into tables that are the same, and no more."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, text

from service.models.engine import engine_options, prepare, writing

# In the order in which they refer to one another; by which column new rows are told.
KEYS: Final = {
    "phone_events": "id",
    "scans": "id",
    "scan_items": "scan_id",
    "untraced_scans": "scan_id",
}


class PlainWriter:
    """Writes what came into a copy of the database, made when it is entered.

    The copy has the same tables, indexes, references, rows, and the same settings (on SQLite a file
    beside; on PostgreSQL a database of the same server).
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._last = dict.fromkeys(KEYS, 0)

    def __enter__(self) -> Self:
        self._copy = self._copied()
        with self._engine.connect() as connection:
            for table, key in KEYS.items():
                query = text(f"SELECT COALESCE(MAX({key}), 0) FROM {table}")  # noqa: S608
                self._last[table] = connection.execute(query).scalar_one()
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.dispose()

    def write_what_came(self) -> tuple[float, int]:
        """Write the rows that are new since the last call; return the seconds, and how many."""
        rows = {table: self._new_rows(table) for table in KEYS}
        statements = [
            (f"INSERT INTO {table} VALUES ({self._marks(len(found[0]))})", found)  # noqa: S608
            for table, found in rows.items()
            if found
        ]
        started = time.perf_counter()
        with writing(self._copy) as connection:
            for statement, found in statements:
                connection.exec_driver_sql(statement, list(found))
        seconds = time.perf_counter() - started
        return seconds, sum(len(found) for found in rows.values())

    def _new_rows(self, table: str) -> Sequence[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            query = text(f"SELECT * FROM {table} WHERE {KEYS[table]} > :last")  # noqa: S608
            result = connection.execute(query, {"last": self._last[table]})
            place = list(result.keys()).index(KEYS[table])
            found = [tuple(row) for row in result]
        self._last[table] = max((row[place] for row in found), default=self._last[table])
        return found

    def _marks(self, count: int) -> str:
        mark = "?" if self._engine.dialect.paramstyle == "qmark" else "%s"
        return ", ".join([mark] * count)

    def _copied(self) -> Engine:
        url = self._engine.url
        if self._engine.dialect.name == "sqlite":
            path = self._folder / "plain.db"
            with self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                _vacuum_into(connection, path)
            url = URL.create("sqlite", database=str(path))
        else:
            self._engine.dispose()
            url = url.set(database="plain")
            maintenance = create_engine(
                self._engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT"
            )
            with maintenance.connect() as connection:
                connection.exec_driver_sql(
                    f'CREATE DATABASE plain TEMPLATE "{self._engine.url.database}"'
                )
            maintenance.dispose()
        text_of = url.render_as_string(hide_password=False)
        engine = create_engine(text_of, **engine_options(text_of))
        prepare(engine)
        return engine


def _vacuum_into(connection: Connection, path: Path) -> None:
    # Not in a transaction, which our engines begin by themselves.
    driver = connection.connection.dbapi_connection
    assert driver is not None
    connection.rollback()
    driver.cursor().execute("VACUUM INTO ?", (str(path),))

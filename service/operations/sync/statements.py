"""SQL with `?` for its values, on either database, without a detour through the ORM.

A sync writes some hundred rows; what a statement costs on its way to the driver is most of it.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

# Fewer values than any SQLite takes in one statement.
MOST_VALUES = 900

Row = tuple[Any, ...]


def rows(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Sequence[Any]:
    """Return the rows of a query."""
    return connection.exec_driver_sql(_for(connection, sql), tuple(values)).all()


def rows_in(
    connection: Connection, sql: str, wanted: Collection[Any], *values: Any
) -> Iterator[Any]:
    """Yield the rows of a query that ends in `IN ({})`, asked in parts for all that is wanted."""
    left = iter(wanted)
    while part := list(islice(left, MOST_VALUES)):
        marks = ",".join("?" * len(part))
        yield from rows(connection, sql.format(marks), (*values, *part))


def run(connection: Connection, sql: str, values: Sequence[Any]) -> None:
    """Run one statement."""
    connection.exec_driver_sql(_for(connection, sql), tuple(values))


def run_all(connection: Connection, sql: str, many: Sequence[Row]) -> None:
    """Run a statement for each of many rows of values."""
    if many:
        connection.exec_driver_sql(_for(connection, sql), list(many))


def insert(connection: Connection, table: str, columns: str, many: Sequence[Row]) -> None:
    """Insert rows, their values in the order of the columns (names with commas between)."""
    marks = ",".join("?" * (columns.count(",") + 1))
    run_all(connection, f"INSERT INTO {table} ({columns}) VALUES ({marks})", many)


def new_ids(connection: Connection, table: str, count: int) -> Sequence[int]:
    """Return row ids that nobody else will use, in ascending order.

    SQLite has one writer at a time, and it is this transaction (`writing`).
    """
    if count == 0:
        return ()
    if connection.dialect.name == "sqlite":
        [(last,)] = rows(connection, f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        return range(last + 1, last + 1 + count)
    given = rows(
        connection,
        "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)",
        (table, count),
    )
    return sorted(row[0] for row in given)


def hex_of(value: str | uuid.UUID) -> str:
    """Return a UUID that a database gave as 32 hex digits."""
    return value if isinstance(value, str) else value.hex


def _for(connection: Connection, sql: str) -> str:
    return sql if connection.dialect.paramstyle == "qmark" else sql.replace("?", "%s")

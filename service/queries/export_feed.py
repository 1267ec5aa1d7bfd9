"""Export a branch as a feed, from one snapshot of the database."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    String,
    collate,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from service.feed.columns import Table
from service.feed.local_time import LocalInstants
from service.feed.moments import InstantField
from service.feed.tables import FEED_INFO, SCAN, TABLES
from service.feed.write import new_feed, write_table
from service.models.engine import reading
from service.queries.branches import branch_of

CHUNK = 5_000


def export_feed(
    engine: Engine,
    branch_code: str,
    path: Path,
    progress: Callable[[int], Callable[[int], None]],
) -> None:
    """Write all records of the branch to a new folder or .zip.

    `progress` is told how many rows there are and returns what is told of each step.
    UnknownBranch; FeedExistsError when there is something at `path`.
    """
    with reading(engine) as connection, new_feed(path) as opened:
        branch_id, zone = branch_of(connection, branch_code)
        instants = LocalInstants(zone)
        done = progress(sum(_count(connection, table, branch_id) for table in TABLES))
        for table in TABLES:
            writers = {
                column.name: instants.write
                for column in table.columns
                if isinstance(column.field, InstantField)
            }
            write_table(opened, table, _chunks(connection, table, branch_id), writers, done)


def _chunks(
    connection: Connection, table: Table, branch_id: int
) -> Iterator[Sequence[Sequence[Any]]]:
    query = _rows(table, branch_id, connection.dialect.name)
    result = connection.execute(query.execution_options(yield_per=CHUNK))
    return iter(result.partitions())


def _count(connection: Connection, table: Table, branch_id: int) -> int:
    target = table.target
    owner = target.c.id if table is FEED_INFO else target.c.branch_id
    return connection.scalar(select(func.count()).where(owner == branch_id)) or 0


def _rows(table: Table, branch_id: int, dialect: str) -> Select[Any]:
    """Return the rows as a feed has them, ids as codes, in an order that only the records decide.

    Scans come in the order of their instants, as they happened.
    """
    target = table.target
    if table is FEED_INFO:
        columns = [_plain(target.c[column.name]) for column in table.columns[1:]]
        return select(literal("1"), *columns).where(target.c.id == branch_id)
    source: FromClause = target
    columns = []
    named: dict[str, ColumnElement[Any]] = {}
    order: list[ColumnElement[Any]] = []
    for column in table.columns:
        kept: ColumnElement[Any] = target.c[column.kept]
        if column.refers is not None:
            other = column.refers.target.alias()
            source = source.outerjoin(other, other.c.id == kept)
            kept = other.c[column.refers.column]
            if column.refers == SCAN:
                order.append(other.c.scanned_at)
        elif table.name == "scans" and column.name == "scanned_at":
            order.append(kept)
        named[column.name] = kept
        columns.append(_plain(kept))
    order += [_in_code_points(named[name], dialect) for name in table.key]
    return (
        select(*columns).select_from(source).where(target.c.branch_id == branch_id).order_by(*order)
    )


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the column as the database keeps it: day numbers, milliseconds."""
    return type_coerce(column, NullType())


def _in_code_points(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Return what sorts texts by code point on both databases."""
    if dialect == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column

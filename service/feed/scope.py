"""What the checks and the merge share: a connection, the branch, and rows with their ids."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, Subquery, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from service.feed.columns import Reference, Table
from service.feed.problems import Problem, Problems
from service.feed.staging import GOOD, STAGED

NO_BRANCH = -1


@dataclass(frozen=True)
class Scope:
    """One import: `branch_id` is NO_BRANCH while the branch is not in the database."""

    connection: Connection
    branch_id: int
    problems: Problems

    def report(
        self, table: Table, column: str, query: Select[Any], message: Callable[..., str] | str
    ) -> bool:
        """Add a problem for each row of the query, (line, values for the message); say if any."""
        limit = self.problems.limit
        rows = self.connection.execute(query.order_by(query.selected_columns[0]).limit(limit)).all()
        total = len(rows)
        if total == limit:
            total = self.connection.scalar(select(func.count()).select_from(query.subquery())) or 0
        found = [
            Problem(line, column, message if isinstance(message, str) else message(*values))
            for line, *values in rows
        ]
        self.problems.add_all(table.file, found, total)
        return total > 0

    def is_broken(self, table: str) -> bool:
        """Whether the table's file could not be read to its end."""
        return f"{table}.csv" in self.problems.broken


def resolved(table: Table, branch_id: int, *where: ColumnElement[bool]) -> Subquery:
    """Return the good rows of a file as the database keeps them: ids for codes (null: unknown).

    Outer joins, as SQLite keeps their order: it walks along the file and looks up the rest.
    """
    staged = STAGED[table.name]
    source: FromClause = staged
    columns: list[ColumnElement[Any]] = [staged.c.line]
    for column in table.columns:
        cell = staged.c[column.name]
        if column.refers is None:
            columns.append(cell.label(column.kept))
            continue
        target = _named(column.refers)
        code = target.c[column.refers.column]
        source = source.outerjoin(target, and_(target.c.branch_id == branch_id, code == cell))
        columns.append(target.c.id.label(column.kept))
    return (
        select(*columns).select_from(source).where(*(where or [staged.c.state == GOOD])).subquery()
    )


@functools.cache
def _named(reference: Reference) -> FromClause:
    return reference.target.alias()


def key_of(table: Table) -> list[str]:
    """Return the database's names for the columns of the key."""
    return [table.by_name[name].kept for name in table.key]


def same_key(table: Table, rows: FromClause) -> ColumnElement[bool]:
    """Say that a row of the database has the key of the given (resolved) row."""
    return and_(*(table.target.c[name] == rows.c[name] for name in key_of(table)))


def other_content(table: Table, rows: FromClause) -> ColumnElement[bool]:
    """Say that a row of the database differs from the given (resolved) row beside the key."""
    return or_(*(table.target.c[name].is_distinct_from(rows.c[name]) for name in compared(table)))


def compared(table: Table) -> list[str]:
    """Return the database's names for the columns that make up a row's content."""
    key = key_of(table)
    return [
        column.kept
        for column in table.columns
        if column.kept not in key
        and column.name not in table.not_compared
        and column.kept in table.target.c
    ]

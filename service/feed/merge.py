"""A checked feed becomes records, in the order in which its files name one another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    FromClause,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from service.feed.columns import Table, table_of
from service.feed.scope import (
    NO_BRANCH,
    compared,
    key_of,
    other_content,
    resolved,
    same_key,
)
from service.feed.staging import GOOD, KNOWN, STAGED
from service.feed.tables import FEED_INFO, TABLES
from service.models import Branch, Route, Scan, Title

# Rows a statement: SQLite keeps what a statement may have to undo in memory.
BATCH = 20_000
# With more new rows than these PostgreSQL's planner is told: it takes an unknown table for a small
# one, and would look up each later row among all of them.
MANY = 1_000
# Versions are deleted and written anew: changed one by one they might overlap in between.
REPLACED = ("routes", "route_stops")


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one file."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


def merge(
    connection: Connection, branch_id: int, done: Callable[[int], None]
) -> tuple[int, dict[str, Counts]]:
    """Write the staged feed; return the branch's id and what became of each file's rows."""
    counts = {}
    branch_id, counts[FEED_INFO.name] = _merge_branch(connection, branch_id)
    for table in TABLES:
        if table is not FEED_INFO:
            merging = _Merging(connection, branch_id, table, done)
            counts[table.name] = merging.run()
            if counts[table.name].new > MANY:
                _analyze(connection, table)
    return branch_id, counts


def _analyze(connection: Connection, table: Table) -> None:
    """Tell PostgreSQL's planner what came; SQLite's follows the keys."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.target.name}"))


def _merge_branch(connection: Connection, branch_id: int) -> tuple[int, Counts]:
    staged, known = STAGED["feed_info"], table_of(Branch)
    names = ["branch_code", "branch_name", "timezone", "visit_gap_minutes"]
    if branch_id == NO_BRANCH:
        rows = select(*(staged.c[name] for name in names))
        _run(connection, insert(known).from_select(names, rows))
        query = select(known.c.id).join_from(
            known, staged, known.c.branch_code == staged.c.branch_code
        )
        return connection.execute(query).scalar_one(), Counts(new=1)
    renamed = _run(
        connection,
        update(known)
        .values(branch_name=staged.c.branch_name)
        .where(known.c.id == branch_id, known.c.branch_name != staged.c.branch_name),
    )
    return branch_id, Counts(updated=renamed, unchanged=1 - renamed)


@dataclass(frozen=True)
class _Merging:
    connection: Connection
    branch_id: int
    table: Table
    done: Callable[[int], None]

    def run(self) -> Counts:
        staged = STAGED[self.table.name]
        last = self.connection.scalar(select(func.max(staged.c.line)))
        if last is None:
            return Counts()
        if self.table.name == "scan_items":
            return self._add_items()
        if self.table.name == "routes":
            self._name_routes()
        known = self._mark_known()
        updated = 0 if self.table.fact or not known else self._update()
        added = sum(self._add(first) for first in range(0, last + 1, BATCH))
        replaced = updated if self.table.name in REPLACED else 0
        return Counts(added - replaced, updated, known - updated)

    def _mark_known(self) -> int:
        """Mark the rows whose key is in the database, and return how many they are."""
        staged = STAGED[self.table.name]
        rows = resolved(self.table, self.branch_id)
        known = exists().where(rows.c.line == staged.c.line, self._same(rows))
        return _run(self.connection, update(staged).where(known).values(state=KNOWN))

    def _update(self) -> int:
        staged, target = STAGED[self.table.name], self.table.target
        rows = resolved(self.table, self.branch_id, staged.c.state == KNOWN)
        changed = and_(self._same(rows), other_content(self.table, rows))
        if self.table.name not in REPLACED:
            if not compared(self.table):
                return 0
            values = {name: rows.c[name] for name in compared(self.table)}
            return _run(self.connection, update(target).values(values).where(changed))
        again = exists().where(rows.c.line == staged.c.line, changed)
        _run(self.connection, update(staged).where(again).values(state=GOOD))
        rows = resolved(self.table, self.branch_id)
        gone = select(target.c.id).join_from(rows, target, self._same(rows))
        return _run(self.connection, delete(target).where(target.c.id.in_(gone)))

    def _add(self, first: int) -> int:
        staged = STAGED[self.table.name]
        batch = staged.c.line.between(first, first + BATCH - 1)
        rows = resolved(self.table, self.branch_id, staged.c.state == GOOD, batch)
        names = [*key_of(self.table), *compared(self.table), *self.table.not_compared]
        query = select(literal(self.branch_id), *(rows.c[name] for name in names))
        query = query.order_by(rows.c.line)
        return self._insert(["branch_id", *names], query)

    def _insert(self, names: list[str], query: Select[Any]) -> int:
        added = _run(self.connection, insert(self.table.target).from_select(names, query))
        self.done(added)
        return added

    def _name_routes(self) -> None:
        """Give each new route its identity; its versions follow."""
        staged, routes = STAGED["routes"], table_of(Route)
        known = exists().where(
            routes.c.branch_id == self.branch_id, routes.c.route_code == staged.c.route_code
        )
        codes = (
            select(literal(self.branch_id), staged.c.route_code)
            .where(~known)
            .group_by(staged.c.route_code)
            .order_by(func.min(staged.c.line))
        )
        _run(self.connection, insert(routes).from_select(["branch_id", "route_code"], codes))

    def _add_items(self) -> Counts:
        """Add the items of the new scans, scan by scan: the order in which they are kept."""
        last = self.connection.scalar(select(func.max(STAGED["scans"].c.line))) or 0
        added = sum(self._add_items_of(first) for first in range(0, last + 1, BATCH))
        given = self.connection.scalar(select(func.count()).select_from(STAGED["scan_items"]))
        return Counts(new=added, unchanged=(given or 0) - added)

    def _add_items_of(self, first: int) -> int:
        given_scans, given = STAGED["scans"], STAGED["scan_items"]
        scans, titles = table_of(Scan), table_of(Title)
        branch = literal(self.branch_id)
        named = and_(
            titles.c.branch_id == self.branch_id, titles.c.title_code == given.c.title_code
        )
        query = (
            select(scans.c.id, titles.c.id, given.c.issue_date, branch, given.c.copies)
            .select_from(given_scans)
            .outerjoin(scans, scans.c.scan_id == given_scans.c.scan_id)
            .join(given, given.c.scan_id == given_scans.c.scan_id)
            .outerjoin(titles, named)
            .where(
                given_scans.c.line.between(first, first + BATCH - 1),
                given_scans.c.state == GOOD,
            )
        )
        return self._insert(["scan_id", "title_id", "issue_date", "branch_id", "copies"], query)

    def _same(self, rows: FromClause) -> Any:
        target = self.table.target
        return and_(target.c.branch_id == self.branch_id, same_key(self.table, rows))


def _run(connection: Connection, statement: Executable) -> int:
    """Run a statement and return how many rows it wrote."""
    result = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount

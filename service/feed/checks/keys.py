"""Checks that hold for every file alike: no key twice, no reference into nothing."""

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, update

from service.feed.columns import Column, Reference, Table
from service.feed.problems import shown
from service.feed.scope import Scope
from service.feed.staging import BAD, NOTHING, STAGED
from service.wording import translated as _


def check_keys(scope: Scope, table: Table) -> None:
    """Report each row whose key an earlier row of the file has, and take it out of other checks."""
    staged = STAGED[table.name]
    key = [staged.c[name] for name in table.key]
    given: list[ColumnElement[bool]] = [column.is_not(None) for column in key]
    if table.name == "scan_items":
        given = [staged.c[name] != NOTHING[name] for name in table.key]
    twice = (
        select(*key, func.min(staged.c.line).label("first"))
        .where(*given)
        .group_by(*key)
        .having(func.count() > 1)
        .cte("twice")
    )
    same = and_(
        *(staged.c[name] == twice.c[name] for name in table.key), staged.c.line > twice.c.first
    )
    query = select(staged.c.line, twice.c.first).join_from(twice, staged, same)
    column = ", ".join(table.key)

    def message(first: int) -> str:
        return _("is the same as on line %(line)s", line=first)

    if scope.report(table, column, query, message):
        again = select(staged.c.line).join_from(twice, staged, same)
        scope.connection.execute(update(staged).where(staged.c.line.in_(again)).values(state=BAD))


def check_references(scope: Scope, table: Table) -> None:
    """Report each code that neither the feed nor the database knows."""
    for column in table.columns:
        refers = column.refers
        if refers and refers.file != table.name and not scope.is_broken(refers.file):
            _check_reference(scope, table, column, refers)


def _check_reference(scope: Scope, table: Table, column: Column, refers: Reference) -> None:
    file, code, target = refers
    staged, named = STAGED[table.name], STAGED[file]
    cell = staged.c[column.name]
    in_feed = exists().where(named.c[code] == cell)
    in_database = exists().where(target.c.branch_id == scope.branch_id, target.c[code] == cell)
    given: ColumnElement[bool] = cell.is_not(None)
    if table.name == "scan_items":
        given = not_(and_(staged.c.state == BAD, cell == NOTHING[column.name]))
    write = column.field.write
    query = select(staged.c.line, cell).where(given, not_(or_(in_feed, in_database)))

    def message(value: object) -> str:
        given = shown(write(value))
        return _("%(value)s is not in %(file)s.csv, nor in the database", value=given, file=file)

    scope.report(table, column.name, query, message)

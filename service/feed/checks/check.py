"""All checks that need more than one row, in one order."""

from sqlalchemy import Connection, select

from service.feed.checks.facts import check_facts
from service.feed.checks.keys import check_keys, check_references
from service.feed.checks.plan import (
    check_branch,
    check_points,
    check_routes,
    check_standards,
    check_stops,
)
from service.feed.columns import table_of
from service.feed.problems import Problems
from service.feed.scope import NO_BRANCH, Scope
from service.feed.staging import STAGED
from service.feed.tables import TABLES
from service.models import Branch


def check(connection: Connection, problems: Problems) -> int:
    """Report what is wrong between the rows staged and known; return the branch's id."""
    scope = Scope(connection, _branch_id(connection), problems)
    for table in TABLES:
        check_keys(scope, table)
        check_references(scope, table)
    for rule in (check_branch, check_standards, check_points, check_routes, check_stops):
        rule(scope)
    check_facts(scope)
    return scope.branch_id


def _branch_id(connection: Connection) -> int:
    known, staged = table_of(Branch), STAGED["feed_info"]
    query = select(known.c.id).join_from(known, staged, known.c.branch_code == staged.c.branch_code)
    # On PostgreSQL whoever adds a record of the branch waits from here on until the import has
    # ended, as on SQLite everybody does: what is checked stays true until it is merged.
    return connection.scalar(query.limit(1).with_for_update(of=known)) or NO_BRANCH

"""Records of fact: what is known may be said again, never said otherwise."""

from sqlalchemy import and_, exists, func, or_, select

from service.feed.columns import Table, table_of
from service.feed.scope import Scope, compared, other_content, resolved, same_key
from service.feed.staging import GOOD, STAGED
from service.feed.tables import BY_NAME, TABLES
from service.models import Scan, ScanItem, Title
from service.wording import listed
from service.wording import translated as _


def check_facts(scope: Scope) -> None:
    """Report every known record with other content."""
    for table in TABLES:
        if table.fact and table.name != "scan_items":
            _check_records(scope, table)
    if not scope.is_broken("scan_items") and _has_scans(scope):
        _check_items_given(scope)
        _check_items_left_out(scope)


def _check_records(scope: Scope, table: Table) -> None:
    # When positions are cut or deleted for privacy, they are not to be compared here any more:
    # the record will say so itself (reliability.md, "Privacy").
    rows, known = resolved(table, scope.branch_id), table.target
    names = compared(table)
    elsewhere = known.c.branch_id != scope.branch_id
    query = (
        select(
            rows.c.line,
            elsewhere,
            *(known.c[name].is_distinct_from(rows.c[name]) for name in names),
        )
        .join_from(rows, known, same_key(table, rows))
        .where(or_(elsewhere, other_content(table, rows)))
    )
    written = {column.kept: column.name for column in table.columns}

    def message(is_elsewhere: bool, *differs: bool) -> str:
        if is_elsewhere:
            return _("is known already, in another branch")
        others = [written[name] for name, other in zip(names, differs, strict=True) if other]
        columns = listed(others)
        return _("is known already, with other content: %(columns)s", columns=columns)

    scope.report(table, table.key[0], query, message)


def _has_scans(scope: Scope) -> bool:
    known = table_of(Scan)
    query = select(exists().where(known.c.branch_id == scope.branch_id))
    return bool(scope.connection.scalar(query))


def _check_items_given(scope: Scope) -> None:
    """A scan and its items are one whole: each given item of a known scan is known."""
    staged = STAGED["scan_items"]
    scans, items, titles = table_of(Scan), table_of(ScanItem), table_of(Title)
    query = (
        select(staged.c.line)
        .join_from(staged, scans, scans.c.scan_id == staged.c.scan_id)
        .outerjoin(
            titles,
            and_(titles.c.branch_id == scope.branch_id, titles.c.title_code == staged.c.title_code),
        )
        .outerjoin(
            items,
            and_(
                items.c.scan_id == scans.c.id,
                items.c.title_id == titles.c.id,
                items.c.issue_date == staged.c.issue_date,
            ),
        )
        .where(
            staged.c.state == GOOD,
            scans.c.branch_id == scope.branch_id,
            items.c.copies.is_distinct_from(staged.c.copies),
        )
    )
    message = _("the scan is known already, with other items")
    scope.report(BY_NAME["scan_items"], "scan_id", query, message)


def _check_items_left_out(scope: Scope) -> None:
    """… and each known item of a given scan is given."""
    given_scans, given = STAGED["scans"], STAGED["scan_items"]
    scans, items = table_of(Scan), table_of(ScanItem)
    message = _("the scan is known already, with more items")
    known = (
        select(func.count()).where(items.c.scan_id == scans.c.id).correlate(scans).scalar_subquery()
    )
    count = (
        select(func.count())
        .where(given.c.scan_id == given_scans.c.scan_id)
        .correlate(given_scans)
        .scalar_subquery()
    )
    query = (
        select(given_scans.c.line)
        .join_from(given_scans, scans, scans.c.scan_id == given_scans.c.scan_id)
        .where(given_scans.c.state == GOOD, scans.c.branch_id == scope.branch_id, known > count)
    )
    scope.report(BY_NAME["scans"], "scan_id", query, message)
    per_scan = (
        select(given.c.scan_id, func.min(given.c.line).label("line"), func.count().label("count"))
        .where(~exists().where(given_scans.c.scan_id == given.c.scan_id))
        .group_by(given.c.scan_id)
        .subquery()
    )
    query = (
        select(per_scan.c.line)
        .join_from(per_scan, scans, scans.c.scan_id == per_scan.c.scan_id)
        .where(scans.c.branch_id == scope.branch_id, known > per_scan.c.count)
    )
    scope.report(BY_NAME["scan_items"], "scan_id", query, message)

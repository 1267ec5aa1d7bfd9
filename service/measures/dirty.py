"""What may have moved facts: months, marked in the transaction that moves them, and scans.

A sync only says which scans came or were voided (`untraced`); the refresher finds out which months
they move, while the phone has its answer already.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from service.models import DirtyMonth, UntracedScan

# Stands for every month: after a change of plan, or of more records than are worth tracing.
EVERY_MONTH = -1


def mark_everything(connection: Connection, branch_id: int) -> None:
    """Have all facts of the branch derived again."""
    mark_months(connection, branch_id, [EVERY_MONTH])


def mark_months(connection: Connection, branch_id: int, months: Iterable[int]) -> None:
    """Have the facts of the months (counted from January 1970) derived again."""
    rows = [{"branch_id": branch_id, "month": month, "mark": 1} for month in sorted(set(months))]
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(DirtyMonth).values(rows)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["branch_id", "month"], set_={"mark": DirtyMonth.mark + 1}
        )
    )


def marked_months(connection: Connection, branch_id: int) -> dict[int, int]:
    """Return the dirty months with their marks, which tell a later change from those seen."""
    rows = connection.execute(
        select(DirtyMonth.month, DirtyMonth.mark).where(DirtyMonth.branch_id == branch_id)
    )
    return {row.month: row.mark for row in rows}


def clear_months(connection: Connection, branch_id: int, seen: Mapping[int, int]) -> None:
    """Take back the marks that were seen; a month marked again since stays dirty.

    In order, as they are set, so that nobody waits for one who waits for him.
    """
    for month, mark in sorted(seen.items()):
        connection.execute(
            delete(DirtyMonth).where(
                DirtyMonth.branch_id == branch_id,
                DirtyMonth.month == month,
                DirtyMonth.mark == mark,
            )
        )


def untraced_scans(connection: Connection, branch_id: int) -> dict[int, int]:
    """Return the scans whose months are still to be found, with their marks, as `marked_months`."""
    rows = connection.execute(
        select(UntracedScan.scan_id, UntracedScan.mark).where(UntracedScan.branch_id == branch_id)
    )
    return {row.scan_id: row.mark for row in rows}


def is_untraced(connection: Connection, branch_id: int) -> bool:
    """Tell whether there is a scan whose months are still to be found."""
    query = select(UntracedScan.scan_id).where(UntracedScan.branch_id == branch_id).limit(1)
    return connection.execute(query).first() is not None


def untraced_state(connection: Connection, branch_id: int) -> tuple[int, int]:
    """Return what changes whenever a scan is added or marked again: both numbers only grow.

    Until a refresh clears them; then there is a new version.
    """
    count, marks = connection.execute(
        select(func.count(), func.coalesce(func.sum(UntracedScan.mark), 0)).where(
            UntracedScan.branch_id == branch_id
        )
    ).one()
    return count, int(marks)


def clear_scans(connection: Connection, seen: Mapping[int, int]) -> None:
    """Take back the marks that were seen; a scan marked again since is to be traced again."""
    table = UntracedScan.__table__
    if seen:
        connection.execute(
            delete(UntracedScan).where(
                table.c.scan_id == bindparam("seen_id"), table.c.mark == bindparam("seen_mark")
            ),
            [{"seen_id": scan_id, "seen_mark": mark} for scan_id, mark in sorted(seen.items())],
        )

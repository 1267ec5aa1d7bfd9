"""Months whose facts may have moved: marked in the transaction that moves them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from service.models import DirtyMonth

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
    """Take back the marks that were seen; a month marked again since stays dirty."""
    for month, mark in seen.items():
        connection.execute(
            delete(DirtyMonth).where(
                DirtyMonth.branch_id == branch_id,
                DirtyMonth.month == month,
                DirtyMonth.mark == mark,
            )
        )

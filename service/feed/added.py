"""What a merged feed added to the records of fact."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Label, Select, select, type_coerce, union

from service.feed.columns import table_of
from service.feed.staging import GOOD, STAGED
from service.models import Confirmation, Scan


def added_scans(connection: Connection, most: int) -> list[int] | None:
    """Return the ids of scans that are new or newly voided; None when they are more than `most`."""
    scans = table_of(Scan)

    def ids(name: str) -> Select[tuple[int]]:
        staged = STAGED[name]
        joined = staged.join(scans, scans.c.scan_id == staged.c.scan_id)
        return select(scans.c.id).select_from(joined).where(staged.c.state == GOOD)

    found = connection.execute(union(ids("scans"), ids("scan_voids")).limit(most + 1))
    rows: list[int] = [row.id for row in found]
    return rows if len(rows) <= most else None


def issues_told_of(connection: Connection) -> list[int]:
    """Return the days of issues with an arrival, or with a word newly given or taken back."""
    words, confirmations = STAGED["confirmations"], table_of(Confirmation)
    voids, arrivals = STAGED["confirmation_voids"], STAGED["arrivals"]
    taken_back = voids.join(
        confirmations, confirmations.c.confirmation_id == voids.c.confirmation_id
    )
    queries = (
        select(_number(arrivals.c.issue_date)),
        select(_number(words.c.issue_date)).where(words.c.state == GOOD),
        select(_number(confirmations.c.issue_date))
        .select_from(taken_back)
        .where(voids.c.state == GOOD),
    )
    return [row.day for query in queries for row in connection.execute(query.distinct())]


def _number(day: ColumnElement[Any]) -> Label[int]:
    return type_coerce(day, Integer).label("day")

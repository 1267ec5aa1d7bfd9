"""What a merged feed added to the records of fact."""

from sqlalchemy import Connection, Select, select, union

from service.feed.staging import GOOD, STAGED
from service.feed.tables import table_of
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
    """Return the days of issues with an arrival, or with a word that is new or newly taken back."""
    words, confirmations = STAGED["confirmations"], table_of(Confirmation)
    voids, arrivals = STAGED["confirmation_voids"], STAGED["arrivals"]
    taken_back = voids.join(
        confirmations, confirmations.c.confirmation_id == voids.c.confirmation_id
    )
    return [
        *connection.scalars(select(arrivals.c.issue_date).distinct()),
        *connection.scalars(select(words.c.issue_date).where(words.c.state == GOOD).distinct()),
        *connection.scalars(
            select(confirmations.c.issue_date).select_from(taken_back).where(voids.c.state == GOOD)
        ),
    ]

"""Two transactions that were in each other's way: one of them is done again."""

from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

Result = TypeVar("Result")

TRIES: Final = 3
# PostgreSQL's SQLSTATE for a transaction that it ended since two waited for each other.
DEADLOCK: Final = "40P01"


def done_again(transaction: Callable[[], Result]) -> Result:
    """Return what a transaction comes to, begun anew where another was in its way, twice at most.

    Another may take the same scan's id at the same instant: then that one was first, and the next
    try finds it (IntegrityError otherwise). On PostgreSQL two may have waited for each other.
    """
    for _ in range(TRIES - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if not _passes(error):
                raise
    return transaction()


def _passes(error: DBAPIError) -> bool:
    deadlock = getattr(error.orig, "sqlstate", None) == DEADLOCK
    return deadlock or isinstance(error, IntegrityError)

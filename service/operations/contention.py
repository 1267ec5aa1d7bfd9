"""Two transactions that were in each other's way: one of them is done again."""

from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.models.engine import writing

Result = TypeVar("Result")

TRIES: Final = 3
# PostgreSQL's SQLSTATE for a transaction that it ended since two waited for each other.
DEADLOCK: Final = "40P01"


def done_again(transaction: Callable[[], Result], tries: int = TRIES) -> Result:
    """Return what a transaction comes to, begun anew where another was in its way.

    Another may take the same id or code at the same instant: then that one was first, and the next
    try finds it (IntegrityError after so many tries). On PostgreSQL two may have waited for each
    other.
    """
    for _ in range(tries - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if not _passes(error):
                raise
    return transaction()


def written(engine: Engine, step: Callable[[Connection], Result], tries: int = TRIES) -> Result:
    """Return what a step comes to in a write transaction of its own, done again as above."""

    def transaction() -> Result:
        with writing(engine) as connection:
            return step(connection)

    return done_again(transaction, tries)


def _passes(error: DBAPIError) -> bool:
    deadlock = getattr(error.orig, "sqlstate", None) == DEADLOCK
    return deadlock or isinstance(error, IntegrityError)

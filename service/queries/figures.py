"""The figures that the command line, the API and the pages show. metrics.md defines them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.domain.instants import instant_of, milliseconds
from service.measures.bounds import newest_record
from service.models.engine import reading
from service.queries import marks as marking
from service.queries import rates as rating
from service.queries import rounds as rounding
from service.queries.branches import branch_of
from service.queries.questions import DEFAULT_PERIOD, MarksQuestion, RatesQuestion, RoundsQuestion


def rates(
    engine: Engine, facts: Path, question: RatesQuestion, now: datetime
) -> list[dict[str, Any]]:
    """Return the rates of a period by group, sorted by key. UnknownCode, UnknownBranch."""
    return rating.rates(engine, facts, question)


def rounds(
    engine: Engine, facts: Path, question: RoundsQuestion, now: datetime
) -> list[dict[str, Any]]:
    """Return how many planned rounds of a period were kept by group, sorted by key."""
    return rounding.rounds(engine, question)


def marks(
    engine: Engine, facts: Path, question: MarksQuestion, now: datetime
) -> list[dict[str, Any]]:
    """Return the doubtful scans of a period with their marks, sorted by scan id."""
    return marking.marks(engine, question)


def last_period(engine: Engine, branch: str, now: datetime) -> tuple[date, date] | None:
    """Return the 30 days up to the local date of the newest record; None without records."""
    with reading(engine) as connection:
        branch_id, zone = branch_of(connection, branch)
        newest = newest_record(connection, branch_id, milliseconds(now))
    if newest is None:
        return None
    until = instant_of(newest).astimezone(zone).date()
    return until - DEFAULT_PERIOD + timedelta(days=1), until

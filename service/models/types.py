"""Column types: dates as day numbers, instants as UTC milliseconds, on every database alike."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from service.domain.instants import day_number, day_of, instant_of, milliseconds

# SQLite gives out row ids only for a column that is exactly INTEGER PRIMARY KEY.
RowId = BigInteger().with_variant(Integer(), "sqlite")


class Day(TypeDecorator[date]):
    """A date, kept as the number of days since 1970-01-01."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return None if value is None else day_number(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else day_of(value)


class Instant(TypeDecorator[datetime]):
    """An instant, kept as UTC milliseconds since 1970-01-01T00:00Z; aware on the Python side."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else instant_of(value)

"""Count what may be asked only so often. In the database: workers share no memory."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.domain.tokens import token_hash
from service.models import RequestCount
from service.models.engine import writing


def count_request(
    engine: Engine, key: str, most: int, within: timedelta, now: datetime
) -> timedelta | None:
    """Count one request more; return how long to wait where there were `most` in this window.

    A window begins with the first request of the key and lasts as long as `within`. Of the key only
    a hash is kept.
    """
    hashed = token_hash(key)
    dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
    with writing(engine) as connection:
        connection.execute(delete(RequestCount).where(RequestCount.until <= now))
        first = {"key": hashed, "until": now + within, "requests": 0}
        connection.execute(dialect.insert(RequestCount).values(first).on_conflict_do_nothing())
        mine = RequestCount.key == hashed
        of = select(RequestCount.requests, RequestCount.until).where(mine).with_for_update()
        window = connection.execute(of).first()
        if window is None:
            # It ended in this very moment, and another request has cleared it away.
            return None
        if window.requests >= most:
            until: datetime = window.until
            return until - now
        connection.execute(update(RequestCount).where(mine).values(requests=window.requests + 1))
    return None

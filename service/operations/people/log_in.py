"""Log-ins and log-outs: each log-in in a browser is a row, and worth nothing without it."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, delete, insert, select

from service.domain.tokens import new_token, token_hash
from service.models import User, UserSession
from service.models.engine import writing
from service.operations.audit import note
from service.operations.people.passwords import password_fits

LASTS: Final = timedelta(days=14)

log = logging.getLogger(__name__)


def log_in(engine: Engine, login: str, password: str, now: datetime) -> str | None:
    """Return the key of a new session, good for 14 days; None where it is refused.

    An unknown login, a wrong password and a disabled user are told apart neither by the answer nor
    by the time that it takes.
    """
    user = _known(engine, login, password)
    if user is None:
        log.warning("a log-in was refused")
        return None
    key = new_token()
    with writing(engine) as connection:
        # Disabled or given another password while this one was being compared?
        same = (User.id == user.id, User.password_hash == user.password_hash)
        query_again = select(User.id).where(*same, User.disabled_at.is_(None))
        if connection.scalar(query_again.with_for_update()) is None:
            return None
        connection.execute(delete(UserSession).where(UserSession.expires_at <= now))
        connection.execute(
            insert(UserSession).values(
                user_id=user.id, key_hash=token_hash(key), created_at=now, expires_at=now + LASTS
            )
        )
        note(connection, user.branch_id, "logged_in", now, user_id=user.id)
    return key


def is_password_of(engine: Engine, login: str, password: str) -> bool:
    """Tell whether the password is the one of a login that is not disabled."""
    return _known(engine, login, password) is not None


def _known(engine: Engine, login: str, password: str) -> Row[*tuple[Any, ...]] | None:
    query = select(User.id, User.branch_id, User.password_hash, User.disabled_at)
    with engine.connect() as connection:
        user = connection.execute(query.where(User.login == login.strip().lower())).first()
    fits = password_fits(password, user.password_hash if user else None)
    return user if user is not None and fits and user.disabled_at is None else None


def log_out(engine: Engine, key: str, now: datetime) -> None:
    """End the session with the key; a copy of its cookie is worth nothing from now on."""
    with writing(engine) as connection:
        ended = connection.execute(
            delete(UserSession)
            .where(UserSession.key_hash == token_hash(key))
            .returning(UserSession.user_id)
        ).scalar()
        if ended is None:
            return
        branch_id = connection.execute(select(User.branch_id).where(User.id == ended)).scalar_one()
        note(connection, branch_id, "logged_out", now, user_id=ended)

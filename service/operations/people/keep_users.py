"""Accounts of people: add one, change its password, disable it and enable it again."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from service.domain.failures import UnknownCode, WrongQuestion
from service.domain.problems import (
    LOGIN_TAKEN,
    MISSING,
    NO_SUCH_CODE,
    NOT_A_LOGIN,
    POSTMASTERS_ONLY,
    fault,
)
from service.domain.roles import Role
from service.models import Office, User, UserSession
from service.models.engine import writing
from service.operations.audit import note
from service.operations.people.names import kept_name
from service.operations.people.passwords import password_hash
from service.queries.branches import branch_id_of

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person who gets a log-in; `office` is the code of a postmaster's own office."""

    login: str
    name: str
    role: Role
    branch: str
    office: str | None = None


def add_user(engine: Engine, user: NewUser, password: str, now: datetime) -> None:
    """Give a person a log-in. UnknownBranch; WrongQuestion names what is wrong or taken."""
    if not LOGIN.fullmatch(user.login):
        raise WrongQuestion({"login": fault(NOT_A_LOGIN, value=user.login)})
    name = kept_name(user.name)
    hashed = password_hash(user.login, password)
    with writing(engine) as connection:
        branch_id = branch_id_of(connection, user.branch)
        if _id_of(connection, user.login) is not None:
            raise WrongQuestion({"login": fault(LOGIN_TAKEN, value=user.login)})
        connection.execute(
            insert(User).values(
                branch_id=branch_id,
                login=user.login,
                name=name,
                role=user.role.value,
                office_id=_office_of(connection, branch_id, user),
                password_hash=hashed,
                created_at=now,
            )
        )
        note(connection, branch_id, "user_added", now, subject=user.login, role=user.role.value)


def set_password(
    engine: Engine, login: str, password: str, now: datetime, *, user_id: int | None = None
) -> None:
    """Change a password and end every session of its owner. UnknownCode for an unknown login.

    `user_id` is who changes it, None for the command line.
    """
    hashed = password_hash(login, password)
    with writing(engine) as connection:
        changed = _changed(connection, login, password_hash=hashed)
        _end_sessions(connection, changed.id)
        note(connection, changed.branch_id, "password_changed", now, subject=login, user_id=user_id)


def disable_user(engine: Engine, login: str, now: datetime) -> None:
    """Keep a person out: sessions end, tokens do not count meanwhile. UnknownCode."""
    with writing(engine) as connection:
        changed = _changed(connection, login, disabled_at=now)
        _end_sessions(connection, changed.id)
        note(connection, changed.branch_id, "user_disabled", now, subject=login)


def enable_user(engine: Engine, login: str, now: datetime) -> None:
    """Let a disabled person in again, and the tokens that were not revoked. UnknownCode."""
    with writing(engine) as connection:
        changed = _changed(connection, login, disabled_at=None)
        note(connection, changed.branch_id, "user_enabled", now, subject=login)


def _changed(connection: Connection, login: str, **values: object) -> Row[int, int]:
    """Change the user of the login; return `id` and `branch_id`. UnknownCode."""
    change = update(User).where(User.login == login).values(values)
    found = connection.execute(change.returning(User.id, User.branch_id)).first()
    if found is None:
        raise UnknownCode("login", login)
    return found


def _end_sessions(connection: Connection, user_id: int) -> None:
    connection.execute(delete(UserSession).where(UserSession.user_id == user_id))


def _id_of(connection: Connection, login: str) -> int | None:
    return connection.scalar(select(User.id).where(User.login == login))


def _office_of(connection: Connection, branch_id: int, user: NewUser) -> int | None:
    """The id of a postmaster's office; nobody else has one."""
    if user.role is not Role.POSTMASTER:
        if user.office is not None:
            raise WrongQuestion({"office": fault(POSTMASTERS_ONLY)})
        return None
    if user.office is None:
        raise WrongQuestion({"office": fault(MISSING)})
    office_id = connection.scalar(
        select(Office.id).where(Office.branch_id == branch_id, Office.office_code == user.office)
    )
    if office_id is None:
        raise WrongQuestion({"office": fault(NO_SUCH_CODE, value=user.office)})
    return office_id

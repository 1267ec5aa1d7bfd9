"""Accounts of people: add one, change its password, disable it and enable it again."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

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
    hashed = password_hash(user.login, password)
    with writing(engine) as connection:
        branch_id = branch_id_of(connection, user.branch)
        if _id_of(connection, user.login) is not None:
            raise WrongQuestion({"login": fault(LOGIN_TAKEN, value=user.login)})
        connection.execute(
            insert(User).values(
                branch_id=branch_id,
                login=user.login,
                name=user.name,
                role=user.role.value,
                office_id=_office_of(connection, branch_id, user),
                password_hash=hashed,
                created_at=now,
            )
        )
        note(connection, branch_id, "user_added", now, subject=user.login, role=user.role.value)


def set_password(engine: Engine, login: str, password: str, now: datetime) -> None:
    """Change a password and end every session of its owner. UnknownCode for an unknown login."""
    hashed = password_hash(login, password)
    _change(engine, login, now, "password_changed", password_hash=hashed)


def disable_user(engine: Engine, login: str, now: datetime) -> None:
    """Keep a person out: sessions end, tokens count no longer. UnknownCode."""
    _change(engine, login, now, "user_disabled", disabled_at=now)


def enable_user(engine: Engine, login: str, now: datetime) -> None:
    """Let a disabled person in again. UnknownCode."""
    _change(engine, login, now, "user_enabled", disabled_at=None)


def _change(engine: Engine, login: str, now: datetime, action: str, **values: object) -> None:
    with writing(engine) as connection:
        user_id = _id_of(connection, login)
        if user_id is None:
            raise UnknownCode("login", login)
        changed = update(User).where(User.id == user_id).values(values).returning(User.branch_id)
        branch_id = connection.execute(changed).scalar_one()
        connection.execute(delete(UserSession).where(UserSession.user_id == user_id))
        note(connection, branch_id, action, now, subject=login)


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

"""Who stands behind a token or a session, and which rows they may see."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    exists,
    inspect,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from service.domain.roles import Role
from service.models import ApiToken, Branch, Installation, User, UserSession


@dataclass(frozen=True, slots=True)
class PhoneIdentity:
    """The phone that sent a request: its enrolment, and the courier whose phone it is."""

    installation: int
    installation_id: uuid.UUID
    courier_id: int
    branch_id: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows may be seen: of some branches (None: of all), of one office (None: of all)."""

    branch_ids: frozenset[int] | None = None
    office_id: int | None = None

    def sees_branch(self, branch_id: int) -> bool:
        """Tell whether anything of the branch may be seen."""
        return self.branch_ids is None or branch_id in self.branch_ids

    def sees_office(self, branch_id: int, office_id: int | None) -> bool:
        """Tell whether what belongs to the branch's office may be seen."""
        return self.sees_branch(branch_id) and self.office_id in (None, office_id)


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a log-in. `branch_ids` are the own branch and those below it.

    A postmaster is of one office, `office_id` (None for everyone else), and of no branch below.
    """

    user_id: int
    login: str
    name: str
    role: Role
    branch_id: int
    branch_ids: frozenset[int]
    office_id: int | None

    @property
    def scope(self) -> Scope:
        """Which rows the person may see."""
        return Scope(self.branch_ids, self.office_id)


EVERYTHING = Scope()


def anyone_has_a_login(engine: Engine) -> bool:
    """Tell whether there is an account at all, also a disabled one; none without tables."""
    if not inspect(engine).has_table(User.__tablename__):
        return False
    with engine.connect() as connection:
        return bool(connection.scalar(select(exists(select(User.id)))))


# Put together once: every sync asks.
_PHONE: Final = select(
    Installation.id,
    Installation.installation_id,
    Installation.courier_id,
    Installation.branch_id,
    Installation.revoked_at,
).where(Installation.token_hash == bindparam("token_hash"))


def phone_of_token(connection: Connection, token_hash: str) -> tuple[PhoneIdentity, bool] | None:
    """Return the phone with the token and whether it was revoked; None for an unknown token."""
    found = connection.execute(_PHONE, {"token_hash": token_hash}).first()
    if found is None:
        return None
    identity = PhoneIdentity(found.id, found.installation_id, found.courier_id, found.branch_id)
    return identity, found.revoked_at is not None


def person_of_token(
    connection: Connection, token_hash: str, now: datetime
) -> tuple[Person, bool] | None:
    """Return the person whose script has the token and whether it still counts; None: unknown."""
    found = connection.execute(
        _people(ApiToken.revoked_at, ApiToken.expires_at)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == token_hash)
    ).first()
    if found is None:
        return None
    over = found.expires_at is not None and found.expires_at <= now
    counts = found.revoked_at is None and not over and found.disabled_at is None
    return _person(connection, found), counts


def person_of_session(connection: Connection, key_hash: str, now: datetime) -> Person | None:
    """Return the person who logged in with the key; None when that is over or the user disabled."""
    found = connection.execute(
        _people()
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.key_hash == key_hash,
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).first()
    return None if found is None else _person(connection, found)


def branches_below(connection: Connection, branch_id: int) -> frozenset[int]:
    """Return the branch and all below it."""
    below = select(Branch.id).where(Branch.id == branch_id).cte(recursive=True)
    below = below.union(select(Branch.id).where(Branch.parent_id == below.c.id))
    return frozenset(connection.scalars(select(below.c.id)))


def _people(*more: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    person = (User.id, User.login, User.name, User.role, User.branch_id, User.office_id)
    return select(*person, User.disabled_at, *more)


def _person(connection: Connection, found: Row[*tuple[Any, ...]]) -> Person:
    own = frozenset({found.branch_id})
    is_of_office = found.office_id is not None
    return Person(
        user_id=found.id,
        login=found.login,
        name=found.name,
        role=Role(found.role),
        branch_id=found.branch_id,
        branch_ids=own if is_of_office else branches_below(connection, found.branch_id),
        office_id=found.office_id,
    )

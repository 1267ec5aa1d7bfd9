"""People's log-ins and their scripts' tokens, for the command line."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, select

from service.domain.failures import UnknownCode
from service.models import ApiToken, Branch, Office, User


@dataclass(frozen=True, slots=True)
class Account:
    """A person's log-in."""

    login: str
    name: str
    role: str
    branch: str
    office: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class TokenName:
    """What is known of a token: never the token itself."""

    number: int
    login: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def accounts(engine: Engine) -> list[Account]:
    """Return all log-ins in the order of their names."""
    query = (
        select(
            User.login,
            User.name,
            User.role,
            Branch.branch_code,
            Office.office_code,
            User.disabled_at,
        )
        .join(Branch, User.branch_id == Branch.id)
        .outerjoin(Office, User.office_id == Office.id)
        .order_by(User.login)
    )
    with engine.connect() as connection:
        return [
            Account(login, name, role, branch, office, disabled_at is not None)
            for login, name, role, branch, office, disabled_at in connection.execute(query)
        ]


def user_with(connection: Connection, login: str) -> Row[int, int, datetime | None]:
    """Return `id`, `branch_id` and `disabled_at` of the user with the login. UnknownCode."""
    query = select(User.id, User.branch_id, User.disabled_at).where(User.login == login)
    found = connection.execute(query).first()
    if found is None:
        raise UnknownCode("login", login)
    return found


def tokens(engine: Engine, login: str | None = None) -> list[TokenName]:
    """Return the tokens of one login, or all, the newest first. UnknownCode."""
    query = (
        select(
            ApiToken.id,
            User.login,
            ApiToken.name,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.revoked_at,
        )
        .join(User, ApiToken.user_id == User.id)
        .order_by(ApiToken.id.desc())
    )
    with engine.connect() as connection:
        if login is not None:
            query = query.where(User.id == user_with(connection, login).id)
        return [TokenName(*row) for row in connection.execute(query)]

"""Bearer tokens of people's scripts: given out once, kept as a hash, taken back."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from service.domain.failures import UnknownCode, WrongQuestion
from service.domain.problems import DISABLED, NOT_THEIRS, fault
from service.domain.tokens import new_token, token_hash
from service.models import ApiToken, User
from service.models.engine import writing
from service.operations.audit import note
from service.operations.people.names import kept_name
from service.queries.keeping.accounts import user_with

# Of an INTEGER: databases fail on a larger number instead of not finding it.
LARGEST_NUMBER: Final = 2**31 - 1


def issue_token(
    engine: Engine, login: str, name: str, lasts: timedelta | None, now: datetime
) -> str:
    """Return a new token that may read what its owner may; only its hash is kept.

    It ends after `lasts` (None: when it is revoked); while its owner is disabled it does not count.
    UnknownCode: no such login; WrongQuestion: a disabled one, or a name that is none.
    """
    token, kept = new_token(), kept_name(name)
    with writing(engine) as connection:
        user = user_with(connection, login)
        if user.disabled_at is not None:
            raise WrongQuestion({"login": fault(DISABLED, value=login)})
        expires_at = None if lasts is None else now + lasts
        connection.execute(
            insert(ApiToken).values(
                user_id=user.id,
                token_hash=token_hash(token),
                name=kept,
                created_at=now,
                expires_at=expires_at,
            )
        )
        note(connection, user.branch_id, "token_issued", now, subject=login)
    return token


def revoke_token(engine: Engine, token_id: int, now: datetime, *, login: str | None = None) -> None:
    """Take a token back by its number; one that was taken back stays so.

    UnknownCode: no such number or `login`; WrongQuestion: the token is not of the `login` named.
    """
    with writing(engine) as connection:
        if login is not None:
            user_with(connection, login)
        found = _token(connection, token_id)
        if login not in (None, found.login):
            raise WrongQuestion({"revoke": fault(NOT_THEIRS, value=token_id, login=login)})
        if found.revoked_at is None:
            connection.execute(
                update(ApiToken).where(ApiToken.id == token_id).values(revoked_at=now)
            )
            note(connection, found.branch_id, "token_revoked", now, subject=found.login)


def _token(connection: Connection, token_id: int) -> Row[str, int, datetime | None]:
    """Return the `login` and `branch_id` of the owner, and `revoked_at`. UnknownCode."""
    query = select(User.login, User.branch_id, ApiToken.revoked_at)
    of = query.join(User, ApiToken.user_id == User.id).where(ApiToken.id == token_id)
    found = connection.execute(of).first() if 0 < token_id <= LARGEST_NUMBER else None
    if found is None:
        raise UnknownCode("revoke", str(token_id))
    return found

"""Bearer tokens of people's scripts: given out once, kept as a hash, taken back."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from service.domain.failures import UnknownCode
from service.domain.tokens import new_token, token_hash
from service.models import ApiToken, User
from service.models.engine import writing
from service.operations.audit import note


def issue_token(
    engine: Engine, login: str, name: str, lasts: timedelta | None, now: datetime
) -> str:
    """Return a new token that may read what its owner may; only its hash is kept.

    It ends after `lasts` (None: when it is revoked); while its owner is disabled it does not count.
    UnknownCode: no such login, or a disabled one.
    """
    token = new_token()
    with writing(engine) as connection:
        query = select(User.id, User.branch_id)
        known = (User.login == login, User.disabled_at.is_(None))
        user = connection.execute(query.where(*known)).first()
        if user is None:
            raise UnknownCode("login", login)
        expires_at = None if lasts is None else now + lasts
        connection.execute(
            insert(ApiToken).values(
                user_id=user.id,
                token_hash=token_hash(token),
                name=name,
                created_at=now,
                expires_at=expires_at,
            )
        )
        note(connection, user.branch_id, "token_issued", now, subject=login)
    return token


def revoke_token(engine: Engine, token_id: int, now: datetime) -> None:
    """Take a token back by its number; one that was taken back stays so. UnknownCode."""
    with writing(engine) as connection:
        query = select(User.login, User.branch_id, ApiToken.revoked_at)
        of = query.join(User, ApiToken.user_id == User.id).where(ApiToken.id == token_id)
        found = connection.execute(of).first()
        if found is None:
            raise UnknownCode("revoke", str(token_id))
        if found.revoked_at is None:
            connection.execute(
                update(ApiToken).where(ApiToken.id == token_id).values(revoked_at=now)
            )
            note(connection, found.branch_id, "token_revoked", now, subject=found.login)

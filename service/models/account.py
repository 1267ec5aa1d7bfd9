"""Who may do what: people with log-ins, their sessions and scripts' tokens, and the audit log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Instant, RowId

ROLES = "role IN ('postmaster', 'manager', 'inspector', 'admin')"


class User(Base):
    """A person with a log-in: postmaster (own office), manager, inspector or admin (own branch).

    `login` is in lower case. A manager's branch includes those below it.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("login"),
        Index(None, "branch_id"),
        CheckConstraint(ROLES, name="role"),
        CheckConstraint("(role = 'postmaster') = (office_id IS NOT NULL)", name="office"),
        CheckConstraint("login = lower(login)", name="login"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    login: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class UserSession(Base):
    """A log-in in one browser; gone after a log-out, so that its cookie is worth nothing then."""

    __tablename__ = "user_sessions"
    __table_args__ = (UniqueConstraint("key_hash"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class ApiToken(Base):
    """A bearer token of a person's scripts, kept as its SHA-256."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class AuditEntry(Base):
    """Who did what, when: only ever added. Nobody's name stands in `detail` (JSON)."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "branch_id", "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installations.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(200))
    detail: Mapped[str | None] = mapped_column(Text)


class RequestCount(Base):
    """How many requests of a kind someone has made in the window that ends at `until`.

    `key` is a hash: no address is kept. In the database, because workers share nothing else.
    """

    __tablename__ = "request_counts"
    __table_args__ = (Index(None, "until"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant)
    requests: Mapped[int]

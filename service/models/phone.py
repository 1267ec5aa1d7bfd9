"""Couriers' phones: enrolments, installations, the events they sent, and what is held of them."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Day, Instant, RowId


class Installation(Base):
    """One enrolment of one phone by one courier: who made events, and what is known of them.

    `have` lists the sequence numbers that the service holds, as JSON ranges `[[1, 412]]`. `highest`
    and `waiting` are what the phone said at `last_sync_at`: its highest number, how many events it
    had not yet had acknowledged.
    """

    __tablename__ = "installations"
    __table_args__ = (
        UniqueConstraint("installation_id"),
        UniqueConstraint("token_hash"),
        Index(None, "branch_id"),
        Index(None, "courier_id"),
        CheckConstraint("highest >= 0", name="highest"),
        CheckConstraint("waiting >= 0", name="waiting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    installation_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(200))
    app_version: Mapped[str | None] = mapped_column(String(40))
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    last_sync_at: Mapped[datetime | None] = mapped_column(Instant)
    highest: Mapped[int] = mapped_column(BigInteger, default=0)
    waiting: Mapped[int] = mapped_column(BigInteger, default=0)
    have: Mapped[str] = mapped_column(Text, default="[]")


class Enrolment(Base):
    """A code that binds one phone to a courier, once, until it expires."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("code_hash"), Index(None, "courier_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    installation_id: Mapped[int | None] = mapped_column(ForeignKey("installations.id"))


class PhoneEvent(Base):
    """An event as a phone sent it: only ever added, before anything is made of it.

    `digest` tells other content of the same id apart. `happened_at` is the corrected instant, the
    true one lies in [earliest_at, latest_at]; `clock` as in Scan. `carried_by` delivered it, null
    for a queue that came as a file.
    """

    __tablename__ = "phone_events"
    __table_args__ = (UniqueConstraint("installation_id", "event_id", "digest"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id"))
    event_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    digest: Mapped[str] = mapped_column(String(32))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(String(20))
    raw: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    carried_by: Mapped[int | None] = mapped_column(ForeignKey("installations.id"))
    happened_at: Mapped[datetime | None] = mapped_column(Instant)
    earliest_at: Mapped[datetime | None] = mapped_column(Instant)
    latest_at: Mapped[datetime | None] = mapped_column(Instant)
    clock: Mapped[str | None] = mapped_column(String(20))


class HeldEvent(Base):
    """An event that is kept but not counted, why, and what was decided about it in the end."""

    __tablename__ = "held_events"
    __table_args__ = (
        Index(None, "branch_id", "decided_at"),
        Index(None, "installation_id", "decided_at"),
        CheckConstraint("decision IN ('admitted', 'set_aside')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decision <> 'set_aside' OR reason IS NOT NULL", name="reason"),
    )

    event: Mapped[int] = mapped_column(RowId, ForeignKey("phone_events.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    installation_id: Mapped[int] = mapped_column(ForeignKey("installations.id"))
    code: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(String(200))
    held_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(200))


class RoundReport(Base):
    """A courier's word that a round was started or finished."""

    __tablename__ = "round_reports"
    __table_args__ = (
        Index(None, "branch_id", "date"),
        CheckConstraint("kind IN ('started', 'finished')", name="kind"),
    )

    event: Mapped[int] = mapped_column(RowId, ForeignKey("phone_events.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"))
    date: Mapped[date] = mapped_column(Day)
    kind: Mapped[str] = mapped_column(String(20))
    reported_at: Mapped[datetime] = mapped_column(Instant)


class Photo(Base):
    """A photo of an attempt, encoded anew on arrival; `file` is its name below the photo folder."""

    __tablename__ = "photos"

    event: Mapped[int] = mapped_column(RowId, ForeignKey("phone_events.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    file: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(Instant)

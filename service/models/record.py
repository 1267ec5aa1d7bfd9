"""What happened: arrivals, scans and what they handed over, attempts, confirmations, voids.

Records of fact are only ever added (arrivals apart, which may be mended).
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Day, Instant, RowId

POSITION = "(lat IS NULL) = (lon IS NULL) AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180"
ACCURACY = "accuracy_m BETWEEN 0 AND 100000"


class Arrival(Base):
    """When an issue reached the office (到报)."""

    __tablename__ = "arrivals"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("titles.id"), primary_key=True)
    issue_date: Mapped[date] = mapped_column(Day, primary_key=True)
    arrived_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index(None, "branch_id", "issue_date"), {"sqlite_with_rowid": False})


class Scan(Base):
    """One reading of a point's label by a courier (扫码); `scanned_at` is already corrected."""

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        Index(None, "branch_id", "scanned_at"),
        Index(None, "point_id", "scanned_at"),
        Index(None, "courier_id", "scanned_at"),
        CheckConstraint(POSITION, name="position"),
        CheckConstraint(ACCURACY, name="accuracy"),
        CheckConstraint("method IN ('camera', 'manual')", name="method"),
        CheckConstraint("clock IN ('corrected', 'unknown')", name="clock"),
        CheckConstraint("label IN ('unknown', 'retired')", name="label"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    scan_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    scanned_at: Mapped[datetime] = mapped_column(Instant)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    method: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    clock: Mapped[str | None] = mapped_column(String(20))
    label: Mapped[str | None] = mapped_column(String(20))
    # The event it was made of; null for what an import brought.
    event: Mapped[int | None] = mapped_column(RowId, ForeignKey("phone_events.id"))


class ScanItem(Base):
    """Copies of one issue handed over in a scan."""

    __tablename__ = "scan_items"
    __table_args__ = (
        Index(None, "branch_id", "issue_date"),
        CheckConstraint("copies BETWEEN 1 AND 100000", name="copies"),
        {"sqlite_with_rowid": False},
    )

    scan_id: Mapped[int] = mapped_column(RowId, ForeignKey("scans.id"), primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("titles.id"), primary_key=True)
    issue_date: Mapped[date] = mapped_column(Day, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    copies: Mapped[int]


class ScanVoid(Base):
    """A scan undone by its courier: it does not exist from `voided_at` on."""

    __tablename__ = "scan_voids"
    __table_args__ = (Index(None, "branch_id", "voided_at"),)

    scan_id: Mapped[int] = mapped_column(RowId, ForeignKey("scans.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    voided_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(200))


class Attempt(Base):
    """A courier could not deliver: shown, never counted."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("attempt_id"),
        Index(None, "branch_id", "attempted_at"),
        Index(None, "point_id", "attempted_at"),
        CheckConstraint(POSITION, name="position"),
        CheckConstraint(ACCURACY, name="accuracy"),
        CheckConstraint(
            "reason IN ('road_closed', 'nobody_there', 'paper_missing', 'label_unreadable', "
            "'point_moved', 'other')",
            name="reason",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    attempt_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    attempted_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(20))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(String(200))
    event: Mapped[int | None] = mapped_column(RowId, ForeignKey("phone_events.id"))


class Confirmation(Base):
    """A reader's word on an issue at a point (回执)."""

    __tablename__ = "confirmations"
    __table_args__ = (
        UniqueConstraint("confirmation_id"),
        Index(None, "branch_id", "issue_date"),
        Index(None, "branch_id", "confirmed_at"),
        CheckConstraint(
            "verdict IN ('received', 'late', 'bundled', 'missing', 'damaged', 'wrong')",
            name="verdict",
        ),
        CheckConstraint("copies BETWEEN 1 AND 100000", name="copies"),
        CheckConstraint("channel IN ('label', 'phone', 'counter', 'visit')", name="channel"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    confirmation_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    title_id: Mapped[int] = mapped_column(ForeignKey("titles.id"))
    issue_date: Mapped[date] = mapped_column(Day)
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str] = mapped_column(String(20))
    copies: Mapped[int]
    channel: Mapped[str | None] = mapped_column(String(20))


class ConfirmationVoid(Base):
    """A confirmation taken back: it does not exist from `voided_at` on."""

    __tablename__ = "confirmation_voids"
    __table_args__ = (Index(None, "branch_id", "voided_at"),)

    confirmation_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("confirmations.id"), primary_key=True
    )
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    voided_at: Mapped[datetime] = mapped_column(Instant)

"""The QR labels at delivery points."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Instant


class PointLabel(Base):
    """A label at a point: `token` in its QR code, `short_code` for typing. One is in force at most.

    A retired label is never given out again, and still names its point.
    """

    __tablename__ = "point_labels"
    __table_args__ = (
        UniqueConstraint("token"),
        UniqueConstraint("branch_id", "short_code"),
        Index(
            "uq_point_labels_in_force",
            "point_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(None, "point_id"),
        CheckConstraint("length(token) = 16", name="token"),
        CheckConstraint("length(short_code) = 7", name="short_code"),
        CheckConstraint("retired_at >= made_at", name="retired"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    token: Mapped[str] = mapped_column(String(16))
    short_code: Mapped[str] = mapped_column(String(7))
    made_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)

"""A branch: one district's records, below a municipality or province."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base


class Branch(Base):
    """A district whose feed is kept here, with the zone and visit gap its figures are read in."""

    __tablename__ = "branches"
    __table_args__ = (
        UniqueConstraint("branch_code"),
        CheckConstraint("visit_gap_minutes BETWEEN 0 AND 1440", name="visit_gap"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    branch_code: Mapped[str] = mapped_column(String(200))
    branch_name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(200))
    visit_gap_minutes: Mapped[int]

"""Which facts are published, and which months wait to be derived again."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Day, Instant, RowId


class PublishedFacts(Base):
    """One branch's published version: readers take this row and the files it names, or the old one.

    `manifest` is JSON, {month: file name}. The facts hold the records at every `as_of` from
    `true_from` up to, not including, `true_until` (null: no later record), and every publication
    date up to `horizon`.
    """

    __tablename__ = "published_facts"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    manifest: Mapped[str] = mapped_column(Text)
    true_from: Mapped[datetime] = mapped_column(Instant)
    true_until: Mapped[datetime | None] = mapped_column(Instant)
    horizon: Mapped[date] = mapped_column(Day)
    derived_at: Mapped[datetime] = mapped_column(Instant)


class DirtyMonth(Base):
    """A month of issues whose facts may have moved; `mark` grows with every change to it.

    `month` counts from January 1970 (0).
    """

    __tablename__ = "dirty_months"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(BigInteger)


class UntracedScan(Base):
    """A scan that came or was voided since the last refresh: which months it moves is to be found.

    A phone waits for its answer; the refresher does not. `mark` tells a later change from one seen.
    """

    __tablename__ = "untraced_scans"
    __table_args__ = (Index(None, "branch_id"),)

    scan_id: Mapped[int] = mapped_column(RowId, ForeignKey("scans.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    mark: Mapped[int] = mapped_column(default=1)

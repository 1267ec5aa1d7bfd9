"""What is promised: titles and their calendars, working days, standards, subscriptions, holds."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Day


class Title(Base):
    """A newspaper or periodical (报刊), known by its postal code."""

    __tablename__ = "titles"
    __table_args__ = (
        UniqueConstraint("branch_id", "title_code"),
        CheckConstraint("kind IN ('newspaper', 'magazine')", name="kind"),
        CheckConstraint("last_issue >= first_issue", name="issues"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    title_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    cn_number: Mapped[str | None] = mapped_column(String(200))
    publication_rule: Mapped[str] = mapped_column(String(200))
    first_issue: Mapped[date] = mapped_column(Day)
    last_issue: Mapped[date | None] = mapped_column(Day)


class PublicationException(Base):
    """A date on which a title does not appear, or appears besides its rule."""

    __tablename__ = "publication_exceptions"
    __table_args__ = (CheckConstraint("change IN ('skip', 'extra')", name="change"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("titles.id"), primary_key=True)
    date: Mapped[date] = mapped_column(Day, primary_key=True)
    change: Mapped[str] = mapped_column(String(20))


class Holiday(Base):
    """A date that is not the working or free day which its weekday says."""

    __tablename__ = "holidays"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    date: Mapped[date] = mapped_column(Day, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))


class ServiceStandard(Base):
    """A promise (时限标准): by when an issue is due; `due_minute` is a local minute of the day."""

    __tablename__ = "service_standards"
    __table_args__ = (
        UniqueConstraint("branch_id", "standard_code"),
        CheckConstraint("day_kind IN ('calendar', 'working', 'visit')", name="day_kind"),
        CheckConstraint("offset_days BETWEEN 0 AND 60", name="offset_days"),
        CheckConstraint("due_minute BETWEEN 0 AND 1439", name="due_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    standard_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    day_kind: Mapped[str] = mapped_column(String(20))
    offset_days: Mapped[int]
    due_minute: Mapped[int]


class Subscription(Base):
    """Copies of a title owed to a point on every publication date from start to end, both in."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("branch_id", "subscription_code"),
        Index(None, "point_id", "title_id"),
        CheckConstraint("copies BETWEEN 1 AND 100000", name="copies"),
        CheckConstraint("end_date >= start_date", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    subscription_code: Mapped[str] = mapped_column(String(200))
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    title_id: Mapped[int] = mapped_column(ForeignKey("titles.id"))
    copies: Mapped[int]
    start_date: Mapped[date] = mapped_column(Day)
    end_date: Mapped[date | None] = mapped_column(Day)
    payer: Mapped[str | None] = mapped_column(String(200))


class Hold(Base):
    """A pause of a subscription, both dates in; holds may overlap."""

    __tablename__ = "holds"
    __table_args__ = (CheckConstraint("end_date >= start_date", name="dates"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), primary_key=True)
    start_date: Mapped[date] = mapped_column(Day, primary_key=True)
    end_date: Mapped[date] = mapped_column(Day)

"""Where and by whom: towns, offices, points, couriers, routes and their versions."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base
from service.models.types import Day

# A version valid from the beginning of time has this day number: one value, never null, so that
# (route, valid_from) is a key on every database. It lies just before the first date a feed may say.
ALWAYS = -1

LAT = "lat BETWEEN -90 AND 90"
LON = "lon BETWEEN -180 AND 180"


class Town(Base):
    """A town (镇); `area` groups towns (西部九镇)."""

    __tablename__ = "towns"
    __table_args__ = (
        UniqueConstraint("branch_id", "town_code"),
        CheckConstraint(LAT, name="lat"),
        CheckConstraint(LON, name="lon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    town_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    lat: Mapped[float]
    lon: Mapped[float]
    area: Mapped[str | None] = mapped_column(String(200))


class Office(Base):
    """An office (支局) that papers arrive at, of one carrier (邮政, 发行站 …)."""

    __tablename__ = "offices"
    __table_args__ = (
        UniqueConstraint("branch_id", "office_code"),
        CheckConstraint(LAT, name="lat"),
        CheckConstraint(LON, name="lon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    office_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    lat: Mapped[float]
    lon: Mapped[float]
    carrier: Mapped[str] = mapped_column(String(200))


class Point(Base):
    """A delivery point (投递点) with its first promise and office; later ones are PointChanges."""

    __tablename__ = "points"
    __table_args__ = (
        UniqueConstraint("branch_id", "point_code"),
        CheckConstraint("kind IN ('village_post', 'unit', 'household', 'agent')", name="kind"),
        CheckConstraint(LAT, name="lat"),
        CheckConstraint(LON, name="lon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    point_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    village: Mapped[str | None] = mapped_column(String(200))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    standard_id: Mapped[int] = mapped_column(ForeignKey("service_standards.id"))
    lat: Mapped[float]
    lon: Mapped[float]


class PointChange(Base):
    """From a publication date on, another promise or office; null leaves what was in force."""

    __tablename__ = "point_changes"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Day, primary_key=True)
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("service_standards.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))


class Courier(Base):
    """A courier (投递员)."""

    __tablename__ = "couriers"
    __table_args__ = (UniqueConstraint("branch_id", "courier_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    courier_code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))


class Route(Base):
    """A route (段道): what its versions, stops and exceptions have in common."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("branch_id", "route_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    route_code: Mapped[str] = mapped_column(String(200))


class RouteVersion(Base):
    """A route as planned from one date to another, both in; versions of a route never overlap.

    `valid_from` is a day number, ALWAYS for the beginning of time. `weekdays` has bit 0 for Monday
    to bit 6 for Sunday. `depart_minute` is the local minute of the day. That versions do not
    overlap is said in the database: an exclusion constraint on PostgreSQL, triggers on SQLite.
    """

    __tablename__ = "route_versions"
    __table_args__ = (
        UniqueConstraint("route_id", "valid_from"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("depart_minute BETWEEN 0 AND 1439", name="depart_minute"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"))
    valid_from: Mapped[int]
    valid_to: Mapped[date | None] = mapped_column(Day)
    name: Mapped[str] = mapped_column(String(200))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    courier_id: Mapped[int | None] = mapped_column(ForeignKey("couriers.id"))
    weekdays: Mapped[int]
    depart_minute: Mapped[int]


class RouteException(Base):
    """A date on which a route does not run, or runs besides its weekdays."""

    __tablename__ = "route_exceptions"
    __table_args__ = (CheckConstraint("change IN ('skip', 'extra')", name="change"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"), primary_key=True)
    date: Mapped[date] = mapped_column(Day, primary_key=True)
    change: Mapped[str] = mapped_column(String(20))


class RouteStop(Base):
    """A point's place on a route from one date to another, both in.

    One sequence number holds one point at a time, and a point is on a route at most once at a
    time: said in the database as for RouteVersion. `valid_from` is a day number or ALWAYS.
    """

    __tablename__ = "route_stops"
    __table_args__ = (
        UniqueConstraint("route_id", "sequence", "valid_from"),
        Index(None, "point_id"),
        CheckConstraint("sequence >= 1", name="sequence"),
        CheckConstraint("minutes_after_departure BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("routes.id"))
    sequence: Mapped[int]
    valid_from: Mapped[int]
    valid_to: Mapped[date | None] = mapped_column(Day)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"))
    minutes_after_departure: Mapped[int]

"""Every file of a feed: its columns, its key, and where its rows are kept. feed.md as data.

import, export and the API's schemas all follow this one description.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import Table as SqlTable

from service import models
from service.feed.fields import (
    Choice,
    Code,
    Decimal,
    FeedField,
    PublicationRule,
    Stored,
    Text,
    TimeZoneName,
    UuidField,
    Weekdays,
    Whole,
)
from service.feed.moments import Clock, Day, InstantField


class Reference(NamedTuple):
    """What a code names: a file of the feed and its column, and the table that keeps it."""

    file: str
    column: str
    target: SqlTable


@dataclass(frozen=True)
class Column:
    """A column of a file; `kept` is the database's name for it, where that is another."""

    name: str
    field: FeedField
    optional: bool = False
    when_empty: Stored | None = None
    refers: Reference | None = None
    kept_as: str = ""

    @property
    def kept(self) -> str:
        """The column of the database that its value, or the id of what it names, is kept in."""
        return self.kept_as or self.name


class Rule(NamedTuple):
    """What must hold between columns; `column` is blamed when `broken` says that it does not."""

    column: str
    over: tuple[str, ...]
    broken: Callable[..., bool]
    message: str


@dataclass(frozen=True)
class Table:
    """A file of a feed without its `.csv`."""

    name: str
    target: SqlTable
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    rules: tuple[Rule, ...] = ()
    # A record of fact is only ever added: the same key with other content is a problem.
    fact: bool = False
    # These columns may be given anew for a known record, without effect.
    not_compared: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def table_of(model: type[models.Base]) -> SqlTable:
    """Return the model's table, for statements over many rows."""
    return cast(SqlTable, model.__table__)


TITLE = Reference("titles", "title_code", table_of(models.Title))
TOWN = Reference("towns", "town_code", table_of(models.Town))
OFFICE = Reference("offices", "office_code", table_of(models.Office))
STANDARD = Reference("service_standards", "standard_code", table_of(models.ServiceStandard))
POINT = Reference("points", "point_code", table_of(models.Point))
COURIER = Reference("couriers", "courier_code", table_of(models.Courier))
ROUTE = Reference("routes", "route_code", table_of(models.Route))
SUBSCRIPTION = Reference("subscriptions", "subscription_code", table_of(models.Subscription))
SCAN = Reference("scans", "scan_id", table_of(models.Scan))
CONFIRMATION = Reference("confirmations", "confirmation_id", table_of(models.Confirmation))


def _code(name: str) -> Column:
    return Column(name, Code())


def _text(name: str, optional: bool = False) -> Column:
    return Column(name, Text(), optional)


def _names(reference: Reference, kept_as: str, optional: bool = False) -> Column:
    kind = UuidField() if reference in (SCAN, CONFIRMATION) else Code()
    return Column(reference.column, kind, optional, refers=reference, kept_as=kept_as)


def _choice(name: str, *choices: str, optional: bool = False) -> Column:
    return Column(name, Choice(*choices), optional)


def _day(name: str, optional: bool = False) -> Column:
    return Column(name, Day(), optional)


def _instant(name: str, optional: bool = False) -> Column:
    return Column(name, InstantField(), optional)


def _position(optional: bool = False) -> tuple[Column, Column]:
    lat = Column("lat", Decimal(-90, 90), optional)
    return lat, Column("lon", Decimal(-180, 180), optional)


def _copies(when_empty: int | None = None) -> Column:
    return Column("copies", Whole(1, 100_000), when_empty is not None, when_empty)


def _ends_not_before(start: str, end: str) -> Rule:
    def broken(first: Any, last: Any) -> bool:
        return first is not None and last is not None and bool(last < first)

    return Rule(end, (start, end), broken, f"is before {start}")


def _one_without_other(given: Any, other: Any) -> bool:
    return given is not None and other is None


VALID_FROM = Column("valid_from", Day(), optional=True, when_empty=models.ALWAYS)
ACCURACY = Column("accuracy_m", Decimal(0, 100_000), optional=True)
BOTH_OR_NEITHER = (
    Rule("lon", ("lat", "lon"), _one_without_other, "is empty although lat is given"),
    Rule("lat", ("lon", "lat"), _one_without_other, "is empty although lon is given"),
)
VALIDITY = (_ends_not_before("valid_from", "valid_to"),)

FEED_INFO = Table(
    "feed_info",
    table_of(models.Branch),
    (
        _choice("feed_version", "1"),
        _code("branch_code"),
        _text("branch_name"),
        Column("timezone", TimeZoneName()),
        Column("visit_gap_minutes", Whole(0, 1_440)),
    ),
    ("branch_code",),
    required=True,
)

TABLES = (
    FEED_INFO,
    Table(
        "titles",
        table_of(models.Title),
        (
            _code("title_code"),
            _text("name"),
            _choice("kind", "newspaper", "magazine"),
            _text("cn_number", optional=True),
            Column("publication_rule", PublicationRule()),
            _day("first_issue"),
            _day("last_issue", optional=True),
        ),
        ("title_code",),
        required=True,
        rules=(_ends_not_before("first_issue", "last_issue"),),
    ),
    Table(
        "publication_exceptions",
        table_of(models.PublicationException),
        (_names(TITLE, "title_id"), _day("date"), _choice("change", "skip", "extra")),
        ("title_code", "date"),
    ),
    Table(
        "holidays",
        table_of(models.Holiday),
        (_day("date"), _choice("kind", "holiday", "workday")),
        ("date",),
    ),
    Table(
        "towns",
        table_of(models.Town),
        (_code("town_code"), _text("name"), *_position(), _text("area", optional=True)),
        ("town_code",),
        required=True,
    ),
    Table(
        "offices",
        table_of(models.Office),
        (
            _code("office_code"),
            _text("name"),
            _names(TOWN, "town_id"),
            *_position(),
            Column("carrier", Text(), optional=True, when_empty="邮政"),
        ),
        ("office_code",),
        required=True,
    ),
    Table(
        "service_standards",
        table_of(models.ServiceStandard),
        (
            _code("standard_code"),
            _text("name"),
            _choice("day_kind", "calendar", "working", "visit"),
            Column("offset_days", Whole(0, 60)),
            Column("due_time", Clock(), kept_as="due_minute"),
        ),
        ("standard_code",),
        required=True,
    ),
    Table(
        "points",
        table_of(models.Point),
        (
            _code("point_code"),
            _text("name"),
            _choice("kind", "village_post", "unit", "household", "agent"),
            _names(TOWN, "town_id"),
            _text("village", optional=True),
            _names(OFFICE, "office_id"),
            _names(STANDARD, "standard_id"),
            *_position(),
        ),
        ("point_code",),
        required=True,
    ),
    Table(
        "point_changes",
        table_of(models.PointChange),
        (
            _names(POINT, "point_id"),
            _day("valid_from"),
            _names(STANDARD, "standard_id", optional=True),
            _names(OFFICE, "office_id", optional=True),
        ),
        ("point_code", "valid_from"),
    ),
    Table(
        "couriers",
        table_of(models.Courier),
        (_code("courier_code"), _text("name"), _names(OFFICE, "office_id")),
        ("courier_code",),
    ),
    Table(
        "routes",
        table_of(models.RouteVersion),
        (
            _names(ROUTE, "route_id"),
            VALID_FROM,
            _text("name"),
            _names(OFFICE, "office_id"),
            _names(COURIER, "courier_id", optional=True),
            Column("weekdays", Weekdays()),
            Column("depart_time", Clock(), kept_as="depart_minute"),
            _day("valid_to", optional=True),
        ),
        ("route_code", "valid_from"),
        rules=VALIDITY,
    ),
    Table(
        "route_exceptions",
        table_of(models.RouteException),
        (_names(ROUTE, "route_id"), _day("date"), _choice("change", "skip", "extra")),
        ("route_code", "date"),
    ),
    Table(
        "route_stops",
        table_of(models.RouteStop),
        (
            _names(ROUTE, "route_id"),
            Column("sequence", Whole(1, 2**31 - 1)),
            VALID_FROM,
            _names(POINT, "point_id"),
            Column("minutes_after_departure", Whole(0, 1_440)),
            _day("valid_to", optional=True),
        ),
        ("route_code", "sequence", "valid_from"),
        rules=VALIDITY,
    ),
    Table(
        "subscriptions",
        table_of(models.Subscription),
        (
            _code("subscription_code"),
            _names(POINT, "point_id"),
            _names(TITLE, "title_id"),
            _copies(),
            _day("start_date"),
            _day("end_date", optional=True),
            _text("payer", optional=True),
        ),
        ("subscription_code",),
        required=True,
        rules=(_ends_not_before("start_date", "end_date"),),
    ),
    Table(
        "holds",
        table_of(models.Hold),
        (_names(SUBSCRIPTION, "subscription_id"), _day("start_date"), _day("end_date")),
        ("subscription_code", "start_date"),
        rules=(_ends_not_before("start_date", "end_date"),),
    ),
    Table(
        "arrivals",
        table_of(models.Arrival),
        (
            _names(OFFICE, "office_id"),
            _names(TITLE, "title_id"),
            _day("issue_date"),
            _instant("arrived_at"),
        ),
        ("office_code", "title_code", "issue_date"),
    ),
    Table(
        "scans",
        table_of(models.Scan),
        (
            Column("scan_id", UuidField()),
            _names(COURIER, "courier_id"),
            _names(POINT, "point_id"),
            _instant("scanned_at"),
            *_position(optional=True),
            ACCURACY,
            _choice("method", "camera", "manual"),
            _instant("received_at", optional=True),
            _choice("clock", "corrected", "unknown", optional=True),
            _choice("label", "unknown", "retired", optional=True),
        ),
        ("scan_id",),
        rules=BOTH_OR_NEITHER,
        fact=True,
        not_compared=("received_at",),
    ),
    Table(
        "scan_items",
        table_of(models.ScanItem),
        (_names(SCAN, "scan_id"), _names(TITLE, "title_id"), _day("issue_date"), _copies()),
        ("scan_id", "title_code", "issue_date"),
        fact=True,
    ),
    Table(
        "scan_voids",
        table_of(models.ScanVoid),
        (_names(SCAN, "scan_id"), _instant("voided_at"), _text("reason", optional=True)),
        ("scan_id",),
        fact=True,
    ),
    Table(
        "attempts",
        table_of(models.Attempt),
        (
            Column("attempt_id", UuidField()),
            _names(COURIER, "courier_id"),
            _names(POINT, "point_id"),
            _instant("attempted_at"),
            _choice(
                "reason",
                "road_closed",
                "nobody_there",
                "paper_missing",
                "label_unreadable",
                "point_moved",
                "other",
            ),
            *_position(optional=True),
            ACCURACY,
            _text("note", optional=True),
        ),
        ("attempt_id",),
        rules=BOTH_OR_NEITHER,
        fact=True,
    ),
    Table(
        "confirmations",
        table_of(models.Confirmation),
        (
            Column("confirmation_id", UuidField()),
            _names(POINT, "point_id"),
            _names(TITLE, "title_id"),
            _day("issue_date"),
            _instant("confirmed_at"),
            _choice("verdict", "received", "late", "bundled", "missing", "damaged", "wrong"),
            _copies(when_empty=1),
            _choice("channel", "label", "phone", "counter", "visit", optional=True),
        ),
        ("confirmation_id",),
        fact=True,
    ),
    Table(
        "confirmation_voids",
        table_of(models.ConfirmationVoid),
        (_names(CONFIRMATION, "confirmation_id"), _instant("voided_at")),
        ("confirmation_id",),
        fact=True,
    ),
)

BY_NAME = {table.name: table for table in TABLES}
FILES = {table.file: table for table in TABLES}

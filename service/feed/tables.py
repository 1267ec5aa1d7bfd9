"""Every file of a feed: its columns, its key, and where its rows are kept. feed.md as data.

import, export and the API's schemas all follow this one description.
"""

from service import models
from service.feed.columns import (
    Column,
    Reference,
    Table,
    choice,
    code,
    copies,
    day,
    ends_not_before,
    given_with,
    instant,
    names,
    position,
    table_of,
    text,
)
from service.feed.fields import (
    Decimal,
    PublicationRule,
    Text,
    TimeZoneName,
    UuidField,
    Weekdays,
    Whole,
)
from service.feed.moments import Clock, Day

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


VALID_FROM = Column("valid_from", Day(), optional=True, when_empty=models.ALWAYS)
ACCURACY = Column("accuracy_m", Decimal(0, 100_000), optional=True)
BOTH_OR_NEITHER = (given_with("lat", "lon"), given_with("lon", "lat"))
VALIDITY = (ends_not_before("valid_from", "valid_to"),)

FEED_INFO = Table(
    "feed_info",
    table_of(models.Branch),
    (
        choice("feed_version", "1"),
        code("branch_code"),
        text("branch_name"),
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
            code("title_code"),
            text("name"),
            choice("kind", "newspaper", "magazine"),
            text("cn_number", optional=True),
            Column("publication_rule", PublicationRule()),
            day("first_issue"),
            day("last_issue", optional=True),
        ),
        ("title_code",),
        required=True,
        rules=(ends_not_before("first_issue", "last_issue"),),
    ),
    Table(
        "publication_exceptions",
        table_of(models.PublicationException),
        (names(TITLE, "title_id"), day("date"), choice("change", "skip", "extra")),
        ("title_code", "date"),
    ),
    Table(
        "holidays",
        table_of(models.Holiday),
        (day("date"), choice("kind", "holiday", "workday")),
        ("date",),
    ),
    Table(
        "towns",
        table_of(models.Town),
        (code("town_code"), text("name"), *position(), text("area", optional=True)),
        ("town_code",),
        required=True,
    ),
    Table(
        "offices",
        table_of(models.Office),
        (
            code("office_code"),
            text("name"),
            names(TOWN, "town_id"),
            *position(),
            Column("carrier", Text(), optional=True, when_empty="邮政"),
        ),
        ("office_code",),
        required=True,
    ),
    Table(
        "service_standards",
        table_of(models.ServiceStandard),
        (
            code("standard_code"),
            text("name"),
            choice("day_kind", "calendar", "working", "visit"),
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
            code("point_code"),
            text("name"),
            choice("kind", "village_post", "unit", "household", "agent"),
            names(TOWN, "town_id"),
            text("village", optional=True),
            names(OFFICE, "office_id"),
            names(STANDARD, "standard_id"),
            *position(),
        ),
        ("point_code",),
        required=True,
    ),
    Table(
        "point_changes",
        table_of(models.PointChange),
        (
            names(POINT, "point_id"),
            day("valid_from"),
            names(STANDARD, "standard_id", optional=True),
            names(OFFICE, "office_id", optional=True),
        ),
        ("point_code", "valid_from"),
    ),
    Table(
        "couriers",
        table_of(models.Courier),
        (code("courier_code"), text("name"), names(OFFICE, "office_id")),
        ("courier_code",),
    ),
    Table(
        "routes",
        table_of(models.RouteVersion),
        (
            names(ROUTE, "route_id"),
            VALID_FROM,
            text("name"),
            names(OFFICE, "office_id"),
            names(COURIER, "courier_id", optional=True),
            Column("weekdays", Weekdays()),
            Column("depart_time", Clock(), kept_as="depart_minute"),
            day("valid_to", optional=True),
        ),
        ("route_code", "valid_from"),
        rules=VALIDITY,
    ),
    Table(
        "route_exceptions",
        table_of(models.RouteException),
        (names(ROUTE, "route_id"), day("date"), choice("change", "skip", "extra")),
        ("route_code", "date"),
    ),
    Table(
        "route_stops",
        table_of(models.RouteStop),
        (
            names(ROUTE, "route_id"),
            Column("sequence", Whole(1, 2**31 - 1)),
            VALID_FROM,
            names(POINT, "point_id"),
            Column("minutes_after_departure", Whole(0, 1_440)),
            day("valid_to", optional=True),
        ),
        ("route_code", "sequence", "valid_from"),
        rules=VALIDITY,
    ),
    Table(
        "subscriptions",
        table_of(models.Subscription),
        (
            code("subscription_code"),
            names(POINT, "point_id"),
            names(TITLE, "title_id"),
            copies(),
            day("start_date"),
            day("end_date", optional=True),
            text("payer", optional=True),
        ),
        ("subscription_code",),
        required=True,
        rules=(ends_not_before("start_date", "end_date"),),
    ),
    Table(
        "holds",
        table_of(models.Hold),
        (names(SUBSCRIPTION, "subscription_id"), day("start_date"), day("end_date")),
        ("subscription_code", "start_date"),
        rules=(ends_not_before("start_date", "end_date"),),
    ),
    Table(
        "arrivals",
        table_of(models.Arrival),
        (
            names(OFFICE, "office_id"),
            names(TITLE, "title_id"),
            day("issue_date"),
            instant("arrived_at"),
        ),
        ("office_code", "title_code", "issue_date"),
    ),
    Table(
        "scans",
        table_of(models.Scan),
        (
            Column("scan_id", UuidField()),
            names(COURIER, "courier_id"),
            names(POINT, "point_id"),
            instant("scanned_at"),
            *position(optional=True),
            ACCURACY,
            choice("method", "camera", "manual"),
            instant("received_at", optional=True),
            choice("clock", "corrected", "unknown", optional=True),
            choice("label", "unknown", "retired", optional=True),
        ),
        ("scan_id",),
        rules=BOTH_OR_NEITHER,
        fact=True,
        not_compared=("received_at",),
    ),
    Table(
        "scan_items",
        table_of(models.ScanItem),
        (names(SCAN, "scan_id"), names(TITLE, "title_id"), day("issue_date"), copies()),
        ("scan_id", "title_code", "issue_date"),
        fact=True,
    ),
    Table(
        "scan_voids",
        table_of(models.ScanVoid),
        (names(SCAN, "scan_id"), instant("voided_at"), text("reason", optional=True)),
        ("scan_id",),
        fact=True,
    ),
    Table(
        "attempts",
        table_of(models.Attempt),
        (
            Column("attempt_id", UuidField()),
            names(COURIER, "courier_id"),
            names(POINT, "point_id"),
            instant("attempted_at"),
            choice(
                "reason",
                "road_closed",
                "nobody_there",
                "paper_missing",
                "label_unreadable",
                "point_moved",
                "other",
            ),
            *position(optional=True),
            ACCURACY,
            text("note", optional=True),
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
            names(POINT, "point_id"),
            names(TITLE, "title_id"),
            day("issue_date"),
            instant("confirmed_at"),
            choice("verdict", "received", "late", "bundled", "missing", "damaged", "wrong"),
            copies(when_empty=1),
            choice("channel", "label", "phone", "counter", "visit", optional=True),
        ),
        ("confirmation_id",),
        fact=True,
    ),
    Table(
        "confirmation_voids",
        table_of(models.ConfirmationVoid),
        (names(CONFIRMATION, "confirmation_id"), instant("voided_at")),
        ("confirmation_id",),
        fact=True,
    ),
)

BY_NAME = {table.name: table for table in TABLES}
FILES = {table.file: table for table in TABLES}

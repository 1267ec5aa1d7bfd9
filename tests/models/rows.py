"""One valid row of every table, and what makes a second one another."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine

from service.models import (
    ALWAYS,
    Arrival,
    Attempt,
    Base,
    Branch,
    Confirmation,
    ConfirmationVoid,
    Courier,
    DirtyMonth,
    Hold,
    Holiday,
    Office,
    Point,
    PointChange,
    PublicationException,
    PublishedFacts,
    Route,
    RouteException,
    RouteStop,
    RouteVersion,
    Scan,
    ScanItem,
    ScanVoid,
    ServiceStandard,
    Subscription,
    Title,
    Town,
)
from service.models.engine import engine_options, prepare

DAY = date(2026, 7, 6)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
AT = datetime(2026, 7, 6, 3, tzinfo=UTC)
SCAN, ATTEMPT, WORD = (uuid.UUID(int=number) for number in (1, 2, 3))
OTHER, THIRD = uuid.UUID(int=8), uuid.UUID(int=9)
OVERLAP = ("two versions overlap", "exclusion constraint")
NOBODY = 77

POSITION = {"lat": 29.5, "lon": 106.4}
# One valid row of every table; `row` changes some of its values.
ROWS: dict[type[Base], dict[str, Any]] = {
    Branch: {"id": 1, "branch_code": "A", "timezone": "Asia/Shanghai", "visit_gap_minutes": 30}
    | {"branch_name": "甲"},
    Title: {"id": 1, "title_code": "1-1", "name": "人民日报", "kind": "newspaper"}
    | {"publication_rule": "FREQ=DAILY", "first_issue": DAY},
    PublicationException: {"title_id": 1, "date": DAY, "change": "skip"},
    Holiday: {"date": DAY, "kind": "holiday"},
    Town: {"id": 1, "town_code": "T", "name": "镇", **POSITION},
    Office: {
        "id": 1,
        "office_code": "O",
        "name": "支局",
        "town_id": 1,
        "carrier": "邮政",
        **POSITION,
    },
    ServiceStandard: {"id": 1, "standard_code": "S", "name": "当日", "day_kind": "calendar"}
    | {"offset_days": 0, "due_minute": 720},
    Point: {"id": 1, "point_code": "P", "name": "点", "kind": "unit", "town_id": 1, "office_id": 1}
    | {"standard_id": 1, **POSITION},
    PointChange: {"point_id": 1, "valid_from": DAY, "standard_id": 1, "office_id": 1},
    Courier: {"id": 1, "courier_code": "C", "name": "员", "office_id": 1},
    Route: {"id": 1, "route_code": "R"},
    RouteVersion: {"id": 1, "route_id": 1, "valid_from": ALWAYS, "valid_to": DAY, "name": "段"}
    | {"office_id": 1, "courier_id": 1, "weekdays": 31, "depart_minute": 540},
    RouteException: {"route_id": 1, "date": DAY, "change": "extra"},
    RouteStop: {"id": 1, "route_id": 1, "sequence": 1, "valid_from": ALWAYS, "valid_to": DAY}
    | {"point_id": 1, "minutes_after_departure": 30},
    Subscription: {"id": 1, "subscription_code": "D", "point_id": 1, "title_id": 1, "copies": 2}
    | {"start_date": DAY},
    Hold: {"subscription_id": 1, "start_date": DAY, "end_date": DAY},
    Arrival: {"office_id": 1, "title_id": 1, "issue_date": DAY, "arrived_at": AT},
    Scan: {"id": 1, "scan_id": SCAN, "courier_id": 1, "point_id": 1, "scanned_at": AT}
    | {"method": "camera", "accuracy_m": 5, **POSITION},
    ScanItem: {"scan_id": 1, "title_id": 1, "issue_date": DAY, "copies": 2},
    ScanVoid: {"scan_id": 1, "voided_at": AT},
    Attempt: {"id": 1, "attempt_id": ATTEMPT, "courier_id": 1, "point_id": 1, "attempted_at": AT}
    | {"reason": "other", **POSITION},
    Confirmation: {"id": 1, "confirmation_id": WORD, "point_id": 1, "title_id": 1}
    | {"issue_date": DAY, "confirmed_at": AT, "verdict": "received", "copies": 1},
    ConfirmationVoid: {"confirmation_id": 1, "voided_at": AT},
    PublishedFacts: {"version": "1-a", "manifest": "{}", "true_from": AT, "horizon": DAY}
    | {"derived_at": AT},
    DirtyMonth: {"month": 678, "mark": 1},
}
# Keys that make a second row of a table another one.
AGAIN: dict[type[Base], dict[str, Any]] = {
    Branch: {"id": 2, "branch_code": "B"},
    Title: {"id": 2, "title_code": "2-2"},
    PublicationException: {"date": BEFORE},
    Holiday: {"date": BEFORE},
    Town: {"id": 2, "town_code": "T2"},
    Office: {"id": 2, "office_code": "O2"},
    ServiceStandard: {"id": 2, "standard_code": "S2"},
    Point: {"id": 2, "point_code": "P2"},
    PointChange: {"valid_from": BEFORE},
    Courier: {"id": 2, "courier_code": "C2"},
    Route: {"id": 2, "route_code": "R2"},
    RouteVersion: {"id": 2, "route_id": 2},
    RouteException: {"route_id": 2},
    RouteStop: {"id": 2, "route_id": 2},
    Subscription: {"id": 2, "subscription_code": "D2"},
    Hold: {"start_date": BEFORE},
    Arrival: {"issue_date": BEFORE},
    Scan: {"id": 2, "scan_id": OTHER},
    ScanItem: {"issue_date": BEFORE},
    ScanVoid: {"scan_id": 2},
    Attempt: {"id": 2, "attempt_id": OTHER},
    Confirmation: {"id": 2, "confirmation_id": OTHER},
    ConfirmationVoid: {"confirmation_id": 2},
    PublishedFacts: {"branch_id": 2},
    DirtyMonth: {"month": 679},
}


WRITTEN_TWICE = (Branch, Route, Scan, Confirmation)


def row(model: type[Base], **changes: Any) -> dict[str, Any]:
    """A row of the table that would be valid, but for the changes."""
    branch = {} if model is Branch else {"branch_id": 1}
    return {**branch, **ROWS[model], **AGAIN[model], **changes}


def opened(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine

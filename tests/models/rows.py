"""One valid row of every table, and what makes a second one another."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine

from service import models
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
ROWS: dict[type[models.Base], dict[str, Any]] = {
    models.Branch: {
        "id": 1,
        "branch_code": "A",
        "timezone": "Asia/Shanghai",
        "visit_gap_minutes": 30,
    }
    | {"branch_name": "甲"},
    models.Title: {"id": 1, "title_code": "1-1", "name": "人民日报", "kind": "newspaper"}
    | {"publication_rule": "FREQ=DAILY", "first_issue": DAY},
    models.PublicationException: {"title_id": 1, "date": DAY, "change": "skip"},
    models.Holiday: {"date": DAY, "kind": "holiday"},
    models.Town: {"id": 1, "town_code": "T", "name": "镇", **POSITION},
    models.Office: {
        "id": 1,
        "office_code": "O",
        "name": "支局",
        "town_id": 1,
        "carrier": "邮政",
        **POSITION,
    },
    models.ServiceStandard: {"id": 1, "standard_code": "S", "name": "当日", "day_kind": "calendar"}
    | {"offset_days": 0, "due_minute": 720},
    models.Point: {
        "id": 1,
        "point_code": "P",
        "name": "点",
        "kind": "unit",
        "town_id": 1,
        "office_id": 1,
    }
    | {"standard_id": 1, **POSITION},
    models.PointChange: {"point_id": 1, "valid_from": DAY, "standard_id": 1, "office_id": 1},
    models.Courier: {"id": 1, "courier_code": "C", "name": "员", "office_id": 1},
    models.Route: {"id": 1, "route_code": "R"},
    models.RouteVersion: {
        "id": 1,
        "route_id": 1,
        "valid_from": models.ALWAYS,
        "valid_to": DAY,
        "name": "段",
    }
    | {"office_id": 1, "courier_id": 1, "weekdays": 31, "depart_minute": 540},
    models.RouteException: {"route_id": 1, "date": DAY, "change": "extra"},
    models.RouteStop: {
        "id": 1,
        "route_id": 1,
        "sequence": 1,
        "valid_from": models.ALWAYS,
        "valid_to": DAY,
    }
    | {"point_id": 1, "minutes_after_departure": 30},
    models.Subscription: {
        "id": 1,
        "subscription_code": "D",
        "point_id": 1,
        "title_id": 1,
        "copies": 2,
    }
    | {"start_date": DAY},
    models.Hold: {"subscription_id": 1, "start_date": DAY, "end_date": DAY},
    models.Arrival: {"office_id": 1, "title_id": 1, "issue_date": DAY, "arrived_at": AT},
    models.Scan: {"id": 1, "scan_id": SCAN, "courier_id": 1, "point_id": 1, "scanned_at": AT}
    | {"method": "camera", "accuracy_m": 5, **POSITION},
    models.ScanItem: {"scan_id": 1, "title_id": 1, "issue_date": DAY, "copies": 2},
    models.ScanVoid: {"scan_id": 1, "voided_at": AT},
    models.Attempt: {
        "id": 1,
        "attempt_id": ATTEMPT,
        "courier_id": 1,
        "point_id": 1,
        "attempted_at": AT,
    }
    | {"reason": "other", **POSITION},
    models.Confirmation: {"id": 1, "confirmation_id": WORD, "point_id": 1, "title_id": 1}
    | {"issue_date": DAY, "confirmed_at": AT, "verdict": "received", "copies": 1},
    models.ConfirmationVoid: {"confirmation_id": 1, "voided_at": AT},
    models.PublishedFacts: {"version": "1-a", "manifest": "{}", "true_from": AT, "horizon": DAY}
    | {"derived_at": AT},
    models.DirtyMonth: {"month": 678, "mark": 1},
}
# Keys that make a second row of a table another one.
AGAIN: dict[type[models.Base], dict[str, Any]] = {
    models.Branch: {"id": 2, "branch_code": "B"},
    models.Title: {"id": 2, "title_code": "2-2"},
    models.PublicationException: {"date": BEFORE},
    models.Holiday: {"date": BEFORE},
    models.Town: {"id": 2, "town_code": "T2"},
    models.Office: {"id": 2, "office_code": "O2"},
    models.ServiceStandard: {"id": 2, "standard_code": "S2"},
    models.Point: {"id": 2, "point_code": "P2"},
    models.PointChange: {"valid_from": BEFORE},
    models.Courier: {"id": 2, "courier_code": "C2"},
    models.Route: {"id": 2, "route_code": "R2"},
    models.RouteVersion: {"id": 2, "route_id": 2},
    models.RouteException: {"route_id": 2},
    models.RouteStop: {"id": 2, "route_id": 2},
    models.Subscription: {"id": 2, "subscription_code": "D2"},
    models.Hold: {"start_date": BEFORE},
    models.Arrival: {"issue_date": BEFORE},
    models.Scan: {"id": 2, "scan_id": OTHER},
    models.ScanItem: {"issue_date": BEFORE},
    models.ScanVoid: {"scan_id": 2},
    models.Attempt: {"id": 2, "attempt_id": OTHER},
    models.Confirmation: {"id": 2, "confirmation_id": OTHER},
    models.ConfirmationVoid: {"confirmation_id": 2},
    models.PublishedFacts: {"branch_id": 2},
    models.DirtyMonth: {"month": 679},
}


WRITTEN_TWICE = (models.Branch, models.Route, models.Scan, models.Confirmation)


def row(model: type[models.Base], **changes: Any) -> dict[str, Any]:
    """A row of the table that would be valid, but for the changes."""
    branch = {} if model is models.Branch else {"branch_id": 1}
    return {**branch, **ROWS[model], **AGAIN[model], **changes}


def opened(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine

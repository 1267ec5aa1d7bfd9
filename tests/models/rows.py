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
SCAN, ATTEMPT, WORD, PHONE, EVENT = (uuid.UUID(int=number) for number in (1, 2, 3, 4, 5))
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
    models.UntracedScan: {"scan_id": 1, "mark": 1},
    models.User: {"id": 1, "login": "chen", "name": "陈", "role": "postmaster", "office_id": 1}
    | {"password_hash": "$argon2id$", "created_at": AT},
    models.UserSession: {"id": 1, "user_id": 1, "key_hash": "k", "created_at": AT}
    | {"expires_at": AT},
    models.ApiToken: {"id": 1, "user_id": 1, "token_hash": "a", "name": "脚本", "created_at": AT},
    models.RequestCount: {"key": "a", "until": AT, "requests": 1},
    models.Installation: {"id": 1, "installation_id": PHONE, "courier_id": 1, "token_hash": "t"}
    | {"enrolled_at": AT, "revoked_at": AT, "revoked_by": 1, "highest": 3, "waiting": 0}
    | {"have": "[[1, 3]]"},
    models.Enrolment: {"id": 1, "courier_id": 1, "code_hash": "c", "created_at": AT}
    | {"created_by": 1, "expires_at": AT, "installation_id": 1},
    models.AuditEntry: {"id": 1, "at": AT, "user_id": 1, "installation_id": 1, "action": "revoked"},
    models.PointLabel: {"id": 1, "point_id": 1, "token": "7M2K9QXW4R8T0ZBC", "made_at": AT}
    | {"short_code": "ABC1234"},
    models.PhoneEvent: {"id": 1, "installation_id": 1, "event_id": EVENT, "digest": "d" * 32}
    | {"sequence": 1, "kind": "scan", "raw": "{}", "received_at": AT, "carried_by": 1}
    | {"happened_at": AT},
    models.HeldEvent: {"event": 1, "installation_id": 1, "code": "unknown_title", "held_at": AT}
    | {"decided_at": AT, "decided_by": 1, "decision": "set_aside", "reason": "试验"},
    models.RoundReport: {"event": 1, "courier_id": 1, "route_id": 1, "date": DAY, "kind": "started"}
    | {"reported_at": AT},
    models.Photo: {"event": 1, "file": "1.jpg", "received_at": AT},
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
    models.UntracedScan: {"scan_id": 2},
    models.User: {"id": 2, "login": "li"},
    models.UserSession: {"id": 2, "key_hash": "k2"},
    models.ApiToken: {"id": 2, "token_hash": "a2"},
    models.RequestCount: {"key": "b"},
    models.Installation: {"id": 2, "installation_id": OTHER, "token_hash": "t2"},
    models.Enrolment: {"id": 2, "code_hash": "c2"},
    models.AuditEntry: {"id": 2},
    models.PointLabel: {"id": 2, "token": "0000000000000002", "short_code": "ABC1235"}
    | {"retired_at": AT},
    models.PhoneEvent: {"id": 2, "event_id": OTHER},
    models.HeldEvent: {"event": 2},
    models.RoundReport: {"event": 2},
    models.Photo: {"event": 2},
}


WRITTEN_TWICE = (
    *(models.Branch, models.Route, models.Scan, models.Confirmation),
    models.PhoneEvent,
)


def row(model: type[models.Base], **changes: Any) -> dict[str, Any]:
    """A row of the table that would be valid, but for the changes."""
    branch = {} if model is models.Branch else {"branch_id": 1}
    return {**branch, **ROWS[model], **AGAIN[model], **changes}


def opened(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine

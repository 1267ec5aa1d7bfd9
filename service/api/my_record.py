"""A courier's own rates, over HTTP. docs/sync-protocol.md, "My record"."""

from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Response, current_app, request
from marshmallow import Schema, fields

from service.access import current_phone, phone_only
from service.api.bearers import PHONE
from service.api.parsing import StrictBlueprint
from service.extensions import db
from service.queries.phone.my_record import my_record


def _rate(description: str, example: float) -> fields.Float:
    return fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": description, "example": example, "minimum": 0},
    )


def _copies(description: str, example: int) -> fields.Integer:
    return fields.Integer(
        required=True, metadata={"description": description, "example": example, "minimum": 0}
    )


class RouteWeek(Schema):
    """A week of one of the courier's routes."""

    route = fields.String(
        required=True, metadata={"example": "R07", "description": "The route's code"}
    )
    week = fields.String(
        required=True, metadata={"example": "2026-W27", "description": "ISO week of the issues"}
    )
    expected = _copies("Copies owed and due", 812)
    delivered = _copies("Copies counted as handed over", 800)
    late_rate = _rate("(late + undelivered) / expected; null when nothing was due", 0.04)
    bundled_rate = _rate("bundled / delivered; null when nothing was delivered", 0.31)
    own = fields.Boolean(
        required=True,
        metadata={"description": "Most of that week's rounds were the courier's", "example": True},
    )


class MyRecordSchema(Schema):
    """The last 13 weeks of each of the courier's routes."""

    weeks = fields.List(
        fields.Nested(RouteWeek), required=True, metadata={"description": "By route and week"}
    )


blueprint = StrictBlueprint(
    "my-record",
    __name__,
    url_prefix="/api/v1",
    description="What couriers' phones say and ask: docs/sync-protocol.md.",
)


@blueprint.route("/my-record")
@phone_only
@blueprint.doc(security=PHONE)
@blueprint.response(200, MyRecordSchema)
def record() -> Response:
    """The courier's own late and bundled rates by week, beside the routes' own past"""
    facts = current_app.extensions["jianbao"].facts
    weeks: list[dict[str, Any]] = my_record(db.engine, facts, current_phone(), datetime.now(UTC))
    response = Response(orjson.dumps({"weeks": weeks}), mimetype="application/json")
    response.cache_control.no_cache = True
    response.cache_control.private = True
    response.add_etag()
    response.make_conditional(request)
    return response

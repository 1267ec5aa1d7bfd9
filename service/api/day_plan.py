"""What a phone takes along, over HTTP. docs/sync-protocol.md, "Day plan"."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson
from flask import Response, current_app, request
from marshmallow import Schema, fields

from service.access import current_phone, phone_only
from service.api.bearers import PHONE
from service.api.parsing import StrictBlueprint
from service.domain import problems
from service.domain.labels import host_of
from service.extensions import db
from service.queries.fields import refused
from service.queries.phone.day_plan import DEFAULT_DAYS, MOST_DAYS, day_plan

DATE: Final = "2026-07-06"
HASH: Final = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


class Count(fields.Integer):
    """A whole number within bounds."""

    def __init__(self, low: int, high: int, *, metadata: dict[str, Any], **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(metadata={"minimum": low, "maximum": high, **metadata}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise refused(problems.NOT_A_COUNT, value=value, low=self.low, high=self.high)
        if not self.low <= int(text) <= self.high:
            raise refused(problems.NOT_A_COUNT, value=value, low=self.low, high=self.high)
        return int(text)


class PlanQuestion(Schema):
    """For which days."""

    error_messages = {"unknown": problems.fault(problems.UNKNOWN_PARAMETER)}  # type: ignore[dict-item]  # noqa: RUF012

    days = Count(
        1,
        MOST_DAYS,
        load_default=DEFAULT_DAYS,
        metadata={"description": "Today and the days after it, in the branch's time zone."},
    )


def _text(example: str, description: str, **more: Any) -> fields.String:
    return fields.String(
        required=True, metadata={"example": example, "description": description}, **more
    )


class Named(Schema):
    """A code and its name."""

    code = _text("1-1", "The code, as the feed has it")
    name = _text("人民日报", "The name")


class PlanBranch(Named):
    """The branch, and the time zone that its dates are local to."""

    timezone = _text("Asia/Shanghai", "IANA name")


class PlanArrival(Schema):
    """An issue that can be reported as arrived."""

    office = _text("O1", "The office's code")
    office_name = _text("白市驿支局", "The office's name")
    title = _text("1-1", "The title's code")
    date = fields.Date(required=True, metadata={"example": DATE, "description": "Publication date"})
    arrived_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"example": None, "description": "When it arrived; null where nobody has said so"},
    )


class PlanPoint(Schema):
    """A delivery point of the rounds, with the hashes by which its labels are known."""

    code = _text("P017", "The point's code")
    name = _text("海龙村邮站", "The point's name")
    kind = _text("village_post", "village_post, unit, household or agent")
    town = _text("白市驿镇", "The town's name")
    village = _text("海龙", "The village's name, if any", allow_none=True)
    lat = fields.Float(required=True, metadata={"example": 29.4922, "description": "WGS-84"})
    lon = fields.Float(required=True, metadata={"example": 106.3808, "description": "WGS-84"})
    labels = fields.List(
        fields.String(metadata={"example": HASH}),
        required=True,
        metadata={"description": "SHA-256 of the token of the label in force, in hex"},
    )
    retired_labels = fields.List(
        fields.String(metadata={"example": HASH}),
        required=True,
        metadata={"description": "SHA-256 of the tokens of earlier labels"},
    )
    short_codes = fields.List(
        fields.String(metadata={"example": HASH}),
        required=True,
        metadata={"description": "SHA-256 of the short codes of all of them"},
    )


class PlanStop(Schema):
    """A stop of a round."""

    sequence = fields.Integer(
        required=True, metadata={"example": 1, "description": "Stops go in this order"}
    )
    point = _text("P017", "The point's code")
    planned_at = fields.AwareDateTime(
        required=True, metadata={"example": "2026-07-06T02:00:00Z", "description": "As planned"}
    )


class PlanRound(Schema):
    """A route on a date."""

    route = _text("R07", "The route's code")
    name = _text("白市驿一段", "The route's name on that date")
    date = fields.Date(required=True, metadata={"example": DATE, "description": "The round's day"})
    departs_at = fields.AwareDateTime(
        required=True, metadata={"example": "2026-07-06T01:30:00Z", "description": "As planned"}
    )
    office = _text("O1", "The office it departs from")
    stops = fields.List(
        fields.Nested(PlanStop), required=True, metadata={"description": "In order"}
    )


class PlanOwed(Schema):
    """Copies of an issue that are still owed to a point, own scans not taken off."""

    point = _text("P017", "The point's code")
    title = _text("1-1", "The title's code")
    date = fields.Date(required=True, metadata={"example": DATE, "description": "Publication date"})
    copies = fields.Integer(
        required=True, metadata={"example": 3, "minimum": 1, "description": "Copies"}
    )


def _list(schema: type[Schema], description: str) -> Any:
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


class DayPlanSchema(Schema):
    """A courier's rounds, with what is owed at their stops."""

    format = fields.Integer(required=True, metadata={"example": 1, "description": "Of this answer"})
    today = fields.Date(
        required=True, metadata={"example": DATE, "description": "Local to the branch"}
    )
    courier = fields.Nested(Named, required=True, metadata={"description": "Whose plan it is"})
    branch = fields.Nested(PlanBranch, required=True, metadata={"description": "Where"})
    hosts = fields.List(
        fields.String(metadata={"example": "JIANBAO.EXAMPLE"}),
        required=True,
        metadata={"description": "Hosts that labels carry, with their port where they have one"},
    )
    titles = _list(Named, "The titles named below")
    arrivals = _list(
        PlanArrival,
        "Issues of these days that points of the courier's offices are owed, and of the three days "
        "before what is still undelivered at the points of the rounds",
    )
    points = _list(PlanPoint, "The points of the rounds, by code")
    rounds = _list(PlanRound, "In order of departure")
    owed = _list(
        PlanOwed,
        "Issues of the last 14 days and of these days at the points of the rounds: copies "
        "expected, less those that other installations have scanned",
    )


blueprint = StrictBlueprint(
    "day-plan",
    __name__,
    url_prefix="/api/v1",
    description="What couriers' phones say and ask: docs/sync-protocol.md.",
)


@blueprint.route("/day-plan")
@phone_only
@blueprint.doc(security=PHONE)
@blueprint.arguments(PlanQuestion, location="query")
@blueprint.response(200, DayPlanSchema)
def plan(asked: dict[str, int]) -> Response:
    """The courier's rounds, stops, what is owed there and what has arrived

    Answers carry an ETag; what has not changed is 304.
    """
    hosts = [host_of(current_app.extensions["jianbao"].public_url)]
    content = day_plan(db.engine, current_phone(), hosts, asked["days"], datetime.now(UTC))
    response = Response(orjson.dumps(content), mimetype="application/json")
    response.cache_control.no_cache = True
    response.cache_control.private = True
    response.add_etag()
    response.make_conditional(request)
    return response

"""Events and readings as the OpenAPI document describes them, one schema a kind.

They describe; domain/events.py reads, quickly and one event at a time. A test puts the same values
through both.
"""

from typing import Any, Final

from marshmallow import INCLUDE, Schema, fields, validate

from service.domain import events as formats
from service.domain.clock import LARGEST_ERROR_MS

EVENT: Final = "019f3a5f-0d0a-7c11-8e55-6a2f9d1c0001"
TEXT: Final = validate.Length(1, formats.LONGEST_TEXT)


def _of(kind: fields.Field[Any], description: str, example: Any = None) -> fields.Field[Any]:
    shown = {"description": description} | ({} if example is None else {"example": example})
    kind.metadata = {**kind.metadata, **shown}
    return kind


def _text(description: str, example: str, *, required: bool = True) -> fields.Field[Any]:
    # What may be left out may be empty too.
    length = TEXT if required else validate.Length(0, formats.LONGEST_TEXT)
    field = fields.String(required=required, validate=length, allow_none=not required)
    return _of(field, description, example)


def _day(description: str) -> fields.Field[Any]:
    return _of(fields.Date(required=True), description, "2026-07-06")


def _instant(description: str) -> fields.Field[Any]:
    field = fields.String(required=True, metadata={"format": "date-time"})
    return _of(field, description, "2026-07-06T03:50:00.000Z")


class Open(Schema):
    """What an app sends; a newer one may say more, and that is kept."""

    class Meta:
        unknown = INCLUDE


class ShownSchema(Open):
    """What the device's clocks showed."""

    at = _instant("The device's wall clock")
    mono = _of(fields.Float(required=True), "Its monotonic clock, milliseconds", 293000.5)
    life = _of(
        fields.String(required=True, validate=validate.Length(1, formats.LONGEST_LIFE)),
        "Which run of the app",
        "k2v9",
    )


class ReadingSchema(ShownSchema):
    """One timed request."""

    offset_ms = _of(fields.Float(required=True), "To be added to the device's clock", -120)
    error_ms = _of(
        fields.Float(required=True, validate=validate.Range(0, LARGEST_ERROR_MS)),
        "Half the round trip, rounded up",
        40,
    )
    after = _of(
        fields.Integer(required=True, validate=validate.Range(0, formats.LARGEST_SEQUENCE)),
        "The highest number recorded by then",
        0,
    )


class PositionSchema(Open):
    """Where the phone was."""

    lat = _of(fields.Float(required=True, validate=validate.Range(-90, 90)), "WGS-84", 29.4922)
    lon = _of(fields.Float(required=True, validate=validate.Range(-180, 180)), "WGS-84", 106.3808)
    accuracy_m = _of(
        fields.Float(allow_none=True, validate=validate.Range(0, formats.LARGEST_ACCURACY_M)),
        "Metres; leave the position out where it is less exact",
        12,
    )


class EventSchema(ShownSchema):
    """What every event says."""

    id = _of(fields.UUID(required=True), "UUIDv7, made when it is recorded", EVENT)
    seq = _of(
        fields.Integer(required=True, validate=validate.Range(1, formats.LARGEST_SEQUENCE)),
        "Its number in the installation, without gaps",
        1,
    )
    format = _of(
        fields.Integer(required=True, validate=validate.OneOf([formats.FORMAT])),
        "The version of this description",
        formats.FORMAT,
    )
    position = fields.Nested(PositionSchema, allow_none=True)


def _kind(*kinds: str) -> fields.Field[Any]:
    return _of(fields.String(required=True, validate=validate.OneOf(kinds)), "What it is", kinds[0])


class ItemSchema(Open):
    """Copies of one issue."""

    title = _text("Title's code", "1-1")
    date = _day("Publication date")
    copies = _of(
        fields.Integer(required=True, validate=validate.Range(1, formats.MOST_COPIES)),
        "How many",
        12,
    )


class ScanEventSchema(EventSchema):
    """A delivery. It names its point by the label's token, else the typed code, else `point`."""

    kind = _kind("scan")
    method = _of(
        fields.String(required=True, validate=validate.OneOf(sorted(formats.METHODS))),
        "How the label was read",
        "camera",
    )
    label = _text("The label's token as read", "7M2K9QXW4R8T0ZBC", required=False)
    code = _text("The short code as typed", "ABC 1234", required=False)
    point = _text("The stop chosen or recognised", "P017", required=False)
    items = fields.List(
        fields.Nested(ItemSchema),
        required=True,
        validate=validate.Length(0, formats.MOST_ITEMS),
        metadata={"description": "What was handed over; an issue at most once"},
    )


class VoidEventSchema(EventSchema):
    """Undoes a scan of this installation."""

    kind = _kind("void")
    scan = _of(fields.UUID(required=True), "The id of the scan's event", EVENT)
    reason = _text("Why", "unticked", required=False)


class AttemptEventSchema(EventSchema):
    """Could not deliver."""

    kind = _kind("attempt")
    point = _text("The point", "P017")
    reason = _of(
        fields.String(required=True, validate=validate.OneOf(sorted(formats.REASONS))),
        "Why not",
        "road_closed",
    )
    note = _text("In words", "塌方", required=False)
    label = _text("A label that was read", "7M2K9QXW4R8T0ZBC", required=False)
    code = _text("A code that was typed", "ABC 1234", required=False)
    photo = fields.Boolean(allow_none=True, metadata={"description": "Whether one follows"})


class ArrivalEventSchema(EventSchema):
    """An issue has reached the office; of several taps the earliest counts."""

    kind = _kind("arrival")
    office = _text("Office's code", "O1")
    title = _text("Title's code", "1-1")
    date = _day("Publication date")


class RoundEventSchema(EventSchema):
    """The start or the end of a round."""

    kind = _kind("round_started", "round_finished")
    route = _text("Route's code", "R07")
    date = _day("The round's date")


EVENTS: Final[dict[str, type[Schema]]] = {
    "ScanEvent": ScanEventSchema,
    "VoidEvent": VoidEventSchema,
    "AttemptEvent": AttemptEventSchema,
    "ArrivalEvent": ArrivalEventSchema,
    "RoundEvent": RoundEventSchema,
}
DESCRIBED: Final = EVENTS | {"Reading": ReadingSchema, "Shown": ShownSchema}


def reference(name: str) -> dict[str, str]:
    """Return how the document names one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}

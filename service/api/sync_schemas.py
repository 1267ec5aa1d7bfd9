"""The envelope of a sync and its answer. What is inside an event is read by domain/events.py."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load

from service.api.enrolment import INSTALLATION, TOKEN, TOKENS, Body, PhoneId, Secret
from service.api.event_schemas import EVENT, EVENTS, reference
from service.domain import held, problems
from service.domain.events import LARGEST_SEQUENCE
from service.domain.problems import fault
from service.domain.readings import read_readings, read_sent
from service.operations.record_sync import ACCEPTED, DUPLICATE, HELD, SET_ASIDE
from service.operations.sync.batch import Delivery
from service.queries.fields import Code, refused

LONGEST_VERSION: Final = 40
MOST_EVENTS: Final = 500
NOW: Final = "2026-07-06T04:00:10.214Z"


class AnyList(fields.List[Any]):
    """A list of whatever: each of its elements is judged by itself, later."""

    def __init__(self, elements: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(fields.Raw(metadata=elements), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise refused(problems.NOT_A_LIST)
        return value


class Count(fields.Integer):
    """A whole number that is not negative."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if value.__class__ is not int or not 0 <= value <= LARGEST_SEQUENCE:
            raise refused(problems.NOT_A_COUNT, value=value, low=0, high=LARGEST_SEQUENCE)
        return int(value)


def _required(description: str, **more: Any) -> dict[str, Any]:
    wrong = fault(problems.MISSING)
    return {
        "required": True,
        "metadata": {"description": description, **more},
        "error_messages": {"required": wrong, "null": wrong},
    }


class SyncSchema(Body):
    """Events of one installation, with what is needed to time and to account for them."""

    installation = PhoneId(**_required("Who made these events", example=INSTALLATION))
    installation_token = Secret(
        TOKENS,
        allow_none=True,
        load_default=None,
        metadata={
            "description": "The token of an older installation, where `installation` is one",
            "example": TOKEN,
        },
    )
    app_version = Code(
        allow_none=True, load_default=None, metadata={"description": "Of the app", "maxLength": 200}
    )
    sent = fields.Raw(
        load_default=None,
        metadata={
            **reference("Shown"),
            "description": "What the device's clocks showed when the request was made",
        },
    )
    highest = Count(**_required("The highest number that the installation has given out"))
    waiting = Count(
        **_required("How many of its events are not acknowledged, those of this request among them")
    )
    clock = fields.Raw(
        load_default=None,
        metadata={
            "type": "array",
            "items": reference("Reading"),
            "description": "For each event the last reading before it and the first one after it",
        },
    )
    events = AnyList(
        {"oneOf": [reference(name) for name in EVENTS]},
        **_required(
            "At most 500. One that is none of these is stored too, and held as `malformed` or"
            " `newer_format`: it never refuses the others",
            maxItems=MOST_EVENTS,
        ),
    )

    @post_load
    def made(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the installation, its token where it is given, and the delivery."""
        version = values["app_version"]
        delivery = Delivery(
            events=values["events"],
            readings=read_readings(values["clock"]),
            sent=read_sent(values["sent"]),
            highest=values["highest"],
            waiting=values["waiting"],
            app_version=version and version[:LONGEST_VERSION],
        )
        return {
            "installation": values["installation"],
            "installation_token": values["installation_token"],
            "delivery": delivery,
        }


class ClockSchema(Schema):
    """The service's time."""

    now = fields.String(
        required=True, metadata={"format": "date-time", "description": "UTC", "example": NOW}
    )


class WordsSchema(Schema):
    """A text in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ResultSchema(Schema):
    """What became of one event."""

    index = fields.Integer(required=True, metadata={"description": "Its place in the request"})
    id = fields.String(
        required=True, allow_none=True, metadata={"description": "As it was sent", "example": EVENT}
    )
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": [ACCEPTED, DUPLICATE, HELD]})
    state = fields.String(
        metadata={
            "description": "Of a duplicate: what became of the event that came before",
            "enum": [ACCEPTED, HELD, SET_ASIDE],
        }
    )
    code = fields.String(
        metadata={"description": "Why it is held; never changes", "enum": [*held.CODES]}
    )
    message = fields.Nested(WordsSchema, metadata={"description": "Why it is held"})


class HeldSchema(Schema):
    """An event that is kept and not counted yet."""

    id = fields.String(required=True, metadata={"example": EVENT})
    seq = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True, metadata={"enum": [*held.CODES]})
    message = fields.Nested(WordsSchema, required=True)


def _ranges(description: str, example: list[list[int]]) -> fields.List[Any]:
    return fields.List(
        fields.List(fields.Integer(), metadata={"minItems": 2, "maxItems": 2}),
        required=True,
        metadata={"description": description, "example": example},
    )


class SyncedSchema(Schema):
    """What became of each event, and what the service holds of the installation."""

    installation = fields.UUID(required=True, metadata={"example": INSTALLATION})
    now = fields.String(required=True, metadata={"format": "date-time", "example": NOW})
    results = fields.List(
        fields.Nested(ResultSchema),
        required=True,
        metadata={"description": "One an event, in the order of the request"},
    )
    have = _ranges("Numbers that the service holds, as ranges with both ends", [[1, 412]])
    missing = _ranges("Numbers up to `highest` that it does not hold: send them again", [])
    held = fields.List(
        fields.Nested(HeldSchema),
        required=True,
        metadata={"description": "What is still held of this installation, up to 100"},
    )

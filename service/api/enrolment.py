"""Enrolment of a phone over HTTP. docs/sync-protocol.md, "Enrol"."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import Response, current_app, jsonify
from marshmallow import EXCLUDE, Schema, fields, post_load

from service import limits
from service.access import public
from service.api.parsing import StrictBlueprint
from service.domain import problems
from service.domain.failures import UnknownEnrolment, UnknownToken
from service.domain.problems import fault
from service.extensions import db
from service.operations.enrol_phone import Enrolled, NewPhone, enrol, restore_phone
from service.queries.fields import Code, refused

INSTALLATION: Final = "019f3a51-7c1e-7d5a-9a51-3f1f7a0c2b11"
TOKEN: Final = "q0m1Zr8yKQ2vWc5tJ7nXbD4hLsP9fGaE3uRi6oTkYxM"
GUESSES: Final = 20
WINDOW: Final = timedelta(minutes=10)
TOKENS: Final = r"[A-Za-z0-9_-]{43,200}={0,2}"
TICKETS: Final = r"[A-Za-z0-9_.-]{1,2000}"


class PhoneId(fields.UUID):
    """A UUID as text."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> uuid.UUID:
        try:
            return uuid.UUID(value)
        except (TypeError, ValueError, AttributeError) as error:
            raise refused(problems.NOT_A_UUID, value=value) from error


class Secret(fields.String):
    """A token or a ticket: nothing but characters of base64url, as the pattern says."""

    def __init__(self, pattern: str, *, metadata: dict[str, Any], **kwargs: Any) -> None:
        self.pattern = re.compile(pattern)
        super().__init__(metadata={"pattern": f"^{pattern}$", **metadata}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise refused(problems.NOT_A_SECRET)
        return value


class Body(Schema):
    """What a phone sends; a newer one may say more."""

    class Meta:
        unknown = EXCLUDE


def _required(example: str, description: str, **more: Any) -> dict[str, Any]:
    return {
        "required": True,
        "metadata": {"description": description, "example": example, **more},
        "error_messages": {
            "required": fault(problems.MISSING),
            "null": fault(problems.MISSING),
        },
    }


class EnrolmentSchema(Body):
    """A phone that has read an enrolment code."""

    code = Code(**_required("7Q4M0ZK2T9XW3C5V8B1N", "The code after `#enrol=`"))
    installation = PhoneId(**_required(INSTALLATION, "Made by the phone: a new UUID"))
    token = Secret(TOKENS, **_required(TOKEN, "Made by the phone: 256 random bits"))
    app_version = Code(
        allow_none=True, load_default=None, metadata={"description": "Of the app", "maxLength": 200}
    )
    device = Code(
        allow_none=True,
        load_default=None,
        metadata={"description": "Make and system, as far as the browser says", "maxLength": 200},
    )

    @post_load
    def made(self, values: dict[str, Any], **_: Any) -> tuple[str, NewPhone]:
        """Return the code and the phone."""
        version = values["app_version"]
        phone = NewPhone(
            installation_id=values["installation"],
            token=values["token"],
            app_version=version and version[:40],
            device=values["device"],
        )
        return values["code"], phone


class RestoreSchema(Body):
    """A phone whose token the service does not know, with the ticket of its enrolment."""

    ticket = Secret(TICKETS, **_required("eyJ…", "As it came with the enrolment"))
    token = Secret(TOKENS, **_required(TOKEN, "The phone's token"))


class CourierSchema(Schema):
    """Whose phone it is."""

    code = fields.String(required=True, metadata={"example": "C07"})
    name = fields.String(required=True, metadata={"example": "陈师傅"})


class BranchSchema(Schema):
    """The branch, and the time zone that its dates are local to."""

    code = fields.String(required=True, metadata={"example": "500107"})
    name = fields.String(required=True, metadata={"example": "九龙坡区"})
    timezone = fields.String(required=True, metadata={"example": "Asia/Shanghai"})


class EnrolledSchema(Schema):
    """An enrolment."""

    installation = fields.UUID(required=True, metadata={"example": INSTALLATION})
    ticket = fields.String(
        required=True,
        metadata={
            "description": "The service's signed statement of this enrolment, to keep",
            "example": "eyJ…",
        },
    )
    courier = fields.Nested(CourierSchema, required=True)
    branch = fields.Nested(BranchSchema, required=True)


blueprint = StrictBlueprint(
    "phones",
    __name__,
    url_prefix="/api/v1/phones",
    description="What couriers' phones say and ask: docs/sync-protocol.md.",
)


@blueprint.route("", methods=["POST"])
@public
@blueprint.arguments(EnrolmentSchema)
@blueprint.response(201, EnrolledSchema)
@blueprint.alt_response(200, schema=EnrolledSchema)
def phones(asked: tuple[str, NewPhone]) -> Response:
    """Bind a phone to the courier of an enrolment code

    The same request again is answered 200 with the same content.
    """
    code, phone = asked
    secret_key, now = current_app.config["SECRET_KEY"], datetime.now(UTC)
    with _few_guesses("enrolment"):
        return _told(enrol(db.engine, code, phone, secret_key, now))


@blueprint.route("/restored", methods=["POST"])
@public
@blueprint.arguments(RestoreSchema)
@blueprint.response(200, EnrolledSchema)
def restored(asked: dict[str, str]) -> Response:
    """Make the service know a phone again that it has forgotten

    For a phone whose token is unknown after a backup older than its enrolment was restored.
    """
    secret_key, now = current_app.config["SECRET_KEY"], datetime.now(UTC)
    with _few_guesses("ticket"):
        return _told(restore_phone(db.engine, asked["ticket"], asked["token"], secret_key, now))


@contextmanager
def _few_guesses(what: str) -> Iterator[None]:
    """Count refusals of an address, and refuse with 429 from some number on.

    Not what succeeds: a whole office may enrol its phones at one address in one morning.
    """
    try:
        yield
    except (UnknownEnrolment, UnknownToken):
        limits.count(what, GUESSES, WINDOW, limits.address())
        raise


def _told(enrolled: Enrolled) -> Response:
    content = {
        "installation": enrolled.installation_id,
        "ticket": enrolled.ticket,
        "courier": {"code": enrolled.courier_code, "name": enrolled.courier_name},
        "branch": {
            "code": enrolled.branch_code,
            "name": enrolled.branch_name,
            "timezone": enrolled.timezone,
        },
    }
    response = jsonify(EnrolledSchema().dump(content))
    response.status_code = 201 if enrolled.is_new else 200
    response.cache_control.no_store = True
    return response

"""What phones hand over: /clock, to measure theirs by, and /sync. docs/sync-protocol.md."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson
from flask import Response, abort
from marshmallow import Schema
from webargs.core import missing

from service.access import current_phone, phone_only, public
from service.api.bearers import PHONE
from service.api.parsing import StrictBlueprint, StrictParser
from service.api.sync_schemas import MOST_EVENTS, ClockSchema, SyncedSchema, SyncSchema
from service.domain import held
from service.domain.failures import ForeignInstallation, TooLarge
from service.domain.tokens import token_hash
from service.extensions import db
from service.operations.record_sync import Result, Synced, record_sync
from service.operations.sync.batch import Delivery
from service.operations.sync.json_text import read_json
from service.queries.installations import installation_of_token

LARGEST_SYNC: Final = 2 * 1024 * 1024


class SyncParser(StrictParser):
    """Reads a body as the standard library does: half surrogates and long numbers are no obstacle.

    What is wrong inside an event holds that event; the body only has to be JSON.
    """

    def load_json(self, req: Any, schema: Schema) -> Any:
        # A body in chunks is cut off at its limit without a word: one byte more tells.
        req.max_content_length = LARGEST_SYNC + 1
        body = req.get_data()
        if len(body) > LARGEST_SYNC:
            raise TooLarge
        try:
            return read_json(body) if body else missing
        except ValueError:
            abort(400)


class SyncBlueprint(StrictBlueprint):
    """A blueprint whose bodies hold events."""

    ARGUMENTS_PARSER = SyncParser()


blueprint = SyncBlueprint(
    "sync",
    __name__,
    url_prefix="/api/v1",
    description="How phones hand over what couriers did: docs/sync-protocol.md.",
)


@blueprint.route("/clock")
@public
@blueprint.response(200, ClockSchema)
def clock() -> Response:
    """The service's time, to measure a phone's clock by"""
    return _uncached({"now": _instant(datetime.now(UTC))})


@blueprint.route("/sync", methods=["POST"])
@phone_only
@blueprint.doc(security=PHONE)
@blueprint.arguments(SyncSchema)
@blueprint.response(200, SyncedSchema)
def sync(asked: dict[str, Any]) -> Response:
    """Hand over events; learn what the service holds

    Every event is stored as it came and answered by itself. The answer leaves after the commit;
    sending the same events again changes nothing.
    """
    delivery: Delivery = asked["delivery"]
    if len(delivery.events) > MOST_EVENTS:
        raise TooLarge
    phone = current_phone()
    author = phone.installation
    if asked["installation"] != phone.installation_id:
        author = _author(asked)
    now = datetime.now(UTC)
    synced = record_sync(db.engine, author, delivery, now, carried_by=phone.installation)
    return _uncached(_told(asked, synced, now))


def _author(asked: dict[str, Any]) -> int:
    """Return the older installation whose events are delivered; its own token proves it."""
    token = asked["installation_token"]
    with db.engine.connect() as connection:
        found = token and installation_of_token(
            connection, asked["installation"], token_hash(token)
        )
    if not found:
        raise ForeignInstallation
    return int(found)


def _told(asked: dict[str, Any], synced: Synced, now: datetime) -> dict[str, Any]:
    return {
        "installation": str(asked["installation"]),
        "now": _instant(now),
        "results": [_result(each) for each in synced.results],
        "have": synced.have,
        "missing": synced.missing,
        "held": [
            {"id": each.id, "seq": each.sequence, **_why(each.code, each.detail)}
            for each in synced.held
        ],
    }


def _result(result: Result) -> dict[str, Any]:
    event = result.incoming.event
    told = {
        "index": result.incoming.place,
        "id": result.incoming.id,
        "seq": event.sequence,
        "status": result.status,
    }
    if result.state is not None:
        told["state"] = result.state
    if result.why is not None:
        told |= _why(result.why.code, result.why.detail)
    return told


def _why(code: str, detail: str | None) -> dict[str, Any]:
    return {"code": code, "message": held.message(code, detail)}


def _instant(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _uncached(content: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(content), mimetype="application/json")
    response.cache_control.no_store = True
    return response

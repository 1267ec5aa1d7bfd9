"""Photos of attempts, over HTTP. docs/sync-protocol.md, "Photos"."""

import uuid
from datetime import UTC, datetime
from typing import Final

from flask import Response, current_app, request

from service.access import current_phone, phone_only
from service.api.bearers import PHONE
from service.api.parsing import StrictBlueprint
from service.domain.failures import NotAPhoto
from service.extensions import db
from service.operations.keep_photo import LARGEST, keep_photo

JPEG: Final = "image/jpeg"

blueprint = StrictBlueprint(
    "photos",
    __name__,
    url_prefix="/api/v1/photos",
    description="What couriers' phones say and ask: docs/sync-protocol.md.",
)


@blueprint.route("/<uuid:event_id>", methods=["PUT"])
@phone_only
@blueprint.doc(
    security=PHONE,
    parameters=[
        {
            "in": "path",
            "name": "event_id",
            "required": True,
            "description": "The id of the attempt's event, which the service has acknowledged",
            "schema": {"type": "string", "format": "uuid"},
            "example": "019f3a5f-0d0a-7c11-8e55-6a2f9d1c0001",
        }
    ],
    requestBody={
        "required": True,
        "description": "At most 1 MiB and 25 million pixels",
        "content": {JPEG: {"schema": {"type": "string", "format": "binary"}}},
    },
)
@blueprint.response(204)
def put_photo(event_id: uuid.UUID) -> Response:
    """Hand over the photo of an attempt

    It is encoded anew: no EXIF, no position. Repeating the request changes nothing.
    """
    # One byte more, because a body in chunks is cut off at its limit without a word.
    request.max_content_length = LARGEST + 1
    content = request.get_data()
    if request.mimetype != JPEG:
        raise NotAPhoto
    folder = current_app.extensions["jianbao"].photos
    keep_photo(db.engine, folder, current_phone(), event_id, content, datetime.now(UTC))
    response = Response(status=204)
    # A body that is not there has no type, which a phone might take for a portal's.
    del response.headers["Content-Type"]
    return response

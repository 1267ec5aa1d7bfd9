"""/api/v1: the service's questions over HTTP, with an OpenAPI 3.1 document."""

import http
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.utils import prepare_response

from service.access import Role, declare
from service.api import (
    bearers,
    day_plan,
    docs,
    enrolment,
    event_schemas,
    figures,
    my_record,
    photos,
    sync,
)
from service.api.problem_json import MIMETYPE, ProblemSchema

PREFIX = "/api/v1"
DESCRIPTION = (
    "Was each paper delivered, when, and if not, why? 见报 answers three questions about a "
    "branch's records; the command line answers them with the same JSON.\n\n"
    "Errors are RFC 9457 problem details, in Chinese or English as Accept-Language prefers."
)


class OurApi(Api):
    """flask-smorest with our shape of errors; service/failures.py answers them."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to the app's own handlers."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            self._describe(status.name, status.phrase, has_body=status >= 400)
        self._describe(self.DEFAULT_ERROR_RESPONSE_NAME, "Any other error", has_body=True)

    def _describe(self, name: str, description: str, *, has_body: bool) -> None:
        response: dict[str, Any] = {"description": description}
        if has_body:
            response["schema"] = self.ERROR_SCHEMA
        prepare_response(response, self.spec, MIMETYPE)
        self.spec.components.response(name, response, lazy=True)


def register(app: Flask) -> None:
    """Add the API, its document and the pages about it."""
    app.config.update(
        API_TITLE="Jianbao 见报",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}},
    )
    api = OurApi(app)
    bearers.describe(api.spec)
    for name, schema in event_schemas.DESCRIBED.items():
        api.spec.components.schema(name, schema=schema)
    api.register_blueprint(figures.blueprint)
    api.register_blueprint(enrolment.blueprint)
    api.register_blueprint(sync.blueprint)
    for module in (day_plan, my_record, photos):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(docs.blueprint)
    declare(app, "api-docs.openapi_json", Role.PUBLIC)

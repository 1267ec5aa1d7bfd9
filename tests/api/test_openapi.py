"""The OpenAPI document is valid, and the service keeps what it says."""

import os
import re

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service.access import Role, roles_of
from service.queries.answers import CAUSES, MARKS
from service.queries.questions import RATE_GROUPINGS, ROUND_GROUPINGS

EXAMPLES = int(os.environ.get("JIANBAO_TEST_EXAMPLES") or 25)
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


def test_the_document_is_valid_openapi_31(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1.")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_the_document_says_whose_token_an_operation_wants(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert set(document["components"]["securitySchemes"]) == {"phone", "person"}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method, said in document["paths"].get(path, {}).items():
            if method.upper() not in rule.methods:
                continue
            roles = roles_of(app, rule.endpoint)
            wanted = {Role.PHONE: [{"phone": []}], Role.PUBLIC: None}
            expected = wanted.get(min(roles, key=list(Role).index), [{"person": []}, {}])
            assert said.get("security") == expected, path


def test_the_document_describes_every_question_and_answer(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    questions = {"/api/v1/rates", "/api/v1/rounds", "/api/v1/marks"}
    assert questions <= set(document["paths"])
    by = {
        path: next(
            parameter["schema"]["enum"]
            for parameter in item["get"]["parameters"]
            if parameter["name"] == "by"
        )
        for path, item in document["paths"].items()
        if path in questions - {"/api/v1/marks"}
    }
    assert by == {"/api/v1/rates": list(RATE_GROUPINGS), "/api/v1/rounds": list(ROUND_GROUPINGS)}
    schemas = document["components"]["schemas"]
    group = schemas["RateGroup"]
    assert group["additionalProperties"] is False
    assert set(group["required"]) == set(group["properties"])
    assert group["properties"]["key"]["type"] == ["string", "null"]
    assert set(schemas["WithinDays"]["properties"]) == {"1", "2", "3"}
    assert set(schemas["Causes"]["properties"]) == set(CAUSES)
    assert "required" not in schemas["Causes"]
    assert schemas["ScanMarks"]["properties"]["marks"]["items"]["enum"] == list(MARKS)


def test_every_parameter_and_figure_is_described(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    operations = [
        operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    for operation in operations:
        assert operation["summary"]
        assert all(each["description"] for each in operation.get("parameters", []))
    for name in ("RateGroup", "RoundGroup", "ScanMarks", "Problem"):
        for field, described in document["components"]["schemas"][name]["properties"].items():
            assert described.get("description") or field == "within_days", (name, field)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("question", ["rates", "rounds", "marks"])
def test_the_service_keeps_what_the_document_says(
    app: Flask, question: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[f"/api/v1/{question}"]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    asked()

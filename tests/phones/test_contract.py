"""What phones ask is answered as the OpenAPI document says, whatever they send."""

import uuid
from datetime import UTC, datetime

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from sqlalchemy import insert, select

from service.domain.tokens import token_hash
from service.extensions import db
from service.models import Courier, Installation
from service.models.engine import writing
from tests.api.test_openapi import CHECKS, EXAMPLES
from tests.served import ONE_WEEK, serve

TOKEN = "phone-of-the-contract-0123456789-0123456789"
OPERATIONS = [
    ("/api/v1/phones", "POST"),
    ("/api/v1/phones/restored", "POST"),
    ("/api/v1/day-plan", "GET"),
    ("/api/v1/my-record", "GET"),
    ("/api/v1/clock", "GET"),
    ("/api/v1/sync", "POST"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = serve(tmp_path_factory.mktemp("contract"), ONE_WEEK)
    with app.app_context(), writing(db.engine) as connection:
        row = connection.execute(select(Courier.id, Courier.branch_id)).one()
        connection.execute(
            insert(Installation).values(
                branch_id=row.branch_id,
                installation_id=uuid.uuid4(),
                courier_id=row.id,
                token_hash=token_hash(TOKEN),
                enrolled_at=datetime.now(UTC),
            )
        )
    return app


# Of what has no parameter nothing can be wrong; an event that is wrong is held, not refused.
NEVER_WRONG = {"/api/v1/my-record", "/api/v1/clock", "/api/v1/sync"}
CASES = [
    (path, method, mode)
    for path, method in OPERATIONS
    for mode in GenerationMode
    if mode != GenerationMode.NEGATIVE or path not in NEVER_WRONG
]


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_the_document_is_kept(app: Flask, path: str, method: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {TOKEN}"})

    asked()


@pytest.mark.parametrize(
    "path",
    [f"/api/v1/{name}" for name in ("phones", "phones/restored", "day-plan", "my-record", "sync")],
)
def test_every_operation_shows_an_example(app: Flask, path: str) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    for operation in document["paths"][path].values():
        text = str(operation) + str(document["components"]["schemas"])
        assert "example" in text
        assert operation["summary"]
    for name in (
        "DayPlan",
        "PlanPoint",
        "PlanRound",
        "Enrolment",
        "Enrolled",
        "RouteWeek",
        "ScanEvent",
    ):
        for field, described in document["components"]["schemas"][name]["properties"].items():
            assert described, (name, field)

"""A branch with a courier, and phones to enrol, in a database of both kinds."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, select

from service.domain.tokens import new_token
from service.models import Branch, Courier, Office, Town
from service.models.engine import writing
from service.operations.enrol_phone import Enrolled, NewPhone, enrol, new_enrolment
from tests.models.rows import ROWS, opened

NOW = datetime(2026, 7, 6, 0, 12, 31, tzinfo=UTC)
SECRET = "the service's secret key"


# Fewer rows than a feed has, and written faster.
BRANCH = {"branch_code": "JLP", "branch_name": "九龙坡区"}
COURIER = {"courier_code": "C1", "name": "投递员一"}


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = opened(migrated_url)
    with writing(engine) as connection:
        for model, changes in ((Branch, BRANCH), (Town, {}), (Office, {}), (Courier, COURIER)):
            of = {} if model is Branch else {"branch_id": 1}
            connection.execute(insert(model), {**of, **ROWS[model], **changes})
    yield engine
    engine.dispose()


@pytest.fixture
def enrolled(engine: Engine) -> Callable[..., Enrolled]:
    """Enrol a new phone for a courier of the complete feed."""

    def new_phone(courier: str = "C1", now: datetime = NOW) -> Enrolled:
        with engine.connect() as connection:
            query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == courier)
            courier_id, branch_id = connection.execute(query).one()
        code = new_enrolment(engine, branch_id, courier_id, None, now)
        return enrol(engine, code, NewPhone(uuid.uuid4(), new_token()), SECRET, now)

    return new_phone

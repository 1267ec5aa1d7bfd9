"""A district with phones: the complete feed in a database of both kinds."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from service.domain.tokens import new_token
from service.models import Courier
from service.operations.enrol_phone import Enrolled, NewPhone, enrol, new_enrolment
from service.operations.import_feed import import_feed
from tests.feed.complete import write_feed
from tests.models.rows import opened

NOW = datetime(2026, 7, 6, 0, 12, 31, tzinfo=UTC)
SECRET = "the service's secret key"


@pytest.fixture
def engine(migrated_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = opened(migrated_url)
    import_feed(engine, write_feed(tmp_path / "feed"))
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

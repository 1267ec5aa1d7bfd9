"""A district with phones on both databases: the complete feed, a label at each point."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text

from service.app import create_app
from service.config import Config
from service.domain.tokens import token_hash
from service.extensions import db
from service.models import Courier, Installation, Point, PointLabel
from service.models.engine import writing
from service.operations.import_feed import import_feed
from tests.feed.complete import changed, write_feed
from tests.sync.phone import MORNING, Phone

LABELS = {"P1": ("7M2K9QXW4R8T0ZBC", "ABC123"), "P2": ("0000000000000002", "ABC124")}
RETIRED = "0000000000000003"
DISTRICT = changed(
    couriers=["C1,投递员一,O1", "C2,投递员二,O1"],
    arrivals=[],
    scans=[],
    scan_items=[],
    scan_voids=[],
    attempts=[],
    confirmations=[],
    confirmation_voids=[],
)


@pytest.fixture
def app(migrated_url: str, tmp_path: Path) -> Iterator[Flask]:
    data = tmp_path / "instance"
    data.mkdir()
    app = create_app(Config(data=data, database_url=migrated_url, testing=True))
    with app.app_context():
        import_feed(db.engine, write_feed(tmp_path / "district", DISTRICT))
        _label(db.engine)
        yield app
        db.engine.dispose()


def _label(engine: Engine) -> None:
    from service.domain.labels import check_character

    with writing(engine) as connection:
        for code, (token, short) in LABELS.items():
            query = select(Point.id, Point.branch_id).where(Point.point_code == code)
            id_, branch_id = connection.execute(query).one()
            common = {"branch_id": branch_id, "point_id": id_, "made_at": MORNING}
            short_code = short + check_character(short)
            connection.execute(
                insert(PointLabel).values(token=token, short_code=short_code, **common)
            )
            if code == "P2":
                old = "AAAAAA" + check_character("AAAAAA")
                values = {"token": RETIRED, "short_code": old, "retired_at": MORNING, **common}
                connection.execute(insert(PointLabel).values(**values))


@pytest.fixture
def engine(app: Flask) -> Engine:
    return db.engine


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def new_phone(engine: Engine) -> Callable[..., Phone]:
    """Enrol a phone for a courier."""
    numbers = itertools.count(1)

    def enrol(courier: str = "C1", **more: Any) -> Phone:
        phone = Phone(
            str(uuid.uuid4()), f"token-{uuid.uuid4()}-{uuid.uuid4()}", next(numbers), **more
        )
        query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == courier)
        with writing(engine) as connection:
            courier_id, branch_id = connection.execute(query).one()
            connection.execute(
                insert(Installation).values(
                    branch_id=branch_id,
                    installation_id=uuid.UUID(phone.installation),
                    courier_id=courier_id,
                    token_hash=token_hash(phone.token),
                    enrolled_at=datetime(2026, 7, 1, tzinfo=UTC),
                )
            )
        return phone

    return enrol


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    return new_phone()


@pytest.fixture
def table(engine: Engine) -> Callable[..., list[dict[str, Any]]]:
    """The rows of a table or a query."""

    def read(sql: str) -> list[dict[str, Any]]:
        query = sql if " " in sql else f"SELECT * FROM {sql}"
        with engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(query))]

    return read

"""A courier's own weeks: the figures of the rates, and whose weeks they were."""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from service.domain.instants import day_number
from service.domain.tokens import token_hash
from service.extensions import db
from service.models import Courier, Installation, Route, RouteVersion
from service.models.engine import writing
from service.queries.ask import ask
from service.queries.identities import PhoneIdentity, phone_of_token
from service.queries.phone.my_record import my_record
from service.queries.questions import RatesQuestion
from tests.served import HARD_MONTH, serve

NOW = datetime(2026, 4, 21, 12, tzinfo=UTC)  # a Tuesday


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("record"), HARD_MONTH)


@pytest.fixture
def facts(app: Flask) -> Path:
    path: Path = app.extensions["jianbao"].facts
    return path


def phone_of(courier: str) -> PhoneIdentity:
    hashed = token_hash(uuid.uuid4().hex)
    with writing(db.engine) as connection:
        query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == courier)
        courier_id, branch_id = connection.execute(query).one()
        connection.execute(
            insert(Installation).values(
                branch_id=branch_id,
                installation_id=uuid.uuid4(),
                courier_id=courier_id,
                token_hash=hashed,
                enrolled_at=NOW,
            )
        )
        found = phone_of_token(connection, hashed)
    assert found is not None
    return found[0]


def rates_of(facts: Path, route: str) -> dict[str, dict[str, Any]]:
    # 26 January: the Monday twelve weeks before that of 20 April.
    question = RatesQuestion(
        by="week",
        since=date(2026, 1, 26),
        until=NOW.date(),
        route=route,
    )
    rows = ask(db.engine, facts, question, NOW).rows
    return {row["key"]: row for row in rows}


def test_the_figures_are_those_of_the_rates(app: Flask, facts: Path) -> None:
    with app.app_context():
        weeks = my_record(db.engine, facts, phone_of("C1"), NOW)
        assert weeks
        assert {each["route"] for each in weeks} <= {"R00", "R04", "R06"}
        for route in {each["route"] for each in weeks}:
            rates = rates_of(facts, route)
            mine = {each["week"]: each for each in weeks if each["route"] == route}
            assert list(mine) == list(rates)
            for week, each in mine.items():
                for figure in ("expected", "delivered", "late_rate", "bundled_rate"):
                    assert each[figure] == rates[week][figure]


def own_weeks(facts: Path, courier: str, route: str) -> dict[str, bool]:
    weeks = my_record(db.engine, facts, phone_of(courier), NOW)
    return {each["week"]: each["own"] for each in weeks if each["route"] == route}


def test_weeks_are_own_where_most_rounds_were(app: Flask, facts: Path) -> None:
    with app.app_context():
        before = own_weeks(facts, "C1", "R00")
        assert (before["2026-W14"], before["2026-W15"]) == (True, True)
        assert own_weeks(facts, "C2", "R00") == {}
        # From Thursday 9 April on R00 is another's. It runs on Wednesdays, Thursdays and Saturdays:
        # two of that week's three rounds were the other's.
        hand_over("R00", date(2026, 4, 9), "C2")
        after, theirs = own_weeks(facts, "C1", "R00"), own_weeks(facts, "C2", "R00")
        assert (after["2026-W14"], after["2026-W15"]) == (True, False)
        assert (theirs["2026-W14"], theirs["2026-W15"]) == (False, True)


def hand_over(route: str, day: date, courier: str) -> None:
    """Give a route to another courier from a day on."""
    with writing(db.engine) as connection:
        routes = select(Route.id).where(Route.route_code == route).scalar_subquery()
        of_route = RouteVersion.route_id == routes
        [version] = connection.execute(select(RouteVersion.__table__).where(of_route)).mappings()
        before = update(RouteVersion).where(of_route).values(valid_to=day - timedelta(days=1))
        connection.execute(before)
        other = connection.scalar(select(Courier.id).where(Courier.courier_code == courier))
        changed = {"id": None, "valid_from": day_number(day), "courier_id": other}
        connection.execute(insert(RouteVersion).values({**version, **changed}))


def test_a_courier_without_a_route_has_no_record(app: Flask, facts: Path) -> None:
    with app.app_context():
        later = datetime(2027, 7, 1, tzinfo=UTC)
        with writing(db.engine) as connection:
            courier = select(Courier.id).where(Courier.courier_code == "C3").scalar_subquery()
            connection.execute(
                update(RouteVersion)
                .where(RouteVersion.courier_id == courier)
                .values(courier_id=None)
            )
        assert my_record(db.engine, facts, phone_of("C3"), later) == []


def test_over_http(app: Flask) -> None:
    token = "t" * 43
    with app.app_context(), writing(db.engine) as connection:
        courier_id, branch_id = connection.execute(
            select(Courier.id, Courier.branch_id).where(Courier.courier_code == "C0")
        ).one()
        connection.execute(
            insert(Installation).values(
                branch_id=branch_id,
                installation_id=uuid.uuid4(),
                courier_id=courier_id,
                token_hash=token_hash(token),
                enrolled_at=NOW,
            )
        )
    client = app.test_client()
    assert client.get("/api/v1/my-record").status_code == 401
    answer = client.get("/api/v1/my-record", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert set(answer.json) == {"weeks"}
    assert answer.headers["ETag"]

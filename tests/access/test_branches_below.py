"""A manager of a municipality sees the districts below it, and nobody else's."""

import pytest
from sqlalchemy import insert, select, update

from service.extensions import db
from service.models import Branch, User
from service.models.engine import writing
from tests.access.conftest import House


@pytest.fixture(scope="module")
def province(house: House) -> House:
    """The house's own branch lies two levels below a province, the other one beside it."""
    with house.app.app_context(), writing(db.engine) as connection:
        above: int | None = None
        for code in ("province", "municipality"):
            above = connection.execute(
                insert(Branch)
                .values(
                    branch_code=code,
                    branch_name=code,
                    timezone="Asia/Shanghai",
                    visit_gap_minutes=30,
                    parent_id=above,
                )
                .returning(Branch.id)
            ).scalar_one()
        connection.execute(
            update(Branch).where(Branch.branch_code == house.home).values(parent_id=above)
        )
        # "manager" is a log-in of the house; here it is the province's.
        top = connection.scalar(select(Branch.id).where(Branch.branch_code == "province"))
        connection.execute(update(User).where(User.login == "manager").values(branch_id=top))
    return house


def test_a_manager_sees_the_branches_below(province: House) -> None:
    client = province.client("manager")
    rates = client.get(f"/api/v1/rates?by=town&branch={province.home}&until=2026-12-31")
    assert rates.status_code == 200
    assert province.own.courier in client.get(f"/couriers?branch={province.home}").text


def test_a_manager_does_not_see_the_branches_beside(province: House) -> None:
    client = province.client("manager")
    beside, nowhere = (
        client.get(f"/api/v1/rates?by=town&branch={code}") for code in (province.abroad, "nowhere")
    )
    assert beside.status_code == nowhere.status_code == 422
    assert beside.json is not None
    assert nowhere.json is not None
    assert beside.json["code"] == nowhere.json["code"]
    assert province.foreign.courier not in client.get(f"/couriers?branch={province.abroad}").text


def test_nobody_sees_the_branch_above(province: House) -> None:
    client = province.client("inspector")
    assert client.get(f"/api/v1/rates?by=town&branch={province.home}").status_code == 200
    assert client.get("/api/v1/rates?by=town&branch=municipality").status_code == 422

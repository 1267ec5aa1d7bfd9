"""A manager of a municipality sees the districts below it, and nobody else's."""

import re

import pytest
from sqlalchemy import insert, select, update

from service.extensions import db
from service.models import Branch, User
from service.models.engine import writing
from tests.access.conftest import House, form_token, other_language


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


def test_the_language_link_stays_in_the_branch_of_the_form(province: House) -> None:
    """Another branch's courier may have the same code."""
    client = province.client("manager")
    path = f"/couriers/{province.own.courier}/enrolment"
    form = {"csrf_token": form_token(client), "branch": province.home}
    page = client.post(path, data=form).text
    assert other_language(page) == f"?branch={province.home}&lang=en"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/couriers/{courier}/enrolment?branch={branch}", "/couriers"),
        ("/phones/{phone}/revocation?branch={branch}", "/phones"),
        ("/labels/change?branch={branch}&point={point}", "/labels"),
        ("/audit?branch={branch}&before=3", "/audit"),
        ("/?branch=municipality", "/"),
    ],
)
def test_another_branch_can_be_chosen_from_any_page(
    province: House, path: str, leads_to: str
) -> None:
    client = province.client("manager")
    page = client.get(path.format(**vars(province.own)))
    assert page.status_code == 200
    form = re.search(r'<form class="filters[^>]* action="([^"]*)".*?</form>', page.text, re.S)
    assert form is not None
    assert form[1] == leads_to
    for code in ("province", "municipality", province.home):
        assert f'<option value="{code}"' in form[0]
        assert client.get(f"{leads_to}?branch={code}").status_code == 200


def test_a_postmaster_sees_no_branch_below(province: House) -> None:
    with province.app.app_context(), writing(db.engine) as connection:
        home = connection.scalar(select(Branch.id).where(Branch.branch_code == province.home))
        below = insert(Branch).values(
            branch_code="below",
            branch_name="below",
            timezone="Asia/Shanghai",
            visit_gap_minutes=30,
            parent_id=home,
        )
        connection.execute(below)
    seen = {who: province.client(who) for who in ("postmaster", "inspector")}
    for path, without in (("/", 422), ("/couriers", 404), ("/api/v1/rates?by=town", 422)):
        address = f"{path}{'&' if '?' in path else '?'}branch=below"
        assert seen["inspector"].get(address).status_code == 200, path
        assert seen["postmaster"].get(address).status_code == without, path
    assert '<select id="branch"' in seen["inspector"].get("/couriers").text
    assert '<select id="branch"' not in seen["postmaster"].get("/couriers").text
    assert province.own.courier in seen["postmaster"].get("/couriers").text


def test_nobody_sees_the_branch_above(province: House) -> None:
    client = province.client("inspector")
    assert client.get(f"/api/v1/rates?by=town&branch={province.home}").status_code == 200
    assert client.get("/api/v1/rates?by=town&branch=municipality").status_code == 422

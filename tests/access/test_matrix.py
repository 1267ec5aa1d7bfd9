"""Every route × every role × own, another's office, another branch (attack A4).

A route that is not in tests/access/routes.py fails here: a new one has to say whom it is for.
"""

import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.extensions import db
from service.models import HeldEvent, Installation
from tests.access.conftest import PEOPLE, Corner, House, form_token, queue_file
from tests.access.routes import ANYONE, ROUTES, Route

NOT_THERE = (404, 422)


def asked(house: House, client: FlaskClient, who: str, name: str, corner: Corner) -> Any:
    route, method = ROUTES[name], name.split()[0]
    sent: dict[str, Any] = {"headers": house.headers(who)}
    if route.json is not None:
        sent["json"] = route.json
    if route.form is not None:
        sent["data"] = {**route.form_for(corner), "csrf_token": form_token(client)}
    if route.file is not None:
        queue = queue_file(route.file.format(**vars(corner)))
        sent["data"]["file"] = (io.BytesIO(queue), "queue.json")
    return client.open(route.to(corner), method=method, **sent)


def test_every_route_is_in_the_table_and_every_line_is_a_route(house: House) -> None:
    assert served(house.app) == set(ROUTES)


def served(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.mark.parametrize("name", ROUTES)
def test_whom_a_route_is_for_and_nobody_else(house: House, name: str) -> None:
    route = ROUTES[name]
    for who in ANYONE:
        response = asked(house, house.client(who), who, name, house.own)
        if who in route.who:
            ok = (route.ok_person if who in PEOPLE else None) or route.ok
            assert response.status_code == ok, who
        else:
            assert refused(response, who, route), f"{who}: {response.status}"


def refused(response: Any, who: str, route: Route) -> bool:
    """Whether the answer tells someone to log in, or someone logged in that it is not for them."""
    if who in PEOPLE and "phone" not in route.who:
        return bool(response.status_code == 403)
    if route.path.startswith("/api/"):
        return bool(
            response.status_code == 401 and response.headers["WWW-Authenticate"] == "Bearer"
        )
    return response.status_code == 303 and response.headers["Location"].startswith("/login")


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.aimed])
def test_what_is_of_another_branch_is_answered_as_what_does_not_exist(
    house: House, name: str
) -> None:
    for who in ROUTES[name].who:
        client = house.client(who)
        there = asked(house, client, who, name, house.foreign)
        nowhere = asked(house, client, who, name, replace(house.foreign, branch="nowhere"))
        assert there.status_code in NOT_THERE, who
        assert there.status_code == nowhere.status_code, who
        same = there.text.replace(house.abroad, "…") == nowhere.text.replace("nowhere", "…")
        assert same or "csrf_token" in there.text, who
        assert house.foreign.courier not in there.text or house.own.courier == house.foreign.courier


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.of_office])
def test_what_is_of_another_branch_is_not_reached_by_naming_ones_own(
    house: House, name: str
) -> None:
    mixed = replace(house.foreign, branch=house.home, courier="of-abroad", point="of-abroad")
    for who in ROUTES[name].who:
        assert asked(house, house.client(who), who, name, mixed).status_code in NOT_THERE, who


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.of_office])
def test_a_postmaster_reaches_nothing_of_another_office(house: House, name: str) -> None:
    client = house.client("postmaster")
    response = asked(house, client, "postmaster", name, house.other_office)
    assert response.status_code in NOT_THERE
    manager = asked(house, house.client("manager"), "manager", name, house.other_office)
    assert manager.status_code == ROUTES[name].ok


@pytest.mark.parametrize("path", ["/couriers", "/phones", "/held", "/labels"])
def test_a_postmaster_sees_the_own_office_only(house: House, path: str) -> None:
    own, other = house.own, house.other_office
    seen = house.client("postmaster").get(path).text
    everything = house.client("manager").get(path).text
    for mine, others in ((own.courier, other.courier), (own.point, other.point)):
        shown = f">{others}</span>"
        if shown in everything:
            assert shown not in seen
            assert f">{mine}</span>" in seen


def test_what_was_refused_had_no_effect(house: House) -> None:
    """After all these refusals the other branch's phone and event are as they were."""
    with house.app.app_context(), db.engine.connect() as connection:
        phone = select(Installation.revoked_at).where(Installation.id == house.foreign.phone)
        event = select(HeldEvent.decided_at).where(HeldEvent.event == house.foreign.event)
        assert connection.scalar(phone) is None
        assert connection.scalar(event) is None

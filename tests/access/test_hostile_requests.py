"""Requests that no page of ours makes are answered with a page of ours, never with a fault."""

import pytest

from service.console.keeping.place import number
from tests.access.conftest import House, form_token


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/phones/99999999999999999999/revocation", 404),
        ("/audit?before=99999999999999999999", 200),
        ("/audit?before=-1", 200),
        ("/couriers/%00/enrolment", 400),
        ("/labels?branch=%00", 400),
    ],
)
def test_an_address_that_names_what_cannot_be(house: House, address: str, status: int) -> None:
    response = house.client("manager").get(address)
    assert response.status_code == status
    assert response.mimetype == "text/html"


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/login", {"login": "a\0b", "password": "x"}),
        ("/labels/sheet", {"what": "route", "route": "R\0"}),
        ("/held", {"event": "9" * 30, "decision": "admit"}),
    ],
)
def test_a_form_that_says_what_cannot_be(house: House, address: str, form: dict[str, str]) -> None:
    client = house.client("manager")
    response = client.post(address, data={**form, "csrf_token": form_token(client)})
    assert response.status_code == 400
    assert response.mimetype == "text/html"


def test_a_number_of_a_row_fits_a_row() -> None:
    assert [number(text) for text in ("7", "", "-1", "²", "9" * 18)] == [7, None, None, None, None]

"""The three questions over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.queries.answers import RateGroup, RoundGroup, ScanMarks
from tests.oracle.questions import differences
from tests.served import HARD_MONTH, ONE_WEEK, questions, serve

SCHEMAS = {"rates": RateGroup, "rounds": RoundGroup, "marks": ScanMarks}
AT = {"as_of": "2026-04-12T12:00:00+02:00", "since": "2026-03-12", "until": "2026-04-12"}


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    questions(HARD_MONTH),
    ids=[
        f"{name}-{given.get('by', '')}-{given['since']}-{given.get('scans', 'all')}"
        for name, given, _ in questions(HARD_MONTH)
    ],
)
def test_every_question_of_the_hard_month_is_answered_as_expected(
    client: FlaskClient, name: str, parameters: dict[str, str], expected: Any
) -> None:
    response = client.get(f"/api/v1/{name}", query_string=parameters)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert differences(response.json, expected) == []
    assert [list(row) for row in response.json] == [list(row) for row in expected]
    assert SCHEMAS[name](many=True).validate(response.json) == {}


def test_one_week_on_either_database(migrated_url: str, tmp_path: Path) -> None:
    client = serve(tmp_path / "data", ONE_WEEK, database_url=migrated_url).test_client()
    for name, parameters, expected in questions(ONE_WEEK):
        response = client.get(f"/api/v1/{name}", query_string=parameters)
        assert differences(response.json, expected) == [], (name, parameters)


def test_the_body_has_a_line_a_row_as_it_is(client: FlaskClient) -> None:
    response = client.get("/api/v1/rates", query_string={"by": "kind", **AT})
    first, *lines, last, end = response.text.split("\n")
    assert (first, last, end) == ("[", "]", "")
    assert [json.loads(line.removesuffix(",")) for line in lines] == response.json
    assert len(lines) > 1


def test_nothing_is_an_empty_list(client: FlaskClient) -> None:
    before = {"by": "kind", "since": "1990-01-01", "until": "1990-01-31"}
    assert client.get("/api/v1/rates", query_string=before).text == "[]\n"


@pytest.mark.parametrize("instant", ["2026-04-12T12:00:00 02:00", "2026-04-12T12:00:00%2B02:00"])
def test_a_plus_that_arrives_as_a_space_is_understood(client: FlaskClient, instant: str) -> None:
    period = "by=town&since=2026-03-12&until=2026-04-12"
    zulu = client.get(f"/api/v1/rates?{period}&as_of=2026-04-12T10:00:00Z")
    assert client.get(f"/api/v1/rates?{period}&as_of={instant}").json == zulu.json != []


def test_filters_choose_by_the_key_of_their_grouping(client: FlaskClient) -> None:
    wanted = {"by": "town", "town": "T1", **AT}
    rows = client.get("/api/v1/rates", query_string=wanted).json
    assert [row["key"] for row in rows] == ["T1"]


def test_the_same_answer_is_not_sent_twice(client: FlaskClient) -> None:
    query = {"by": "town", **AT}
    first = client.get("/api/v1/rates", query_string=query)
    again = client.get(
        "/api/v1/rates", query_string=query, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    response = client.head("/api/v1/rates", query_string={"by": "town", **AT})
    assert response.status_code == 200
    assert response.data == b""
    assert response.mimetype == "application/json"


def test_options_names_the_methods(client: FlaskClient) -> None:
    response = client.options("/api/v1/rates")
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}

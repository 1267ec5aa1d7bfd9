"""Every error under /api is one RFC 9457 problem, ours and the framework's."""

import errno
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from service.access import public
from service.api.problem_json import ProblemSchema
from service.domain.problems import CATALOGUE, FIELD_PROBLEMS, LANGUAGES
from tests.served import serve


def problem(response: Any) -> dict[str, Any]:
    assert response.mimetype == "application/problem+json", response.text
    content: dict[str, Any] = response.json
    assert ProblemSchema().validate(content) == {}
    assert content["status"] == response.status_code
    assert content["type"] == f"/api/v1/problems#{content['code']}"
    return content


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "by", "missing"),
        ("by=", "by", "not_a_choice"),
        ("by=village", "by", "not_a_choice"),
        ("by=town&by=title", "by", "repeated"),
        ("by=town&town=T1&town=T1", "town", "repeated"),
        ("by=town&colour=red", "colour", "unknown_parameter"),
        ("by=town&format=json", "format", "unknown_parameter"),
        ("by=town&since=2026-13-01", "since", "not_a_date"),
        ("by=town&since=2026-02-30", "since", "not_a_date"),
        ("by=town&since=20260301", "since", "not_a_date"),
        ("by=town&since=2026-W10-1", "since", "not_a_date"),
        ("by=town&since=%E2%91%A1026-03-01", "since", "not_a_date"),
        ("by=town&until=1969-12-31", "until", "date_out_of_range"),
        ("by=town&until=2101-01-01", "until", "date_out_of_range"),
        ("by=town&as_of=2026-04-12T12:00:00", "as_of", "not_an_instant"),
        ("by=town&as_of=2026-04-12", "as_of", "not_an_instant"),
        ("by=town&as_of=2026-04-12T25:00:00Z", "as_of", "not_an_instant"),
        ("by=town&as_of=1969-12-31T23:59:59Z", "as_of", "instant_out_of_range"),
        ("by=town&as_of=9999-12-31T23:59:59-10:00", "as_of", "instant_out_of_range"),
        ("by=town&scans=some", "scans", "not_a_choice"),
        ("by=town&title=", "title", "empty"),
        ("by=town&title=a%00b", "title", "not_a_text"),
        ("by=town&title=" + "9" * 201, "title", "not_a_text"),
        ("by=town&since=2026-05-01&until=2026-04-01", "since", "since_after_until"),
        ("by=town&since=2100-01-01", "since", "since_after_until"),
        ("by=town&title=nothing", "title", "no_such_code"),
        ("by=town&town=nowhere", "town", "no_such_code"),
        ("by=town&route=none", "route", "no_such_code"),
        ("by=town&branch=none", "branch", "no_such_code"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str, field: str, code: str) -> None:
    response = client.get(f"/api/v1/rates?{query}")
    content = problem(response)
    assert response.status_code == 422
    assert [(each["field"], each["code"]) for each in content["errors"]] == [(field, code)]


def test_all_wrong_parameters_are_named_at_once(client: FlaskClient) -> None:
    content = problem(client.get("/api/v1/rounds?by=town&since=x&more=1"))
    assert {each["field"] for each in content["errors"]} == {"by", "since", "more"}


def test_several_branches_want_a_choice(two_branches: Flask) -> None:
    client = two_branches.test_client()
    content = problem(client.get("/api/v1/rates?by=town", headers={"Accept-Language": "en"}))
    assert content["code"] == "several_branches"
    assert "B4365" in content["detail"]
    assert client.get("/api/v1/rates?by=town&branch=B4365").status_code == 200


def test_nothing_imported_is_said(no_branch: Flask, no_tables: Flask) -> None:
    for app in (no_branch, no_tables):
        content = problem(app.test_client().get("/api/v1/rates?by=town"))
        assert (content["code"], content["status"]) == ("no_branch", 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/rates/", 404),
        ("POST", "/api/v1/rates", 405),
        ("DELETE", "/api/v1/openapi.json", 405),
    ],
)
def test_the_frameworks_errors_have_the_same_shape(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)
    assert problem(response)["status"] == status
    if status == 405:
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("preferred", "title"),
    [
        ("zh-CN", "没有这个页面"),
        ("en-GB,en;q=0.9", "There is nothing at this address"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "没有这个页面"),
        ("fr,en;q=0.5", "There is nothing at this address"),
        ("fr", "没有这个页面"),
    ],
)
def test_texts_are_in_the_preferred_language(
    client: FlaskClient, preferred: str, title: str
) -> None:
    response = client.get("/api/v1/nothing", headers={"Accept-Language": preferred})
    assert problem(response)["title"] == title
    assert "Accept-Language" in response.vary


def test_faults_of_ours_and_of_the_database(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = serve(tmp_path_factory.mktemp("faults"))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.post("/api/v1/echo")
    @public
    def echo() -> str:
        return request.get_data(as_text=True)

    client = app.test_client()
    answer = problem(client.post("/api/v1/echo", data=b"x" * (1024 * 1024 + 1)))
    assert answer["code"] == "too_large"

    monkeypatch.setattr("service.queries.ask.branch_of", _raises(RuntimeError("secret: 42")))
    response = client.get("/api/v1/rates?by=town")
    assert problem(response)["code"] == "internal"
    assert "42" not in response.text

    locked = OperationalError("SELECT secret", {}, Exception("database is locked"))
    monkeypatch.setattr("service.queries.ask.branch_of", _raises(locked))
    response = client.get("/api/v1/rates?by=town")
    assert problem(response)["code"] == "unavailable"
    assert response.headers["Retry-After"]
    assert "secret" not in response.text

    for number, code in ((errno.ENOSPC, "unavailable"), (errno.ENOENT, "internal")):
        monkeypatch.setattr("service.queries.ask.branch_of", _raises(OSError(number, "secret")))
        response = client.get("/api/v1/rates?by=town")
        assert problem(response)["code"] == code
        assert "secret" not in response.text


def _raises(error: Exception) -> Any:
    def raising(*_: Any) -> Any:
        raise error

    return raising


def test_the_catalogue_is_whole() -> None:
    for kind in CATALOGUE.values():
        for words in (kind.title, kind.hint):
            assert all(words.in_language(language) for language in LANGUAGES)
        assert 400 <= kind.status <= 599
    assert len({kind.code for kind in FIELD_PROBLEMS}) == len(FIELD_PROBLEMS)


def test_every_kind_of_error_is_explained_where_its_type_points(client: FlaskClient) -> None:
    page = client.get("/api/v1/problems").text
    for code in CATALOGUE:
        assert f'id="{code}"' in page

"""Deny by default, and what every answer tells the browser (house rule 5; attack A6)."""

from pathlib import Path

import pytest
from flask import Flask

from service.access import roles_of
from service.app import create_app
from service.config import Config
from service.security_headers import HEADERS


def undeclared(app: Flask) -> list[str]:
    return [rule.rule for rule in app.url_map.iter_rules() if roles_of(app, rule.endpoint) is None]


def test_every_route_declares_a_role(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_route_without_a_role_is_found_and_refused(tmp_path: Path) -> None:
    app = create_app(Config(data=tmp_path, testing=True))

    @app.get("/forgotten")
    def forgotten() -> str:
        return "secret"

    assert undeclared(app) == ["/forgotten"]
    response = app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/api/v1/rates?by=all",
        "/api/v1/rates",
        "/api/v1/openapi.json",
        "/api/v1/docs",
        "/api/v1/problems",
        "/static/nothing.css",
    ],
)
def test_every_answer_carries_the_security_headers(app: Flask, path: str) -> None:
    response = app.test_client().get(path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value


def test_the_policy_runs_nothing_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "same-origin"

"""The couriers' app over HTTP: what a browser, a proxy and a service worker are told about it."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.courier.pages import FOLDER, POLICY
from service.security_headers import HEADERS

SCRIPT = "console.log('app')" * 50


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build writes, made small."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    for name, text in {
        "index.html": "<!doctype html>",
        "sw.js": "// worker",
        "manifest.webmanifest": "{}",
        "assets/main-1a2b3c4d.js": SCRIPT,
        "assets/decoder-1a2b3c4d.wasm": "\0asm",
        "notes.secret": "of no known type",
    }.items():
        (folder / name).write_text(text)
    (folder / "assets" / "main-1a2b3c4d.js.br").write_bytes(b"as brotli")
    (folder / "assets" / "main-1a2b3c4d.js.gz").write_bytes(b"as gzip")
    return folder


@pytest.fixture
def app(tmp_path: Path, built: Path) -> Flask:
    app = create_app(Config(data=tmp_path, testing=True))
    app.config[FOLDER] = built
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("", "text/html; charset=utf-8", "no-cache"),
        ("sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("assets/main-1a2b3c4d.js", "text/javascript; charset=utf-8", "for ever"),
        ("assets/decoder-1a2b3c4d.wasm", "application/wasm", "for ever"),
    ],
)
def test_each_file_has_its_type_and_its_time(
    client: FlaskClient, path: str, kind: str, kept: str
) -> None:
    response = client.get(f"/app/{path}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == kind
    control = response.cache_control
    assert bool(control.no_cache) == (kept == "no-cache")
    assert bool(control.immutable) == (kept == "for ever")
    assert "Set-Cookie" not in response.headers
    # It would take the courier's queue along.
    assert "Clear-Site-Data" not in response.headers


def test_the_app_may_use_camera_and_place_and_run_its_decoder(client: FlaskClient) -> None:
    headers = client.get("/app/").headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "'wasm-unsafe-eval'" in POLICY
    assert "'unsafe" not in POLICY
    assert "camera=(self), geolocation=(self)" in headers["Permissions-Policy"]
    same = set(HEADERS) - {"Content-Security-Policy", "Permissions-Policy"}
    assert {name: headers[name] for name in same} == {name: HEADERS[name] for name in same}


def test_other_pages_may_not(client: FlaskClient) -> None:
    headers = client.get("/api/v1/problems").headers
    assert "wasm-unsafe-eval" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_worker_may_serve_the_whole_app(client: FlaskClient) -> None:
    assert client.get("/app/sw.js").headers["Service-Worker-Allowed"] == "/app/"
    assert "Service-Worker-Allowed" not in client.get("/app/").headers


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"as brotli"),
        ("gzip, br;q=0", "gzip", b"as gzip"),
        ("gzip", "gzip", b"as gzip"),
        ("identity", None, SCRIPT.encode()),
        (None, None, SCRIPT.encode()),
    ],
)
def test_what_the_build_has_compressed_is_sent_as_it_is(
    client: FlaskClient, accepted: str | None, encoding: str | None, body: bytes
) -> None:
    headers = {"Accept-Encoding": accepted} if accepted else {}
    response = client.get("/app/assets/main-1a2b3c4d.js", headers=headers)
    assert response.headers.get("Content-Encoding") == encoding
    assert response.data == body
    assert "Accept-Encoding" in response.headers["Vary"]
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/app/")
    again = client.get("/app/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "assets",
        "notes.secret",
        "assets/main-1a2b3c4d.js.br",
        "../../instance/secret.txt",
        "..%2f..%2fsetup.cfg",
        "%2e%2e/%2e%2e/README.txt",
    ],
)
def test_nothing_else_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/app/{path}").status_code == 404


def test_the_address_without_its_slash_leads_to_the_app(client: FlaskClient) -> None:
    response = client.get("/app")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/app/")


def test_without_a_build_a_page_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    app.config[FOLDER] = tmp_path / "nowhere"
    response = app.test_client().get("/app/", headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert "npm run build" in response.text

"""The page behind a label: one for every token, small, without JavaScript, changing nothing."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from service.domain.labels import label_url, new_token
from service.extensions import db
from service.models import Point, PointLabel
from service.operations.labels import make_labels
from tests.phones.conftest import NOW
from tests.served import ONE_WEEK, serve

LARGEST = 30 * 1024


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = serve(tmp_path_factory.mktemp("reader"), ONE_WEEK)
    with app.app_context():
        branch_id = db.session.scalar(select(Point.branch_id))
        assert branch_id is not None
        assert make_labels(db.engine, branch_id, None, None, NOW) == 2
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context():
        yield app.test_client()


class Page(HTMLParser):
    """The tags of a page and the files that it asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.files: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "link" and (given["href"] or "").startswith("/"):
            self.files.append(given["href"] or "")
        if tag == "a":
            self.links.append(given["href"] or "")


def paths(client: FlaskClient) -> list[str]:
    token = db.session.scalar(select(PointLabel.token))
    assert token is not None
    known = label_url("http://localhost", token).removeprefix("HTTP://LOCALHOST")
    # An address with a NUL is nobody's: the whole service refuses it (400).
    return [known, known.lower(), f"/P/{new_token()}", "/p/nonsense", "/p/%01", "/P/%F0%9F%80%84"]


def test_one_page_for_every_token(client: FlaskClient) -> None:
    answers = [client.get(path) for path in paths(client)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(sorted(answer.headers)) for answer in answers}) == 1


def test_asking_changes_and_reads_nothing(app: Flask, client: FlaskClient) -> None:
    addresses, asked = paths(client), []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for path in addresses:
        assert client.get(path).headers.get("Set-Cookie") is None
        head = client.head(path)
        assert (head.status_code, head.data) == (200, b"")
    assert asked == []
    for path in addresses:
        assert client.post(path).status_code in (400, 405)


def test_it_needs_no_javascript_and_is_small(client: FlaskClient) -> None:
    answer = client.get(paths(client)[0])
    page = Page(answer.text)
    assert "script" not in page.tags
    assert page.links == ["/app/", "/app/"]
    size = len(answer.data)
    for file in page.files:
        styled = client.get(file)
        assert styled.status_code == 200
        size += len(styled.data)
    assert page.files
    assert size < LARGEST


def test_it_speaks_both_languages_and_passes_no_address_on(client: FlaskClient) -> None:
    answer = client.get(paths(client)[0], headers={"Accept-Language": "en"})
    assert "这是一个投递点的标签" in answer.text
    assert '<section lang="en">' in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_style_sheet_calls_nobody() -> None:
    folder = Path(__file__).parents[2] / "service" / "reader" / "static"
    for file in folder.iterdir():
        assert "url(" not in file.read_text(encoding="utf-8")

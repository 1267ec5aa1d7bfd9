"""The managers' first page: what it says, and that it always works."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.served import HARD_MONTH, ONE_WEEK, serve

PERIOD = "since=2026-03-12&until=2026-04-12"


class Text(HTMLParser):
    """The words of a page and its tags' attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def value(self, name: str) -> str | None:
        found = (attrs for tag, attrs in self.tags if tag == "input" and attrs.get("id") == name)
        return next(found)["value"]


def see(client: FlaskClient, address: str = "/", language: str = "en", status: int = 200) -> Text:
    response = client.get(address, headers={"Accept-Language": language})
    assert response.status_code == status
    assert response.mimetype == "text/html"
    return Text(response.text)


def test_it_opens_on_the_last_period_with_records(week: Flask) -> None:
    page = see(week.test_client())
    last = page.value("until")
    assert last is not None
    assert last >= "2026-07-12"
    assert page.value("since") is not None
    assert "白市驿镇" in page.text


def test_without_a_log_in_it_may_be_kept_but_is_asked_for_again(week: Flask) -> None:
    control = week.test_client().get("/").headers["Cache-Control"]
    assert control == "no-cache, private"


def test_its_figures_are_those_of_the_command_line(client: FlaskClient) -> None:
    page = see(client, f"/?{PERIOD}")
    rows = client.get(f"/api/v1/rates?by=town&{PERIOD}").json
    for row in rows:
        assert f"{row['late_rate'] * 100:.1f}%" in page.text
        assert f"{row['expected']:,}" in page.text
    total = client.get(f"/api/v1/rates?by=all&{PERIOD}").json[0]
    assert f"{total['effective_rate'] * 100:.1f}%" in page.text
    kept = client.get(f"/api/v1/rounds?by=all&{PERIOD}").json[0]
    assert f"{kept['visits_kept'] * 100:.1f}%" in page.text


def test_names_stand_for_codes(client: FlaskClient) -> None:
    page = see(client, f"/?{PERIOD}")
    assert "镇2" in page.text
    assert "点P00" in page.text
    assert "人民日报 (1-1)" in page.text


def test_both_languages_and_the_memory_of_the_choice(client: FlaskClient) -> None:
    assert "捆捆报" in see(client, language="zh-CN").text
    assert "Bundled" in see(client, language="en-GB").text
    assert "捆捆报" in see(client, language="fr").text
    assert "Bundled" in see(client, "/?lang=en", language="zh-CN").text
    assert "Bundled" in see(client, language="zh-CN").text, "the cookie remembers"
    assert "Bundled" in see(client, "/?lang=klingon", language="zh-CN").text


def test_the_page_says_its_language(client: FlaskClient) -> None:
    for language, tag in (("zh", "zh-Hans"), ("en", "en")):
        page = see(client, language=language)
        assert ("html", {"lang": tag}) in page.tags


def test_few_copies_are_counted_not_rated(week: Flask) -> None:
    client = week.test_client()
    row = client.get("/api/v1/rates?by=all&since=2026-07-06&until=2026-07-06").json[0]
    assert 0 < row["expected"] < 20
    page = see(client, "/?since=2026-07-06&until=2026-07-06")
    late = row["late"] + row["undelivered"]
    assert f"{late} / {row['expected']}" in page.text
    assert "%" not in re.sub(r"up to \d+%", "", page.text.split("Worst points")[0])


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("since=yesterday", "since", "not a date"),
        ("until=2026-02-30", "until", "not a date"),
        ("since=2026-04-02&until=2026-04-01", "since", "is after"),
        ("since=0001-01-01", "since", "between 1970 and 2100"),
        ("title=none", "title", "there is no none"),
        ("branch=none", "branch", "there is no none"),
    ],
)
def test_a_wrong_field_says_so_and_the_page_still_works(
    client: FlaskClient, query: str, field: str, message: str
) -> None:
    page = see(client, f"/?{query}", status=422)
    assert message in page.text
    wrong = [attrs for tag, attrs in page.tags if attrs.get("aria-invalid") == "true"]
    assert [attrs["id"] for attrs in wrong] == [field]
    assert wrong[0]["aria-describedby"] == f"{field}-complaint"
    assert "镇2" in page.text


@pytest.mark.parametrize(
    "query", ["since=&until=&title=", "rank=bundled", "rank=nonsense", "utm_source=x", "since=%20"]
)
def test_what_is_left_open_is_no_error(client: FlaskClient, query: str) -> None:
    see(client, f"/?{query}")


@pytest.mark.parametrize(
    "query",
    [
        "since=1970-01-01",
        "until=1970-01-01",
        "since=2100-12-31",
        "until=2100-12-31",
    ],
)
def test_any_period_can_be_asked_for(client: FlaskClient, query: str) -> None:
    see(client, f"/?{query}")


def test_a_title_can_be_chosen(client: FlaskClient) -> None:
    page = see(client, f"/?{PERIOD}&title=2-371")
    assert ("option", {"value": "2-371", "selected": None}) in page.tags
    total = client.get(f"/api/v1/rates?by=all&title=2-371&{PERIOD}").json[0]
    assert f"{total['expected']:,}" in page.text


def test_a_period_without_copies_says_so(client: FlaskClient) -> None:
    assert "No copy was due" in see(client, "/?since=1990-01-01&until=1990-01-31").text


def test_with_several_branches_one_is_shown_and_all_can_be_chosen(both: Flask) -> None:
    client = both.test_client()
    page = see(client)
    values = {attrs.get("value") for tag, attrs in page.tags if tag == "option"}
    codes = {branch for branch in values if branch and not branch.startswith(("1-", "2-", "7"))}
    assert "B4365" in codes
    assert "测试区" in see(client, "/?branch=B4365").text


@pytest.mark.parametrize("migrated", [True, False])
def test_an_empty_database_says_how_to_import(tmp_path: Path, migrated: bool) -> None:
    from service.app import create_app
    from service.config import Config

    app = serve(tmp_path) if migrated else create_app(Config(data=tmp_path, testing=True))
    page = see(app.test_client())
    assert "jianbao import" in page.text


def test_a_missing_page_is_a_page(client: FlaskClient) -> None:
    page = see(client, "/nothing", status=404)
    assert "There is nothing at this address" in page.text


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    """Attack A6: a script planted in every name of the feed is shown, never run."""
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
    feed = tmp_path / "feed"
    shutil.copytree(ONE_WEEK, feed, ignore=shutil.ignore_patterns("expected"))
    for name, column in (("titles", 1), ("towns", 1), ("points", 1), ("routes", None)):
        _plant(feed / f"{name}.csv", hostile, column)
    client = serve(tmp_path / "data", feed).test_client()
    for address in ("/", "/?lang=zh", f"/?title={hostile}", f"/{hostile}"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"onerror=alert\(2\)(?:>|&gt;)(\w*)", text)
    assert "&lt;script&gt;alert(1)" in client.get("/").text


def _plant(path: Path, text: str, column: int | None) -> None:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index("name") if column is None else column
    for row in rows[1:]:
        row[place] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_the_same_page_on_either_database(migrated_url: str, tmp_path: Path) -> None:
    app = serve(tmp_path / "data", HARD_MONTH, database_url=migrated_url)
    page = see(app.test_client(), f"/?{PERIOD}")
    assert "点P00" in page.text

"""What an import says, in Chinese: the same places, files and columns, and no English left."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import flask_babel
import pytest
from flask import Flask
from sqlalchemy import Engine

from service.operations.import_feed import FeedRefused, import_feed
from service.wording import LOCALES
from tests.feed.breaking import Broken, second_row
from tests.feed.complete import COMPLETE, write_feed
from tests.feed.test_broken_feeds import CATALOGUE, sqlite

__all__ = ["sqlite"]

Run = Callable[..., click.testing.Result]
CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
# Where a problem is: file, line, columns.
PLACE = re.compile(r"([a-z_]+\.csv(?::[0-9]+)?: (?:[a-z_]+(?:, [a-z_]+)*: )?)(.*)")


@pytest.fixture
def in_chinese() -> Iterator[None]:
    """Chinese in force, as the environment of a command puts it."""
    app = Flask(__name__)
    flask_babel.Babel(app, default_locale=LOCALES["zh"], default_translation_directories=TEXTS)
    with app.app_context():
        yield


TEXTS = str(Path(__file__).parents[2] / "service" / "translations")


@pytest.mark.parametrize("broken", CATALOGUE[::12], ids=lambda broken: broken.name)
@pytest.mark.usefixtures("in_chinese")
def test_what_is_wrong_with_a_broken_feed_is_said_in_chinese(
    broken: Broken, tmp_path: Path, sqlite: Engine
) -> None:
    feed = write_feed(tmp_path / "feed")
    broken.change(feed)
    with pytest.raises(FeedRefused) as refused:
        import_feed(sqlite, feed)
    lines = refused.value.lines
    found = PLACE.match(broken.says)
    assert found, broken.says
    place, english = found.groups()
    said = [line.removeprefix(place) for line in lines if line.startswith(place)]
    assert said, lines
    for message in said:
        assert not english or not message.startswith(english)
        assert re.search("[\u4e00-\u9fff]", message), message


def test_a_command_lists_problems_in_the_language_of_its_environment(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    feed = write_feed(tmp_path / "feed")
    second_row("points", "lat", "129.48")(feed)
    second_row("titles", "publication_rule", "FREQ=HOURLY")(feed)
    second_row("confirmations", "verdict", "lost")(feed)
    result = invoke_jianbao("import", feed, env=CHINESE)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "titles.csv:2: publication_rule: FREQ=HOURLY 不在 DAILY, WEEKLY, MONTHLY, YEARLY 之中",
        "points.csv:2: lat: 129.48 不在 -90 到 90 之间",
        "confirmations.csv:2: verdict: "
        "lost 不是 received、late、bundled、missing、damaged 或 wrong",
    ]


def test_a_command_counts_and_warns_in_the_language_of_its_environment(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    feed = write_feed(tmp_path / "feed")
    (feed / "notes.txt").write_text("")
    result = invoke_jianbao("import", feed, env=CHINESE)
    assert result.exit_code == 0
    assert result.stderr == "notes.txt: 不是数据文件，已略过\n"
    rows = {name: len(lines) - 1 for name, lines in COMPLETE.items()}
    assert sorted(result.stdout.splitlines()) == sorted(
        f"{name}: 新增 {count}，更新 0，未变 0" for name, count in rows.items()
    )

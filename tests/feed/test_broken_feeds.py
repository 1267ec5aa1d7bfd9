"""A catalogue of broken feeds: each is refused, says where, and leaves nothing behind."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, text

from service.models import Base
from service.operations.import_feed import FeedRefused, import_feed
from tests.feed.breaking import Broken
from tests.feed.broken_files import ENCODING, FILES, SHAPE
from tests.feed.broken_links import IDS, NOT_THERE, OVERLAPS
from tests.feed.broken_times import RULES, TIMES
from tests.feed.broken_values import VALUES
from tests.feed.complete import COMPLETE, write_feed
from tests.feed.conftest import content, opened

TABLES = [*Base.metadata.tables]
CATALOGUE = [*FILES, *ENCODING, *SHAPE, *VALUES, *TIMES, *RULES, *IDS, *NOT_THERE, *OVERLAPS]


@pytest.fixture(scope="module")
def sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the whole catalogue: nothing is ever written to it."""
    path = tmp_path_factory.mktemp("catalogue") / "jianbao.db"
    shutil.copy(sqlite_template, path)
    engine = opened(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("broken", CATALOGUE, ids=lambda broken: broken.name)
def test_a_broken_feed_is_refused_where_it_is_broken_and_nothing_is_written(
    broken: Broken, tmp_path: Path, sqlite: Engine
) -> None:
    _refuse(broken, tmp_path, sqlite)
    with sqlite.connect() as connection:
        changes = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES]
    assert not any(changes)


@pytest.mark.parametrize("broken", CATALOGUE[::25], ids=lambda broken: broken.name)
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_so_it_is_on_postgresql(broken: Broken, tmp_path: Path, engine: Engine) -> None:
    before = content(engine)
    _refuse(broken, tmp_path, engine)
    assert content(engine) == before


def _refuse(broken: Broken, tmp_path: Path, engine: Engine) -> None:
    feed = write_feed(tmp_path / "feed")
    broken.change(feed)
    with pytest.raises(FeedRefused) as refused:
        import_feed(engine, feed)
    lines = refused.value.lines
    assert any(line.startswith(broken.says) for line in lines), lines
    assert all(line.split(":")[0].endswith(".csv") for line in lines), lines


@pytest.mark.parametrize("broken", CATALOGUE[::60], ids=lambda broken: broken.name)
def test_the_command_line_lists_the_problems_on_stderr_and_exits_with_1(
    broken: Broken,
    tmp_path: Path,
    empty_data: Path,
    imports: Callable[[Path], click.testing.Result],
) -> None:
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    before = content(engine)
    feed = write_feed(tmp_path / "feed")
    broken.change(feed)
    result = imports(feed)
    lines = result.stderr.splitlines()
    assert result.exit_code == 1, result.output
    assert any(line.startswith(broken.says) for line in lines), lines
    assert result.stdout == ""
    assert content(engine) == before
    engine.dispose()


def test_the_complete_feed_is_not_broken(
    tmp_path: Path, imports: Callable[[Path], click.testing.Result]
) -> None:
    result = imports(write_feed(tmp_path / "feed"))
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert set(COMPLETE) == {line.split(":")[0] for line in result.stdout.splitlines()}


def test_there_are_enough_kinds() -> None:
    assert len(CATALOGUE) > 200
    assert len({broken.name for broken in CATALOGUE}) == len(CATALOGUE)

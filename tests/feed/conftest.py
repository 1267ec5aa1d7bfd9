"""Databases with and without a feed, and the command line on them."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, MetaData, create_engine, func, select

from service.models.engine import engine_options, prepare
from service.operations.import_feed import Imported, import_feed
from tests.feed.complete import write_feed


def content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def count(engine: Engine) -> int:
    """How many records there are."""
    metadata = MetaData()
    metadata.reflect(engine)
    beside = {"alembic_version", "dirty_months", "published_facts"}
    with engine.connect() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
            if name not in beside
        )


def opened(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An empty database at the newest migration, on each of the two."""
    engine = opened(migrated_url)
    yield engine
    engine.dispose()


@pytest.fixture
def bring(engine: Engine, tmp_path: Path) -> Callable[[dict[str, list[str]]], Imported]:
    """Import the files of a feed; FeedRefused when they are refused."""
    number = 0

    def imported(files: dict[str, list[str]]) -> Imported:
        nonlocal number
        number += 1
        return import_feed(engine, write_feed(tmp_path / f"feed-{number}", files))

    return imported


@pytest.fixture
def empty_data(sqlite_template: Path, data_dir: Path) -> Path:
    """A data folder with an empty database, so that a command need not make one."""
    shutil.copy(sqlite_template, data_dir / "jianbao.db")
    return data_dir


Invoke = Callable[..., click.testing.Result]


@pytest.fixture
def imports(
    empty_data: Path, invoke_jianbao: Invoke
) -> Callable[[os.PathLike[str]], click.testing.Result]:
    """`jianbao import FEED` into an empty database, in English."""

    def run(feed: os.PathLike[str]) -> click.testing.Result:
        return invoke_jianbao("import", feed, env={"LC_ALL": "C.UTF-8"})

    return run

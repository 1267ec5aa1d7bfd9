"""Databases with and without a feed, and the command line on them."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, NullPool, create_engine, func, make_url, select, text

from service.models import Base
from service.models.engine import engine_options, prepare
from service.operations.import_feed import Imported, import_feed
from tests.conftest import _postgresql_database
from tests.feed.complete import write_feed


def content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def count(engine: Engine) -> int:
    """How many records there are."""
    beside = {"dirty_months", "published_facts"}
    with engine.connect() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in beside
        )


def opened(url: str) -> Engine:
    """An engine without a pool: nothing stays open between the steps of a test."""
    engine = create_engine(url, poolclass=NullPool, **engine_options(url))
    prepare(engine)
    return engine


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests, which spares them writing the same SQL anew; see `engine`."""
    path = tmp_path_factory.mktemp("feeds") / "jianbao.db"
    engine = opened(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str, postgres_template: str) -> Iterator[Engine]:
    with _postgresql_database(make_url(postgres_url), postgres_template) as url:
        engine = opened(url)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(database_kind: str, request: pytest.FixtureRequest) -> Engine:
    """An empty database at the newest migration, on each of the two."""
    engine: Engine
    if database_kind == "sqlite":
        engine = request.getfixturevalue("sqlite_engine")
        shutil.copy(request.getfixturevalue("sqlite_template"), str(engine.url.database))
    else:
        engine = request.getfixturevalue("postgres_engine")
        tables = ", ".join(Base.metadata.tables)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return engine


@pytest.fixture(scope="session")
def known_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("known")
    shutil.copy(sqlite_template, folder / "jianbao.db")
    engine = opened(f"sqlite:///{folder / 'jianbao.db'}")
    import_feed(engine, write_feed(folder / "feed"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def known_postgres(
    postgres_url: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with _postgresql_database(make_url(postgres_url), postgres_template) as url:
        engine = opened(url)
        import_feed(engine, write_feed(tmp_path_factory.mktemp("known") / "feed"))
        yield engine
        engine.dispose()


@pytest.fixture
def known(database_kind: str, request: pytest.FixtureRequest) -> Engine:
    """A database with the complete feed, shared by tests in which nothing is written."""
    name = "known_sqlite" if database_kind == "sqlite" else "known_postgres"
    engine: Engine = request.getfixturevalue(name)
    return engine


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

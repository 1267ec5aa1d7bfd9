"""What the fault tests share: the bundled app, and databases with districts."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.faults.campaign import Bundle, Districts
from tests.faults.life import Database
from tests.faults.player import build


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The app's core as it is shipped, and the harness."""
    folder = tmp_path_factory.mktemp("bundle")
    return Bundle(build(folder), folder / "run.mjs")


@pytest.fixture(scope="session")
def districts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, int], Districts]:
    """Return the districts with so many slots on SQLite or PostgreSQL, made once."""
    made: dict[tuple[str, int], Districts] = {}

    def give(kind: str, slots: int) -> Districts:
        if (kind, slots) not in made:
            folder = tmp_path_factory.mktemp("districts")
            database = Database(f"sqlite:///{folder / 'template.db'}")
            if kind == "postgresql":
                database = _on_postgresql(request.getfixturevalue("postgres_url"), folder)
            made[kind, slots] = Districts(folder, slots, database)
        return made[kind, slots]

    return give


def _on_postgresql(maintenance: str, folder: Path) -> Database:
    address = make_url(maintenance).set(drivername="postgresql")

    def execute(statement: str) -> None:
        plain = address.render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)

    name = f"faults_{abs(hash(folder)) % 10**9}"
    execute(f"CREATE DATABASE {name}")
    url = make_url(maintenance).set(database=name).render_as_string(hide_password=False)
    return Database(url, execute)

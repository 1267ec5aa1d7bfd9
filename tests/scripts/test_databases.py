"""The plumbing of tests/conftest.py keeps its word."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url


def test_a_new_database_has_no_table_and_can_be_written(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE seen (id INTEGER)"))
    engine.dispose()


def test_the_next_test_does_not_see_it(database_url: str) -> None:
    test_a_new_database_has_no_table_and_can_be_written(database_url)


def test_postgresql_keeps_what_it_commits(postgres_url: str) -> None:
    address = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_test_may_keep_to_one_database(database_url: str, tmp_path: Path) -> None:
    assert make_url(database_url).database == str(tmp_path / "empty.db")

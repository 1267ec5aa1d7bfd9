"""The plumbing of tests/conftest.py keeps its word."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import click.testing
import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from service.models import Base


def test_a_new_database_has_no_table_and_can_be_written(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE seen (id INTEGER)"))
    engine.dispose()


def test_the_next_test_does_not_see_it(database_url: str) -> None:
    test_a_new_database_has_no_table_and_can_be_written(database_url)


def test_a_migrated_database_has_every_table_and_no_branch(migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    with engine.begin() as connection:
        assert {*Base.metadata.tables} <= {*inspect(connection).get_table_names()}
        assert connection.scalar(text("SELECT count(*) FROM branches")) == 0
        connection.execute(
            text(
                "INSERT INTO branches (id, branch_code, branch_name, timezone, visit_gap_minutes)"
                " VALUES (1, 'b', 'b', 'UTC', 0)"
            )
        )
    engine.dispose()


def test_the_next_test_gets_a_migrated_database_of_its_own(migrated_url: str) -> None:
    test_a_migrated_database_has_every_table_and_no_branch(migrated_url)


def test_postgresql_keeps_what_it_commits(postgres_url: str) -> None:
    address = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_test_may_keep_to_one_database(database_url: str, tmp_path: Path) -> None:
    assert make_url(database_url).database == str(tmp_path / "empty.db")


def test_the_command_runs_on_the_database_it_is_given(
    migrated_url: str,
    run_jianbao: Callable[..., "subprocess.CompletedProcess[str]"],
    invoke_jianbao: Callable[..., click.testing.Result],
) -> None:
    environment = {"JIANBAO_DATABASE_URL": migrated_url}
    done = run_jianbao("db", "current", env=environment)
    assert done.returncode == 0, done.stderr
    assert "(head)" in done.stdout
    assert invoke_jianbao("db", "check", env=environment).exit_code == 0


def test_a_wrong_command_has_the_status_of_wrong_usage(
    run_jianbao: Callable[..., "subprocess.CompletedProcess[str]"],
    invoke_jianbao: Callable[..., click.testing.Result],
) -> None:
    assert run_jianbao("nonsense").returncode == 2
    assert invoke_jianbao("nonsense").exit_code == 2

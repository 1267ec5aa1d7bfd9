"""What commands say of a database that is not there yet, or of another version."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text

from service.models.engine import engine_options

Invoke = Callable[..., Result]


@pytest.mark.parametrize("command", ["rates --by town", "check", "refresh", "import FEED"])
def test_an_older_database_wants_an_upgrade(
    invoke_jianbao: Invoke,
    migrated_url: str,
    tmp_path: Path,
    command: str,
) -> None:
    _make_older(migrated_url)
    feed = tmp_path / "feed"
    feed.mkdir()
    words = command.replace("FEED", str(feed)).split()
    result = invoke_jianbao(*words, env={"JIANBAO_DATABASE_URL": migrated_url})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "jianbao: the database is of another version: run jianbao db upgrade\n"
    )


def _make_older(url: str) -> None:
    """Take from a database what the first migration did not make of the facts' tables."""
    engine = create_engine(url, **engine_options(url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO branches (id, branch_code, branch_name, timezone,"
                " visit_gap_minutes) VALUES (1, 'X', 'X', 'Asia/Shanghai', 30)"
            )
        )
        connection.execute(text("DROP TABLE published_facts"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()


def test_there_is_nothing_to_refresh_where_nothing_was_imported(invoke_jianbao: Invoke) -> None:
    result = invoke_jianbao("refresh")
    assert (result.exit_code, result.output) == (0, "")


def test_a_command_that_does_not_exist_is_one_line(invoke_jianbao: Invoke) -> None:
    result = invoke_jianbao("deliver")
    assert (result.exit_code, result.stderr) == (2, "jianbao: No such command 'deliver'.\n")

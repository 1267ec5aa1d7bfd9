"""Migrations up, down, with rows in the tables, broken halfway and killed, on both databases."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.app import MIGRATIONS
from service.models import Base
from service.models.engine import writing
from service.operations.import_feed import import_feed
from tests.conftest import _postgresql_database
from tests.models.migrating import Database

HARD_MONTH = Path(__file__).parents[1] / "examples" / "hard-month"
VERSION_TABLE = "alembic_version"


@pytest.fixture
def database(database_url: str, data_dir: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(database_url, data_dir)
    yield database
    database.engine.dispose()


@pytest.fixture
def migrated(migrated_url: str, data_dir: Path) -> Iterator[Database]:
    """A database at the newest migration, without a row."""
    database = Database(migrated_url, data_dir)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module")
def sqlite_with_rows(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    path = folder / "rows.db"
    shutil.copy(sqlite_template, path)
    fill(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="module")
def postgres_with_rows(
    postgres_url: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with _postgresql_database(make_url(postgres_url), postgres_template) as url:
        fill(url, tmp_path_factory.mktemp("rows"))
        yield str(make_url(url).database)


def fill(url: str, folder: Path) -> None:
    database = Database(url, folder)
    database.fill(folder)
    database.engine.dispose()


@pytest.fixture
def filled(
    database_kind: str, data_dir: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database at the newest migration, with rows in every table: a copy of one."""
    with contextlib.ExitStack() as gone_afterwards:
        if database_kind == "sqlite":
            path = data_dir / "jianbao.db"
            shutil.copy(request.getfixturevalue("sqlite_with_rows"), path)
            url = f"sqlite:///{path}"
        else:
            maintenance = make_url(request.getfixturevalue("postgres_url"))
            template = request.getfixturevalue("postgres_with_rows")
            url = gone_afterwards.enter_context(_postgresql_database(maintenance, template))
        database = Database(url, data_dir)
        yield database
        database.engine.dispose()


@pytest.fixture
def next_migration(tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of the migrations with one more, whose `upgrade` is given."""

    def write(upgrade: str) -> Path:
        copy = tmp_path / "migrations"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
        lines = "".join(f"    {line}\n" for line in upgrade.splitlines())
        (copy / "versions" / "9999_next.py").write_text(
            "import os\nimport signal\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = '9999'\ndown_revision = '{newest()}'\n\n\ndef upgrade():\n{lines}\n\n"
            "def downgrade():\n    pass\n"
        )
        return copy

    return write


def newest() -> str:
    names = [path.name for path in (MIGRATIONS / "versions").glob("*.py")]
    return max(names).partition("_")[0]


# --- Up and down -------------------------------------------------------------------------------


def test_an_empty_database_goes_up_down_to_nothing_and_up_again_to_the_same(
    database: Database,
) -> None:
    database.upgrade()
    up = database.shape()
    assert set(up) - {"beyond", VERSION_TABLE} == set(Base.metadata.tables)
    assert len(up["beyond"]) == (6 if database.engine.dialect.name == "sqlite" else 3)
    database.downgrade()
    assert set(database.shape()) == {"beyond", VERSION_TABLE}
    assert database.shape()["beyond"] == []
    assert database.content() == {VERSION_TABLE: []}
    database.upgrade()
    assert database.shape() == up


def test_upgrading_what_is_up_to_date_changes_nothing(database: Database) -> None:
    database.upgrade()
    before = database.shape(), database.content()
    database.upgrade()
    assert (database.shape(), database.content()) == before


def test_a_database_with_rows_in_every_table_goes_down_and_up_and_takes_them_again(
    migrated: Database, tmp_path: Path
) -> None:
    migrated.fill(tmp_path / "first")
    import_feed(migrated.engine, HARD_MONTH, staging_folder=tmp_path)
    with migrated.engine.connect() as connection:
        rows = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
    assert [name for name, count in rows.items() if not count] == []
    up = migrated.shape()
    migrated.downgrade()
    assert migrated.content() == {VERSION_TABLE: []}
    migrated.upgrade()
    assert migrated.shape() == up
    migrated.fill(tmp_path / "second")


def test_the_migrated_schema_is_the_one_that_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_schema_is_to_the_last_check_what_the_models_would_make(
    migrated: Database, database_url: str, tmp_path: Path
) -> None:
    """Alembic's comparison does not look at CHECK constraints."""
    made = Database(database_url, tmp_path)
    Base.metadata.create_all(made.engine)
    by_models, by_migrations = made.shape(), migrated.shape()
    made.engine.dispose()
    by_migrations.pop(VERSION_TABLE)
    # Overlaps are refused by what models cannot say.
    assert by_models.pop("beyond") == []
    assert len(by_migrations.pop("beyond")) >= 3
    for name in ("route_versions", "route_stops"):
        indexes = by_migrations[name]["indexes"]
        by_migrations[name]["indexes"] = [
            each for each in indexes if not (each["name"] or "").startswith("ex_")
        ]
    assert by_migrations == by_models


# --- The next migration ------------------------------------------------------------------------

CHANGE_A_BIT = """
op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))
op.execute("INSERT INTO notes (id) VALUES (1)")
op.execute("UPDATE points SET name = 'changed'")
op.execute("DELETE FROM scan_voids")
with op.batch_alter_table("holds") as batch:
    batch.add_column(sa.Column("reason", sa.String(200)))
op.drop_table("published_facts")
"""


def test_a_migration_may_change_tables_that_have_rows(
    filled: Database, next_migration: Callable[[str], Path]
) -> None:
    """Otherwise the tests below would show nothing."""
    before = filled.content()
    filled.upgrade(next_migration(CHANGE_A_BIT))
    after = filled.content()
    assert after["notes"] == [(1,)]
    assert after["scan_voids"] == []
    assert "published_facts" not in after
    assert [row[:-1] for row in after["holds"]] == before["holds"]
    assert after[VERSION_TABLE] == [("9999",)]


REBUILD = """
with op.batch_alter_table("points", recreate="auto") as batch:
    batch.alter_column("village", type_=sa.String(100), existing_type=sa.String(200))
    batch.create_check_constraint("ck_points_name", "name <> ''")
"""


def test_a_migration_may_rebuild_a_table_that_others_refer_to(
    filled: Database,
    next_migration: Callable[[str], Path],
) -> None:
    """SQLite changes a column by copying the table, and drops the old one."""
    before = filled.content()
    filled.upgrade(next_migration(REBUILD))
    after = filled.content()
    assert after.pop(VERSION_TABLE) == [("9999",)]
    assert after == {name: rows for name, rows in before.items() if name != VERSION_TABLE}
    sound(filled.engine)
    with pytest.raises(IntegrityError), writing(filled.engine) as connection:
        connection.execute(text("DELETE FROM points"))


def test_a_migration_that_leaves_a_reference_into_nothing_leaves_nothing(
    filled: Database,
    next_migration: Callable[[str], Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """On SQLite nothing checks references while a migration runs: they are checked at its end."""
    before = filled.shape(), filled.content()
    careless = next_migration(REBUILD + "op.execute('DELETE FROM towns')")
    # Flask-Migrate makes a RuntimeError one line and an exit.
    with pytest.raises((IntegrityError, SystemExit)) as refused:
        filled.upgrade(careless)
    assert "towns" in f"{refused.value} {caplog.text}"
    assert (filled.shape(), filled.content()) == before


@pytest.mark.parametrize(
    "end",
    [
        "op.execute(\"UPDATE points SET kind = 'castle'\")",
        'op.execute("nonsense")',
        'raise ValueError("thought better of it")',
    ],
)
def test_a_migration_that_fails_halfway_leaves_nothing(
    filled: Database, next_migration: Callable[[str], Path], end: str
) -> None:
    before = filled.shape(), filled.content()
    with pytest.raises((DBAPIError, ValueError)):
        filled.upgrade(next_migration(CHANGE_A_BIT + end))
    assert (filled.shape(), filled.content()) == before
    filled.upgrade(next_migration(CHANGE_A_BIT))
    assert filled.content()["notes"] == [(1,)]


def test_the_first_migration_that_fails_at_its_end_leaves_no_table(
    database: Database, tmp_path: Path
) -> None:
    broken = first_migration_with(tmp_path, 'raise ValueError("at the end")')
    with pytest.raises(ValueError, match="at the end"):
        database.upgrade(broken)
    assert set(database.shape()) == {"beyond"}
    database.upgrade()
    assert set(Base.metadata.tables) <= set(database.shape())


def first_migration_with(tmp_path: Path, end: str) -> Path:
    """Return a copy of the migrations whose first one ends with a statement of ours."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    [path] = (copy / "versions").glob("0001_*.py")
    source = path.read_text()
    marker = "\n\ndef downgrade()"
    assert source.count(marker) == 1
    path.write_text(source.replace(marker, f"\n    {end}\n{marker}"))
    return copy


# --- Killed ------------------------------------------------------------------------------------

KILL = "os.kill(os.getpid(), signal.SIGKILL)"
# More than SQLite's page cache holds, so that it has written into the log before it ends.
MUCH = """
op.execute(
    "INSERT INTO notes (id) WITH RECURSIVE counted (n) AS (SELECT 2 UNION ALL SELECT n + 1 "
    "FROM counted WHERE n < 400000) SELECT n FROM counted"
)
"""


def upgrade_in_a_process(database: Database, migrations: Path) -> int:
    """Run `jianbao db upgrade` in a process of its own; return how it ended."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(MIGRATIONS.parent),
        "JIANBAO_DATA": str(database.data),
        "JIANBAO_DATABASE_URL": database.url,
    }
    return subprocess.run(
        [sys.executable, "-m", "service", "db", "upgrade", "--directory", str(migrations)],
        env=environment,
        capture_output=True,
        timeout=600,
    ).returncode


def test_a_kill_in_the_middle_of_a_migration_leaves_the_old_schema_and_every_row(
    filled: Database, next_migration: Callable[[str], Path]
) -> None:
    before = filled.shape(), filled.content()
    filled.engine.dispose()
    killed = next_migration(f"{CHANGE_A_BIT}{MUCH}{KILL}")
    assert upgrade_in_a_process(filled, killed) == -signal.SIGKILL
    assert (filled.shape(), filled.content()) == before
    sound(filled.engine)
    filled.upgrade(next_migration(CHANGE_A_BIT))
    assert filled.content()["notes"] == [(1,)]


def test_a_kill_at_the_end_of_the_first_migration_leaves_no_table(
    database: Database, tmp_path: Path
) -> None:
    killed = first_migration_with(tmp_path, f"import os, signal; {KILL}")
    assert upgrade_in_a_process(database, killed) == -signal.SIGKILL
    assert set(database.shape()) == {"beyond"}
    database.upgrade()
    assert set(Base.metadata.tables) <= set(database.shape())


def sound(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert checked(connection, "integrity_check") == [("ok",)]
            assert checked(connection, "foreign_key_check") == []


def checked(connection: Connection, pragma: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")]

"""How a database has to be opened, and which one is refused."""

from typing import Self

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from service.models import engine as opening
from service.models.engine import BUSY_TIMEOUT_MS, writing
from service.sqlite_driver import journal_mode
from tests.models.rows import opened

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@ON_SQLITE
def test_every_connection_to_sqlite_is_durable_and_strict(migrated_url: str) -> None:
    engine = opened(migrated_url)
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {
                "journal_mode": journal_mode(),
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": BUSY_TIMEOUT_MS,
            }
    engine.dispose()


@ON_SQLITE
def test_the_log_is_used_where_the_library_is_safe_with_it(migrated_url: str) -> None:
    engine = opened(migrated_url)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar() or ""
    engine.dispose()
    safe = tuple(map(int, version.split("."))) >= (3, 51, 3)
    assert journal_mode() == ("wal" if safe else "delete")


def test_a_sqlite_that_does_not_keep_a_pragma_is_refused() -> None:
    """A database in memory has no log."""
    engine = opened("sqlite://")
    with pytest.raises(RuntimeError, match="journal_mode"):
        engine.connect()


@ON_SQLITE
def test_who_writes_is_a_writer_before_the_first_statement(migrated_url: str) -> None:
    engine = opened(migrated_url)
    with writing(engine), engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.rollback()
        with pytest.raises(OperationalError, match="locked"):
            other.execution_options(writes=True).begin()
    engine.dispose()


@ON_POSTGRESQL
def test_a_postgresql_that_answers_before_it_has_written_is_refused(
    migrated_url: str, postgres_url: str
) -> None:
    address = make_url(migrated_url)
    maintenance = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(
            text(f'ALTER DATABASE "{address.database}" SET synchronous_commit = off')
        )
    careless = opened(migrated_url)
    with pytest.raises(RuntimeError, match="synchronous_commit"):
        careless.connect()
    with maintenance.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{address.database}" SET synchronous_commit = on'))
    maintenance.dispose()
    with careless.connect():
        pass
    careless.dispose()


class Careless:
    """A PostgreSQL connection, as far as it is asked for its settings."""

    def __init__(self, off: str) -> None:
        self.off = off
        self.last = ""

    def cursor(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, query: str) -> None:
        self.last = query.removeprefix("SHOW ")

    def fetchone(self) -> tuple[str]:
        return ("off" if self.last == self.off else "on",)

    def rollback(self) -> None:
        pass


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_postgresql_that_may_lose_records_in_a_power_cut_is_refused(setting: str) -> None:
    """Settings of the whole server, which the tests' own keeps."""
    with pytest.raises(RuntimeError, match=setting):
        opening._refuse_careless_postgresql(Careless(setting), None)
    opening._refuse_careless_postgresql(Careless("nothing"), None)

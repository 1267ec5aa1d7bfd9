"""How a database is opened: drivers, pragmas, and the two kinds of transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url

from service.sqlite_driver import driver, journal_mode

BUSY_TIMEOUT_MS = 20_000


def engine_options(url: str) -> dict[str, Any]:
    """Return create_engine's keyword arguments for a database URL."""
    # What an error was about (names, codes, hashes) is not for a log.
    silent = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**silent, "module": driver(), "connect_args": {"check_same_thread": False}}
    return {**silent, "pool_pre_ping": True}


def prepare(engine: Engine) -> None:
    """Make every connection of the engine durable and strict; refuse a database that is not."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_on_sqlite)
    else:
        event.listen(engine, "connect", _refuse_careless_postgresql)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose queries all see one snapshot of the database."""
    with engine.connect() as plain:
        connection = plain
        if engine.dialect.name == "postgresql":
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one write transaction, committed at the end or rolled back.

    On SQLite it is a writer from its first statement on: a deferred transaction that turns into a
    write fails at once when another has written meanwhile, whatever the busy timeout.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin in _begin_on_sqlite, not in the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    wanted = {"journal_mode": journal_mode(), "synchronous": 2, "foreign_keys": 1}
    for pragma, value in wanted.items():
        cursor.execute(f"PRAGMA {pragma} = {value}")
        found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != value:
            raise RuntimeError(f"SQLite keeps {pragma} = {found} instead of {value}")
    cursor.close()


def _begin_on_sqlite(connection: Connection) -> None:
    kind = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _refuse_careless_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {setting}")
            if cursor.fetchone()[0] == "off":
                raise RuntimeError(f"PostgreSQL runs with {setting} = off: it may lose records")
    connection.rollback()

"""DuckDB, in this process, shut off from everything but the tables that it is given."""

import os
import threading
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY_LIMIT = "1500MB"
SQL = resources.files("service.measures") / "sql"


def connect(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB of its own in memory that can read and write files below `folder` only.

    Not to be kept across a fork: a forked DuckDB hangs.
    """
    connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = ''")
    if folder is not None:
        connection.execute("SET allowed_directories = $folders", {"folders": [str(folder)]})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


_shared: dict[tuple[int, Path], duckdb.DuckDBPyConnection] = {}
_sharing = threading.Lock()


def shared(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return this process's DuckDB for questions to the files below `folder`.

    Its `cursor()` gives each question a connection of its own. It is made at the first call after
    a fork, never before.
    """
    key = os.getpid(), folder
    with _sharing:
        if key not in _shared:
            _shared[key] = connect(folder)
        return _shared[key]


def give(duck: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Let the SQL see Arrow tables under their names."""
    for name, table in tables.items():
        duck.register(name, table)


def derive(duck: duckdb.DuckDBPyConnection, steps: Iterable[str]) -> None:
    """Work out the named steps in order, each one file of SQL that sees the tables before it."""
    for step in steps:
        sql = (SQL / f"{step}.sql").read_text(encoding="utf-8")
        duck.execute(f"CREATE TEMP TABLE {step} AS {sql}")

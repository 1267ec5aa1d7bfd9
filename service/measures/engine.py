"""DuckDB, in this process, shut off from everything but the tables that it is given."""

import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY_LIMIT = "1500MB"
SPILL = "spill-"
SQL = resources.files("service.measures") / "sql"


def connect(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB of its own in memory that can read and write files below `folder` only.

    Not to be kept across a fork: a forked DuckDB hangs.
    """
    connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
    connection.execute("SET preserve_insertion_order = false")
    # What does not fit into the limit is laid aside, in a folder that ends with the connection.
    spill = "" if folder is None else str(folder / f"{SPILL}{uuid.uuid4().hex}")
    connection.execute("SET temp_directory = $spill", {"spill": spill})
    if folder is not None:
        connection.execute("SET allowed_directories = $folders", {"folders": [str(folder)]})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def give(duck: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Let the SQL see Arrow tables under their names."""
    for name, table in tables.items():
        duck.register(name, table)


def derive(
    duck: duckdb.DuckDBPyConnection,
    steps: Sequence[str],
    keep: Collection[str] = (),
    coming: Mapping[str, Callable[[], pa.Table]] | None = None,
) -> None:
    """Work out the named steps in order, each one file of SQL that sees the tables before it.

    A table of `coming` is asked for before the first step that reads it. With `keep`, a step's
    table is dropped after the last step that reads it, if it is not kept.
    """
    awaited = dict(coming or {})
    last_use = {name: step for step in steps for name in (step, *_words(step)) if name in steps}
    for step in steps:
        give(duck, {name: awaited.pop(name)() for name in _words(step) & awaited.keys()})
        duck.execute(f"CREATE TEMP TABLE {step} AS {_text(step)}")
        if keep:
            for done in (name for name, last in last_use.items() if last == step):
                if done not in keep:
                    duck.execute(f"DROP TABLE {done}")


@cache
def _text(step: str) -> str:
    return (SQL / f"{step}.sql").read_text(encoding="utf-8")


@cache
def _words(step: str) -> frozenset[str]:
    """Return the words of a step's SQL, among them the tables that it reads."""
    return frozenset(re.findall(r"[a-z_]+", re.sub("--.*", "", _text(step))))

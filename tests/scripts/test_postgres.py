"""The private PostgreSQL: there when asked for, gone with whoever asked."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from toolchain import postgres

SCRIPTS = Path(postgres.__file__).parents[1]
STARTS_AND_SLEEPS = """
import time
from toolchain.postgres import Server
with Server() as server:
    print(server.url, flush=True)
    time.sleep(600)
"""


def test_it_ends_and_leaves_nothing_when_its_starter_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_SLEEPS],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        url = make_url(starter.stdout.readline().strip()).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        folder = Path(str(url.query["host"]))
        process = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        starter.kill()
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_program_that_is_merely_called_postgres_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\necho a tool for the post office 15\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert postgres.find_binaries() != tmp_path


def test_without_any_the_answer_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_candidates", lambda: iter(()))
    with (
        pytest.raises(postgres.PostgresError, match="apt-get install postgresql"),
        postgres._running_cluster(),
    ):
        pass

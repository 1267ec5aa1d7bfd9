"""Faults of the machine during an import: nothing half-written, nothing left, one clear line."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, text

from service.config import SECRET_FILE
from service.models import engine as opening
from service.operations import import_feed as operation
from service.operations.import_feed import import_feed
from tests.feed.complete import COMPLETE, changed, write_feed
from tests.feed.conftest import content, opened

Run = Callable[..., click.testing.Result]
ROOT = Path(__file__).resolve().parents[2]
ENGLISH = {"LC_ALL": "C.UTF-8"}

KILLED = """
import os, signal, sys
from pathlib import Path
from service.feed import merge
from service.feed.reading import load
from service.models.engine import engine_options, prepare
from service.operations import import_feed as operation
from sqlalchemy import create_engine

url, feed, folder, where, count = sys.argv[1:]
left = int(count)

def deadly(work):
    def run(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*args, **kwargs)
    return run

if where == "load":
    load._load_file = deadly(load._load_file)
elif where == "merge":
    merge._run = deadly(merge._run)
else:
    operation.mark_everything = deadly(operation.mark_everything)
engine = create_engine(url, **engine_options(url))
prepare(engine)
operation.import_feed(engine, Path(feed), staging_folder=Path(folder))
"""


def python(script: str, *args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script, *args],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("where", "count"), [("load", 5), ("merge", 0), ("merge", 20), ("merge", 45), ("end", 0)]
)
def test_kill_9_leaves_nothing_and_the_import_can_simply_be_run_again(
    engine: Engine, bring: Callable[..., object], tmp_path: Path, where: str, count: int
) -> None:
    bring(COMPLETE)
    before = content(engine)
    feed = write_feed(
        tmp_path / "killed",
        changed(
            towns=["BSY,另名,1,1,"],
            routes=['R1,2026-06-01,镇区,O1,C1,"MO",09:00,'],
            subscriptions=["S9,P1,1-1,1,2026-01-01,,"],
        ),
    )
    folder = tmp_path / "staging"
    folder.mkdir()
    url = engine.url.render_as_string(hide_password=False)
    killed = python(KILLED, url, str(feed), str(folder), where, str(count))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert content(engine) == before
    assert [*folder.iterdir()] == []
    assert import_feed(engine, feed).changed
    assert not import_feed(engine, feed).changed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_others_may_write_while_a_feed_is_read(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = operation.load

    def load_while_another_writes(*args: object) -> None:
        load(*args)  # type: ignore[arg-type]
        with opening.writing(engine) as connection:
            connection.execute(
                text(
                    "INSERT INTO branches (branch_code, branch_name, timezone, visit_gap_minutes) "
                    "VALUES ('X', 'X', 'UTC', 0)"
                )
            )

    monkeypatch.setattr(operation, "load", load_while_another_writes)
    assert import_feed(engine, write_feed(tmp_path / "feed")).changed
    assert len(content(engine)["branches"]) == 2


def test_a_locked_database_is_said_in_one_line(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = write_feed(tmp_path / "feed")
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 50)
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    with opening.writing(engine) as connection:
        connection.execute(text("DELETE FROM towns"))
        result = invoke_jianbao("import", feed, env=ENGLISH)
    assert result.exit_code == 1
    assert result.stderr == (
        "jianbao: the database refuses, nothing is written: database is locked\n"
    )
    assert content(engine)["towns"] == []
    engine.dispose()


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
sys.argv = ["jianbao", "import", sys.argv[1]]
from service.__main__ import main
main()
"""


def test_a_full_disk_is_said_in_one_line(
    empty_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [f"P{n},{'名' * 100},unit,BSY,,O1,SEAT,29.48,106.367" for n in range(1, 8000)]
    feed = write_feed(tmp_path / "feed", changed(points=points))
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    before = content(engine)
    monkeypatch.setenv("JIANBAO_DATA", str(empty_data))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    done = python(FULL, str(feed))
    assert done.returncode == 1
    assert done.stderr.startswith("jianbao: the database refuses, nothing is written: "), (
        done.stderr
    )
    assert len(done.stderr.splitlines()) == 1
    assert content(engine) == before
    engine.dispose()


def test_a_path_that_is_not_there_is_wrong_usage(invoke_jianbao: Run, tmp_path: Path) -> None:
    result = invoke_jianbao("import", tmp_path / "none", env=ENGLISH)
    assert result.exit_code == 2
    assert result.stderr == f"jianbao: {tmp_path / 'none'}: there is no such file or folder\n"
    assert invoke_jianbao("import", env=ENGLISH).exit_code == 2


def test_a_folder_without_a_database_gets_one(
    data_dir: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    shutil.rmtree(data_dir)
    result = invoke_jianbao("import", write_feed(tmp_path / "feed"), env=ENGLISH)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (data_dir / "jianbao.db").exists()


def test_a_dry_run_into_a_folder_without_a_database_leaves_none(
    data_dir: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    feed = write_feed(tmp_path / "feed")
    result = invoke_jianbao("import", feed, "--dry-run", env=ENGLISH)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "points: 2 new, 0 updated, 0 unchanged" in result.stdout
    (feed / "points.csv").unlink()
    result = invoke_jianbao("import", feed, "--dry-run", env=ENGLISH)
    assert (result.exit_code, result.stderr) == (1, "points.csv: is missing\n")
    assert [path.name for path in data_dir.iterdir()] == [SECRET_FILE]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", "the records are imported, but the figures could not be worked out ("),
        ("zh_CN.UTF-8", "数据已导入，但指标没有算出（"),
    ],
)
def test_records_whose_figures_cannot_be_published_are_there_and_said_to_be(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path, language: str, said: str
) -> None:
    (empty_data / "facts").write_text("in the way")
    result = invoke_jianbao("import", write_feed(tmp_path / "feed"), env={"LC_ALL": language})
    assert result.exit_code == 0
    [line] = result.stderr.splitlines()
    assert line.startswith(f"jianbao: {said}")
    assert "jianbao refresh" in line
    (empty_data / "facts").unlink()
    assert invoke_jianbao("refresh").exit_code == 0
    assert invoke_jianbao("check").exit_code == 0
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    after = content(engine)
    assert (len(after["scans"]), len(after["published_facts"]), after["dirty_months"]) == (2, 1, [])
    engine.dispose()


def test_a_database_of_another_version_is_left_alone(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    with opening.writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    result = invoke_jianbao("import", write_feed(tmp_path / "feed"), env=ENGLISH)
    assert result.exit_code == 1
    assert "jianbao db upgrade" in result.stderr
    engine.dispose()


def test_what_is_no_database_is_said_in_one_line(
    data_dir: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    (data_dir / "jianbao.db").write_text("not a database" * 1000)
    result = invoke_jianbao("import", write_feed(tmp_path / "feed"), env=ENGLISH)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_a_dry_run_of_the_command_says_what_it_would_do(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    before = content(engine)
    result = invoke_jianbao("import", write_feed(tmp_path / "feed"), "--dry-run", env=ENGLISH)
    assert result.exit_code == 0
    assert "points: 2 new, 0 updated, 0 unchanged" in result.stdout
    assert content(engine) == before
    engine.dispose()


MEASURED = """
import sys
from pathlib import Path
from service.feed import staging
from service.models.engine import engine_options, prepare
from service.operations.import_feed import import_feed
from sqlalchemy import create_engine

# Small, so that they are full at both sizes and only what grows with the feed shows.
staging.CACHE_KIB = {"main": 4096, "staging": 4096}
engine = create_engine(sys.argv[1], **engine_options(sys.argv[1]))
prepare(engine)
import_feed(engine, Path(sys.argv[2]))
# Not ru_maxrss: Linux begins that with the size of the process that started this one.
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def test_memory_does_not_grow_with_the_feed(sqlite_template: Path, tmp_path: Path) -> None:
    used = []
    for scans in (30_000, 90_000):
        database = tmp_path / f"{scans}.db"
        shutil.copy(sqlite_template, database)
        feed = write_feed(tmp_path / f"feed-{scans}", changed(**many(scans)))
        done = python(MEASURED, f"sqlite:///{database}", str(feed))
        assert done.returncode == 0, done.stderr
        used.append(int(done.stdout))
    assert used[1] - used[0] < 30, used


def many(scans: int) -> dict[str, list[str]]:
    """Rows of scans with random ids, each with two items."""
    ids = [uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for number in
           range(1, scans + 1)]  # fmt: skip
    return {
        "scans": [
            f"{scan},C1,P1,2026-07-06T10:{n // 60000 % 60:02}:{n // 1000 % 60:02}.{n % 1000:03}Z,"
            f"29.{n:06},106.367,8,camera,,,"
            for n, scan in enumerate(ids)
        ],
        "scan_items": [
            f"{scan},{title},2026-07-06,2" for scan in ids for title in ("1-1", "2-371")
        ],
        "scan_voids": [],
    }

"""What is exported reads as the same records, to the last byte."""

import csv
import io
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine

from service.domain.failures import UnknownBranch
from service.feed.tables import TABLES
from service.feed.write import FeedExistsError
from service.operations.import_feed import Imported, import_feed
from service.queries.export_feed import export_feed
from tests.feed.complete import COMPLETE, changed, write_feed
from tests.feed.conftest import content, opened
from tests.oracle.feeds import feed_of
from tests.oracle.feeds import write_feed as write_drawn

Bring = Callable[[dict[str, list[str]]], Imported]
Run = Callable[..., click.testing.Result]
EXAMPLES = Path(__file__).parent.parent / "examples"


def exported(engine: Engine, path: Path, branch: str = "JLP") -> dict[str, bytes]:
    export_feed(engine, branch, path, lambda _total: lambda _done: None)
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def second(sqlite_template: Path, tmp_path: Path) -> Engine:
    """Another empty database, on SQLite whatever the first is."""
    path = tmp_path / "second.db"
    path.write_bytes(sqlite_template.read_bytes())
    return opened(f"sqlite:///{path}")


@pytest.mark.parametrize(("example", "branch"), [("one-week", "JLP"), ("hard-month", "B4365")])
def test_an_export_imported_elsewhere_exports_the_same_bytes(
    engine: Engine, second: Engine, tmp_path: Path, example: str, branch: str
) -> None:
    first = import_feed(engine, EXAMPLES / example)
    files = exported(engine, tmp_path / "first", branch)
    assert set(files) == {table.file for table in TABLES}
    again = import_feed(second, tmp_path / "first")
    assert again.counts == first.counts
    assert again.warnings == []
    assert exported(second, tmp_path / "second.zip", branch) == files
    assert not import_feed(engine, tmp_path / "second.zip").changed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_drawn_feeds_survive_the_journey(engine: Engine, second: Engine, tmp_path: Path) -> None:
    for seed in range(12):
        drawn = feed_of(seed)
        code = f"B{seed}"
        drawn["feed_info"][0]["branch_code"] = code
        for rows in drawn.values():
            _renumber(rows, seed)
        folder = tmp_path / f"drawn-{seed}"
        imported = import_feed(engine, write_drawn(drawn, folder))
        for name, rows in drawn.items():
            assert imported.counts[name].new == len(rows), (seed, name)
        files = exported(engine, tmp_path / f"first-{seed}", code)
        import_feed(second, tmp_path / f"first-{seed}")
        assert exported(second, tmp_path / f"second-{seed}.zip", code) == files


def _renumber(rows: list[dict[str, str]], seed: int) -> None:
    """Give ids of this feed alone: they are unique over branches."""
    for row in rows:
        for name in ("scan_id", "attempt_id", "confirmation_id"):
            if name in row:
                other = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{seed} {row[name].lower()}"))
                row[name] = other.upper() if row[name].isupper() else other


def test_values_come_back_as_they_were(engine: Engine, bring: Bring, tmp_path: Path) -> None:
    bring(COMPLETE)
    files = exported(engine, tmp_path / "out")
    for name, rows in COMPLETE.items():
        ours = [dict(row) for row in csv.DictReader(rows)]
        theirs = [dict(row) for row in csv.DictReader(io.StringIO(files[f"{name}.csv"].decode()))]
        for mine in ours:
            if mine.get("office_code") == "O1" and "carrier" in mine:
                mine["carrier"] = "邮政"
            if mine.get("verdict") == "missing":
                mine["copies"] = "1"
            for key in ("scanned_at", "received_at"):
                if mine.get(key, "").startswith("2026-07-06T11:00:00.25"):
                    mine[key] = "2026-07-06T11:00:00.250+08:00"
                if mine.get(key) == "2026-07-06T12:00:00Z":
                    mine[key] = "2026-07-06T20:00:00+08:00"
        assert sorted(map(str, theirs)) == sorted(map(str, ours)), name


HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "+cmd|' /C calc'!A0",
    '"quoted", with comma',
    "two\nlines\r\nthree\rfour",
    "<script>alert(1)</script>",
    "'; DROP TABLE points; --",
    "{{ 7 * 7 }}",
    "\ttab",
    " blanks ",
    "\ufeffbom",
    "NULL",
    "\\N",
    "\u202edlrow",
    "𠮷野家🗞",
    "e\u0301",
    "\x01\x7f",
]


def test_hostile_texts_are_only_texts(
    engine: Engine, bring: Bring, second: Engine, tmp_path: Path
) -> None:
    cells = ['"' + hostile.replace('"', '""') + '"' for hostile in HOSTILE]
    towns = [f"T{place:02},{cell},29,106,{cell}" for place, cell in enumerate(cells)]
    bring(changed(towns=["BSY,镇,29,106,", *towns]))
    files = exported(engine, tmp_path / "first")
    rows = [*csv.DictReader(io.StringIO(files["towns.csv"].decode(), newline=""))]
    assert [row["name"] for row in rows[1:]] == [row["area"] for row in rows[1:]] == HOSTILE
    import_feed(second, tmp_path / "first")
    assert exported(second, tmp_path / "second") == files


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("digits", ["0.1", "29.400000000000002", "-0.0", "0.00001", "90", "1.0"])
def test_numbers_come_back_exactly(
    engine: Engine, bring: Bring, tmp_path: Path, digits: str
) -> None:
    bring(changed(towns=[f"BSY,镇,{digits},{digits},"]))
    files = exported(engine, tmp_path / "out")
    (row,) = csv.DictReader(io.StringIO(files["towns.csv"].decode()))
    assert float(row["lat"]) == float(digits)
    assert "e" not in row["lat"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("zone", "given", "written"),
    [
        ("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00"),
        ("Asia/Kathmandu", "2026-07-06T00:00:00.001Z", "2026-07-06T05:45:00.001+05:45"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31T20:30:00-03:30"),
        ("Africa/Monrovia", "1970-06-01T00:00:00Z", "1970-06-01T00:00:00.000+00:00"),
        ("UTC", "2100-12-31T23:59:59.999Z", "2100-12-31T23:59:59.999+00:00"),
    ],
)
def test_instants_are_written_in_the_branch_s_zone(
    engine: Engine, bring: Bring, tmp_path: Path, zone: str, given: str, written: str
) -> None:
    arrivals = [f"O1,1-1,2026-07-06,{given}"]
    bring(changed(feed_info=[f"1,JLP,区,{zone},30"], arrivals=arrivals))
    files = exported(engine, tmp_path / "out")
    (row,) = csv.DictReader(io.StringIO(files["arrivals.csv"].decode()))
    assert row["arrived_at"] == written


def test_a_branch_is_exported_without_the_others(
    engine: Engine, bring: Bring, tmp_path: Path
) -> None:
    bring(COMPLETE)
    files = exported(engine, tmp_path / "alone")
    rows: dict[str, list[str]] = {name: [] for name in COMPLETE}
    rows |= {"feed_info": ["1,OTHER,别区,Asia/Shanghai,30"], "towns": ["BSY,别镇,1,1,"]}
    bring(changed(**rows))
    assert exported(engine, tmp_path / "beside") == files
    assert "别镇" in exported(engine, tmp_path / "other", "OTHER")["towns.csv"].decode()
    with pytest.raises(UnknownBranch):
        exported(engine, tmp_path / "none", "NONE")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith("partial")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_overwritten(engine: Engine, bring: Bring, tmp_path: Path) -> None:
    bring(COMPLETE)
    (tmp_path / "empty").mkdir()
    assert exported(engine, tmp_path / "empty")
    (tmp_path / "file").write_text("mine")
    for name in ("empty", "file"):
        with pytest.raises(FeedExistsError, match="there is something here already"):
            exported(engine, tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_archive_says_nothing_of_when_it_was_written(
    engine: Engine, bring: Bring, tmp_path: Path
) -> None:
    bring(COMPLETE)
    exported(engine, tmp_path / "a.zip")
    exported(engine, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_command_exports_and_chooses_the_branch(
    empty_data: Path, invoke_jianbao: Run, tmp_path: Path
) -> None:
    english = {"LC_ALL": "C.UTF-8"}
    assert invoke_jianbao("export", tmp_path / "out", env=english).exit_code == 2
    feed = write_feed(tmp_path / "feed")
    assert invoke_jianbao("import", feed, env=english).exit_code == 0
    result = invoke_jianbao("export", tmp_path / "out", env=english)
    assert (result.exit_code, result.stderr) == (0, "")
    result = invoke_jianbao("export", tmp_path / "out", env=english)
    assert result.exit_code == 1
    assert "there is something here already" in result.stderr
    result = invoke_jianbao("export", tmp_path / "o2", "--branch", "X", env=english)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    before = content(engine)
    assert invoke_jianbao("import", tmp_path / "out", env=english).exit_code == 0
    assert content(engine) == before
    engine.dispose()

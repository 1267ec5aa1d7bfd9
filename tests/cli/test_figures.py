"""`jianbao rates`, `rounds` and `marks`."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from service.cli.output import aligned, width
from tests.oracle.questions import differences
from tests.served import HARD_MONTH

ROOT = Path(__file__).parents[2]
PERIOD = "--since 2026-03-12 --until 2026-04-12 --as-of 2026-04-12T12:00:00+02:00"
QUESTIONS = json.loads((HARD_MONTH / "expected" / "questions.json").read_text())
Ask = Callable[..., Result]


@pytest.fixture
def ask(invoke_jianbao: Callable[..., Result], month: Path) -> Ask:
    """A command line without `jianbao`, on the hard month."""

    def run(command: str, **environment: str) -> Result:
        env = {"JIANBAO_DATA": str(month), "LC_ALL": "C.UTF-8", **environment}
        return invoke_jianbao(*shlex.split(command), env=env)

    return run


def refused(result: Result, status: int = 2) -> str:
    """The one line of an error."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    line, end = result.stderr.split("\n")
    assert end == ""
    return line


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["file"])
def test_json_is_the_expected_file(ask: Ask, question: dict[str, str]) -> None:
    result = ask(question["command"].removeprefix("jianbao "))
    assert result.exit_code == 0, result.stderr
    text = (HARD_MONTH / "expected" / question["file"]).read_text()
    expected = json.loads(text)
    got = json.loads(result.stdout)
    assert differences(got, expected) == []
    assert [list(row) for row in got] == [list(row) for row in expected]
    assert result.stdout == json.dumps(got, ensure_ascii=False, indent=1) + "\n"


def test_csv_has_a_column_a_figure(ask: Ask) -> None:
    rates = ask(f"rates --by town {PERIOD} --format csv").stdout
    objects = json.loads(ask(f"rates --by town {PERIOD} --format json").stdout)
    rows = list(csv.DictReader(io.StringIO(rates)))
    assert len(rows) == len(objects) > 1
    for row, wanted in zip(rows, objects, strict=True):
        assert {name: _cell(value) for name, value in _flat(wanted).items()}.items() <= row.items()
        causes = [name for name in row if name.startswith(("late_causes.", "bundle_causes."))]
        assert len(causes) == 10
        absent = {name for name in causes if name not in _flat(wanted)}
        assert {row[name] for name in absent} <= {"0"}
    empty = [
        row["late_hours_mean"]
        for row, each in zip(rows, objects, strict=True)
        if each["late_hours_mean"] is None
    ]
    assert set(empty) <= {""}


def test_csv_of_marks_has_them_in_one_cell(ask: Ask) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(f"marks {PERIOD} --format csv").stdout)))
    objects = json.loads(ask(f"marks {PERIOD} --format json").stdout)
    assert [(row["scan_id"], row["marks"].split(" ")) for row in rows] == [
        (each["scan_id"], each["marks"]) for each in objects
    ]


def test_csv_of_nothing_is_a_header(ask: Ask) -> None:
    empty = "--since 2019-01-01 --until 2019-02-01"
    text = ask(f"rates --by all {empty} --format csv").stdout
    assert text.count("\n") == 1
    assert "late_causes.schedule" in text
    assert json.loads(ask(f"rates --by all {empty} --format json").stdout) == []


def test_null_is_an_empty_cell_and_a_formula_is_defused() -> None:
    from service.cli.csv_text import printed
    from service.queries.answers import RoundGroup

    row = {
        "key": "=1+1",
        "planned_visits": 0,
        "made_visits": 0,
        "visits_kept": None,
        "planned_rounds": 0,
        "complete_rounds": 0,
        "rounds_kept": None,
    }
    assert printed(RoundGroup, [row, {**row, "key": None}]).splitlines()[1:] == [
        "'=1+1,0,0,,0,0,",
        ",0,0,,0,0,",
    ]


def test_the_table_says_period_instant_and_number(ask: Ask) -> None:
    text = ask(f"rates --by town {PERIOD}").stdout
    caption, headings, _rule, *rows = text.splitlines()
    for word in ("2026-03-12", "2026-04-12", "12:00+02:00", f"{len(rows)} groups"):
        assert word in caption
    assert "bundled" in headings
    assert "%" in rows[0]


def test_the_table_speaks_chinese_and_stays_aligned(ask: Ask) -> None:
    text = ask(f"rates --by town {PERIOD}", LC_ALL="zh_CN.UTF-8").stdout
    _caption, headings, rule, *rows = text.splitlines()
    assert "捆捆报率" in headings
    assert "镇2" in text
    # Up to the last column that is aligned right, every line ends a column at the same place.
    assert {width(line) for line in (headings, rule, *rows)} == {width(rule)}


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("捆捆报", 6), ("e\u0301", 1), ("ａ", 2)]
)
def test_the_width_of_a_text(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_table_does_not_steer_the_terminal() -> None:
    assert "\x1b" not in aligned(["name"], [["\x1b[31mred"]], 1)


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("rates", "--by: is missing"),
        ("rates --by village", "--by: village is not one of"),
        ("rates --by town --since 2026-13-01", "--since: 2026-13-01 is not a date"),
        ("rates --by town --since 2026-04-02 --until 2026-04-01", "is after until"),
        ("rates --by town --as-of 2026-04-02T12:00:00", "--as-of: 2026-04-02T12:00:00 is not an"),
        ("rates --by town --title none", "--title: there is no none"),
        ("rates --by town --town none", "--town: there is no none"),
        ("rates --by town --route none", "--route: there is no none"),
        ("rates --by town --scans few", "--scans: few is not one of all, sound"),
        ("rates --by town --branch none", "--branch: there is no none"),
        ("rounds --by town", "--by: town is not one of"),
        ("rounds --by route --title 1-1", "--title"),
        ("marks --by all", "--by"),
        ("marks --since tomorrow", "--since: tomorrow is not a date"),
        ("rates --by", "--by"),
        ("rates --by town more", "more"),
        ("rates --by town --format xml", "xml"),
    ],
)
def test_wrong_usage_is_one_clear_line(ask: Ask, command: str, word: str) -> None:
    assert word in refused(ask(command))


def test_errors_speak_chinese_too(ask: Ask) -> None:
    line = refused(ask("rates --by town --title none", LC_ALL="", LANG="zh_CN.UTF-8"))
    assert "没有代码“none”" in line


def test_several_branches_want_a_choice(ask: Ask, both: Path) -> None:
    line = refused(ask("rates --by town", JIANBAO_DATA=str(both)))
    assert "--branch" in line
    assert "B4365" in line
    chosen = ask("rates --by town --branch B4365", JIANBAO_DATA=str(both))
    assert chosen.exit_code == 0


def test_nothing_imported_is_said(invoke_jianbao: Callable[..., Result]) -> None:
    assert "jianbao import" in refused(invoke_jianbao("rates", "--by", "town"))


def test_a_database_that_does_not_answer_is_one_line(ask: Ask) -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    line = refused(ask("rates --by town", JIANBAO_DATABASE_URL=away), status=1)
    assert "does not answer" in line


def test_utf8_under_any_locale_and_quiet_on_a_broken_pipe(month: Path) -> None:
    command = [sys.executable, "-m", "service", "rates", "--by", "point", *shlex.split(PERIOD)]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LC_")},
        "PYTHONPATH": str(ROOT),
        "JIANBAO_DATA": str(month),
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    done = subprocess.run(command, env=env, capture_output=True)
    assert done.returncode == 0
    assert "点P002" in done.stdout.decode("utf-8")
    with subprocess.Popen(
        [*command, "--format", "json"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def _cell(value: Any) -> str:
    return "" if value is None else str(value)

"""Import and the API's schemas hold the same rules: the same bad values through both."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.feed.columns import Table
from service.feed.fields import Choice
from service.feed.problems import Problems
from service.feed.reading.convert import Converter
from service.feed.reading.rows import read_sheet
from service.feed.reading.source import feed_members
from service.feed.schemas import SCHEMAS
from service.feed.tables import BY_NAME, TABLES
from tests.feed.complete import COMPLETE

Found = dict[str, str]

VALUES = """
0 -0 1 -1 +1 00 01 5 5.0 1e3 1_000 1,000 ٣ ２ 0x1 1.5 .5 5. -90 90 90.0000001 -180.5 180 181 100000
100001 1440 1441 60 61 2147483647 2147483648 99999999999999999999999 NaN nan inf -Infinity 1e400
29,48 29°28' null None true 1970-01-01 1969-12-31 2100-12-31 2101-01-01 2026-02-29 2024-02-29
2026-2-3 20260203 2026-W06-2 2026-07-06T08:10:00+08:00 2026-07-06T08:10Z 2026-07-06T08:10:00
2026-07-06T08:10:00.1234567-03:30 2026-07-06T24:00:00Z 2026-07-06T08:10:60Z 2026-07-06t08:10:00z
2026-07-06T08:10:00+25:00 1970-01-01T00:00:00Z 1970-01-01T00:00:00+00:01 2100-12-31T23:59:59.999Z
2101-01-01T00:00:00Z 00:00 23:59 24:00 9:00 09:00:00 MO MO,WE WE,MO MO,MO mo MO, FREQ=DAILY
freq=weekly;byday=mo FREQ=DAILY;COUNT=2;UNTIL=20260101 FREQ=HOURLY RRULE:FREQ=DAILY
FREQ=YEARLY;BYEASTER=0 FREQ=WEEKLY;BYDAY=1MO FREQ=MONTHLY;BYDAY=-1FR Asia/Shanghai UTC Mars/Olympus
asia/shanghai camera manual Camera skip extra unit holiday received late lost 2
0190a001-0000-7000-8000-000000000009 0190A001-0000-7000-8000-00000000000A
{0190a001-0000-7000-8000-000000000009} 0190a00100007000800000000000000a 0190a001 =1+1 <b>
""".split()  # noqa: SIM905
VALUES += [
    "",
    " ",
    " x",
    "x ",
    "x\u3000",
    "a b",
    "a\nb",
    "a\0b",
    "\ud800",
    "\udcff",
    "\x1f",
    "\u2028",
]
VALUES += ["名" * 200, "名" * 201, "x" * 131_000, "2026-07-06 08:10:00+08:00", "MO, WE", "￼", "🗞"]

CELLS = [(table, column.name) for table in TABLES for column in table.columns]


def example(table: Table) -> dict[str, str]:
    """A good row of the file, every column filled where the complete feed fills one."""
    rows = [*csv.DictReader(COMPLETE[table.name])]
    return dict(rows[0])


def by_schema(table: Table, row: dict[str, Any]) -> Found:
    errors = SCHEMAS[table.name]().validate(row)
    return {column: messages[0] for column, messages in errors.items()}


def by_import(table: Table, rows: list[dict[str, str]], folder: Path) -> list[Found]:
    """What the import says of each row, read from a file as any other."""
    path = folder / table.file
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in table.columns])
        writer.writeheader()
        writer.writerows(rows)
    problems = Problems(limit=10**6)
    found: dict[int, Found] = {}
    with feed_members(folder, problems) as members:
        sheet = read_sheet(table, members[table.file], problems, lambda _size: None)
        assert sheet is not None
        converter = Converter(table, sheet.positions)
        lines = []
        for chunk in sheet.chunks:
            lines += chunk.lines
            for problem in converter.convert(chunk).problems:
                found.setdefault(problem.line, {})[problem.column] = problem.message
    assert not problems, problems.refusal([]).lines
    path.unlink()
    return [found.get(line, {}) for line in lines]


@pytest.mark.parametrize(("table", "column"), CELLS, ids=lambda cell: getattr(cell, "name", cell))
def test_a_value_is_taken_or_refused_by_both_with_the_same_words(
    table: Table, column: str, tmp_path: Path
) -> None:
    field = BY_NAME[table.name].by_name[column].field
    values = VALUES + ([*field.choices] if isinstance(field, Choice) else [])
    rows = [example(table) | {column: value} for value in values]
    imported = by_import(table, rows, tmp_path)
    assert imported == [by_schema(table, row) for row in rows]
    assert any(imported), "no value was bad: the catalogue tests nothing here"
    assert not all(imported), "no value was good"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_any_row_is_taken_or_refused_by_both(table: Table, tmp_path: Path) -> None:
    names = [column.name for column in table.columns]
    cell = st.sampled_from(VALUES) | st.text(max_size=30)
    good = example(table)
    rows = st.fixed_dictionaries({}, optional=dict.fromkeys(names, cell))

    @settings(
        max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(st.lists(rows, min_size=1, max_size=5))
    def check(drawn: list[dict[str, str]]) -> None:
        made = [good | row for row in drawn]
        assert by_import(table, made, tmp_path) == [by_schema(table, row) for row in made]

    check()


def test_both_give_the_same_values(tmp_path: Path) -> None:
    for table in TABLES:
        row = example(table)
        schema = SCHEMAS[table.name]().load(row)
        for column in table.columns:
            text = row[column.name]
            kept = column.field.read(text) if text else column.when_empty
            loaded = schema[column.name]
            assert loaded == (None if kept is None else column.field.as_python(kept))


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("scan_items", {"copies": 0}, {"copies": "0 is not between 1 and 100000"}),
        ("scan_items", {"copies": True}, {"copies": "True is not a whole number"}),
        ("scan_items", {"copies": 1.5}, {"copies": "1.5 is not a whole number"}),
        ("scan_items", {"copies": None}, {"copies": "is empty"}),
        ("scans", {"lat": float("nan")}, {"lat": "nan is not a finite number"}),
        ("scans", {"lat": 91}, {"lat": "91 is not between -90 and 90"}),
        ("scans", {"lat": None}, {"lat": "is empty although lon is given"}),
        ("scans", {"scan_id": 5}, {"scan_id": "5 is not a text"}),
        ("scans", {"scanned_at": 1783306800}, {"scanned_at": "1783306800 is not a text"}),
        ("towns", {"name": ["x"]}, {"name": "['x'] is not a text"}),
        ("towns", {"other": "x"}, {"other": "Unknown field."}),
    ],
)
def test_json_s_own_types_are_held_to_the_same_bounds(
    table: str, row: dict[str, Any], says: Found
) -> None:
    assert by_schema(BY_NAME[table], example(BY_NAME[table]) | row) == says


def test_json_s_numbers_are_taken() -> None:
    row = example(BY_NAME["scans"]) | {"lat": 29, "lon": 106.5, "accuracy_m": 0}
    loaded = SCHEMAS["scans"]().load(row)
    assert (loaded["lat"], loaded["lon"], loaded["accuracy_m"]) == (29.0, 106.5, 0.0)


def test_what_may_be_left_out_has_its_meaning() -> None:
    row = example(BY_NAME["confirmations"])
    del row["copies"], row["channel"]
    loaded = SCHEMAS["confirmations"]().load(row)
    assert (loaded["copies"], loaded["channel"]) == (1, None)
    row = {
        "office_code": "O",
        "name": "局",
        "town_code": "T",
        "lat": "1",
        "lon": "1",
        "carrier": "",
    }
    assert SCHEMAS["offices"]().load(row)["carrier"] == "邮政"

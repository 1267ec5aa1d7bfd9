"""What an import does to the records: all or nothing, repeatable, facts only added."""

from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, text

from service.operations.import_feed import FeedRefused, Imported, import_feed
from tests.feed.complete import COMPLETE, ROWS, SCAN1, SCAN2, WORD1, changed, write_feed
from tests.feed.conftest import content

Bring = Callable[[dict[str, list[str]]], Imported]
Run = Callable[..., click.testing.Result]
EXAMPLES = Path(__file__).parent.parent / "examples"


def one(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).one()[0]


def refusal(bring: Bring, engine: Engine, files: dict[str, list[str]]) -> list[str]:
    before = content(engine)
    with pytest.raises(FeedRefused) as error:
        bring(files)
    assert content(engine) == before
    return error.value.lines


def refusal_by(known: Engine, folder: Path, files: dict[str, list[str]]) -> list[str]:
    """What is wrong with a feed for a database that holds the complete one."""
    return refusal(lambda new: import_feed(known, write_feed(folder / "feed", new)), known, files)


@pytest.mark.parametrize("example", ["one-week", "hard-month"])
def test_the_examples_are_taken_whole_and_once(engine: Engine, example: str) -> None:
    first = import_feed(engine, EXAMPLES / example)
    assert all(counts.updated == counts.unchanged == 0 for counts in first.counts.values())
    for path in (EXAMPLES / example).glob("*.csv"):
        rows = len(path.read_text("utf-8").splitlines()) - 1
        assert first.counts[path.stem].new == rows
    before = content(engine)
    again = import_feed(engine, EXAMPLES / example)
    assert not again.changed
    assert content(engine) == before
    assert first.warnings == ["expected: not a file of a feed, left out"]


def test_optional_files_may_be_absent(bring: Bring) -> None:
    required = [
        "feed_info",
        "titles",
        "towns",
        "offices",
        "service_standards",
        "points",
        "subscriptions",
    ]
    imported = bring({name: COMPLETE[name] for name in required})
    assert imported.counts["scans"].new == 0


def test_required_files_may_have_no_rows(bring: Bring) -> None:
    files = {name: rows[:1] for name, rows in COMPLETE.items()}
    assert bring(files | {"feed_info": COMPLETE["feed_info"]}).counts["points"].new == 0


def test_plans_are_updated_and_what_is_left_out_stays(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    towns = ["BSY,白市驿,29.4793,106.3661,", "JF,金凤镇,29.5,106.3,"]
    imported = bring(changed(towns=towns, holds=[], subscriptions=["S2,P2,2-371,5,2026-01-01,,"]))
    assert (imported.counts["towns"].new, imported.counts["towns"].updated) == (1, 1)
    assert imported.counts["subscriptions"].updated == 1
    assert one(engine, "SELECT name FROM towns WHERE town_code = 'BSY'") == "白市驿"
    assert one(engine, "SELECT count(*) FROM holds") == 1
    assert one(engine, "SELECT count(*) FROM subscriptions") == 2


def test_an_arrival_may_be_mended(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    imported = bring(changed(arrivals=["O1,1-1,2026-07-06,2026-07-06T09:00:00+08:00"]))
    assert imported.counts["arrivals"].updated == 1


def test_versions_may_not_overlap_with_what_stays(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    versions = [
        "R1,,镇区,O1,C1,MO,09:00,2026-07-31",
        "R1,2026-06-01,镇区,O1,C1,MO,09:00,",
        "R1,2026-08-01,镇区,O1,C1,MO,09:00,",
    ]
    overlap = "route_code: overlaps another version of the route"
    lines = refusal(bring, engine, changed(routes=versions))
    assert lines == [f"routes.csv:3: {overlap}", f"routes.csv:4: {overlap}"]
    lines = refusal(bring, engine, changed(routes=versions[:1]))
    assert lines == [f"routes.csv:2: {overlap}"]


def test_a_version_is_ended_and_another_begun(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    versions = [
        "R1,2026-06-01,镇区,O1,C1,MO,09:00,2026-07-31",
        "R1,2026-08-01,镇区二,O2,,TU,10:00,",
    ]
    counts = bring(changed(routes=versions)).counts["routes"]
    assert (counts.new, counts.updated, counts.unchanged) == (1, 1, 0)
    assert one(engine, "SELECT count(*) FROM route_versions") == 3
    assert not bring(changed(routes=versions)).changed


def test_two_points_change_places(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    stops = ["R1,1,2026-06-01,P1,30,", "R1,2,2026-06-01,P2,45,"]
    counts = bring(changed(route_stops=stops)).counts["route_stops"]
    assert (counts.new, counts.updated, counts.unchanged) == (0, 2, 0)


@pytest.mark.parametrize(
    ("stops", "says"),
    [
        (["R1,1,2026-07-01,P1,30,"], "route_stops.csv:2: sequence: holds another point"),
        (["R1,9,,P1,30,"], "route_stops.csv:2: point_code: is on the route twice"),
    ],
)
def test_overlaps_with_what_is_known_are_refused(
    known: Engine, tmp_path: Path, stops: list[str], says: str
) -> None:
    lines = refusal_by(known, tmp_path, changed(route_stops=stops))
    assert any(line.startswith(says) for line in lines)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            {"service_standards": ["SEAT,当日达,calendar,0,13:00"]},
            "service_standards.csv:2: due_time: may not change while a point refers to the "
            "standard (it is 12:00): a new promise is a new code",
        ),
        (
            {"service_standards": ["SEAT,当日达,working,0,12:00"]},
            "service_standards.csv:2: day_kind: may not change",
        ),
        (
            {"service_standards": ["SEAT,当日达,calendar,1,12:00"]},
            "service_standards.csv:2: offset_days: may not change",
        ),
        (
            {"points": ["P1,镇政府,unit,BSY,,O1,SPARE,29.48,106.367"]},
            "points.csv:2: standard_code: a point's own may not change (it is SEAT): "
            "use point_changes.csv",
        ),
        (
            {"points": ["P1,镇政府,unit,BSY,,O2,SEAT,29.48,106.367"]},
            "points.csv:2: office_code: a point's own may not change (it is O1)",
        ),
        (
            {"feed_info": ["1,JLP,九龙坡区,Asia/Urumqi,30"]},
            "feed_info.csv:2: timezone: may not change: the branch has Asia/Shanghai",
        ),
        (
            {"feed_info": ["1,JLP,九龙坡区,Asia/Shanghai,31"]},
            "feed_info.csv:2: visit_gap_minutes: may not change: the branch has 30",
        ),
    ],
)
def test_the_past_is_not_rewritten(
    known: Engine, tmp_path: Path, rows: dict[str, list[str]], says: str
) -> None:
    assert refusal_by(known, tmp_path, changed(**rows))[0].startswith(says)


def test_a_standard_that_only_a_change_refers_to_stays(engine: Engine, bring: Bring) -> None:
    files = changed(point_changes=["P2,2026-06-01,SPARE,"])
    bring(files)
    files = files | changed(service_standards=["SPARE,次日达,working,2,17:00"])
    assert "offset_days" in refusal(bring, engine, files)[0]


def test_what_no_point_refers_to_may_change(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    rows = {
        "service_standards": ["SPARE,次日达,calendar,2,18:00", "SEAT,别名,calendar,0,12:00"],
        "feed_info": ["1,JLP,新名,Asia/Shanghai,30"],
        "points": ["P1,新名,agent,BSY,村,O1,SEAT,29.5,106.4"],
    }
    counts = bring(changed(**rows)).counts
    assert [counts[name].updated for name in rows] == [2, 1, 1]


SCAN = f"{SCAN1},C1,P1,2026-07-06T10:05:00+08:00,29.48,106.367,8,camera,,,"
ITEM = f"{SCAN1},1-1,2026-07-06,2"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            {"scans": [SCAN.replace(",8,", ",9,")], "scan_items": [ITEM]},
            "scans.csv:2: scan_id: is known already, with other content: accuracy_m",
        ),
        (
            {"scans": [SCAN.replace("P1", "P2").replace("05:00", "05:01")], "scan_items": [ITEM]},
            "scans.csv:2: scan_id: is known already, with other content: point_code, scanned_at",
        ),
        (
            {"scans": [SCAN], "scan_items": []},
            "scans.csv:2: scan_id: the scan is known already, with more items",
        ),
        (
            {"scans": [SCAN], "scan_items": [ITEM.replace("07-06,2", "07-06,3")]},
            "scan_items.csv:2: scan_id: the scan is known already, with other items",
        ),
        (
            {"scans": [SCAN], "scan_items": [ITEM, f"{SCAN1},2-371,2026-07-01,1"]},
            "scan_items.csv:3: scan_id: the scan is known already, with other items",
        ),
        (
            {"scans": [], "scan_items": [f"{SCAN1},2-371,2026-07-01,1"], "scan_voids": []},
            "scan_items.csv:2: scan_id: the scan is known already, with other items",
        ),
        (
            {"scan_voids": [f"{SCAN2},2026-07-06T11:06:00+08:00,扫错"]},
            "scan_voids.csv:2: scan_id: is known already, with other content: voided_at",
        ),
        (
            {"scan_voids": [f"{SCAN2},2026-07-06T11:05:00+08:00,"]},
            "scan_voids.csv:2: scan_id: is known already, with other content: reason",
        ),
        (
            {
                "confirmations": [
                    f"{WORD1},P1,1-1,2026-07-06,2026-07-06T12:30:00+08:00,late,2,label"
                ]
            },
            "confirmations.csv:2: confirmation_id: is known already, with other content: verdict",
        ),
    ],
)
def test_a_known_fact_with_other_content_is_refused(
    known: Engine, tmp_path: Path, rows: dict[str, list[str]], says: str
) -> None:
    assert says in refusal_by(known, tmp_path, changed(**rows))


def test_a_known_fact_written_otherwise_is_the_same(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    rows = {
        "scans": [
            f"{SCAN1.upper()},C1,P1,2026-07-06T02:05:00.0009Z,29.4800,106.367,8.0,camera,"
            "2026-07-09T00:00:00Z,,"
        ],
        "scan_items": [f"{SCAN1.upper()},1-1,2026-07-06,02"],
        "scan_voids": [],
    }
    before = content(engine)
    assert not bring(changed(**rows)).changed
    assert content(engine) == before


def test_a_scan_without_its_items_may_be_voided_later(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    rows = {
        "scans": [],
        "scan_items": [],
        "scan_voids": [f"{SCAN1},2026-07-06T12:00:00+08:00,"],
    }
    assert bring(changed(**rows)).counts["scan_voids"].new == 1


def test_references_may_lead_into_the_database(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    rows = {name: [] for name in COMPLETE if name != "feed_info"}
    rows["subscriptions"] = ["S3,P1,2-371,1,2026-01-01,,"]
    rows["holds"] = ["S1,2026-05-01,2026-05-08"]
    assert bring(changed(**rows)).changed


def test_ids_are_unique_over_branches_and_codes_within_one(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    other = changed(feed_info=["1,OTHER,别区,Asia/Shanghai,30"])
    lines = refusal(bring, engine, other)
    assert lines[0] == "scans.csv:2: scan_id: is known already, in another branch"
    assert len(lines) == 5
    files = {
        name: rows
        for name, rows in other.items()
        if not name.startswith(("scan", "attempts", "confirmation"))
    }
    assert bring(files).changed
    assert one(engine, "SELECT count(*) FROM points") == 4


def test_another_branch_s_codes_are_unknown(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    rows: dict[str, list[str]] = {name: [] for name in COMPLETE}
    rows["feed_info"] = ["1,OTHER,别区,Asia/Shanghai,30"]
    rows["scan_voids"] = [f"{SCAN1},2026-07-06T12:00:00+08:00,"]
    rows["subscriptions"] = ["S1,P1,1-1,2,2026-01-01,,"]
    lines = refusal(bring, engine, changed(**rows))
    assert [line.split(": ")[:2] for line in lines] == [
        ["subscriptions.csv:2", "point_code"],
        ["subscriptions.csv:2", "title_code"],
        ["scan_voids.csv:2", "scan_id"],
    ]


def test_every_problem_is_listed_in_the_order_of_files_and_lines(
    engine: Engine, bring: Bring
) -> None:
    rows = {
        "towns": ["BSY,,99,106.3661,", ",白市驿,29,x,"],
        "points": ["P1,镇政府,villa,X,,O1,SEAT,,106.367", "P1,镇政府,unit,BSY,,O1,SEAT,1,2"],
    }
    lines = refusal(bring, engine, changed(**rows))
    assert [line.rsplit(": ", 1)[0] for line in lines][:8] == [
        "towns.csv:2: name",
        "towns.csv:2: lat",
        "towns.csv:3: town_code",
        "towns.csv:3: lon",
        "points.csv:2: kind",
        "points.csv:2: lat",
        "points.csv:2: town_code",
        "points.csv:3: point_code",
    ]


def test_what_refers_to_a_bad_row_is_no_problem_of_its_own(engine: Engine, bring: Bring) -> None:
    rows = {"towns": ["BSY,白市驿,129.48,106.3661,"]}
    lines = refusal(bring, engine, changed(**rows))
    assert lines == ["towns.csv:2: lat: 129.48 is not between -90 and 90"]


def test_a_thousand_problems_are_listed_and_the_others_counted(
    engine: Engine, bring: Bring
) -> None:
    points = [f"P{number},点,unit,X,,O1,SEAT,91,1" for number in range(1, 3001)]
    with pytest.raises(FeedRefused) as error:
        bring(changed(points=points))
    assert len(error.value.lines) == 1000
    assert error.value.lines[0] == "points.csv:2: lat: 91 is not between -90 and 90"
    assert error.value.lines[-1].startswith("points.csv:501: town_code: X is not in towns.csv")
    assert error.value.more == 2 * 3000 - 1000


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_dry_run_checks_everything_and_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    before = content(engine)
    imported = import_feed(engine, write_feed(tmp_path / "feed"), dry_run=True)
    assert sum(counts.new for counts in imported.counts.values()) == ROWS
    assert content(engine) == before


def test_a_changed_branch_is_marked_for_the_facts(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    mark = "SELECT mark FROM dirty_months WHERE month = -1"
    assert one(engine, mark) == 1
    bring(COMPLETE)
    assert one(engine, mark) == 1
    bring(changed(towns=["BSY,白市驿,29.4793,106.3661,"]))
    assert one(engine, mark) == 2

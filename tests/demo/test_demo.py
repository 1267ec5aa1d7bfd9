"""The demo district: the same every time, as large as promised, and a feed in every respect."""

import filecmp
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from service.demo.calendar import UNVERIFIED_DDDY_CODE
from service.demo.district import write_demo
from service.demo.scale import write_district_year
from service.demo.troubles import truth_as_json
from tests.demo.conftest import SEED, UNTIL, Demo
from tests.demo.feed_checks import Feed, problems, read

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def feed(demo: Demo) -> Feed:
    return read(demo.folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_equal_seeds_and_dates_give_equal_bytes(demo: Demo, tmp_path: Path) -> None:
    truth = write_demo(tmp_path / "again", seed=SEED, until=UNTIL)
    assert truth == demo.truth
    assert names(tmp_path / "again") == names(demo.folder)
    same, other, missing = filecmp.cmpfiles(
        demo.folder, tmp_path / "again", names(demo.folder), shallow=False
    )
    assert (other, missing) == ([], [])
    assert len(same) == 22


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("private")
    with pytest.raises(FileExistsError):
        write_demo(tmp_path, seed=1, until=UNTIL)
    assert names(tmp_path) == ["diary.txt"]


def test_it_has_ten_towns_thirty_routes_six_titles_two_carriers(feed: Feed) -> None:
    assert len(feed["towns"]) == 10
    assert Counter(row["area"] for row in feed["towns"]) == {"西部九镇": 9, "东部": 1}
    assert len({row["route_code"] for row in feed["routes"]}) == 30
    assert len(feed["titles"]) == 6
    assert Counter(row["carrier"] for row in feed["offices"]) == {"邮政": 10, "发行站": 3}
    assert 390 <= len(feed["points"]) <= 410


def test_titles_bear_the_numbers_they_are_known_by(feed: Feed) -> None:
    assert {row["title_code"]: (row["name"], row["cn_number"]) for row in feed["titles"]} == {
        "1-1": ("人民日报", "11-0065"),
        "1-16": ("光明日报", "11-0026"),
        "1-68": ("经济日报", "11-0014"),
        "77-1": ("重庆日报", "50-0001"),
        "2-371": ("求是", "11-1000/D"),
        UNVERIFIED_DDDY_CODE: ("当代党员", "50-1022/D"),
    }


def test_the_station_brings_only_its_own_paper_to_points_of_its_own(feed: Feed) -> None:
    stations = {row["office_code"] for row in feed["offices"] if row["carrier"] == "发行站"}
    points = {row["point_code"] for row in feed["points"] if row["office_code"] in stations}
    taken = {row["title_code"] for row in feed["subscriptions"] if row["point_code"] in points}
    assert len(points) == 24
    assert taken == {"77-1"}


def test_the_season_is_92_days_and_no_fact_lies_outside(demo: Demo, feed: Feed) -> None:
    truth = demo.truth
    assert truth.until - truth.since == timedelta(days=91)
    for name, column in (
        ("scans", "scanned_at"),
        ("scans", "received_at"),
        ("scan_voids", "voided_at"),
        ("attempts", "attempted_at"),
        ("confirmations", "confirmed_at"),
        ("confirmation_voids", "voided_at"),
        ("arrivals", "arrived_at"),
    ):
        instants = [datetime.fromisoformat(row[column]) for row in feed[name]]
        assert instants, name
        assert truth.since <= min(instants).date(), name
        assert max(instants) < truth.as_of, name


def test_every_file_keeps_the_rules_of_a_feed(feed: Feed) -> None:
    assert problems(feed) == []
    assert all(rows for rows in feed.values())


def test_ids_are_version_7_and_tell_the_instant(feed: Feed) -> None:
    for name, column, when in (
        ("scans", "scan_id", "scanned_at"),
        ("attempts", "attempt_id", "attempted_at"),
        ("confirmations", "confirmation_id", "confirmed_at"),
    ):
        for row in feed[name]:
            assert UUID7.fullmatch(row[column])
            epoch_ms = int(row[column].replace("-", "")[:12], 16)
            told = datetime.fromtimestamp(epoch_ms / 1000, UTC)
            assert told == datetime.fromisoformat(row[when])


def test_the_truth_can_be_read_as_json(demo: Demo) -> None:
    read_back = json.loads(truth_as_json(demo.truth))
    assert read_back["as_of"] == "2026-07-13T00:00:00+08:00"
    assert len(read_back["troubles"]) == 7


def test_a_season_over_new_year_with_another_seed_is_a_feed_too(feed: Feed, tmp_path: Path) -> None:
    truth = write_demo(tmp_path / "other", seed=SEED + 1, until=date(2025, 1, 1))
    other = read(tmp_path / "other")
    assert problems(other) == []
    assert all(any(trouble.figures.values()) for trouble in truth.troubles)
    ids = {row["scan_id"] for row in other["scans"]}
    assert ids.isdisjoint(row["scan_id"] for row in feed["scans"])


def test_a_year_without_known_holidays_says_so(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="does not know the holidays of 2031"):
        write_demo(tmp_path / "feed", seed=1, until=date(2031, 6, 2))
    feed = read(tmp_path / "feed")
    assert feed.pop("holidays") == []
    assert problems(feed | {"holidays": []}) == []


def test_a_small_district_year_is_a_feed_with_the_counts_it_says(tmp_path: Path) -> None:
    counts = write_district_year(tmp_path / "a", seed=3, points=50, days=60, until=UNTIL)
    write_district_year(tmp_path / "b", seed=3, points=50, days=60, until=UNTIL)
    feed = read(tmp_path / "a")
    assert problems(feed) == []
    assert (counts.points, counts.routes) == (50, 3)
    for name in ("points", "subscriptions", "arrivals", "scans", "scan_items", "scan_voids"):
        assert len(feed[name]) == getattr(counts, name)
    assert len(feed["confirmations"]) == counts.confirmations
    _, other, missing = filecmp.cmpfiles(
        tmp_path / "a", tmp_path / "b", names(tmp_path / "a"), shallow=False
    )
    assert (other, missing) == ([], [])


@pytest.mark.parametrize("wrong", [{"points": 0}, {"days": 0}, {"titles": 2}])
def test_a_district_year_of_nothing_is_refused(wrong: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least"):
        write_district_year(tmp_path / "feed", seed=1, until=UNTIL, **wrong)

"""Each planted trouble is found by the measures, at the rate that the generator knows."""

from pathlib import Path
from typing import Any

import pytest

from tests.demo.conftest import Demo, Measures

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]


def season(demo: Demo) -> Row:
    """The whole season, as of its end."""
    truth = demo.truth
    return {"since": truth.since, "until": truth.until, "as_of": truth.as_of}


def one(rows: list[Row], key: str) -> Row:
    (row,) = (row for row in rows if row["key"] == key)
    return row


def chosen(row: Row, figures: Row) -> Row:
    """What the row says of these figures; a cause has a dot in its name."""
    found = {}
    for name in figures:
        outer, _, inner = name.partition(".")
        found[name] = row[outer].get(inner, 0) if inner else row[outer]
    return found


@pytest.fixture(scope="module")
def marked(demo: Demo, measures: Measures) -> dict[str, set[str]]:
    """The scans that bear each mark, in the whole district."""
    found: dict[str, set[str]] = {}
    for row in measures.marks(**season(demo)):
        for mark in row["marks"]:
            found.setdefault(mark, set()).add(row["scan_id"])
    return found


def test_rounds_kept_shows_the_route_that_skips_a_day_in_three(
    demo: Demo, measures: Measures
) -> None:
    trouble = demo.truth.of("skipped_rounds")
    row = one(measures.rounds(by="route", **season(demo)), trouble.routes[0])
    assert chosen(row, trouble.figures) == pytest.approx(trouble.figures)
    assert row["rounds_kept"] == pytest.approx(2 / 3, abs=0.01)


def test_bundles_by_schedule_show_the_route_run_twice_a_week(
    demo: Demo, measures: Measures
) -> None:
    trouble = demo.truth.of("twice_a_week")
    (route,) = trouble.routes
    row = one(measures.rates(by="route", route=route, **season(demo)), route)
    assert chosen(row, trouble.figures) == pytest.approx(trouble.figures)
    assert row["bundled_rate"] > 0.9


def test_the_cause_upstream_shows_the_truck_late_on_mondays(demo: Demo, measures: Measures) -> None:
    trouble = demo.truth.of("late_mondays")
    (office,) = trouble.offices
    upstream = 0
    for route in trouble.routes:
        row = one(measures.rates(by="office", route=route, **season(demo)), office)
        upstream += row["late_causes"].get("upstream", 0)
    assert upstream == trouble.figures["late_causes.upstream"] > 0


def test_pile_marks_exactly_the_scans_of_photographed_labels(
    demo: Demo, marked: dict[str, set[str]]
) -> None:
    expected = set(demo.truth.of("pile_of_labels").marked_scans["pile"])
    assert marked["pile"] == expected != set()
    assert expected <= marked["far"]


def test_sound_scans_leave_out_what_the_pile_claimed(demo: Demo, measures: Measures) -> None:
    trouble = demo.truth.of("pile_of_labels")
    (route,) = trouble.routes
    undelivered = [
        one(measures.rates(by="route", route=route, scans=scans, **season(demo)), route)[
            "undelivered"
        ]
        for scans in ("all", "sound")
    ]
    assert undelivered[1] - undelivered[0] == trouble.figures["copies_claimed"]


def test_the_handover_gap_shows_the_village_post_that_waits(demo: Demo, measures: Measures) -> None:
    trouble = demo.truth.of("late_hand_over")
    rows = measures.rates(by="point", route=trouble.routes[0], **season(demo))
    gap = one(rows, trouble.points[0])["handover_gap_hours_p50"]
    assert gap == pytest.approx(trouble.figures["handover_gap_hours_p50"], abs=1e-6)
    assert gap == pytest.approx(48, abs=1.5)


def test_unscanned_copies_show_the_point_whose_label_is_gone(
    demo: Demo, measures: Measures
) -> None:
    trouble = demo.truth.of("missing_scans")
    rows = measures.rates(by="point", route=trouble.routes[0], **season(demo))
    row = one(rows, trouble.points[0])
    assert chosen(row, trouble.figures) == trouble.figures


@pytest.mark.parametrize("mark", ["clock", "clock_unknown"])
def test_marks_show_the_scans_of_the_phone_whose_clock_is_off(
    demo: Demo, marked: dict[str, set[str]], mark: str
) -> None:
    expected = set(demo.truth.of("clock_off").marked_scans[mark])
    assert marked[mark] == expected != set()


def test_the_documentation_has_the_true_figures(demo: Demo) -> None:
    page = (ROOT / "docs" / "demo-district.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert rows.keys() == {trouble.code for trouble in demo.truth.troubles}
    for trouble in demo.truth.troubles:
        row = rows[trouble.code]
        marked = {mark: len(ids) for mark, ids in trouble.marked_scans.items()}
        for name, figure in (trouble.figures | marked).items():
            assert f"{name} {figure}" in row
        for scope in (*trouble.offices, *trouble.points):
            assert f"`{scope}`" in row

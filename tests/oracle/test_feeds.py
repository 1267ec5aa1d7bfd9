"""The drawn feeds are valid, touch every edge, and the oracle's figures add up on them."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.edges import EDGES, build_case, edges_of
from tests.oracle.feed_plans import Feed
from tests.oracle.feed_rules import problems
from tests.oracle.feeds import Question, feed_of, feeds, question_of, questions, write_feed
from tests.oracle.oracle import GROUPINGS, load, parse, rates, rounds
from tests.oracle.questions import parse_command
from tests.oracle.smaller import smallest

COUNTS = ("expected", "delivered", "on_time", "late", "undelivered", "bundled", "stale")
COUNTS += ("bundled_by_schedule", "surplus", "disputed", "effective", "unscanned")


def draw_without_chance(examples: int) -> Any:
    """The same feeds each time, and no search for smaller ones."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Feed, Question]]:
    """A few hundred feeds, each with a question about it."""
    found = []
    for seed in range(300):
        feed = feed_of(seed)
        found.append((feed, question_of(seed, feed)))
    return found


def test_drawn_feeds_are_valid(drawn: list[tuple[Feed, Question]]) -> None:
    assert [problem for feed, _ in drawn for problem in problems(feed)] == []


def test_drawn_feeds_are_small(drawn: list[tuple[Feed, Question]]) -> None:
    for feed, _ in drawn:
        assert len(feed["points"]) <= 4
        assert len(feed["titles"]) <= 3
        assert len({row["route_code"] for row in feed.get("routes", [])}) <= 3
        assert len(feed.get("scans", [])) <= 25


def test_drawn_feeds_and_questions_touch_every_edge(drawn: list[tuple[Feed, Question]]) -> None:
    touched: Counter[str] = Counter()
    for feed, question in drawn:
        touched.update(edges_of(build_case(feed, question)))
    assert sorted(touched) == sorted(EDGES)


def test_most_answers_are_not_empty(drawn: list[tuple[Feed, Question]]) -> None:
    answered = sum(bool(question.answer(parse(feed))) for feed, question in drawn)
    assert answered > len(drawn) / 2


def test_a_written_feed_is_read_as_it_was_drawn(
    drawn: list[tuple[Feed, Question]], tmp_path: Path
) -> None:
    for number, (feed, _) in enumerate(drawn[:20]):
        assert load(write_feed(feed, tmp_path / str(number))) == parse(feed)


def test_a_question_and_its_command_line_are_the_same(
    drawn: list[tuple[Feed, Question]],
) -> None:
    for _, question in drawn[:50]:
        name, options = parse_command(" ".join(["jianbao", *question.command()]))
        given_options = {key: each for key, each in question.options.items() if each is not None}
        assert (name, options) == (question.name, given_options)


def test_copies_add_up(drawn: list[tuple[Feed, Question]]) -> None:
    for feed, question in drawn:
        if question.name == "rates":
            for row in question.answer(parse(feed)):
                check_row(row)


def check_row(row: dict[str, Any]) -> None:
    assert row["expected"] == row["delivered"] + row["undelivered"] > 0
    assert row["delivered"] == row["on_time"] + row["late"]
    assert sum(row["late_causes"].values()) == row["late"] + row["undelivered"]
    assert all(row["late_causes"].values())
    assert all(row["bundle_causes"].values())
    assert "slow_round" not in row["bundle_causes"]
    assert row["bundled_by_schedule"] <= row["bundled"] <= row["delivered"]
    assert sum(row["bundle_causes"].values()) <= row["bundled"]
    assert row["effective"] <= row["on_time"]
    assert row["disputed"] + row["effective"] <= row["expected"]
    assert row["unscanned"] <= row["undelivered"]
    within = [row["within_days"][days] for days in ("1", "2", "3")]
    assert [row["on_time"], *within, row["delivered"]] == sorted(
        [row["on_time"], *within, row["delivered"]]
    )
    assert (row["late_hours_p50"] is None) == (row["late"] == 0)
    if row["late"]:
        assert 0 <= row["late_hours_p50"] <= row["late_hours_p90"]
    for rate in ("bundled_rate", "excess_bundled_rate", "stale_rate", "age_days_mean"):
        assert (row[rate] is None) == (row["delivered"] == 0)


@draw_without_chance(30)
@given(feeds(), st.data())
def test_feeds_and_questions_by_hypothesis_are_valid(feed: Feed, data: st.DataObject) -> None:
    assert problems(feed) == []
    question = data.draw(questions(feed))
    if question.name == "rates":
        for row in question.answer(parse(feed)):
            check_row(row)


@draw_without_chance(15)
@given(st.data())
def test_every_grouping_adds_up_to_the_whole(data: st.DataObject) -> None:
    feed = data.draw(feeds())
    options = data.draw(questions(feed, ("rates",))).options
    records = parse(feed)
    whole = rates(records, **{**options, "by": "all"})
    for by in GROUPINGS:
        rows = rates(records, **{**options, "by": by})
        for count in COUNTS:
            assert sum(row[count] for row in rows) == sum(row[count] for row in whole)
        keys = [row["key"] for row in rows]
        assert keys == sorted(set(keys) - {None}) + [None] * (None in keys)


@draw_without_chance(15)
@given(st.data())
def test_a_filter_is_the_group_of_its_key(data: st.DataObject) -> None:
    feed = data.draw(feeds())
    question = data.draw(questions(feed, ("rates",)))
    records = parse(feed)
    plain = {**question.options, "title": None, "town": None, "route": None}
    for grouping in ("title", "town", "route"):
        for row in rates(records, **{**plain, "by": grouping}):
            if row["key"] is not None:
                filtered = rates(records, **{**plain, "by": "all", grouping: row["key"]})
                assert filtered == [{**row, "key": "all"}]


@draw_without_chance(30)
@given(st.data())
def test_facts_after_as_of_change_nothing(data: st.DataObject) -> None:
    feed = data.draw(feeds())
    question = data.draw(questions(feed))
    records = parse(feed)
    as_of = question.options["as_of"]
    known = [scan for scan in records.scans if scan.at <= as_of]
    words = [word for word in records.confirmations if word.at <= as_of]
    earlier = type(records)(**{**vars(records), "scans": known, "confirmations": words})
    assert question.answer(earlier) == question.answer(records)


@draw_without_chance(30)
@given(feeds(), st.data())
def test_rounds_are_no_more_than_their_visits(feed: Feed, data: st.DataObject) -> None:
    options = data.draw(questions(feed, ("rounds",))).options
    for row in rounds(parse(feed), **options):
        assert row["complete_rounds"] <= row["planned_rounds"] <= row["planned_visits"]
        assert row["complete_rounds"] <= row["made_visits"] <= row["planned_visits"] > 0


def test_a_failing_feed_is_made_as_small_as_it_can_be() -> None:
    def has_surplus(feed: Feed) -> bool:
        options = {
            "by": "all",
            "since": date(2024, 1, 1),
            "as_of": datetime(2028, 1, 1, tzinfo=UTC),
        }
        return any(row["surplus"] for row in rates(parse(feed), **options))

    feed = next(feed for feed in map(feed_of, range(50)) if has_surplus(feed))
    small = smallest(feed, has_surplus)
    assert has_surplus(small)
    assert problems(small) == []
    assert {name: len(rows) for name, rows in small.items()} == dict.fromkeys(small, 1)


def test_a_feed_with_a_problem_is_found_out() -> None:
    assert problems({"holidays": [{"date": str(date(2026, 1, 1)), "kind": "holiday"}] * 2})
    assert problems({"holds": [{"subscription_code": "S", "start_date": "2026-01-01"}]})
    version = {"route_code": "R", "valid_from": "", "valid_to": ""}
    assert problems({"routes": [version, {**version, "valid_from": "2026-01-01"}]})

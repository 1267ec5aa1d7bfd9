"""Every rule that passes is one that dateutil expands; feed.md and RFC 5545 say which pass."""

import itertools
from datetime import datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.publication_rule import FREQUENCIES, NUMBERS, publication_rule

START = datetime(2024, 1, 1)  # noqa: DTZ001 - days have no zone

GOOD = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;BYMONTHDAY=1,-1;BYMONTH=1,12",
    "FREQ=WEEKLY",
    "BYDAY=MO,SA;FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU",
    "FREQ=WEEKLY;COUNT=10",
    "FREQ=WEEKLY;UNTIL=20261231",
    "FREQ=MONTHLY;BYMONTHDAY=1,16",
    "FREQ=MONTHLY;BYMONTHDAY=01,+16,-31",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR,+2WE",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
]


@pytest.mark.parametrize("rule", GOOD)
def test_rules_of_rfc_5545_pass_unchanged_and_expand(rule: str) -> None:
    assert publication_rule(rule) == rule
    days = rrulestr(rule, dtstart=START)
    assert [*itertools.islice(days, 3)]


def test_case_does_not_matter() -> None:
    assert publication_rule("freq=weekly;byday=mo,We") == "FREQ=WEEKLY;BYDAY=MO,WE"


numbers = st.integers(-60, 400).map(str)
days = st.sampled_from(["MO", "TU", "SU", "1MO", "-1FR", "+53SU", "54MO", "0TU", "XX"])
values = st.lists(numbers | days, min_size=1, max_size=3).map(",".join)
names = st.sampled_from(["INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *NUMBERS])
parts = st.tuples(names, values | st.sampled_from(["20261231", "MO", "1"])).map("=".join)
rules = st.tuples(st.sampled_from(FREQUENCIES), st.lists(parts, max_size=3)).map(
    lambda drawn: ";".join([f"FREQ={drawn[0]}", *drawn[1]])
)


@settings(max_examples=300, derandomize=True)
@given(rules)
def test_what_passes_dateutil_reads(rule: str) -> None:
    read_by_dateutil(rule)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(rules)
def test_what_passes_dateutil_reads_for_long(rule: str) -> None:
    read_by_dateutil(rule)


def read_by_dateutil(rule: str) -> None:
    try:
        passed = publication_rule(rule)
    except ValueError:
        return
    rrulestr(passed, dtstart=START)


@given(st.text(max_size=40) | st.text("FREQ=DAILYWK;MOBSTU,1-+", max_size=30))
def test_anything_else_is_refused_with_a_reason(rule: str) -> None:
    reason = ""
    try:
        reason = publication_rule(rule)
    except ValueError as error:
        reason = str(error)
    assert reason

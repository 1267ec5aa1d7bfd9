"""The days on which a title appears: RFC 5545, as printed there and as the library expands it."""

import datetime as standard_datetime
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import dateutil.rrule
import pytest
from dateutil.rrule import DAILY, rrule, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.calendars import issue_days
from service.domain.instants import day_number, day_of
from service.domain.publication_rule import publication_rule

END = "2100-12-31"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def number(day: str) -> int:
    return day_number(date.fromisoformat(day))


def dates(days: Iterable[int]) -> list[str]:
    return [day_of(day).isoformat() for day in days]


def issues(
    rule: str,
    first: str,
    until: str,
    last: str | None = None,
    **changes: str,
) -> list[str]:
    """Issue dates; changes as D2026_01_03="skip"."""
    return dates(
        issue_days(
            rule,
            number(first),
            None if last is None else number(last),
            {number(day[1:].replace("_", "-")): change for day, change in changes.items()},
            number(until),
        )
    )


def test_a_daily_paper_appears_every_day_from_its_first_issue_to_the_day_asked_for() -> None:
    assert issues("FREQ=DAILY", "2026-02-27", "2026-03-02") == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
    ]


def test_nothing_appears_before_the_first_issue() -> None:
    assert issues("FREQ=DAILY", "2026-03-03", "2026-03-02") == []


def test_a_rule_may_be_written_in_lower_case() -> None:
    assert issues("freq=weekly;byday=mo", "2026-07-06", "2026-07-13") == [
        "2026-07-06",
        "2026-07-13",
    ]


# The expectations are those that RFC 5545 prints beside its examples.
@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "1997-08-05",
            ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "1997-08-05",
            ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
            "1997-09-02",
            [
                "1997-09-02",
                "1997-09-04",
                "1997-09-16",
                "1997-09-18",
                "1997-09-30",
                "1997-10-02",
                "1997-10-14",
                "1997-10-16",
            ],
        ),
        (
            "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
            "1997-09-30",
            [
                "1997-09-30",
                "1997-10-01",
                "1997-10-31",
                "1997-11-01",
                "1997-11-30",
                "1997-12-01",
                "1997-12-31",
                "1998-01-01",
                "1998-01-31",
                "1998-02-01",
            ],
        ),
        (
            "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
            "1997-09-04",
            ["1997-09-04", "1997-10-07", "1997-11-06"],
        ),
        (
            "FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
            "1997-09-29",
            ["1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30"],
        ),
        (
            "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
            "1997-01-01",
            [
                "1997-01-01",
                "1997-04-10",
                "1997-07-19",
                "2000-01-01",
                "2000-04-09",
                "2000-07-18",
                "2003-01-01",
                "2003-04-10",
                "2003-07-19",
                "2006-01-01",
            ],
        ),
        (
            "FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO",
            "1997-05-12",
            ["1997-05-12", "1998-05-11", "1999-05-17"],
        ),
        (
            "FREQ=YEARLY;COUNT=3;BYDAY=20MO",
            "1997-05-19",
            ["1997-05-19", "1998-05-18", "1999-05-17"],
        ),
    ],
)
def test_the_examples_of_rfc_5545_come_out_as_printed_there(
    rule: str, first: str, expected: list[str]
) -> None:
    assert issues(rule, first, "2010-12-31") == expected


def test_every_third_day_is_counted_from_the_first_issue() -> None:
    assert issues("FREQ=DAILY;INTERVAL=3", "2026-02-27", "2026-03-08") == [
        "2026-02-27",
        "2026-03-02",
        "2026-03-05",
        "2026-03-08",
    ]


def test_months_without_a_31st_have_no_issue_of_the_31st() -> None:
    assert issues("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-01", "2026-06-30") == [
        "2026-01-31",
        "2026-03-31",
        "2026-05-31",
    ]


def test_a_yearly_issue_of_29_february_appears_in_leap_years_only() -> None:
    assert issues("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2023-01-01", "2032-12-31") == [
        "2024-02-29",
        "2028-02-29",
        "2032-02-29",
    ]


def test_2100_is_no_leap_year() -> None:
    yearly = issues("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2092-01-01", END)
    assert yearly == ["2092-02-29", "2096-02-29"]
    assert issues("FREQ=DAILY", "2100-02-28", "2100-03-01") == ["2100-02-28", "2100-03-01"]


def test_a_first_issue_that_does_not_fit_the_rule_is_no_issue_and_counts_for_nothing() -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO;COUNT=2"
    assert issues(rule, "2026-07-01", END) == ["2026-07-06", "2026-07-13"]


def test_until_is_the_last_day_on_which_the_rule_fits() -> None:
    assert issues("FREQ=DAILY;UNTIL=20260703", "2026-07-01", END) == [
        "2026-07-01",
        "2026-07-02",
        "2026-07-03",
    ]


def test_the_last_issue_ends_the_rule_and_is_itself_one() -> None:
    rule = "FREQ=DAILY;UNTIL=20260710"
    assert issues(rule, "2026-07-01", END, last="2026-07-02") == ["2026-07-01", "2026-07-02"]
    assert issues("FREQ=WEEKLY;BYDAY=MO", "2026-07-06", END, last="2026-07-12") == ["2026-07-06"]


def test_a_skipped_issue_still_counts_for_count() -> None:
    found = issues("FREQ=DAILY;COUNT=3", "2026-07-01", END, D2026_07_02="skip")
    assert found == ["2026-07-01", "2026-07-03"]


def test_an_extra_issue_may_lie_before_the_first_or_after_the_last() -> None:
    found = issues(
        "FREQ=WEEKLY;BYDAY=MO",
        "2026-07-06",
        "2026-12-31",
        last="2026-07-13",
        D2026_06_30="extra",
        D2026_07_08="extra",
        D2026_08_01="extra",
    )
    assert found == ["2026-06-30", "2026-07-06", "2026-07-08", "2026-07-13", "2026-08-01"]


def test_an_extra_issue_on_an_issue_day_is_one_issue() -> None:
    found = issues("FREQ=DAILY;COUNT=1", "2026-07-06", END, D2026_07_06="extra")
    assert found == ["2026-07-06"]


def test_an_extra_issue_after_the_day_asked_for_is_not_there_yet() -> None:
    found = issues("FREQ=DAILY", "2026-07-06", "2026-07-06", D2026_07_07="extra")
    assert found == ["2026-07-06"]


def test_a_skip_where_nothing_appears_changes_nothing() -> None:
    found = issues(
        "FREQ=WEEKLY;BYDAY=MO", "2026-07-06", "2026-07-14", D2026_07_01="skip", D2026_07_07="skip"
    )
    assert found == ["2026-07-06", "2026-07-13"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=366",
        "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12",
    ],
)
def test_a_rule_that_never_fits_is_soon_given_up(rule: str) -> None:
    """To the library's last year, 9999, a daily one would take 60 times as long as a daily paper.

    Both in CPU time of this thread: whatever else runs here slows down the two alike.
    """
    first = datetime(1970, 1, 5)  # noqa: DTZ001 - days have no zone
    started = time.thread_time()
    paper = rrule(DAILY, dtstart=first, until=first.replace(year=2100))
    assert sum(1 for _ in paper) > 47_000
    between = time.thread_time()
    assert issues(rule, "1970-01-05", END) == []
    assert time.thread_time() - between < 20 * (between - started)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=53MO",
        "FREQ=MONTHLY;BYDAY=-53SU",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=53FR",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=-6FR",
    ],
)
def test_a_weekday_that_no_month_has_so_often_is_no_issue_day(rule: str) -> None:
    """A feed may say so; the library would look for it beyond its tables."""
    assert issues(publication_rule(rule), "2026-01-01", "2026-12-31") == []


def test_beside_a_weekday_that_no_month_has_so_often_the_others_appear() -> None:
    found = issues("FREQ=MONTHLY;BYDAY=53MO,2TU,-1WE", "2026-07-01", "2026-08-31")
    assert found == ["2026-07-14", "2026-07-29", "2026-08-11", "2026-08-26"]


def test_a_year_has_a_53rd_thursday_when_it_starts_with_one() -> None:
    found = issues("FREQ=YEARLY;BYDAY=53TH", "2020-01-01", "2032-12-31")
    assert found == ["2020-12-31", "2026-12-31", "2032-12-30"]


def numbers(highest: int, signed: bool) -> st.SearchStrategy[str]:
    """A list of numbers as a BY part has it, small ones and the largest more often than others."""
    size = st.integers(1, highest) | st.integers(1, 5) | st.just(highest)
    sign = st.sampled_from(["", "-", "+"] if signed else [""])
    one = st.tuples(sign, size).map(lambda pair: f"{pair[0]}{pair[1]}")
    return st.lists(one, min_size=1, max_size=3).map(",".join)


def weekdays(numbered: bool) -> st.SearchStrategy[str]:
    plain = st.sampled_from(WEEKDAYS)
    nth = st.tuples(st.sampled_from([1, 2, 4, 5, -1, -2, -5]), plain).map(lambda p: f"{p[0]}{p[1]}")
    return st.lists(plain | nth if numbered else plain, min_size=1, max_size=4).map(",".join)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule that a feed may have, with any of the parts that go with its frequency."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {
        "INTERVAL": st.sampled_from(["1", "2", "3", "5", "13"]),
        "WKST": st.sampled_from(WEEKDAYS),
        "BYMONTH": numbers(12, signed=False),
        "BYDAY": weekdays(numbered=frequency in ("MONTHLY", "YEARLY")),
    }
    if frequency != "WEEKLY":
        parts["BYMONTHDAY"] = numbers(31, signed=True)
    if frequency == "YEARLY":
        parts["BYYEARDAY"] = numbers(366, signed=True)
        parts["BYWEEKNO"] = numbers(53, signed=True)
    names = draw(st.lists(st.sampled_from(sorted(parts)), unique=True, max_size=3))
    chosen = [f"{name}={draw(parts[name])}" for name in names]
    if any(name.startswith("BY") for name in names) and draw(st.booleans()):
        chosen.append(f"BYSETPOS={draw(numbers(7, signed=True))}")
    match draw(st.sampled_from(["COUNT", "UNTIL", None, None])):
        case "COUNT":
            chosen.append(f"COUNT={draw(st.integers(1, 40))}")
        case "UNTIL":
            chosen.append(f"UNTIL={draw(some_dates()):%Y%m%d}")
    return ";".join([f"FREQ={frequency}", *draw(st.permutations(chosen))])


def some_dates() -> st.SearchStrategy[date]:
    return st.dates(date(1970, 1, 1), date(2100, 12, 31))


def valid(rule: str) -> bool:
    try:
        publication_rule(rule)
    except ValueError:
        return False
    return True


def by_the_library(rule: str, first: date, until: date) -> list[date]:
    """The rule on the dates that it says, not on dates thousands of years later."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        # The library's calendar ends soon after ours, so that what never fits ends soon too.
        soon = SimpleNamespace(**{**vars(standard_datetime), "MAXYEAR": 2110})
        patch.setattr(dateutil.rrule, "datetime", soon)
        for instant in rrulestr(rule, dtstart=datetime.combine(first, datetime.min.time())):
            if instant.date() > until:
                break
            found.append(instant.date())
    return found


def test_any_rule_gives_the_days_that_the_library_gives_for_it() -> None:
    asked = 0

    @settings(deadline=None, max_examples=60)
    @given(rules().filter(valid), some_dates(), st.integers(0, 2500))
    def compare(rule: str, first: date, length: int) -> None:
        nonlocal asked
        until = min(first + timedelta(days=length), date(2100, 12, 31))
        days = issue_days(rule, day_number(first), None, {}, day_number(until))
        assert [day_of(day) for day in days] == by_the_library(rule, first, until)
        asked += len(days)

    compare()
    assert asked > 50  # so that it is not all about rules that never fit

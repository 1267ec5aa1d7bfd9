"""Working days, running days of routes and due days, with expectations as literal dates."""

from collections.abc import Iterable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.calendars import (
    SEARCH_DAYS,
    Validity,
    due_day,
    running_days,
    weekday,
    working_days,
)
from service.domain.instants import day_number, day_of

MONDAY_TO_FRIDAY = 0b0011111
EVERY_DAY = 0b1111111


def number(day: str) -> int:
    return day_number(date.fromisoformat(day))


def dates(days: Iterable[int]) -> list[str]:
    return [day_of(day).isoformat() for day in days]


def some_dates() -> st.SearchStrategy[date]:
    return st.dates(date(1970, 1, 1), date(2100, 12, 31))


# --- Working days ------------------------------------------------------------------------------


@settings(deadline=None)
@given(some_dates())
def test_the_weekday_of_a_day_number_is_that_of_its_date(day: date) -> None:
    assert weekday(day_number(day)) == day.weekday()


def test_working_days_are_monday_to_friday() -> None:
    assert dates(working_days({}, number("2026-07-03"), number("2026-07-07"))) == [
        "2026-07-03",
        "2026-07-06",
        "2026-07-07",
    ]


def test_the_table_of_holidays_makes_free_days_and_working_weekends() -> None:
    table = {
        number("2026-02-13"): "workday",  # a Friday: as before
        number("2026-02-14"): "workday",  # a Saturday
        number("2026-02-15"): "holiday",  # a Sunday: as before
        number("2026-02-17"): "holiday",  # a Tuesday
    }
    assert dates(working_days(table, number("2026-02-13"), number("2026-02-18"))) == [
        "2026-02-13",
        "2026-02-14",
        "2026-02-16",
        "2026-02-18",
    ]


def test_both_ends_of_the_stretch_are_in() -> None:
    monday = number("2026-07-06")
    assert working_days({}, monday, monday) == [monday]
    assert working_days({}, monday, monday - 1) == []


# --- Running days of a route -------------------------------------------------------------------


def running(version: Validity, since: str, until: str, **changes: str) -> list[str]:
    table = {number(day[1:].replace("_", "-")): change for day, change in changes.items()}
    return dates(running_days(version, table, number(since), number(until)))


def test_a_route_runs_on_the_weekdays_of_its_version_within_its_validity() -> None:
    version = Validity(number("2026-07-01"), number("2026-07-08"), 0b0000101)  # Monday, Wednesday
    assert running(version, "2026-06-01", "2026-07-31") == [
        "2026-07-01",
        "2026-07-06",
        "2026-07-08",
    ]


def test_a_version_without_ends_runs_as_far_as_it_is_asked() -> None:
    version = Validity(-1, None, 0b1000000)
    assert running(version, "2026-07-04", "2026-07-12") == ["2026-07-05", "2026-07-12"]


def test_a_stretch_within_a_version_is_not_left_on_either_side() -> None:
    version = Validity(number("2026-01-01"), number("2026-12-31"), EVERY_DAY)
    assert running(version, "2026-07-04", "2026-07-05") == ["2026-07-04", "2026-07-05"]


def test_skipped_days_are_taken_out_and_extra_days_put_in() -> None:
    version = Validity(number("2026-07-06"), number("2026-07-12"), MONDAY_TO_FRIDAY)
    found = running(
        version,
        "2026-07-01",
        "2026-07-31",
        D2026_07_07="skip",
        D2026_07_11="extra",
        D2026_07_08="extra",  # runs anyway
        D2026_07_12="skip",  # does not run anyway
    )
    assert found == ["2026-07-06", "2026-07-08", "2026-07-09", "2026-07-10", "2026-07-11"]


def test_an_exception_outside_the_validity_changes_nothing() -> None:
    version = Validity(number("2026-07-06"), number("2026-07-07"), EVERY_DAY)
    found = running(version, "2026-07-01", "2026-07-31", D2026_07_05="extra", D2026_07_08="extra")
    assert found == ["2026-07-06", "2026-07-07"]


def test_two_versions_share_the_exceptions_of_their_route_by_their_validity() -> None:
    old = Validity(-1, number("2026-07-05"), 0b0000001)
    new = Validity(number("2026-07-06"), None, 0b0000010)
    extra = {"D2026_07_04": "extra", "D2026_07_10": "extra"}
    assert running(old, "2026-06-29", "2026-07-12", **extra) == ["2026-06-29", "2026-07-04"]
    assert running(new, "2026-06-29", "2026-07-12", **extra) == ["2026-07-07", "2026-07-10"]


# --- Due days ----------------------------------------------------------------------------------


def test_a_calendar_promise_counts_calendar_days() -> None:
    assert due_day(100, 0, None) == 100
    assert due_day(100, 60, None) == 160


def test_a_promise_in_counted_days_takes_the_one_after_the_offset() -> None:
    days = [90, 100, 103, 104, 110]
    assert [due_day(100, offset, days) for offset in range(4)] == [100, 103, 104, 110]


def test_counting_starts_on_the_publication_date_or_the_next_counted_day() -> None:
    days = [99, 101, 105]
    assert due_day(100, 0, days) == 101
    assert due_day(101, 0, days) == 101
    assert due_day(102, 0, days) == 105


def test_a_counted_day_is_found_up_to_the_62nd_day_and_no_further() -> None:
    assert SEARCH_DAYS == 62
    assert due_day(100, 0, [100 + 61]) == 161
    assert due_day(100, 0, [100 + 62]) == 100
    assert due_day(100, 1, [100, 100 + 61]) == 161
    assert due_day(100, 1, [100, 100 + 62]) == 101


def test_where_too_few_days_are_counted_calendar_days_are() -> None:
    assert due_day(100, 3, []) == 103
    assert due_day(100, 3, [100, 101, 102]) == 103
    assert due_day(100, 3, [100, 101, 102, 104]) == 104
    assert due_day(100, 3, [96, 97, 98, 99]) == 103


def test_sixty_working_days_do_not_fit_into_62_days() -> None:
    monday = number("2026-07-06")
    days = working_days({}, monday, monday + 200)
    assert due_day(monday, 44, days) == number("2026-09-04")  # the 45th: a Friday, day 61 of 62
    assert due_day(monday, 45, days) == monday + 45


@settings(deadline=None)
@given(
    st.integers(0, 100),
    st.integers(0, 60),
    st.sets(st.integers(0, 300)).map(sorted) | st.just(range(300)),
)
def test_the_due_day_is_the_one_that_the_definition_counts(
    day: int, offset: int, counted: list[int]
) -> None:
    among = [each for each in range(day, day + 62) if each in set(counted)]
    expected = among[offset] if len(among) > offset else day + offset
    assert due_day(day, offset, list(counted)) == expected

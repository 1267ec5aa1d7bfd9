"""Local times read as instants where clocks change, and the zones' offsets over time."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.instants import (
    DAY_MS,
    day_number,
    day_of,
    instant_of,
    local_day,
    local_instant,
    milliseconds,
    month_days,
    month_number,
    offset_spans,
)

# With half hours, two hours, midnights, a skipped day, and Ramadan's four changes a year.
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/St_Johns",
    "America/Caracas",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Pyongyang",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "UTC",
]
HOUR_MS = 3_600_000
FIRST_MS = 0
LAST_MS = milliseconds(datetime(2101, 1, 1, tzinfo=UTC)) - 1


def local(zone: str, local_time: str) -> str:
    """The instant of a local time, in UTC."""
    written = datetime.fromisoformat(local_time)
    minute = written.hour * 60 + written.minute
    ms = local_instant(day_number(written.date()), minute, ZoneInfo(zone))
    return instant_of(ms).strftime("%Y-%m-%dT%H:%MZ")


# --- Days and milliseconds ---------------------------------------------------------------------


def test_days_are_counted_from_1970() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(1970, 2, 1)) == 31
    assert day_of(-1) == date(1969, 12, 31)
    assert day_of(day_number(date(2100, 12, 31))) == date(2100, 12, 31)


def test_instants_are_kept_to_the_millisecond_and_finer_digits_are_cut_off() -> None:
    eight = timezone(timedelta(hours=8))
    assert milliseconds(datetime(1970, 1, 1, 8, 0, 0, 1999, tzinfo=eight)) == 1
    assert milliseconds(datetime(2026, 7, 6, 23, 59, 59, 999_999, tzinfo=UTC)) % 1000 == 999
    assert instant_of(1500) == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(TypeError):
        milliseconds(datetime(2026, 7, 6))  # noqa: DTZ001 - the point of the test


# --- Local times -------------------------------------------------------------------------------


def test_a_local_time_is_read_in_the_zone_of_the_branch() -> None:
    assert local("Asia/Shanghai", "2026-07-06T00:00") == "2026-07-05T16:00Z"
    assert local("Asia/Shanghai", "2026-07-06T23:59") == "2026-07-06T15:59Z"


@pytest.mark.parametrize(
    ("zone", "doubled", "instant"),
    [
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z"),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),  # by half an hour
        ("America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30Z"),  # before midnight
        ("America/St_Johns", "2010-11-06T23:30", "2010-11-07T02:00Z"),
        ("America/St_Johns", "2010-11-07T00:00", "2010-11-07T02:30Z"),  # a doubled midnight
        ("America/St_Johns", "1988-10-29T22:30", "1988-10-30T00:00Z"),  # by two hours
        ("Asia/Shanghai", "1988-09-11T01:30", "1988-09-10T16:30Z"),
    ],
)
def test_a_local_time_that_a_clock_change_doubles_is_the_earlier_one(
    zone: str, doubled: str, instant: str
) -> None:
    assert local(zone, doubled) == instant


@pytest.mark.parametrize(
    ("zone", "skipped", "instant"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30Z"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z"),
        ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:30Z"),
        ("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00Z"),  # no midnight
        ("America/St_Johns", "2010-03-14T00:30", "2010-03-14T04:00Z"),
        ("America/St_Johns", "1988-04-03T00:30", "1988-04-03T04:00Z"),
        ("Asia/Shanghai", "1988-04-17T02:30", "1988-04-16T18:30Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00Z"),  # a whole day
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00Z"),
    ],
)
def test_a_local_time_that_a_clock_change_skips_has_the_offset_before_the_change(
    zone: str, skipped: str, instant: str
) -> None:
    assert local(zone, skipped) == instant


def test_before_and_after_the_skipped_day_of_apia_the_days_are_its_own() -> None:
    apia = ZoneInfo("Pacific/Apia")
    change = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert local("Pacific/Apia", "2011-12-29T23:59") == "2011-12-30T09:59Z"
    assert local("Pacific/Apia", "2011-12-31T00:00") == "2011-12-30T10:00Z"
    assert day_of(local_day(milliseconds(change) - 1, apia)) == date(2011, 12, 29)
    assert day_of(local_day(milliseconds(change), apia)) == date(2011, 12, 31)


def test_after_a_doubled_midnight_the_local_date_goes_back() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    midnight = local_instant(day_number(date(2010, 11, 7)), 0, st_johns)
    assert day_of(local_day(midnight - 1, st_johns)) == date(2010, 11, 6)
    assert day_of(local_day(midnight, st_johns)) == date(2010, 11, 7)
    assert day_of(local_day(midnight + 60_000, st_johns)) == date(2010, 11, 6)
    assert day_of(local_day(midnight + HOUR_MS + 60_000, st_johns)) == date(2010, 11, 7)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(1970, 1, 2), date(2100, 12, 30)),
    st.integers(0, 1439),
)
def test_a_local_minute_is_read_as_python_reads_it_with_fold_0(
    zone: str, day: date, minute: int
) -> None:
    there = ZoneInfo(zone)
    written = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=there)
    assert instant_of(local_instant(day_number(day), minute, there)) == written.astimezone(UTC)


# --- Offsets of a zone over time ---------------------------------------------------------------


def offset_at(ms: int, zone: ZoneInfo) -> int:
    offset = instant_of(ms).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(milliseconds=1)


def spans_hold(first: int, last: int, zone: ZoneInfo, step: int) -> None:
    """The spans cover the stretch once, in order, and each has one offset: the zone's."""
    spans = offset_spans(first, last, zone)
    assert spans[0][0] == first
    assert spans[-1][1] == last + 1
    for (_, until, offset), (following, _, other) in pairwise(spans):
        assert until == following
        assert offset != other
    for start, until, offset in spans:
        assert start < until
        checked = {start, until - 1, *range(start, until, step)}
        assert {offset_at(ms, zone) for ms in checked} == {offset}


@pytest.mark.parametrize("zone", ZONES)
def test_offsets_cover_1970_to_2100_without_a_gap_and_are_the_zones_own(zone: str) -> None:
    spans_hold(FIRST_MS, LAST_MS, ZoneInfo(zone), step=5 * DAY_MS + HOUR_MS)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(FIRST_MS, LAST_MS),
    st.integers(0, 400 * DAY_MS) | st.integers(0, 3 * HOUR_MS),
)
def test_offsets_of_any_stretch_are_the_zones_own(zone: ZoneInfo, first: int, length: int) -> None:
    spans_hold(first, first + length, zone, step=HOUR_MS)


def test_a_change_is_found_to_the_millisecond() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    change = milliseconds(datetime(2026, 3, 29, 1, tzinfo=UTC))
    first, last = change - 40 * HOUR_MS, change + 40 * HOUR_MS
    assert offset_spans(first, last, berlin) == [
        (first, change, HOUR_MS),
        (change, last + 1, 2 * HOUR_MS),
    ]
    assert offset_spans(first, change, berlin)[-1] == (change, change + 1, 2 * HOUR_MS)
    assert offset_spans(first, change - 1, berlin) == [(first, change, HOUR_MS)]


def test_two_changes_at_less_than_a_day_from_the_ends_are_both_found() -> None:
    """Casablanca leaves its summer time for Ramadan and comes back a month later."""
    zone = ZoneInfo("Africa/Casablanca")
    out = milliseconds(datetime(2026, 2, 15, 2, tzinfo=UTC))
    back = milliseconds(datetime(2026, 3, 22, 2, tzinfo=UTC))
    assert [span[2] for span in offset_spans(out - 1, back, zone)] == [HOUR_MS, 0, HOUR_MS]


def test_a_single_instant_has_one_span() -> None:
    assert offset_spans(5, 5, ZoneInfo("Asia/Shanghai")) == [(5, 6, 8 * HOUR_MS)]


# --- Months ------------------------------------------------------------------------------------


def test_months_are_counted_from_january_1970() -> None:
    assert month_number(day_number(date(1970, 1, 31))) == 0
    assert month_number(day_number(date(1970, 2, 1))) == 1
    assert month_number(day_number(date(2026, 7, 6))) == 56 * 12 + 6
    assert month_number(-1) == -1


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (0, date(1970, 1, 1), date(1970, 1, 31)),
        (11, date(1970, 12, 1), date(1970, 12, 31)),
        (54 * 12 + 1, date(2024, 2, 1), date(2024, 2, 29)),
        (130 * 12 + 1, date(2100, 2, 1), date(2100, 2, 28)),
        (-1, date(1969, 12, 1), date(1969, 12, 31)),
    ],
)
def test_a_month_has_its_first_and_last_day(month: int, first: date, last: date) -> None:
    assert tuple(map(day_of, month_days(month))) == (first, last)


@settings(deadline=None)
@given(st.integers(-1, day_number(date(2101, 12, 31))))
def test_every_day_lies_in_the_month_that_its_number_names(day: int) -> None:
    first, last = month_days(month_number(day))
    assert first <= day <= last
    assert month_number(first) == month_number(last) == month_number(day)
    assert month_number(first - 1) == month_number(day) - 1
    assert month_number(last + 1) == month_number(day) + 1

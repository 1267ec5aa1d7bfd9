"""Dates as day numbers, instants as UTC milliseconds, and local time read as an instant."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY_MS = 86_400_000


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to the date."""
    return day.toordinal() - EPOCH_ORDINAL


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(number + EPOCH_ORDINAL)


def milliseconds(instant: datetime) -> int:
    """Return the aware instant as UTC epoch milliseconds, finer digits cut off.

    TypeError when the instant has no offset.
    """
    return (instant - EPOCH) // MILLISECOND


def instant_of(epoch_ms: int) -> datetime:
    """Return the aware UTC instant of epoch milliseconds."""
    return EPOCH + epoch_ms * MILLISECOND


# A plan asks for the same departures again and again.
@lru_cache(maxsize=2**15)
def local_instant(day: int, minute: int, zone: ZoneInfo) -> int:
    """Return the epoch milliseconds of a local minute (0–1439) of a day number.

    A local time that a clock change doubles is the earlier one; one that it skips is read with
    the offset before the change. metrics.md, "Time".
    """
    midnight = datetime.combine(day_of(day), datetime.min.time())
    return milliseconds((midnight + timedelta(minutes=minute)).replace(tzinfo=zone, fold=0))


def local_day(epoch_ms: int, zone: ZoneInfo) -> int:
    """Return the day number of the local date at an instant."""
    return day_number(instant_of(epoch_ms).astimezone(zone).date())


def offset_spans(first_ms: int, last_ms: int, zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """Return (from_ms, until_ms, offset_ms): the zone's offsets, each valid in [from, until).

    The spans cover [first_ms, last_ms] without a gap. Changes are found by halving, day by day.
    """
    spans = []
    start = first_ms
    offset = _offset(first_ms, zone)
    low = first_ms
    while low < last_ms:
        high = min(low + DAY_MS, last_ms)
        if _offset(high, zone) != offset:
            change = _change_between(low, high, zone)
            spans.append((start, change, offset))
            start = low = change
            offset = _offset(change, zone)
        else:
            low = high
    spans.append((start, last_ms + 1, offset))
    return spans


def _offset(epoch_ms: int, zone: ZoneInfo) -> int:
    local = instant_of(epoch_ms).astimezone(zone).replace(tzinfo=UTC)
    return milliseconds(local) - epoch_ms


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the first instant in (low, high] whose offset is not the one at `low`."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def month_number(day: int) -> int:
    """Return the months from January 1970 to the month of a day number."""
    date_ = day_of(day)
    return (date_.year - 1970) * 12 + date_.month - 1


def month_days(month: int) -> tuple[int, int]:
    """Return the first and the last day number of a month counted from January 1970."""
    years, months = divmod(month, 12)
    first = date(1970 + years, months + 1, 1)
    after = date(1970 + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return day_number(first), day_number(after) - 1

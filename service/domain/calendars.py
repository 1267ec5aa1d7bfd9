"""Which days count: issue days of a title, working days, running days of a route, due days.

Days are day numbers since 1970-01-01, local to the branch. metrics.md, "When an issue appears
and when it is due".
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from service.domain.instants import EPOCH_ORDINAL, day_number, day_of

SKIP = "skip"
EXTRA = "extra"
SEARCH_DAYS = 62
SATURDAY = 5

# The Gregorian calendar repeats every 400 years to the weekday. Rules are expanded this much
# later, where the calendar of the library ends soon: a rule that never fits (30 February) is then
# given up after centuries instead of millennia.
REPEAT_YEARS = 7600
REPEAT_DAYS = REPEAT_YEARS // 400 * 146_097

# No month has a sixth Monday, nor a 53rd; the library looks for that one beyond its tables.
IN_NO_MONTH = 6
_ORDINAL = re.compile(r"[0-9]+(?=[A-Z])")


def issue_days(
    rule: str,
    first_issue: int,
    last_issue: int | None,
    changes: Mapping[int, str],
    until: int,
) -> list[int]:
    """Return the days up to `until` on which a title appears, in order.

    The RFC 5545 rule starts at `first_issue`, itself an issue only when it fits, and ends with
    `last_issue`; then `skip` days are taken out and `extra` days put in, also outside that range.
    """
    end = until if last_issue is None else min(until, last_issue)
    days = set(_rule_days(rule, first_issue, end))
    days -= {day for day, change in changes.items() if change == SKIP}
    days |= {day for day, change in changes.items() if change == EXTRA and day <= until}
    return sorted(days)


@lru_cache(maxsize=4096)
def _rule_days(rule: str, first: int, last: int) -> tuple[int, ...]:
    parts = [part for part in rule.upper().split(";") if part]
    kept = ";".join(part for part in _findable(parts) if not part.startswith("UNTIL="))
    for part in parts:
        if part.startswith("UNTIL="):
            until = datetime.strptime(part[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a date
            last = min(last, day_number(until))
    start = datetime.combine(day_of(first), datetime.min.time())
    days: list[int] = []
    for instant in rrulestr(kept, dtstart=start + relativedelta(years=REPEAT_YEARS)):
        day = instant.toordinal() - EPOCH_ORDINAL - REPEAT_DAYS
        if day > last:
            break
        days.append(day)
    return tuple(days)


def _findable(parts: Sequence[str]) -> Iterable[str]:
    """Yield the parts of a rule, one of a weekday that no month has as its sixth."""
    by_month = "FREQ=MONTHLY" in parts or any(part.startswith("BYMONTH=") for part in parts)
    for part in parts:
        if by_month and part.startswith("BYDAY="):
            yield _ORDINAL.sub(lambda found: str(min(int(found[0]), IN_NO_MONTH)), part)
        else:
            yield part


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday (1970-01-01 was a Thursday)."""
    return (day + 3) % 7


def working_days(holidays: Mapping[int, str], since: int, until: int) -> list[int]:
    """Return Monday to Friday in [since, until], as the table of holidays and workdays mends it."""
    return [
        day
        for day in range(since, until + 1)
        if holidays.get(day, "workday" if weekday(day) < SATURDAY else "holiday") == "workday"
    ]


@dataclass(frozen=True, slots=True)
class Validity:
    """A route as planned from one day to another, both in; `weekdays` has bit 0 for Monday."""

    valid_from: int
    valid_to: int | None
    weekdays: int


def running_days(
    version: Validity, changes: Mapping[int, str], since: int, until: int
) -> Iterable[int]:
    """Yield the days in [since, until] on which this version of a route runs.

    Its weekdays without skipped days and with extra days; outside its validity a change is nothing.
    """
    first = max(since, version.valid_from)
    last = until if version.valid_to is None else min(until, version.valid_to)
    for day in range(first, last + 1):
        change = changes.get(day)
        if change == EXTRA or (change != SKIP and version.weekdays >> weekday(day) & 1):
            yield day


def due_day(day: int, offset_days: int, counted_days: Sequence[int] | None) -> int:
    """Return the day on which an issue of `day` is due.

    `counted_days` are the working or planned visit days in order, which are counted from `day` on:
    the (offset + 1)-th. Where fewer are found among 62 days, and for None, calendar days are
    counted. metrics.md, the table of `day_kind`.
    """
    if counted_days is not None:
        place = bisect_left(counted_days, day) + offset_days
        if place < len(counted_days) and counted_days[place] < day + SEARCH_DAYS:
            return counted_days[place]
    return day + offset_days

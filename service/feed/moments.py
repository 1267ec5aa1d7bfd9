"""The fields that hold a time: dates, times of day, instants."""

import re
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer

from service.domain.instants import DAY_MS, day_number, day_of, instant_of, milliseconds
from service.feed.fields import FeedField, Refused
from service.feed.problems import shown
from service.wording import translated as _

FIRST_DAY = day_number(date(1970, 1, 1))
LAST_DAY = day_number(date(2100, 12, 31))
FIRST_MS = FIRST_DAY * DAY_MS
LAST_MS = (LAST_DAY + 1) * DAY_MS - 1
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?"
    r"(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
# Parts of instants and their milliseconds. There are only so many days and seconds of a day; of
# fractions with offsets there may be more, so those start anew now and then.
_seen_days: dict[str, int] = {}
_seen_clocks: dict[str, int] = {}
_seen_ends: dict[str, int] = {}
MOST_ENDS = 20_000

_WITHOUT_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")


class Day(FeedField):
    """A date between 1970 and 2100; kept as a day number."""

    sql_type = Integer()

    def read(self, text: str) -> int:
        day = _day(text)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Refused(_("%(value)s is not between 1970 and 2100", value=text))
        return day

    def write(self, value: int) -> str:
        return day_of(value).isoformat()

    def as_python(self, value: int) -> date | None:
        # The beginning of time, before the first date of a feed, is what no date at all means.
        return None if value < FIRST_DAY else day_of(value)

    def _serialize(self, value: date | None, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()


class Clock(FeedField):
    """A time of day, HH:MM; kept as the minute of the day."""

    sql_type = Integer()

    def read(self, text: str) -> int:
        match = _CLOCK.fullmatch(text)
        if match is None:
            message = _("%(value)s is not a time of day from 00:00 to 23:59", value=shown(text))
            raise Refused(message)
        return int(match[1]) * 60 + int(match[2])

    def write(self, value: int) -> str:
        return f"{value // 60:02}:{value % 60:02}"


class InstantField(FeedField):
    """An instant with its offset, between 1970 and 2100 (UTC); kept as milliseconds, cut off."""

    sql_type = BigInteger()

    def read(self, text: str) -> int:
        # The three parts of nearly every instant have been seen before.
        try:
            kept = _seen_days[text[:10]] + _seen_clocks[text[10:19]] + _seen_ends[text[19:]]
        except KeyError:
            kept = self._read_anew(text)
        if not FIRST_MS <= kept <= LAST_MS:
            raise Refused(_("%(value)s is not between 1970 and 2100", value=shown(text)))
        return kept

    def read_all(self, texts: list[str]) -> list[int] | None:
        days, clocks, ends = _seen_days, _all_clocks(), _seen_ends
        try:
            values = [days[text[:10]] + clocks[text[10:19]] + ends[text[19:]] for text in texts]
        except KeyError:
            return None
        return values if min(values) >= FIRST_MS and max(values) <= LAST_MS else None

    def _read_anew(self, text: str) -> int:
        match = _INSTANT.fullmatch(text)
        if match is None:
            if _WITHOUT_OFFSET.fullmatch(text):
                raise Refused(_("%(value)s has no offset or Z", value=text))
            message = _(
                "%(value)s is not an instant like 2026-07-06T10:05:00+08:00", value=shown(text)
            )
            raise Refused(message)
        day, hour, minute, second, fraction, offset = match.groups()
        day_ms = _day(day) * DAY_MS
        clock_ms = int(hour) * HOUR_MS + int(minute) * MINUTE_MS + int(second or 0) * 1000
        end_ms = (int(fraction[:3].ljust(3, "0")) if fraction else 0) - _offset_ms(offset)
        if second is not None:
            if len(_seen_ends) > MOST_ENDS:
                _seen_ends.clear()
            _seen_days[text[:10]] = day_ms
            _seen_clocks[text[10:19]] = clock_ms
            _seen_ends[text[19:]] = end_ms
        return day_ms + clock_ms + end_ms

    def take(self, value: Any) -> int:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return milliseconds(value)
        return int(super().take(value))

    def as_python(self, value: int) -> datetime:
        return instant_of(value)

    def _serialize(self, value: datetime | None, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()


@cache
def _all_clocks() -> dict[str, int]:
    """Return every second of a day as an instant has it."""
    for second in range(DAY_MS // 1000):
        minutes, rest = divmod(second, 60)
        _seen_clocks[f"T{minutes // 60:02}:{minutes % 60:02}:{rest:02}"] = second * 1000
    return _seen_clocks


def _offset_ms(offset: str) -> int:
    if offset == "Z":
        return 0
    size = int(offset[1:3]) * HOUR_MS + int(offset[4:6]) * MINUTE_MS
    return -size if offset[0] == "-" else size


def _day(text: str) -> int:
    if not _DATE.fullmatch(text):
        raise Refused(_("%(value)s is not a date like 2026-07-06", value=shown(text)))
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        raise Refused(_("%(value)s: there is no such date", value=text)) from None

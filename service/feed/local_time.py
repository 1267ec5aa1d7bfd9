"""Instants as an export writes them: in the branch's zone, with the offset."""

from bisect import bisect_right
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.instants import DAY_MS, day_of, instant_of, offset_spans
from service.feed.moments import FIRST_DAY, HOUR_MS, LAST_DAY, MINUTE_MS


class LocalInstants:
    """Writes milliseconds as local time; milliseconds are shown when they are not zero."""

    def __init__(self, zone: ZoneInfo) -> None:
        spans = offset_spans(FIRST_DAY * DAY_MS, (LAST_DAY + 1) * DAY_MS - 1, zone)
        self.starts = [start for start, _, _ in spans]
        self.offsets = [offset for _, _, offset in spans]

    def write(self, value: int) -> str:
        """Return the instant's text; in UTC where the zone's offset had seconds."""
        offset = self.offsets[bisect_right(self.starts, value) - 1]
        if offset % MINUTE_MS:
            return instant_of(value).isoformat(timespec="milliseconds")
        day, rest = divmod(value + offset, DAY_MS)
        seconds, fraction = divmod(rest, 1000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        tail = f".{fraction:03}" if fraction else ""
        return f"{_date(day)}T{hour:02}:{minute:02}:{second:02}{tail}{_offset(offset)}"


@lru_cache(maxsize=1000)
def _date(day: int) -> str:
    return day_of(day).isoformat()


@lru_cache(maxsize=1000)
def _offset(offset: int) -> str:
    hours, minutes = divmod(abs(offset) // MINUTE_MS, HOUR_MS // MINUTE_MS)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"

"""When an event happened: the device's clocks, held against timed requests to the service.

All instants are UTC epoch milliseconds. docs/sync-protocol.md, "The clock".
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil
from typing import Final, NamedTuple

from service.domain.instants import milliseconds

CORRECTED: Final = "corrected"
UNKNOWN: Final = "unknown"

MINUTE_MS: Final = 60_000
# Of what is said to be earlier nobody could show the date, in whatever time zone.
EARLIEST_MS: Final = milliseconds(datetime(2, 1, 1, tzinfo=UTC))
# Two clocks, or an instant and its bounds, that differ by no more are taken to agree: drift, round
# trips, a clock set right by a few seconds. What is told apart matters by minutes.
AGREE_MS: Final = MINUTE_MS
# An interval this narrow is as good as a known clock.
NARROW_MS: Final = 2 * MINUTE_MS
# A known clock that was off by more marks what it timed.
OFF_MS: Final = 5 * MINUTE_MS
# How far a monotonic clock may run wrong: a hundred parts in a million, twice a poor quartz.
DRIFT: Final = 1e-4
# A request ends after 20 s, so an honest reading is never less exact than this.
LARGEST_ERROR_MS: Final = 30_000


class Reading(NamedTuple):
    """One timed request: what both clocks of the device showed, and how far its wall clock was off.

    `at_ms` + `offset_ms` is the true time, give or take `error_ms`; `after` is the highest sequence
    number recorded by then.
    """

    life: str
    mono: float
    at_ms: int
    offset_ms: float
    error_ms: float
    after: int

    @property
    def true_ms(self) -> float:
        """The service's time at the reading."""
        return self.at_ms + self.offset_ms

    @property
    def answered_ms(self) -> int:
        """What the service answered: never less than in an earlier reading, however exact each."""
        return ceil(self.true_ms - self.error_ms)


class Shown(NamedTuple):
    """What the device's clocks showed: at an event, or when a request was sent."""

    life: str
    mono: float
    at_ms: int


class Moment(NamedTuple):
    """When an event happened: the true time lies in [earliest_ms, latest_ms], None where open.

    `mark` is `corrected` where the clock was off by more than 5 minutes, `unknown` where nobody can
    tell how far and `estimate_ms` is only the best guess, None otherwise.
    """

    earliest_ms: int | None
    latest_ms: int
    estimate_ms: int
    mark: str | None


class Clock:
    """The readings that came with some events, and when they were received."""

    def __init__(self, readings: Iterable[Reading], sent: Shown | None, received_ms: int) -> None:
        possible = (each for each in readings if _is_possible(each, received_ms))
        self._readings = sorted(possible, key=lambda each: (each.after, each.answered_ms))
        self._places = [each.after for each in self._readings]
        self._sent = sent
        self._received_ms = received_ms

    def moment(self, sequence: int, shown: Shown) -> Moment:
        """Return when the event of that number happened, at which the clocks showed this."""
        place = bisect_left(self._places, sequence)
        before = self._readings[place - 1] if place else None
        after = self._readings[place] if place < len(self._readings) else None
        earliest = None if before is None else _not_before(before, shown)
        latest = self._not_received_before(shown) if after is None else _not_after(after, shown)
        if earliest is not None and 0 < earliest - latest <= AGREE_MS:
            # The readings agree to the minute, and contradict each other by less: the truth is
            # somewhere between them.
            earliest, latest = latest, earliest
        estimate, known = _estimate(shown, before, after, earliest, latest)
        if earliest is not None and earliest > latest:
            # The readings contradict each other.
            earliest, known = latest, False
        at = min(round(estimate), round(latest))
        off = abs(at - shown.at_ms) > OFF_MS
        mark = (CORRECTED if off else None) if known else UNKNOWN
        last = max(EARLIEST_MS, min(round(latest), self._received_ms))
        first = None if earliest is None else max(EARLIEST_MS, min(int(earliest), last))
        return Moment(first, last, max(EARLIEST_MS, at), mark)

    def _not_received_before(self, shown: Shown) -> float:
        sent = self._sent
        if sent is None or sent.life != shown.life:
            return self._received_ms
        return self._received_ms - _surely_passed(shown, sent)


def _is_possible(reading: Reading, received_ms: int) -> bool:
    """Tell whether a reading can have been taken: not less exactly, not later than it was sent."""
    exact = 0 <= reading.error_ms <= LARGEST_ERROR_MS
    return exact and reading.true_ms <= received_ms + reading.error_ms + AGREE_MS


def _surely_passed(earlier: Shown | Reading, later: Shown | Reading) -> float:
    """Return how long it was at least between two sights of one life's monotonic clock."""
    return max(0.0, later.mono - earlier.mono) * (1 - DRIFT)


def _not_before(reading: Reading, shown: Shown) -> float:
    passed = _surely_passed(reading, shown) if reading.life == shown.life else 0
    return reading.true_ms - reading.error_ms + passed


def _not_after(reading: Reading, shown: Shown) -> float:
    passed = _surely_passed(shown, reading) if reading.life == shown.life else 0
    return reading.true_ms + reading.error_ms - passed


def _estimate(
    shown: Shown,
    before: Reading | None,
    after: Reading | None,
    earliest: float | None,
    latest: float,
) -> tuple[float, bool]:
    """Return the best estimate within the interval, and whether the clock is known."""
    narrow = earliest is not None and latest - earliest <= NARROW_MS
    low = float("-inf") if earliest is None else earliest

    def fits(reading: Reading) -> bool:
        return low - AGREE_MS <= shown.at_ms + reading.offset_ms <= latest + AGREE_MS

    if after is not None and fits(after) and _ran_together(after, shown):
        # Most events: no other reading could be better.
        return max(low, min(shown.at_ms + after.offset_ms, latest)), True
    fitting = [each for each in (after, before) if each is not None and fits(each)]
    if not fitting:
        nearest = shown.at_ms + (after or before or _NO_READING).offset_ms
        return max(low, min(nearest, latest)), narrow
    chosen = max(fitting, key=lambda each: (_ran_together(each, shown), each.life == shown.life))
    estimate = max(low, min(shown.at_ms + chosen.offset_ms, latest))
    return estimate, narrow or _is_known(shown, chosen, before, after, len(fitting))


def _is_known(
    shown: Shown, chosen: Reading, before: Reading | None, after: Reading | None, fitting: int
) -> bool:
    """Tell whether the device's clock can be said to have run as the chosen reading found it."""
    if _ran_together(chosen, shown) or _agree(before, after):
        return True
    # The other reading does not fit (the clock was changed on its side of the event) or is missing.
    return fitting == 1 and chosen.life == shown.life


def _agree(before: Reading | None, after: Reading | None) -> bool:
    """Tell whether the device's clock was equally far off before and after."""
    if before is None or after is None:
        return False
    return abs(before.offset_ms - after.offset_ms) <= AGREE_MS


def _ran_together(reading: Reading, shown: Shown) -> bool:
    """Tell whether both clocks went equally far between: not changed, nor a phone that slept."""
    if reading.life != shown.life:
        return False
    wall, mono = shown.at_ms - reading.at_ms, shown.mono - reading.mono
    return abs(wall - mono) <= AGREE_MS


_NO_READING: Final = Reading("", 0, 0, 0, 0, 0)

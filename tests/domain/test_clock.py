"""When an event happened: a simulated phone whose clock jumps, that sleeps and is reloaded."""

from dataclasses import dataclass, field
from math import ceil
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.clock import CORRECTED, UNKNOWN, Clock, Moment, Reading, Shown

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOON = 1_783_310_400_000


@dataclass
class Device:
    """A phone: the true time, its wall clock, its monotonic clock of this life."""

    true: float = NOON
    off: float = 0
    mono: float = 0
    life: int = 0
    recorded: int = 0
    readings: list[Reading] = field(default_factory=list)
    events: list[tuple[float, Shown]] = field(default_factory=list)
    # Jumps of the wall clock since the last reading, and how long the phone slept in this life.
    jumps: list[int] = field(default_factory=list)

    def shown(self) -> Shown:
        return Shown(f"life {self.life}", self.mono, round(self.true + self.off))

    def passes(self, ms: float) -> None:
        self.true += ms
        self.mono += ms

    def sleep(self, ms: float) -> None:
        self.true += ms

    def reload(self) -> None:
        self.life, self.mono = self.life + 1, 0

    def jump(self, ms: float) -> None:
        self.off += ms
        self.jumps.append(len(self.events))

    def record(self) -> None:
        self.recorded += 1
        self.events.append((self.true, self.shown()))

    def read(self, there: float, back: float) -> None:
        """Time a request: the answer's time is the service's after the way there."""
        before = self.mono
        self.passes(there)
        told = round(self.true)
        self.passes(back)
        half = (self.mono - before) / 2
        shown = self.shown()
        offset = told + half - shown.at_ms
        self.readings.append(
            Reading(*shown, offset_ms=offset, error_ms=ceil(half), after=self.recorded)
        )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("passes"), st.floats(0, 3 * HOUR)),
        st.tuples(st.just("sleep"), st.floats(0, 8 * HOUR)),
        st.tuples(st.just("jump"), st.floats(-DAY, DAY)),
        st.tuples(st.just("jump"), st.floats(-5_000, 5_000)),
        st.tuples(st.just("reload")),
        st.tuples(st.just("record")),
        st.tuples(st.just("read"), st.floats(0, 9_000), st.floats(0, 9_000)),
    ),
    max_size=40,
)


def lived(steps: list[tuple[str, *tuple[float, ...]]]) -> Device:
    device = Device()
    device.read(100, 100)
    for name, *values in steps:
        getattr(device, name)(*values)
    device.record()
    device.read(100, 100)
    return device


def moments(device: Device, readings: list[Reading] | None = None) -> list[Moment]:
    # Received later than the last reading may be off: what is made of it must not hang on that.
    received = round(device.true) + MINUTE
    clock = Clock(device.readings if readings is None else readings, None, received)
    return [clock.moment(number, shown) for number, (_, shown) in enumerate(device.events, 1)]


@given(STEPS)
@settings(max_examples=500)
def test_the_interval_always_holds_the_true_time_and_the_estimate(
    steps: list[tuple[str, *tuple[float, ...]]],
) -> None:
    device = lived(steps)
    for (true, _), moment in zip(device.events, moments(device), strict=True):
        assert moment.earliest_ms is not None
        assert moment.earliest_ms - 1 <= true <= moment.latest_ms + 1
        assert moment.earliest_ms - 1 <= moment.estimate_ms <= moment.latest_ms + 1


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=500)
def test_where_the_clock_is_changed_at_most_once_what_is_not_marked_unknown_is_right(
    seed: int, reloads: bool
) -> None:
    """Right to five minutes, and marked `corrected` where it was off by more."""
    random = Random(seed)
    device = Device(off=random.choice([0, 0, 4 * HOUR, -3 * DAY]))
    device.read(random.uniform(0, 500), random.uniform(0, 500))
    place = random.randrange(8)
    # No change that looks like a sleep to the minute, which nobody could tell from one.
    change = random.choice([3_000, HOUR + 7 * MINUTE, DAY, 26 * MINUTE])
    for step in range(8):
        if step == place:
            device.jump(change)
        if reloads and random.random() < 0.3:
            device.reload()
        device.passes(random.uniform(0, HOUR))
        if random.random() < 0.5:
            device.sleep(random.uniform(0, HOUR))
        device.record()
    device.read(random.uniform(0, 500), random.uniform(0, 500))
    for (true, shown), moment in zip(device.events, moments(device), strict=True):
        if moment.mark != UNKNOWN:
            assert abs(moment.estimate_ms - true) < 5 * MINUTE
            off = abs(true - shown.at_ms)
            assert (moment.mark == CORRECTED) == (off > 5 * MINUTE) or abs(
                off - 5 * MINUTE
            ) < MINUTE


@given(STEPS)
@settings(max_examples=200)
def test_readings_that_are_not_needed_change_nothing(
    steps: list[tuple[str, *tuple[float, ...]]],
) -> None:
    """Whatever the company in which an event is sent, the service makes the same of it."""
    device = lived(steps)
    everything = moments(device)
    for number, (_, shown) in enumerate(device.events, 1):
        before = [each for each in device.readings if each.after < number][-1:]
        after = [each for each in device.readings if each.after >= number][:1]
        for needed in (before + after, after + before):
            clock = Clock(needed, None, round(device.true) + DAY)
            alone = clock.moment(number, shown)
            assert alone.estimate_ms == everything[number - 1].estimate_ms
            assert alone.mark == everything[number - 1].mark


def test_of_two_readings_the_first_is_the_one_that_was_answered_first() -> None:
    """Though it was less exact, and seems to be the later one."""
    device = Device()
    device.record()
    device.read(9_000, 0)
    device.read(1, 0)
    first, second = device.readings
    assert first.true_ms > second.true_ms
    assert moments(device) == moments(device, [second, first]) == moments(device, [first])


AT = Shown("a", 1000, NOON)


def reading(
    life: str, mono: float, at: int, offset: float, after: int, error: float = 0
) -> Reading:
    return Reading(life, mono, at, offset, error, after)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        # Nothing is known: as the device says, not after the receipt.
        ([], (None, NOON + HOUR, NOON, UNKNOWN)),
        # A reading of the event's own life, right before or right after it.
        ([reading("a", 0, NOON - 1000, 0, 0)], (NOON, NOON + HOUR, NOON, None)),
        ([reading("a", 2000, NOON + 1000, 0, 1)], (None, NOON, NOON, None)),
        # The clock was a day ahead.
        (
            [reading("a", 0, NOON - 1000, -DAY, 0), reading("a", 2000, NOON + 1000, -DAY, 1)],
            (NOON - DAY, NOON - DAY, NOON - DAY, CORRECTED),
        ),
        # Other lives, but the clock was as far off before as after.
        (
            [reading("0", 0, NOON - HOUR, 0, 0), reading("b", 0, NOON + HOUR, 100, 1)],
            (NOON - HOUR, NOON + HOUR, NOON + 100, None),
        ),
        # Other lives, and the clock was changed: before the event or after it?
        (
            [reading("0", 0, NOON - HOUR, 0, 0), reading("b", 0, NOON + HOUR, -HOUR / 2, 1)],
            (NOON - HOUR, NOON + HOUR / 2, NOON - HOUR / 2, UNKNOWN),
        ),
        # They contradict each other by a second, which was the service's own clock: never mind.
        (
            [reading("a", 0, NOON - 1000, 1000, 0), reading("a", 2000, NOON + 1000, 0, 1)],
            (NOON, NOON + 1000, NOON, None),
        ),
        # By more than a minute: one of them is wrong, and nobody knows which.
        (
            [reading("a", 0, NOON - 1000, HOUR / 2, 0), reading("a", 2000, NOON + 1000, 0, 1)],
            (NOON, NOON, NOON, UNKNOWN),
        ),
        # A reading that is not exact at all, and one that was taken after it was sent.
        ([reading("a", 0, NOON, 0, 0, error=60_000)], (None, NOON + HOUR, NOON, UNKNOWN)),
        ([reading("a", 0, NOON, 3 * HOUR, 0)], (None, NOON + HOUR, NOON, UNKNOWN)),
    ],
)
def test_what_the_readings_say(
    readings: list[Reading], expected: tuple[int | None, int, int, str | None]
) -> None:
    found = Clock(readings, None, NOON + HOUR).moment(1, AT)
    earliest, *others = expected
    assert list(found[1:]) == others
    # To the millisecond, for what a quartz may run wrong.
    assert (found.earliest_ms is None) == (earliest is None)
    assert abs((found.earliest_ms or 0) - (earliest or 0)) <= 1


def test_without_a_reading_after_it_the_request_bounds_an_event() -> None:
    clock = Clock([], Shown("a", 1000 + MINUTE, NOON + HOUR), NOON + HOUR)
    moment = clock.moment(1, Shown("a", 1000, NOON + DAY))
    assert NOON + HOUR - MINUTE <= moment.latest_ms <= NOON + HOUR - MINUTE + 10
    assert moment.estimate_ms == moment.latest_ms
    assert moment.mark == UNKNOWN

"""Seeded schedules: the shipped core of the app against the real service, judged event by event.

`scripts/bench faults` plays more of them, or one again: --seed.
"""

from collections.abc import Callable

import pytest

from tests.faults.campaign import Bundle, Districts, Tally, play

# 2,000 in all. Those in which the service is killed or restored have a service of their own each.
TOGETHER = 1_900
PART = 190
ALONE = 25
SLOTS = PART

Give = Callable[[str, int], Districts]


@pytest.mark.parametrize("first", range(0, TOGETHER, PART))
def test_nothing_is_lost_doubled_or_stuck(first: int, districts: Give, bundle: Bundle) -> None:
    kind = "postgresql" if first // PART % 5 == 4 else "sqlite"
    with districts(kind, SLOTS).life() as life:
        tally = play(life, bundle, range(first, first + PART), players=2)
    _assert_clean(tally, PART)
    # The schedules do what they are for.
    for mishap in ("lost", "unanswered", "twice", "late", "cut", "halved", "proxied", "offline"):
        assert tally.mishaps[mishap] > 0, mishap
    for outcome in ("recorded", "refused full", "refused slow", "refused storage"):
        assert tally.mishaps[outcome] > 0, outcome


@pytest.mark.parametrize("faults", ["kill", "restore"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nor_when_the_service_is_killed_or_restored(
    kind: str, faults: str, districts: Give, bundle: Bundle
) -> None:
    first = 2_000_000 + 1_000 * ["sqlite", "postgresql"].index(kind) + 500 * (faults == "restore")
    with districts(kind, SLOTS).life() as life:
        tally = play(life, bundle, range(first, first + ALONE), service_faults=faults)
    _assert_clean(tally, ALONE)
    assert tally.kills >= ALONE


def _assert_clean(tally: Tally, schedules: int) -> None:
    assert not tally.faults, tally.words()
    assert tally.schedules == schedules
    assert tally.recorded > 3 * schedules

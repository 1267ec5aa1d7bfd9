"""Readings of a phone's clock as it sends them: what cannot be read is left out.

An event is held where it says nothing; a reading only helps to time events, so one that says
nothing must not keep them from being taken in.
"""

from collections.abc import Sequence
from typing import Any, Final

from service.domain.clock import LARGEST_ERROR_MS, Reading, Shown
from service.domain.events import (
    LARGEST_SEQUENCE,
    LONGEST_LIFE,
    Malformed,
    read_number,
    read_shown,
    read_text,
    read_whole,
)

# A device's clock cannot be further off than all the years of a calendar.
LARGEST_OFFSET_MS: Final = 1e15


def read_readings(given: Any) -> Sequence[Reading]:
    """Return the readings in a list, those that cannot be read left out."""
    if not isinstance(given, list):
        return ()
    return [reading for each in given if (reading := _reading(each)) is not None]


def read_sent(given: Any) -> Shown | None:
    """Return what the device's clocks showed when it sent a request; None where it does not say."""
    try:
        return read_shown(given) if isinstance(given, dict) else None
    except Malformed:
        return None


def _reading(given: Any) -> Reading | None:
    if not isinstance(given, dict):
        return None
    try:
        shown = read_shown(given)
        offset = given.get("offset_ms")
        return Reading(
            life=read_text(given.get("life"), LONGEST_LIFE, "life"),
            mono=shown.mono,
            at_ms=shown.at_ms,
            offset_ms=read_number(offset, -LARGEST_OFFSET_MS, LARGEST_OFFSET_MS, "offset_ms"),
            error_ms=read_number(given.get("error_ms"), 0, LARGEST_ERROR_MS, "error_ms"),
            after=read_whole(given.get("after"), 0, LARGEST_SEQUENCE, "after"),
        )
    except Malformed:
        return None

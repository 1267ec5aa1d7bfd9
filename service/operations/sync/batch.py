"""Events as they came with one request, read and timed: everything that needs no database."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from service.domain.clock import Clock, Moment, Reading, Shown
from service.domain.events import Event, read_event
from service.operations.sync.json_text import canonical


class Delivery(NamedTuple):
    """What a phone (or a file from it) hands over about one installation."""

    events: Sequence[Any]
    readings: Sequence[Reading] = ()
    sent: Shown | None = None
    highest: int = 0
    waiting: int = 0
    app_version: str | None = None


class Incoming(NamedTuple):
    """An event as it came; `id` as it was sent, None where it has none.

    `key` is the id as 32 lower-case digits, or the digest where there is no id.
    """

    place: int
    id: str | None
    key: str
    digest: str
    raw: str
    event: Event
    moment: Moment | None


def read_events(delivery: Delivery, received_ms: int) -> list[Incoming]:
    """Return the delivery's events, read and timed, in its order."""
    clock = Clock(delivery.readings, delivery.sent, received_ms)
    return [_incoming(place, raw, clock) for place, raw in enumerate(delivery.events)]


def _incoming(place: int, raw: Any, clock: Clock) -> Incoming:
    text = canonical(raw)
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    event = read_event(raw)
    moment = None
    if event.shown is not None and event.sequence is not None:
        moment = clock.moment(event.sequence, event.shown)
    id_ = None if event.id is None else raw["id"]
    return Incoming(place, id_, event.id or digest, digest, text, event, moment)

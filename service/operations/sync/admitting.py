"""What is known of a stored event when it is to become a record."""

import hashlib
from typing import Generic, NamedTuple, TypeVar

from service.domain.events import Body

AnyBody = TypeVar("AnyBody", bound=Body)


class Author(NamedTuple):
    """The installation that made events: its row, its UUID as 32 digits, its courier."""

    id: int
    key: str
    courier_id: int
    branch_id: int


class Admitting(NamedTuple, Generic[AnyBody]):
    """A stored event. `row` is its row's id, `key` its own id as 32 digits.

    `conflict`: an earlier event has the same id, and a person admits this one all the same.
    `point_id`: the point that a person names.
    """

    row: int
    key: str
    digest: str
    body: AnyBody
    at_ms: int
    mark: str | None
    received_ms: int
    conflict: bool = False
    point_id: int | None = None


def first_choice(author: Author, event: Admitting[AnyBody]) -> str:
    """Return the id that an event's record should have: its own."""
    return other_id(author, event.key, event.digest) if event.conflict else event.key


def other_id(author: Author, key: str, digest: str = "") -> str:
    """Return the id that a record has where someone else's has its own; always the same."""
    text = f"{author.key}{key}{digest}".encode("ascii")
    digits = hashlib.blake2b(text, digest_size=16).hexdigest()
    # Version 8 of RFC 9562: made in a way of our own.
    return f"{digits[:12]}8{digits[13:16]}{'89ab'[int(digits[16], 16) % 4]}{digits[17:]}"

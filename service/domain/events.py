"""What a phone's event says: raw JSON as Python has it becomes typed values, or is held.

The formats of docs/sync-protocol.md, "Events"; the bounds are feed.md's. A test holds both this and
the import to the same rules. Read for every event of every sync, so nothing here is clever or slow.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from service.domain.clock import Shown
from service.domain.instants import DAY_MS, day_number

FORMAT: Final = 1
METHODS: Final = frozenset({"camera", "manual"})
REASONS: Final = frozenset(
    ("road_closed", "nobody_there", "paper_missing", "label_unreadable", "point_moved", "other")
)
LONGEST_TEXT: Final = 200
LONGEST_LIFE: Final = 40
LARGEST_SEQUENCE: Final = 2**53
MOST_COPIES: Final = 100_000
MOST_ITEMS: Final = 1_000
LARGEST_ACCURACY_M: Final = 100_000
# More than three hundred years.
LARGEST_MONO_MS: Final = 1e13
FIRST_MS: Final = 0
LAST_DAY: Final = day_number(date(2100, 12, 31))
LAST_MS: Final = (LAST_DAY + 1) * DAY_MS - 1

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?"
    r"(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


Value = TypeVar("Value")


class Malformed(ValueError):  # noqa: N818 - the name says it
    """A field is missing, of the wrong kind or out of bounds; its argument is the field's name."""


class Position(NamedTuple):
    """Where the phone was, in degrees; accuracy in metres, None where it is not known."""

    lat: float | None
    lon: float | None
    accuracy_m: float | None


NOWHERE: Final = Position(None, None, None)


class Item(NamedTuple):
    """Copies of one issue: title's code, day number, how many."""

    title: str
    day: int
    copies: int


class Scan(NamedTuple):
    """A delivery. Its label and typed code are as read; `point` is the stop that was chosen."""

    method: str
    label: str | None
    code: str | None
    point: str | None
    items: tuple[Item, ...]
    position: Position


class Void(NamedTuple):
    """A scan undone; `scan` is its event's id as 32 digits."""

    scan: str
    reason: str | None


class Attempt(NamedTuple):
    """Could not deliver."""

    point: str
    reason: str
    note: str | None
    position: Position


class Arrival(NamedTuple):
    """An issue has reached an office; `day` is a day number."""

    office: str
    title: str
    day: int


class RoundReport(NamedTuple):
    """A round was `started` or `finished`; `day` is a day number."""

    kind: str
    route: str
    day: int


Body = Scan | Void | Attempt | Arrival | RoundReport


class Event(NamedTuple):
    """What could be read of an event. `body` is None where it is held, `code` and `detail` say why.

    `id` is 32 lower-case digits. `id`, `sequence` and `shown` are there wherever they can be read.
    """

    id: str | None
    sequence: int | None
    kind: str | None
    shown: Shown | None
    body: Body | None
    code: str | None = None
    detail: str | None = None


def read_event(raw: Any) -> Event:
    """Return what an event says; held as `malformed` or `newer_format` where it says nothing."""
    if not isinstance(raw, dict):
        return Event(None, None, None, None, None, "malformed", "event")
    try:
        id_, sequence = _uuid(raw.get("id"), "id"), _sequence(raw)
        kind, shown = _kind(raw), read_shown(raw)
        if _format(raw) > FORMAT or kind not in _READERS:
            return Event(id_, sequence, kind, shown, None, "newer_format", kind)
        return Event(id_, sequence, kind, shown, _READERS[kind](raw))
    except Malformed as malformed:
        return _what_can_be_read(raw, str(malformed))


def _what_can_be_read(raw: dict[str, Any], wrong: str) -> Event:
    def tried(read: Callable[[dict[str, Any]], Value]) -> Value | None:
        try:
            return read(raw)
        except Malformed:
            return None

    id_ = tried(lambda raw: _uuid(raw.get("id"), "id"))
    return Event(id_, tried(_sequence), tried(_kind), tried(read_shown), None, "malformed", wrong)


def read_instant(value: Any, field: str) -> int:
    """Return an instant with its offset as milliseconds, finer digits cut off, whatever its year.

    Malformed where it is none.
    """
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Malformed(field)
    day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    at = _day_number(day, field) * 1440 + int(hour) * 60 + int(minute)
    if sign is not None:
        offset = int(hours) * 60 + int(minutes)
        at += offset if sign == "-" else -offset
    parts = int(fraction[:3].ljust(3, "0")) if fraction else 0
    return at * 60_000 + int(second or 0) * 1000 + parts


def read_number(value: Any, lowest: float, highest: float, field: str) -> float:
    """Return a finite number within bounds; Malformed where it is none."""
    if value.__class__ not in (int, float) or not lowest <= value <= highest:
        raise Malformed(field)
    return float(value)


def read_whole(value: Any, lowest: int, highest: int, field: str) -> int:
    """Return a whole number within bounds; Malformed where it is none."""
    if value.__class__ is not int or not lowest <= value <= highest:
        raise Malformed(field)
    return int(value)


def read_text(value: Any, longest: int, field: str) -> str:
    """Return a text that is not empty, and that a database can keep; Malformed where it is none."""
    if value.__class__ is not str or not 0 < len(value) <= longest:
        raise Malformed(field)
    if "\0" in value or not (value.isascii() or _SURROGATE.search(value) is None):
        raise Malformed(field)
    return str(value)


def _optional_text(value: Any, field: str) -> str | None:
    return None if value is None or value == "" else read_text(value, LONGEST_TEXT, field)


def _uuid(value: Any, field: str) -> str:
    if value.__class__ is not str or not _UUID.fullmatch(value):
        raise Malformed(field)
    return str(value.replace("-", "").lower())


def _sequence(raw: dict[str, Any]) -> int:
    return read_whole(raw.get("seq"), 1, LARGEST_SEQUENCE, "seq")


def _format(raw: dict[str, Any]) -> int:
    return read_whole(raw.get("format"), 1, LARGEST_SEQUENCE, "format")


def _kind(raw: dict[str, Any]) -> str:
    return read_text(raw.get("kind"), LONGEST_TEXT, "kind")


def read_shown(raw: dict[str, Any]) -> Shown:
    """Return what both clocks showed; Malformed where that is not said."""
    life = read_text(raw.get("life"), LONGEST_LIFE, "life")
    mono = read_number(raw.get("mono"), -LARGEST_MONO_MS, LARGEST_MONO_MS, "mono")
    return Shown(life, mono, read_instant(raw.get("at"), "at"))


def _position(raw: dict[str, Any]) -> Position:
    given = raw.get("position")
    if given is None:
        return NOWHERE
    if given.__class__ is not dict:
        raise Malformed("position")
    accuracy = given.get("accuracy_m")
    return Position(
        # No negative zero.
        read_number(given.get("lat"), -90, 90, "position.lat") + 0.0,
        read_number(given.get("lon"), -180, 180, "position.lon") + 0.0,
        None
        if accuracy is None
        else read_number(accuracy, 0, LARGEST_ACCURACY_M, "position.accuracy_m") + 0.0,
    )


def _day(value: Any, field: str) -> int:
    if value.__class__ is not str:
        raise Malformed(field)
    day = _day_number(value, field)
    if not 0 <= day <= LAST_DAY:
        raise Malformed(field)
    return day


# The same few days come again and again.
@lru_cache(maxsize=2**12)
def _day_number(text: str, field: str) -> int:
    if not _DAY.fullmatch(text):
        raise Malformed(field)
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        raise Malformed(field) from None


def _one_of(value: Any, choices: frozenset[str], field: str) -> str:
    if value.__class__ is not str or value not in choices:
        raise Malformed(field)
    return str(value)


def _items(given: Any) -> tuple[Item, ...]:
    if given.__class__ is not list or len(given) > MOST_ITEMS:
        raise Malformed("items")
    items = []
    for each in given:
        if each.__class__ is not dict:
            raise Malformed("items")
        title, day, copies = each.get("title"), each.get("date"), each.get("copies")
        known = title.__class__ is str and day.__class__ is str and copies.__class__ is int
        items.append((_known_item if known else _item)(title, day, copies))
    if len({item[:2] for item in items}) < len(items):
        raise Malformed("items")
    return tuple(items)


def _item(title: Any, day: Any, copies: Any) -> Item:
    return Item(
        read_text(title, LONGEST_TEXT, "items.title"),
        _day(day, "items.date"),
        read_whole(copies, 1, MOST_COPIES, "items.copies"),
    )


# A round hands over the same issues at every stop.
_known_item = lru_cache(maxsize=2**14)(_item)


def _scan(raw: dict[str, Any]) -> Scan:
    return Scan(
        _one_of(raw.get("method"), METHODS, "method"),
        _optional_text(raw.get("label"), "label"),
        _optional_text(raw.get("code"), "code"),
        _optional_text(raw.get("point"), "point"),
        _items(raw.get("items")),
        _position(raw),
    )


def _void(raw: dict[str, Any]) -> Void:
    return Void(_uuid(raw.get("scan"), "scan"), _optional_text(raw.get("reason"), "reason"))


def _attempt(raw: dict[str, Any]) -> Attempt:
    for name in ("label", "code"):
        _optional_text(raw.get(name), name)
    if raw.get("photo") not in (None, True, False):
        raise Malformed("photo")
    return Attempt(
        read_text(raw.get("point"), LONGEST_TEXT, "point"),
        _one_of(raw.get("reason"), REASONS, "reason"),
        _optional_text(raw.get("note"), "note"),
        _position(raw),
    )


def _arrival(raw: dict[str, Any]) -> Arrival:
    return Arrival(
        read_text(raw.get("office"), LONGEST_TEXT, "office"),
        read_text(raw.get("title"), LONGEST_TEXT, "title"),
        _day(raw.get("date"), "date"),
    )


def _round(raw: dict[str, Any]) -> RoundReport:
    _, _, kind = raw["kind"].partition("_")
    route = read_text(raw.get("route"), LONGEST_TEXT, "route")
    return RoundReport(kind, route, _day(raw.get("date"), "date"))


_READERS: Final[dict[str, Callable[[dict[str, Any]], Body]]] = {
    "scan": _scan,
    "void": _void,
    "attempt": _attempt,
    "arrival": _arrival,
    "round_started": _round,
    "round_finished": _round,
}
KINDS: Final = tuple(_READERS)

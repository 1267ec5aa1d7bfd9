"""The formats of events: frozen samples are accepted for ever, bounds are those of the feed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service.api.event_schemas import EVENTS
from service.domain.events import KINDS, read_event
from service.domain.labels import check_character
from service.feed.schemas import SCHEMAS
from tests.sync.phone import MORNING, Phone

FROZEN = Path(__file__).parents[1] / "frozen" / "events"
SAMPLES = sorted(FROZEN.glob("*.json"))


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((FROZEN / f"1-{name}.json").read_text())
    return event


def test_there_is_a_sample_of_every_kind() -> None:
    assert {json.loads(path.read_text())["kind"] for path in SAMPLES} == set(KINDS)


def test_every_frozen_sample_is_accepted(client: FlaskClient, phone: Phone) -> None:
    scan = phone.scan(MORNING, label="7M2K9QXW4R8T0ZBC")
    events = []
    for number, path in enumerate(SAMPLES, start=2):
        event = json.loads(path.read_text())
        event |= {"id": f"019f3a5f-0d0a-7c11-8e55-{number:012x}", "seq": number}
        if event["kind"] == "void":
            event["scan"] = scan["id"]
        if event.get("code"):
            event["code"] = "abc-123 " + check_character("ABC123")
        events.append(event)
    answer = phone.sync(client, [scan, *events])
    found = {
        path.stem: each["status"] for path, each in zip(SAMPLES, answer["results"][1:], strict=True)
    }
    assert found == dict.fromkeys(found, "accepted")


# --- The same bounds as the feed's -------------------------------------------------------------

# JSON's own kinds of value: a feed's cells are texts, which the events do not take for numbers.
NUMBERS: list[Any] = [
    *(0, 1, -1, 90, -90, 91, 180, 181, -180.5, 100_000, 100_001, 1.5, 12.0, 2**31, 2**70, 1e308),
    *(True, False, None, [], {}, float("inf"), float("nan")),
]
TEXTS: list[Any] = [
    *(
        "",
        "x",
        "名" * 200,
        "名" * 201,
        "a\0b",
        "\ud800",
        "🗞",
        "camera",
        "manual",
        "Camera",
        "other",
    ),
    *("road_closed", "2026-07-06", "2026-02-29", "1970-01-01", "1969-12-31", "2100-12-31"),
    *("2101-01-01", "20260706", "2026-W06-2", "٣", "2026-07-06T08:10:00+08:00"),
    *("2026-07-06T08:10Z", "2026-07-06T08:10:00", "2026-07-06T08:10:00.1234567-03:30"),
    *("2026-07-06T24:00:00Z", "2026-07-06t08:10:00z", "2026-07-06T08:10:00+25:00"),
    *("1970-01-01T00:00:00Z", "2100-12-31T23:59:59.999Z", "2026-02-29T00:00:00Z"),
    *("0190a001-0000-7000-8000-000000000009", "0190A001-0000-7000-8000-00000000000A"),
    *("{0190a001-0000-7000-8000-000000000009}", "0190a00100007000800000000000000a"),
]
ANY = st.sampled_from(NUMBERS + TEXTS) | st.text(max_size=5) | st.floats() | st.integers()


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """A sample with another value at a path like `items.copies`."""
    event = sample(name)
    *parents, last = path.split(".")
    place: Any = event
    for parent in parents:
        place = place[parent][0] if isinstance(place[parent], list) else place[parent]
    place[last] = value
    return event


# (sample, field of the event, record of the feed, its column, kinds of value that both know)
FIELDS = [
    ("scan", "id", "scans", "scan_id", str),
    ("scan", "method", "scans", "method", str),
    ("scan", "position.lat", "scans", "lat", float),
    ("scan", "position.lon", "scans", "lon", float),
    ("scan", "position.accuracy_m", "scans", "accuracy_m", float),
    ("scan", "at", "scans", "scanned_at", str),
    ("scan", "items.copies", "scan_items", "copies", float),
    ("scan", "items.date", "scan_items", "issue_date", str),
    ("void", "scan", "scan_voids", "scan_id", str),
    ("void", "reason", "scan_voids", "reason", str),
    ("attempt", "reason", "attempts", "reason", str),
    ("attempt", "note", "attempts", "note", str),
    ("arrival", "date", "arrivals", "issue_date", str),
]


@pytest.mark.parametrize(("name", "path", "record", "column", "kind"), FIELDS)
def test_events_and_the_feed_have_the_same_bounds(
    name: str, path: str, record: str, column: str, kind: type
) -> None:
    schema = SCHEMAS[record]()

    @given(ANY)
    def same(value: Any) -> None:
        if isinstance(value, str) != (kind is str) and value is not None:
            assert read_event(changed(name, path, value)).code == "malformed"
            return
        if path == "at" and isinstance(value, str) and value[:4] in ("1969", "2101"):
            return  # held later, as impossible
        if value is None and path in ("position.lat", "position.lon"):
            return  # of a position that is there both are
        errors = schema.validate({column: value})
        required = {column: ["is missing"]}
        refused = column in errors and errors != required
        assert (read_event(changed(name, path, value)).code == "malformed") == refused, value

    same()


@given(ANY, st.sampled_from(FIELDS))
def test_reading_an_event_never_fails(value: Any, field: tuple[Any, ...]) -> None:
    name, path, *_ = field
    read = read_event(changed(name, path, value))
    assert (read.body is None) == (read.code is not None)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_document_describes_every_frozen_sample(path: Path) -> None:
    event = json.loads(path.read_text())
    fitting = [name for name, schema in EVENTS.items() if not schema().validate(event)]
    assert len(fitting) == 1


@given(ANY, st.sampled_from(FIELDS))
def test_what_is_read_is_as_the_document_describes_it(value: Any, field: tuple[Any, ...]) -> None:
    name, path, *_ = field
    event = changed(name, path, value)
    if read_event(event).code is None:
        assert any(not schema().validate(event) for schema in EVENTS.values())


def test_the_moment_is_read_to_the_millisecond() -> None:
    event = sample("scan") | {"at": "2026-07-06T08:10:00.1239-03:30"}
    shown = read_event(event).shown
    assert shown is not None
    expected = datetime(2026, 7, 6, 11, 40, 0, 123_000, tzinfo=UTC)
    assert shown.at_ms == round(expected.timestamp() * 1000)

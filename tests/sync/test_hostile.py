"""What no honest phone sends: nothing of it may stop a batch, lose a word, or break a page."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.api.sync import LARGEST_SYNC
from service.models.engine import writing
from service.operations.import_queue_file import import_queue_file
from service.operations.readmit_held import set_aside
from service.queries.identities import EVERYTHING
from service.queries.keeping import held
from tests.sync.phone import MORNING, Phone, new_id
from tests.sync.test_held import SECRET_KEY, TOKEN, queue_file

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 7, 7, tzinfo=UTC)
PLACE = "@"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def send(client: FlaskClient, phone: Phone, event: dict[str, Any], instead: str) -> Any:
    """Send one event with some text in the place of a value."""
    said = json.dumps(phone.body([event])).replace(json.dumps(PLACE), instead)
    return client.post("/api/v1/sync", data=said, headers=phone.headers)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@ON_SQLITE
def test_a_number_that_is_none_holds_its_event_and_is_kept(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    numbers = ["NaN", "-Infinity", "1e400", "9" * 5000]
    for number in numbers:
        event = phone.scan(MORNING, label=TOKEN, position={"lat": PLACE, "lon": 1})
        answer = send(client, phone, event, number).json
        assert [each["code"] for each in answer["results"]] == ["malformed"]
    rows = table("SELECT raw FROM phone_events ORDER BY id")
    assert [json.loads(row["raw"])["position"]["lat"] for row in rows] == numbers


@ON_SQLITE
def test_what_is_nested_too_deep_is_no_json_and_never_breaks_the_service(
    client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    event = phone.scan(MORNING, label="Z" * 16, more=PLACE)
    for levels in (300, 900, 980, 100_000):
        assert send(client, phone, event, nested(levels)).status_code == 400, levels
    assert held.waiting(engine, EVERYTHING, 1) == {}
    assert send(client, phone, event, nested(240)).status_code == 200
    assert list(held.waiting(engine, EVERYTHING, 1)) == ["unknown_label"]


@ON_SQLITE
def test_a_body_in_chunks_is_not_cut_off_silently(client: FlaskClient, phone: Phone) -> None:
    said = json.dumps(phone.body([])).encode()
    for size, status in ((len(said), 200), (LARGEST_SYNC, 200), (LARGEST_SYNC + 1, 413)):
        response = client.post(
            "/api/v1/sync",
            input_stream=BytesIO(said.ljust(size)),
            headers=phone.headers,
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert response.status_code == status, size


@ON_SQLITE
def test_half_a_character_in_what_is_refused_is_answered(client: FlaskClient, phone: Phone) -> None:
    response = client.post("/api/v1/sync", json=phone.body(highest="\ud800"), headers=phone.headers)
    assert (response.status_code, response.json["code"]) == (422, "wrong_question")
    enrolment = {"code": "x", "installation": "\ud800", "token": "y"}
    assert client.post("/api/v1/phones", json=enrolment).status_code == 422


@ON_BOTH
def test_a_time_before_all_calendars_is_listed(
    client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    for at, offset_ms in (("0001-01-01T00:00:00+23:59", 0), ("0001-01-01T00:00:00Z", -1e15)):
        event = {**phone.scan(MORNING, label=TOKEN), "at": at}
        reading = {"life": "k2v9", "mono": 0, "at": at, "offset_ms": offset_ms, "error_ms": 1}
        phone.readings = [{**reading, "after": 1}, {**reading, "after": 2}]
        [result] = phone.sync(client, [event])["results"]
        assert result["code"] == "impossible_time"
    listed = held.waiting(engine, EVERYTHING, 1)["impossible_time"]
    assert [each.happened_at is None for each in listed] == [False, False]


@ON_BOTH
def test_of_a_very_long_event_the_list_shows_the_beginning(
    client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    event = phone.scan(MORNING, label="Z" * 16, more="长" * 100_000)
    phone.sync(client, [event])
    [listed] = held.waiting(engine, EVERYTHING, 1)["unknown_label"]
    assert len(listed.raw) == held.MOST_SHOWN + 1


@ON_BOTH
def test_half_a_character_is_listed_as_it_was_escaped(
    client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    """As it is, no page could carry it, nor the others that are held beside it."""
    event = phone.scan(MORNING, label="\ud800", more="长")
    phone.sync(client, [event])
    [listed] = held.waiting(engine, EVERYTHING, 1)["malformed"]
    listed.raw.encode()
    assert '"label": "\\ud800"' in listed.raw
    assert '"more": "长"' in listed.raw


@ON_BOTH
def test_what_was_set_aside_for_its_origin_counts_when_the_phone_itself_brings_it(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + timedelta(minutes=1))
    import_queue_file(engine, queue_file(phone, "other"), SECRET_KEY, None, NOW)
    [row] = table("held_events")
    set_aside(engine, row["event"], None, "签名不符", NOW)
    answer = phone.sync(client)
    [result] = answer["results"]
    assert (result["status"], result["state"]) == ("duplicate", "accepted")
    assert (answer["have"], answer["missing"]) == ([[1, 1]], [])
    assert len(table("scans")) == 1
    actions = [row["action"] for row in table("SELECT action FROM audit_log ORDER BY id")]
    assert actions[-3:] == ["held_set_aside", "held_reopened", "held_admitted"]


@ON_SQLITE
def test_what_a_doubtful_file_had_is_tried_beside_other_content_of_its_id(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    other = {**scan, "items": []}
    phone.read_clock(MORNING + timedelta(minutes=1))
    import_queue_file(engine, queue_file(phone, "other"), SECRET_KEY, None, NOW)
    results = phone.sync(client, [scan, other])["results"]
    assert sorted(each.get("code", "") for each in results) == ["", "id_conflict"]
    assert len(table("scans")) == 1


@ON_SQLITE
def test_an_account_that_has_lost_numbers_gets_them_back(
    client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    for _ in range(3):
        phone.scan(MORNING, label=TOKEN)
    phone.read_clock(MORNING + timedelta(minutes=1))
    phone.sync(client)
    with writing(engine) as connection:
        connection.execute(text("UPDATE installations SET have = '[[1, 1]]'"))
    assert phone.sync(client, [])["missing"] == [[2, 3]]
    assert phone.sync(client)["missing"] == []


@ON_SQLITE
def test_no_update_counts_other_content_of_an_id_by_itself(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + timedelta(minutes=1))
    answer = phone.sync(client, [scan, {**scan, "format": 2}])
    assert [each.get("code") for each in answer["results"]] == [None, "id_conflict"]


@ON_BOTH
def test_one_bad_id_is_not_another_phones_scan(
    client: FlaskClient, new_phone: Callable[..., Phone], table: Rows
) -> None:
    """Neither a scan nor a void of one phone touches the scan of another with the same id."""
    first, second = new_phone(), new_phone("C2")
    for phone in (first, second):
        phone.read_clock(MORNING)
    scan = first.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    second.record("void", MORNING, scan=scan["id"])
    second.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN, id=scan["id"])
    for phone in (first, second):
        phone.read_clock(MORNING + timedelta(minutes=1))
    first.sync(client)
    second.sync(client, second.events[:1])
    assert table("scan_voids") == []
    second.sync(client)
    couriers = table(
        "SELECT courier_code, scan_voids.scan_id AS voided FROM scans"
        " JOIN couriers ON couriers.id = courier_id"
        " LEFT JOIN scan_voids ON scan_voids.scan_id = scans.id ORDER BY courier_code"
    )
    assert [row["courier_code"] for row in couriers] == ["C1", "C2"]
    assert [row["voided"] is None for row in couriers] == [True, False]
    assert new_id(1) == scan["id"]

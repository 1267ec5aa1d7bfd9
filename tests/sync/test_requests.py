"""The request of a sync as a whole: whose it may be, what its envelope is, what it answers."""

import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from service.models.engine import writing
from tests.api.test_problems import problem
from tests.sync.phone import MORNING, Phone, new_id

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
TOKEN = "7M2K9QXW4R8T0ZBC"


def posted(client: FlaskClient, phone: Phone, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post("/api/v1/sync", data=data, headers={**phone.headers, **headers})


def test_the_clock_is_public_and_never_kept(client: FlaskClient) -> None:
    before = datetime.now(UTC)
    response = client.get("/api/v1/clock")
    now = datetime.fromisoformat(response.json["now"])
    assert before - timedelta(milliseconds=1) <= now <= datetime.now(UTC)
    assert len(response.json["now"]) == len("2026-07-06T00:12:31.123Z")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"installation": None}, "installation", "missing"),
        ({"installation": "x"}, "installation", "not_a_uuid"),
        ({"events": None}, "events", "missing"),
        ({"events": {}}, "events", "not_a_list"),
        ({"highest": -1}, "highest", "not_a_count"),
        ({"waiting": True}, "waiting", "not_a_count"),
        ({"installation_token": "short"}, "installation_token", "not_a_secret"),
    ],
)
def test_a_malformed_envelope_is_refused_whole(
    client: FlaskClient, phone: Phone, table: Rows, changes: dict[str, Any], field: str, code: str
) -> None:
    phone.scan(MORNING, label=TOKEN)
    content = problem(posted(client, phone, phone.body() | changes))
    assert (content["status"], content["code"]) == (422, "wrong_question")
    assert [(each["field"], each["code"]) for each in content["errors"]] == [(field, code)]
    assert table("phone_events") == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"5", b"[]", b'"x"'])
def test_a_body_that_is_no_object_is_refused(
    client: FlaskClient, phone: Phone, body: bytes
) -> None:
    assert problem(posted(client, phone, body))["code"] == "bad_request"


def test_readings_and_clocks_that_cannot_be_read_are_left_out(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    phone.scan(MORNING, label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    junk: list[Any] = [None, 5, {}, {**phone.readings[0], "error_ms": None}]
    answer = phone.sync(client, clock=[*junk, *phone.readings], sent={"at": "noon"})
    assert answer["results"][0]["status"] == "accepted"
    assert [each["clock"] for each in table("scans")] == [None]
    assert phone.sync(client, clock="none", sent=None, extra=1)["missing"] == []


def test_too_much_at_once_is_refused_whole(client: FlaskClient, phone: Phone, table: Rows) -> None:
    for _ in range(501):
        phone.scan(MORNING, label=TOKEN)
    assert problem(posted(client, phone, phone.body()))["code"] == "too_large"
    large = phone.body(phone.events[:1], padding="x" * 2 * 1024 * 1024)
    assert problem(posted(client, phone, large))["code"] == "too_large"
    assert table("phone_events") == []
    fits = phone.body(phone.events[:1], padding="x" * (2 * 1024 * 1024 - 2000))
    assert posted(client, phone, fits).status_code == 200


def test_half_a_surrogate_and_endless_digits_hold_only_their_event(
    client: FlaskClient, phone: Phone
) -> None:
    phone.read_clock(MORNING)
    phone.scan(MORNING, label="\ud800")
    phone.scan(MORNING, label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    text_ = json.dumps(phone.body()).replace('"seq": 1,', f'"seq": {"9" * 6000},')
    response = posted(client, phone, text_.encode())
    assert [each["status"] for each in response.json["results"]] == ["held", "accepted"]


def test_a_phone_without_its_token_is_refused(
    client: FlaskClient, phone: Phone, engine: Engine, table: Rows
) -> None:
    phone.scan(MORNING, label=TOKEN)
    assert problem(client.post("/api/v1/sync", json=phone.body()))["code"] == "unknown_token"
    with writing(engine) as connection:
        connection.execute(text("UPDATE installations SET revoked_at = 1"))
    assert problem(posted(client, phone, phone.body()))["code"] == "revoked_token"
    assert table("phone_events") == []


def test_a_new_enrolment_delivers_the_older_ones_queue_for_its_courier(
    client: FlaskClient, new_phone: Callable[..., Phone], engine: Engine, table: Rows
) -> None:
    old, new = new_phone("C1"), new_phone("C2")
    old.read_clock(MORNING)
    old.scan(MORNING, label=TOKEN)
    old.read_clock(MORNING + MINUTE)
    with writing(engine) as connection:
        connection.execute(text("UPDATE installations SET revoked_at = 1 WHERE id = 1"))
    for token in (None, new.token, "x" * 43):
        body = old.body(installation_token=token)
        assert problem(posted(client, new, body))["code"] == "foreign_installation"
    unknown = old.body(installation=str(uuid.uuid4()), installation_token=old.token)
    assert problem(posted(client, new, unknown))["code"] == "foreign_installation"
    answer = posted(client, new, old.body(installation_token=old.token)).json
    assert (answer["installation"], answer["have"]) == (old.installation, [[1, 1]])
    [scan] = table("SELECT courier_code FROM scans JOIN couriers ON couriers.id = courier_id")
    assert scan["courier_code"] == "C1"
    [event_] = table("phone_events")
    assert (event_["installation_id"], event_["carried_by"]) == (1, 2)


def test_another_phones_id_neither_blocks_nor_shows_an_event(
    client: FlaskClient, new_phone: Callable[..., Phone], table: Rows
) -> None:
    first, second = new_phone("C1"), new_phone("C2")
    for phone in (first, second):
        phone.number, copies = 7, 1 if phone is first else 2
        phone.read_clock(MORNING)
        scan = phone.scan(MORNING, ("1-1", "2026-07-06", copies), label=TOKEN)
        phone.record("attempt", MORNING, point="P1", reason="other")
        phone.read_clock(MORNING + MINUTE)
        assert {each["status"] for each in phone.sync(client)["results"]} == {"accepted"}
    assert scan["id"] == new_id(1, 7)
    assert len({row["scan_id"] for row in table("scans")}) == 2
    assert len({row["attempt_id"] for row in table("attempts")}) == 2
    assert [row["action"] for row in table("audit_log")] == ["id_replaced"] * 2
    second.record("void", MORNING + MINUTE, scan=scan["id"])
    second.read_clock(MORNING + 2 * MINUTE)
    assert second.sync(client)["held"] == []
    [voided] = table(
        "SELECT courier_code FROM scan_voids JOIN scans ON scans.id = scan_voids.scan_id"
        " JOIN couriers ON couriers.id = courier_id"
    )
    assert voided["courier_code"] == "C2"


def test_the_earliest_tap_says_when_an_issue_arrived(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    phone.read_clock(MORNING)
    for minutes in (20, 30, 10):
        at = MORNING + minutes * MINUTE
        phone.record("arrival", at, office="O1", title="1-1", date="2026-07-06")
    phone.read_clock(MORNING + 60 * MINUTE)
    for each in phone.events:
        phone.sync(client, [each])
    [arrival] = table("arrivals")
    assert arrival["arrived_at"] == round((MORNING + 10 * MINUTE).timestamp() * 1000)
    assert [row["action"] for row in table("audit_log")] == ["arrival_mended"]
    assert len(table("dirty_months")) >= 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_locked_database_is_503_and_nothing_is_written(
    client: FlaskClient, phone: Phone, engine: Engine, table: Rows
) -> None:
    phone.scan(MORNING, label=TOKEN)
    event.listen(
        engine, "begin", lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 50"), insert=True
    )
    locked, free = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(engine):
            locked.set()
            free.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait()
    response = posted(client, phone, phone.body())
    free.set()
    holder.join()
    assert problem(response)["code"] == "unavailable"
    assert response.headers["Retry-After"]
    assert table("phone_events") == []
    assert phone.sync(client)["have"] == [[1, 1]]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_full_disk_is_503_and_nothing_is_half_written(
    client: FlaskClient, phone: Phone, engine: Engine, table: Rows
) -> None:
    for number in range(400):
        phone.scan(MORNING, label=TOKEN, padding=f"{number}" * 200)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    full = f"PRAGMA max_page_count = {pages + 5}"
    listener: Any = lambda c: c.exec_driver_sql(full)  # noqa: E731
    event.listen(engine, "begin", listener)
    response = posted(client, phone, phone.body())
    assert problem(response)["code"] == "unavailable"
    event.remove(engine, "begin", listener)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    engine.dispose()
    assert table("phone_events") == []
    assert phone.sync(client)["have"] == [[1, 400]]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_read_only_database_is_503(client: FlaskClient, phone: Phone, engine: Engine) -> None:
    phone.scan(MORNING, label=TOKEN)
    listener: Any = lambda c: c.exec_driver_sql("PRAGMA query_only = 1")  # noqa: E731
    event.listen(engine, "begin", listener)
    assert problem(posted(client, phone, phone.body()))["code"] == "unavailable"
    event.remove(engine, "begin", listener)
    engine.dispose()
    assert phone.sync(client)["have"] == [[1, 1]]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_cut_connection_is_503_and_the_next_request_is_answered(
    app: Flask, client: FlaskClient, phone: Phone, engine: Engine, table: Rows
) -> None:
    phone.scan(MORNING, label=TOKEN)
    cut = threading.Event()

    def kill_at_insert(connection: Any, _c: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO scans") and not cut.is_set():
            cut.set()
            pid = connection.connection.dbapi_connection.info.backend_pid
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    event.listen(engine, "before_cursor_execute", kill_at_insert)
    response = posted(client, phone, phone.body())
    assert problem(response)["code"] == "unavailable"
    assert cut.is_set()
    assert table("phone_events") == []
    assert phone.sync(client)["have"] == [[1, 1]]


def test_the_facts_follow(
    app: Flask, client: FlaskClient, phone: Phone, engine: Engine, tmp_path: Path
) -> None:
    from service.operations.refresh_facts import refresh_dirty

    facts = tmp_path / "instance" / "facts"
    now = datetime(2026, 7, 20, tzinfo=UTC)
    refresh_dirty(engine, facts, now)
    asked = "/api/v1/rates?by=all&since=2026-07-06&until=2026-07-06&as_of=2026-07-20T00:00:00Z"
    before = client.get(asked).json[0]["delivered"]
    phone.read_clock(MORNING)
    phone.scan(MORNING, ("1-1", "2026-07-06", 2), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    phone.sync(client)
    assert refresh_dirty(engine, facts, now) == 1
    assert refresh_dirty(engine, facts, now) == 0
    assert client.get(asked).json[0]["delivered"] == before + 2

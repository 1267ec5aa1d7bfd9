"""Requests at the same time: nothing twice, nothing lost, whoever is first."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from service.operations.readmit_held import readmit_held
from tests.sync.phone import MORNING, Phone, new_id
from tests.sync.test_held import TOKEN

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 7, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at_once(*steps: Callable[[], object]) -> None:
    """Run the steps in threads of their own; raise what one of them raises."""
    ready = threading.Barrier(len(steps))
    raised: list[BaseException] = []

    def run(step: Callable[[], object]) -> None:
        ready.wait()
        try:
            step()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_two_phones_and_each_request_twice_at_once(
    app: Flask, new_phone: Callable[..., Phone], table: Rows, engine: Engine
) -> None:
    """With the same ids of scans and attempts, the same arrivals, voids, and held events."""
    phones = [new_phone(), new_phone("C2")]
    for phone in phones:
        phone.number = 7
        phone.read_clock(MORNING)
        for number in range(20):
            at = MORNING + number * MINUTE
            scan = phone.scan(at, ("1-1", "2026-07-06", 1), label=TOKEN)
            phone.record("attempt", at, point="P1", reason="other")
            if number % 2:
                phone.record("void", at + MINUTE, scan=scan["id"])
            phone.record("arrival", at, office="O1", title="1-1", date=f"2026-07-{number + 1:02}")
            phone.scan(at, ("9-9", "2026-07-06", 1), label=TOKEN)
        phone.read_clock(MORNING + 60 * MINUTE)
    half = len(phones[0].events) // 2

    def sends(phone: Phone, events: list[dict[str, Any]]) -> Callable[[], object]:
        return lambda: phone.sync(app.test_client(), events)

    at_once(
        *(sends(phone, phone.events) for phone in phones),
        *(sends(phone, phone.events[::-1]) for phone in phones),
        *(sends(phone, phone.events[half:]) for phone in phones),
        lambda: readmit_held(engine, NOW),
    )
    events = len(phones[0].events)
    assert len(table("phone_events")) == 2 * events
    assert len(table("scans")) == len(table("attempts")) == 40
    assert len(table("scan_voids")) == 20
    assert len(table("SELECT DISTINCT issue_date FROM arrivals")) == 20
    for phone in phones:
        answer = phone.sync(app.test_client(), [])
        assert (answer["have"], answer["missing"]) == ([[1, events]], [])
        assert len(answer["held"]) == 20
    voided = table(
        "SELECT courier_id, COUNT(*) AS n FROM scan_voids"
        " JOIN scans ON scans.id = scan_voids.scan_id GROUP BY courier_id"
    )
    assert [row["n"] for row in voided] == [10, 10]
    assert new_id(1, 7) == phones[0].events[0]["id"] == phones[1].events[0]["id"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_sync_that_a_deadlock_ended_is_done_again(
    app: Flask, new_phone: Callable[..., Phone], table: Rows, engine: Engine
) -> None:
    """Whoever writes in another order than syncs do: an import, or a person at the database."""
    phone = new_phone()
    for _ in range(2):
        phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    first, second = (each["id"] for each in phone.events)
    answers: list[dict[str, Any]] = []
    ended: list[str] = []
    event.listen(
        engine, "handle_error", lambda context: ended.append(context.original_exception.sqlstate)
    )
    sync = threading.Thread(target=lambda: answers.append(phone.sync(app.test_client())))
    with engine.connect() as other:
        # The sync finds the deadlock first.
        other.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        _take_scan_id(other, second)
        sync.start()
        _wait_for_waiting(engine)
        _take_scan_id(other, first)
        other.rollback()
    sync.join()
    assert [each["status"] for each in answers[0]["results"]] == ["accepted", "accepted"]
    assert len(table("scans")) == len(table("phone_events")) == 2
    assert ended == ["40P01"]


def _take_scan_id(connection: Connection, scan_id: str) -> None:
    connection.execute(
        text(
            "INSERT INTO scans (branch_id, scan_id, courier_id, point_id, scanned_at, method)"
            " SELECT points.branch_id, CAST(:scan_id AS uuid), couriers.id, points.id, 0, 'camera'"
            " FROM points JOIN couriers ON courier_code = 'C1' WHERE point_code = 'P1'"
        ),
        {"scan_id": scan_id},
    )


def _wait_for_waiting(engine: Engine) -> None:
    """Wait until somebody waits for another's transaction."""
    waiting = text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    deadline = time.monotonic() + 30
    while True:
        with engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        assert time.monotonic() < deadline
        time.sleep(0.01)

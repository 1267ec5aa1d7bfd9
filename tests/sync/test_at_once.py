"""Requests at the same time: nothing twice, nothing lost, whoever is first."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine

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

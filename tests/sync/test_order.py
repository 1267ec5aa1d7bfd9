"""Whatever the order and the company in which events come, and how often: the same records."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from service.domain.readings import read_readings
from service.models.engine import writing
from service.operations.record_sync import record_sync
from service.operations.sync.batch import Delivery
from tests.sync.phone import MORNING, Phone

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 7, 8, tzinfo=UTC)
SCHEDULES = 12
# What was made of events, by what events themselves say: row ids depend on the order.
OF = " JOIN phone_events ON phone_events.id = scans.event"
RECORDS = {
    "scans": "SELECT scans.scan_id, courier_id, point_id, scanned_at, lat, lon, accuracy_m, method,"
    f" scans.clock, label, event_id FROM scans {OF}",
    "items": "SELECT event_id, title_id, issue_date, copies FROM"
    f" (SELECT scan_id AS of_scan, title_id, issue_date, copies FROM scan_items) AS items"
    f" JOIN scans ON scans.id = of_scan {OF}",
    "voids": "SELECT event_id, voided_at, reason FROM"
    f" (SELECT scan_id AS of_scan, voided_at, reason FROM scan_voids) AS voids"
    f" JOIN scans ON scans.id = of_scan {OF}",
    "attempts": "SELECT attempt_id, courier_id, point_id, attempted_at, reason FROM attempts",
    "arrivals": "SELECT office_id, title_id, issue_date, arrived_at FROM arrivals",
    "rounds": "SELECT courier_id, route_id, date, kind, reported_at FROM round_reports",
    "events": "SELECT installation_id, event_id, sequence, raw, happened_at, earliest_at,"
    " latest_at, clock FROM phone_events",
    "held": "SELECT event_id, code, detail FROM held_events"
    " JOIN phone_events ON phone_events.id = held_events.event WHERE decided_at IS NULL",
    "accounts": "SELECT id, have, highest FROM installations",
}
EMPTIED = (
    *("untraced_scans", "held_events", "round_reports", "scan_voids", "scan_items", "scans"),
    *("attempts", "arrivals", "audit_log", "dirty_months", "phone_events"),
)


def a_day(phone: Phone, random: Random) -> None:
    """A day with voids, voids of voids' scans, held events, taps on the same arrivals, readings."""
    at = MORNING
    phone.read_clock(at)
    scans: list[dict[str, Any]] = []
    for _ in range(60):
        at += random.choice([1, 7]) * MINUTE
        match random.randrange(8):
            case 0 if scans:
                voided = random.choice(scans)["id"]
                phone.record("void", at, scan=voided, reason=random.choice(["a", "b", None]))
            case 1:
                phone.record(
                    "arrival", at, office="O1", title="1-1", date=random.choice(["2026-07-06"])
                )
            case 2:
                phone.record("round_started", at, route="R1", date="2026-07-06")
            case 3:
                phone.record("attempt", at, point=random.choice(["P1", "P9"]), reason="other")
            case 4:
                phone.read_clock(at)
            case 5:
                # Another phone's clock jumps, and the app is reloaded.
                phone.off += random.choice([1, -1]) * 90 * MINUTE
                phone.life, phone.started = f"life {at}", at
                phone.read_clock(at)
            case _:
                label = random.choice(["7M2K9QXW4R8T0ZBC", "0000000000000003", "Z" * 16])
                title = random.choice(["1-1", "1-1", "9-9"])
                point = random.choice(["P1", None])
                scan = phone.scan(at, (title, "2026-07-06", 1), label=label, point=point)
                scans.append(scan)
    phone.read_clock(at + MINUTE)


def hand_over(engine: Engine, row: int, phone: Phone, events: list[dict[str, Any]]) -> None:
    """Send events with the readings that they need, and perhaps others."""
    delivery = Delivery(events, read_readings(phone.readings), None, len(phone.events), 0)
    record_sync(engine, row, delivery, NOW, carried_by=row)


def schedule(
    engine: Engine, phones: list[tuple[int, Phone]], random: Random
) -> list[tuple[int, Phone, list[dict[str, Any]]]]:
    """Every event at least once, split, shuffled, repeated, the phones' batches mixed."""
    batches = []
    for row, phone in phones:
        events = list(phone.events) + random.sample(phone.events, k=random.randrange(12))
        random.shuffle(events)
        while events:
            size = random.choice([1, 2, 5, 20])
            batches.append((row, phone, events[:size]))
            events = events[size:]
    random.shuffle(batches)
    return batches + random.sample(batches, k=min(3, len(batches)))


@pytest.mark.parametrize(
    ("database_kind", "seed"),
    [("sqlite", 1), ("sqlite", 2), ("postgresql", 3)],
    indirect=["database_kind"],
)
def test_any_schedule_gives_the_same_records(
    app: Flask, engine: Engine, new_phone: Callable[..., Phone], table: Rows, seed: int
) -> None:
    random = Random(seed)
    phones = [new_phone("C1"), new_phone("C2")]
    # Both make the same ids, as no honest phone does.
    for phone in phones:
        a_day(phone, random)
    shared = dict(phones[0].events[-1])
    phones[1].events.append({**shared, "seq": len(phones[1].events) + 1})
    phones[1].read_clock(MORNING + 600 * MINUTE)
    rows = [each["id"] for each in table("SELECT id FROM installations ORDER BY id")]
    both = list(zip(rows, phones, strict=True))
    for row, phone in both:
        hand_over(engine, row, phone, phone.events)
    expected = records(table)
    assert all(expected.values())
    for number in range(SCHEDULES):
        empty(engine)
        for row, phone, events in schedule(engine, both, Random(seed * 1000 + number)):
            hand_over(engine, row, phone, events)
        found = records(table)
        assert found == expected, f"seed {seed * 1000 + number}"


def records(table: Rows) -> dict[str, list[tuple[Any, ...]]]:
    found = {
        name: sorted(tuple(map(str, row.values())) for row in table(sql))
        for name, sql in RECORDS.items()
    }
    # Of one id in two installations, whichever came first has it; the other's is made of both.
    found["scans"] = [row[1:] for row in found["scans"]]
    return {name: sorted(rows) for name, rows in found.items()}


def empty(engine: Engine) -> None:
    with writing(engine) as connection:
        for name in EMPTIED:
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text("UPDATE installations SET have = '[]', highest = 0"))

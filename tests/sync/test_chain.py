"""`jianbao check` follows every event from its number to its record, and names what is gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.models.engine import writing
from service.operations.import_queue_file import import_queue_file
from service.operations.readmit_held import admit_held, set_aside
from service.operations.refresh_facts import refresh_dirty
from service.queries.check import Checked, check
from tests.sync.phone import MORNING, Phone
from tests.sync.test_held import queue_file

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 7, 8, tzinfo=UTC)
TOKEN = "7M2K9QXW4R8T0ZBC"
# Each a row or two that nobody would miss otherwise; what refers to them goes first.
GONE = {
    "phone_events": "kind = 'void'",
    "scans": "id = (SELECT MAX(id) FROM scans)",
    "scan_items": "scan_id = (SELECT MIN(scan_id) FROM scan_items)",
    "scan_voids": "TRUE",
    "attempts": "TRUE",
    "round_reports": "TRUE",
    "arrivals": "TRUE",
    "held_events": "decision IS NULL",
    "held_events, admitted": "decision = 'admitted'",
    "held_events, set aside": "decision = 'set_aside'",
}


@pytest.fixture
def checked(
    app: Flask, client: FlaskClient, phone: Phone, engine: Engine, tmp_path: Path, table: Rows
) -> Callable[[], Checked]:
    """A day of events of every kind, its facts published; what a check says of them."""
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 2), label=TOKEN)
    phone.record("void", MORNING + MINUTE, scan=scan["id"])
    phone.record("arrival", MORNING, office="O1", title="1-1", date="2026-07-06")
    phone.record("round_started", MORNING, route="R1", date="2026-07-06")
    phone.record("attempt", MORNING, point="P2", reason="road_closed")
    for title in ("8-8", "9-9"):
        phone.scan(MORNING, (title, "2026-07-06", 1), label=TOKEN)
    phone.scan(MORNING, ("1-1", "2026-07-06", 1), label="Z" * 16)
    phone.scan(MORNING + 9 * MINUTE, label=TOKEN)
    phone.read_clock(MORNING + 60 * MINUTE)
    phone.sync(client, highest=12)
    [point] = table("SELECT id FROM points WHERE point_code = 'P2'")
    events = table("SELECT event, code FROM held_events ORDER BY event")
    set_aside(engine, events[0]["event"], None, "试验", NOW)
    assert admit_held(engine, events[2]["event"], None, NOW, point=point["id"])
    facts = tmp_path / "instance" / "facts"
    refresh_dirty(engine, facts, NOW)
    return lambda: check(engine, facts)


def test_a_day_of_events_is_accounted_for(checked: Callable[[], Checked]) -> None:
    found = checked()
    assert found.clean, found
    assert [each.numbers for each in found.unsent] == [[(10, 12)]]
    assert found.waiting == []


@pytest.mark.parametrize("gone", GONE)
def test_a_row_that_is_deleted_by_hand_is_named(
    checked: Callable[[], Checked], engine: Engine, gone: str
) -> None:
    table = gone.partition(",")[0]
    with writing(engine) as connection:
        if table == "scans":
            for other in ("untraced_scans", "scan_items", "scan_voids"):
                mine = "scan_id = (SELECT MAX(id) FROM scans)"
                connection.execute(text(f"DELETE FROM {other} WHERE {mine}"))
        deleted = connection.execute(text(f"DELETE FROM {table} WHERE {GONE[gone]}"))
        assert deleted.rowcount >= 1
    found = checked()
    assert found.links
    assert not found.clean


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_account_that_is_edited_by_hand_is_named(
    checked: Callable[[], Checked], engine: Engine
) -> None:
    for have, number in (("[[1, 8]]", 9), ("[[1, 9000000000000]]", 10), ("[[1", 1)):
        with writing(engine) as connection:
            connection.execute(text("UPDATE installations SET have = :have"), {"have": have})
        assert number in {each.number for each in checked().links}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_never_derived_is_named_though_nothing_says_that_it_waits(
    checked: Callable[[], Checked], client: FlaskClient, phone: Phone, engine: Engine
) -> None:
    phone.scan(MORNING + 20 * MINUTE, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + 70 * MINUTE)
    phone.sync(client)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM untraced_scans"))
    assert [each.point for each in checked().differences] == ["P1"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_scan_deleted_before_it_was_derived_stops_neither_check_nor_refresher(
    checked: Callable[[], Checked],
    client: FlaskClient,
    phone: Phone,
    engine: Engine,
    tmp_path: Path,
) -> None:
    phone.scan(MORNING + 20 * MINUTE, label=TOKEN)
    phone.read_clock(MORNING + 70 * MINUTE)
    phone.sync(client)
    with engine.connect() as connection:
        # As SQLite's own shell deletes: without a look at what refers to it.
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM scans WHERE id = (SELECT MAX(id) FROM scans)")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("BEGIN")
    found = checked()
    assert [each.number for each in found.links] == [10]
    assert found.broken
    assert refresh_dirty(engine, tmp_path / "instance" / "facts", NOW) == 1
    assert not checked().clean


def test_what_was_set_aside_of_a_file_may_still_come_from_the_phone(
    client: FlaskClient, phone: Phone, engine: Engine, tmp_path: Path, table: Rows
) -> None:
    phone.read_clock(MORNING)
    phone.scan(MORNING, ("1-1", "2026-07-06", 2), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    import_queue_file(engine, queue_file(phone, "another token"), "key", None, NOW)
    [row] = table("held_events")
    set_aside(engine, row["event"], None, "试验", NOW)
    assert check(engine, tmp_path / "instance" / "facts").clean
    [result] = phone.sync(client)["results"]
    assert (result["status"], result["state"]) == ("duplicate", "accepted")
    assert check(engine, tmp_path / "instance" / "facts").clean

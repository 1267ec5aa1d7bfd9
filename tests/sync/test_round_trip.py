"""What phones brought goes out in an export and comes back in, and the phones may send it again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.extensions import db
from service.operations.import_feed import import_feed
from service.operations.refresh_facts import refresh_dirty
from service.queries.ask import ask
from service.queries.check import check
from service.queries.export_feed import export_feed
from service.queries.questions import MarksQuestion, RatesQuestion
from tests.served import serve
from tests.sync.phone import MORNING, Phone

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 7, 20, tzinfo=UTC)
TOKEN = "7M2K9QXW4R8T0ZBC"


@pytest.fixture
def day(client: FlaskClient, new_phone: Callable[..., Phone]) -> Phone:
    """A day that has every mark that only phones bring."""
    phone = new_phone("C1", off=timedelta(hours=3))
    phone.read_clock(MORNING)
    position = {"lat": 29.6, "lon": 106.4, "accuracy_m": 8}
    phone.scan(MORNING, ("1-1", "2026-07-06", 2), label=TOKEN, position=position)
    phone.scan(MORNING + MINUTE, ("1-1", "2026-07-07", 1), label="Z" * 16, point="P2")
    phone.scan(MORNING + 2 * MINUTE, label="0000000000000003")
    gone = phone.scan(MORNING + 3 * MINUTE, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.record("void", MORNING + 4 * MINUTE, scan=gone["id"], reason="误扫")
    phone.record("attempt", MORNING + 5 * MINUTE, point="P2", reason="road_closed", note="塌方")
    phone.record("arrival", MORNING, office="O1", title="1-1", date="2026-07-06")
    phone.off = -timedelta(hours=2)
    phone.life = "another"
    phone.scan(MORNING + 6 * MINUTE, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.life = "a third"
    phone.read_clock(MORNING + 91 * MINUTE)
    phone.sync(client)
    return phone


@pytest.fixture
def exported(day: Phone, engine: Engine, tmp_path: Path) -> Path:
    export_feed(engine, "JLP", tmp_path / "export", lambda _total: lambda _step: None)
    return tmp_path / "export"


@pytest.fixture
def elsewhere(exported: Path, tmp_path: Path) -> Iterator[Flask]:
    app = serve(tmp_path / "elsewhere", exported)
    yield app
    with app.app_context():
        db.engine.dispose()


def figures(engine: Engine, facts: Path) -> list[Any]:
    refresh_dirty(engine, facts, NOW)
    questions = [
        *(RatesQuestion(by=by, scans=scans, **PERIOD) for by in BY for scans in ("all", "sound")),
        MarksQuestion(**PERIOD),
    ]
    return [ask(engine, facts, question, NOW).rows for question in questions]


BY = ("point", "title", "day")
PERIOD: dict[str, Any] = {
    "since": datetime(2026, 7, 1, tzinfo=UTC).date(),
    "until": datetime(2026, 7, 14, tzinfo=UTC).date(),
    "as_of": NOW,
    "branch": "JLP",
}


def test_an_export_of_what_phones_brought_gives_the_same_figures_and_marks(
    engine: Engine, exported: Path, elsewhere: Flask, tmp_path: Path
) -> None:
    here = figures(engine, tmp_path / "facts")
    with elsewhere.app_context():
        there = figures(db.engine, tmp_path / "elsewhere" / "facts")
    assert here == there
    marks = {mark for row in here[-1] for mark in row["marks"]}
    assert marks >= {"clock", "clock_unknown", "far", "retired_label", "unknown_label"}


def test_the_same_export_imported_again_changes_nothing(
    engine: Engine, exported: Path, table: Rows
) -> None:
    before = {name: table(name) for name in ("scans", "scan_items", "attempts", "dirty_months")}
    assert not import_feed(engine, exported).changed
    assert before == {name: table(name) for name in before}


def test_phones_that_send_again_what_an_import_has_brought_double_nothing(
    day: Phone, engine: Engine, client: FlaskClient, exported: Path, table: Rows, tmp_path: Path
) -> None:
    """The service is lost, its last export is not: phones keep what they sent for 30 days."""
    here = figures(engine, tmp_path / "facts")
    with engine.begin() as connection:
        for statement in FORGET:
            connection.exec_driver_sql(statement)
    assert table("phone_events") == []
    answer = day.sync(client, [])
    assert answer["missing"] == [[1, len(day.events)]]
    answer = day.sync(client)
    assert {each["status"] for each in answer["results"]} == {"accepted"}
    assert [row["action"] for row in table("audit_log")] == []
    assert figures(engine, tmp_path / "facts") == here
    assert check(engine, tmp_path / "facts").clean


# All that an export does not carry is gone, as after an import into an empty database.
FORGET = (
    *(f"UPDATE {name} SET event = NULL" for name in ("scans", "attempts")),
    *(f"DELETE FROM {name}" for name in ("round_reports", "held_events", "phone_events")),
    "DELETE FROM audit_log",
    "UPDATE installations SET have = '[]', highest = 0",
)

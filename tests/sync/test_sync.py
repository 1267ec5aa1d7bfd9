"""What a phone hands over is stored, answered event by event, and becomes records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.operations.sync import names
from tests.sync.phone import MORNING, Phone, new_id

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
TOKEN = "7M2K9QXW4R8T0ZBC"


def statuses(answer: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(each["status"], each.get("code")) for each in answer["results"]]


def test_the_round_of_the_protocols_example(client: FlaskClient, phone: Phone, table: Rows) -> None:
    phone.read_clock(MORNING)
    first = phone.scan(
        MORNING + MINUTE,
        ("1-1", "2026-07-06", 12),
        label=TOKEN,
        point="P2",
        position={"lat": 29.4922, "lon": 106.3808, "accuracy_m": 12},
    )
    phone.record("void", MORNING + 2 * MINUTE, scan=first["id"], reason="unticked")
    phone.scan(MORNING + 2 * MINUTE, ("1-1", "2026-07-06", 11), label=TOKEN.lower())
    phone.scan(MORNING + 3 * MINUTE, ("9-9", "2026-07-06", 11), label=TOKEN)
    phone.record("arrival", MORNING + 4 * MINUTE, office="O1", title="1-1", date="2026-07-06")
    phone.record("round_started", MORNING + 5 * MINUTE, route="R1", date="2026-07-06")
    phone.record("attempt", MORNING + 6 * MINUTE, point="P2", reason="road_closed", photo=True)
    phone.read_clock(MORNING + 9 * MINUTE)
    answer = phone.sync(client)
    accepted: list[tuple[str, str | None]] = [("accepted", None)]
    assert statuses(answer) == [*accepted * 3, ("held", "unknown_title"), *accepted * 3]
    assert (answer["have"], answer["missing"]) == ([[1, 7]], [])
    assert [each["seq"] for each in answer["held"]] == [4]
    assert "9-9" in answer["held"][0]["message"]["zh"]
    scans = table("SELECT scans.*, point_code FROM scans JOIN points ON points.id = point_id")
    assert [each["point_code"] for each in scans] == ["P1", "P1"]
    assert {each["clock"] for each in scans} == {None}
    assert [each["copies"] for each in table("scan_items")] == [12, 11]
    assert [each["reason"] for each in table("scan_voids")] == ["unticked"]
    assert len(table("arrivals")) == len(table("attempts")) == len(table("round_reports")) == 1
    assert len(table("phone_events")) == 7
    assert len(table("untraced_scans")) == 2
    again = phone.sync(client)
    assert {each["status"] for each in again["results"]} == {"duplicate"}
    assert [each["state"] for each in again["results"]].count("held") == 1
    assert len(table("scans")) == 2
    assert len(table("phone_events")) == 7


def test_what_a_scan_names_its_point_by(client: FlaskClient, phone: Phone, table: Rows) -> None:
    phone.read_clock(MORNING - 2 * MINUTE)
    cases = [
        ({"label": TOKEN, "point": "P2"}, ("P1", None)),
        ({"label": "0000000000000003"}, ("P2", "retired")),
        ({"label": "ZZZZZZZZZZZZZZZZ", "point": "P2"}, ("P2", "unknown")),
        ({"point": "P1"}, ("P1", None)),
        ({"label": "ZZZZZZZZZZZZZZZZ"}, "unknown_label"),
        ({}, "unknown_label"),
        ({"label": "ZZZZZZZZZZZZZZZZ", "point": "P99"}, "unknown_point"),
    ]
    # Before it was retired, the old label was the point's.
    phone.scan(MORNING - MINUTE, label="0000000000000003")
    for minute, (fields, _) in enumerate(cases):
        phone.scan(MORNING + minute * MINUTE, **fields)
    phone.read_clock(MORNING + 60 * MINUTE)
    answer = phone.sync(client)
    found = table(
        "SELECT point_code, label FROM scans JOIN points ON points.id = point_id ORDER BY scans.id"
    )
    wanted = [("P2", None), *(each for _, each in cases)]
    assert [tuple(each.values()) for each in found] == [
        each for each in wanted if isinstance(each, tuple)
    ]
    assert [each["code"] for each in answer["held"]] == [
        each for each in wanted if isinstance(each, str)
    ]


def test_a_void_may_come_before_its_scan(client: FlaskClient, phone: Phone, table: Rows) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    later = phone.record("void", MORNING + 5 * MINUTE, scan=scan["id"], reason="later")
    earlier = phone.record("void", MORNING + 3 * MINUTE, scan=scan["id"], reason="earlier")
    phone.read_clock(MORNING + 9 * MINUTE)
    assert statuses(phone.sync(client, [later])) == [("held", "unknown_scan")]
    answer = phone.sync(client, [scan])
    assert answer["held"] == []
    assert (answer["have"], answer["missing"]) == ([[1, 2]], [[3, 3]])
    assert [each["reason"] for each in table("scan_voids")] == ["later"]
    phone.sync(client, [earlier])
    assert [each["reason"] for each in table("scan_voids")] == ["earlier"]
    assert phone.sync(client, [later])["results"][0]["state"] == "accepted"


def test_an_id_that_comes_with_other_content_is_held(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    other = {**scan, "items": []}
    answer = phone.sync(client, [scan, other, scan])
    assert statuses(answer) == [("accepted", None), ("held", "id_conflict"), ("duplicate", None)]
    assert statuses(phone.sync(client, [other])) == [("duplicate", "id_conflict")]
    assert len(table("scans")) == 1
    assert len(table("phone_events")) == 2


def test_one_bad_event_among_five_hundred_holds_none_of_the_others(
    client: FlaskClient, phone: Phone, table: Rows
) -> None:
    phone.read_clock(MORNING)
    for second in range(500):
        phone.scan(MORNING + timedelta(seconds=second), ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + 60 * MINUTE)
    phone.events[250]["items"] = [{"title": "1-1\0\ud800", "date": "2026-07-06", "copies": 1}]
    answer = phone.sync(client)
    assert [each["seq"] for each in answer["held"]] == [251]
    assert answer["held"][0]["code"] == "malformed"
    assert len(table("scans")) == 499
    assert answer["have"] == [[1, 500]]


def test_whatever_comes_as_an_event_is_kept(client: FlaskClient, phone: Phone, table: Rows) -> None:
    junk: list[Any] = [
        *(None, 5, "scan", [], {}, {"id": "x"}, {"id": new_id(1), "seq": 0}, [[[]]], True, 1e308),
        *({"id": new_id(2), "seq": 2**70}, {"id": new_id(3), "seq": 3, "format": 2, "kind": "x"}),
    ]
    answer = phone.sync(client, junk)
    assert {each["status"] for each in answer["results"]} == {"held"}
    assert len(table("phone_events")) == len(junk) == len(answer["held"])
    assert answer["have"] == [[3, 3]]
    assert {each["status"] for each in phone.sync(client, junk)["results"]} == {"duplicate"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "index"), [(names.BY_TOKEN, "token=?"), (names.BY_SHORT_CODE, "short_code=?")]
)
def test_labels_are_looked_up_and_not_looked_through(engine: Engine, sql: str, index: str) -> None:
    """What a sync costs does not grow with the branch's labels."""
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql.format('?,?')}", (1, "A", "B"))
        [step] = [row[3] for row in plan]
    assert index in step

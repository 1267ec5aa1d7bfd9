"""Held events: admitted by rules and by people, set aside, and queues that come as files."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.domain import events
from service.domain.failures import NotAQueueFile, UnknownInstallation
from service.operations.import_feed import import_feed
from service.operations.import_queue_file import import_queue_file
from service.operations.readmit_held import admit_held, readmit_held, set_aside
from tests.feed.complete import COMPLETE, changed, write_feed
from tests.sync.phone import MORNING, Phone, new_id

Rows = Callable[..., list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 7, 7, tzinfo=UTC)
TOKEN = "7M2K9QXW4R8T0ZBC"
NEW_TITLE = "9-9,新报,newspaper,,FREQ=DAILY,2026-01-01,"
SECRET_KEY = "the service's secret key"


def held(table: Rows) -> list[tuple[str, str | None]]:
    rows = table("SELECT code, decision FROM held_events ORDER BY event")
    return [(row["code"], row["decision"]) for row in rows]


def with_title(folder: Path) -> Path:
    titles = [*COMPLETE["titles"][1:], NEW_TITLE]
    return write_feed(folder, {**{k: v for k, v in changed(titles=titles).items() if k in PLAN}})


PLAN = {"feed_info", "titles", "towns", "offices", "service_standards", "points", "subscriptions"}


def test_an_import_admits_what_lacked_its_title_and_the_void_with_it(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine, tmp_path: Path
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("9-9", "2026-07-06", 1), label=TOKEN)
    phone.record("void", MORNING + MINUTE, scan=scan["id"])
    phone.read_clock(MORNING + 2 * MINUTE)
    phone.sync(client)
    assert held(table) == [("unknown_title", None), ("unknown_scan", None)]
    assert readmit_held(engine, NOW) == 0
    import_feed(engine, with_title(tmp_path / "titles"))
    assert readmit_held(engine, NOW) == 2
    assert held(table) == [("unknown_title", "admitted"), ("unknown_scan", "admitted")]
    assert len(table("scans")) == len(table("scan_voids")) == 1
    assert len(table("untraced_scans")) == 1
    assert phone.sync(client)["held"] == []
    assert readmit_held(engine, NOW) == 0


def test_a_mended_rule_admits_what_was_malformed(
    client: FlaskClient,
    phone: Phone,
    table: Rows,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone.life = "a" * 41
    phone.read_clock(MORNING)
    phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.life = "b"
    phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN, format=2)
    phone.read_clock(MORNING + MINUTE)
    phone.sync(client)
    assert held(table) == [("malformed", None), ("newer_format", None)]
    monkeypatch.setattr(events, "LONGEST_LIFE", 60)
    assert readmit_held(engine, NOW) == 1
    monkeypatch.setattr(events, "FORMAT", 2)
    assert readmit_held(engine, NOW) == 1
    assert held(table) == [("malformed", "admitted"), ("newer_format", "admitted")]
    assert len(table("scans")) == 2


def test_a_person_says_which_point_it_was(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    phone.scan(MORNING, ("1-1", "2026-07-06", 1), label="Z" * 16)
    phone.scan(MORNING, ("9-9", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    phone.sync(client)
    [point] = table("SELECT id FROM points WHERE point_code = 'P2'")
    first, second = [row["event"] for row in table("held_events")]
    assert not admit_held(engine, first, None, NOW)
    assert admit_held(engine, first, None, NOW, point=point["id"])
    assert not admit_held(engine, first, None, NOW, point=point["id"])
    assert not admit_held(engine, second, None, NOW)
    set_aside(engine, second, None, "试验", NOW)
    assert [(row["point_id"], row["label"]) for row in table("scans")] == [(point["id"], "unknown")]
    assert held(table) == [("unknown_label", "admitted"), ("unknown_title", "set_aside")]
    actions = [row["action"] for row in table("audit_log")]
    assert actions == ["held_admitted", "held_set_aside"]
    states = [each["state"] for each in phone.sync(client)["results"]]
    assert states == ["accepted", "set_aside"]
    assert readmit_held(engine, NOW) == 0


def test_a_person_admits_the_other_content_of_an_id_too(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    phone.sync(client, [scan, {**scan, "point": "P1"}])
    assert readmit_held(engine, NOW) == 0
    [row] = table("held_events")
    assert admit_held(engine, row["event"], None, NOW)
    assert len({row["scan_id"] for row in table("scans")}) == 2


def queue_file(phone: Phone, token: str | None = None, **more: Any) -> bytes:
    text = json.dumps(phone.body(), ensure_ascii=False)
    key = hashlib.sha256((token or phone.token).encode()).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    content = {"jianbao_queue": 1, "installation": phone.installation, "ticket": "eyJ…"}
    return json.dumps({**content, "body": text, "signature": signature, **more}).encode()


def test_what_waits_is_what_the_phone_has_not_brought(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    """A phone counts what it brings among what waits, and may be silent from then on."""

    def waiting() -> tuple[int, bool]:
        [row] = table("SELECT waiting, last_sync_at FROM installations")
        return row["waiting"], row["last_sync_at"] is not None

    for _ in range(4):
        phone.scan(MORNING, label=TOKEN)
    phone.sync(client, phone.events[:1] * 2)
    assert waiting() == (3, True)
    # A file is no word of the phone's, but what came in it waits no more.
    import_queue_file(engine, queue_file(phone), SECRET_KEY, None, NOW)
    assert waiting() == (0, True)
    phone.scan(MORNING, label=TOKEN)
    phone.sync(client, [])
    assert waiting() == (1, True)
    phone.sync(client)
    assert waiting() == (0, True)


def test_a_file_says_nothing_of_when_the_phone_was_heard_of(
    phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.scan(MORNING, label=TOKEN)
    import_queue_file(engine, queue_file(phone), SECRET_KEY, None, NOW)
    [row] = table("SELECT waiting, last_sync_at, app_version, highest, have FROM installations")
    assert row == {
        "waiting": 0,
        "last_sync_at": None,
        "app_version": None,
        "highest": 1,
        "have": "[[1, 1]]",
    }


def test_a_signed_file_is_as_good_as_a_sync(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    for second in range(501):
        at = MORNING + timedelta(seconds=second)
        phone.scan(at, ("1-1", "2026-07-06", 1), label=TOKEN, point="海龙")
    phone.read_clock(MORNING + 60 * MINUTE)
    imported = import_queue_file(engine, queue_file(phone), SECRET_KEY, None, NOW)
    assert (imported.signed, imported.counts) == (True, {"accepted": 501})
    again = import_queue_file(engine, queue_file(phone), SECRET_KEY, None, NOW)
    assert again.counts == {"duplicate": 501}
    answer = phone.sync(client, phone.events[:500])
    assert {each["status"] for each in answer["results"]} == {"duplicate"}
    assert answer["have"] == [[1, 501]]


def test_a_file_that_someone_else_has_written_takes_nothing_from_the_phone(
    client: FlaskClient, phone: Phone, table: Rows, engine: Engine
) -> None:
    phone.read_clock(MORNING)
    scan = phone.scan(MORNING, ("1-1", "2026-07-06", 1), label=TOKEN)
    second = phone.scan(MORNING, ("1-1", "2026-07-06", 2), label=TOKEN)
    phone.read_clock(MORNING + MINUTE)
    genuine = phone.events
    phone.events = [{**scan, "items": []}, second]
    imported = import_queue_file(engine, queue_file(phone, "other"), SECRET_KEY, None, NOW)
    assert (imported.signed, imported.counts) == (False, {"held": 2})
    assert table("scans") == []
    phone.events = genuine
    assert phone.sync(client, [])["missing"] == [[1, 2]]
    answer = phone.sync(client)
    assert [(each["status"], each.get("state")) for each in answer["results"]] == [
        ("accepted", None),
        ("duplicate", "accepted"),
    ]
    assert (answer["have"], answer["missing"]) == ([[1, 2]], [])
    assert held(table) == [("unverified", None), ("unverified", "admitted")]
    assert len(table("scans")) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"jianbao_queue": 1, "installation": "x", "body": "{}"}'],
)
def test_what_is_no_queue_is_refused(engine: Engine, content: bytes) -> None:
    with pytest.raises(NotAQueueFile):
        import_queue_file(engine, content, SECRET_KEY, None, NOW)


def test_a_queue_of_nobody_is_refused(engine: Engine, phone: Phone) -> None:
    phone.installation = new_id(9)
    with pytest.raises(UnknownInstallation):
        import_queue_file(engine, queue_file(phone), SECRET_KEY, None, NOW)

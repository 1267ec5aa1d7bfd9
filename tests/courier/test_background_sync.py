"""Background Sync: the service worker empties the queue when no page of the app is open."""

import hashlib
import secrets
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import insert, select, text

from service.app import create_app
from service.config import Config
from service.extensions import db
from service.models import Courier, Installation
from service.models.engine import writing
from tests.courier.conftest import Site, until
from tests.served import ONE_WEEK, serve

STORE = """
    async ([installation, event]) => {
      const opened = indexedDB.open("jianbao-courier");
      await new Promise((done) => (opened.onsuccess = done));
      const stores = opened.result.transaction(["installations", "events"], "readwrite");
      if (installation) stores.objectStore("installations").put(installation);
      if (event) stores.objectStore("events").put(event);
      const all = stores.objectStore("events").getAll();
      await new Promise((done) => (stores.oncomplete = done));
      opened.result.close();
      return all.result;
    }
"""


@pytest.fixture
def service(tmp_path: Path) -> Flask:
    data = tmp_path / "instance"
    serve(data, ONE_WEEK)
    return create_app(Config(data=data, testing=True))


def enrol(service: Flask) -> dict[str, Any]:
    """Bind a phone to some courier; return what its store knows of itself."""
    id_, token = uuid.uuid4(), secrets.token_urlsafe(32)
    with service.app_context(), writing(db.engine) as connection:
        courier = connection.execute(select(Courier.id, Courier.branch_id)).first()
        assert courier is not None
        connection.execute(
            insert(Installation).values(
                branch_id=courier.branch_id,
                installation_id=id_,
                courier_id=courier.id,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                enrolled_at=datetime.now(UTC),
            )
        )
    return {
        "id": str(id_),
        "token": token,
        "ticket": "none",
        "courier": {"code": "C", "name": "C"},
        "branch": {"code": "B", "name": "B", "timezone": "Asia/Shanghai"},
        "current": True,
        "highest": 1,
    }


def a_scan(installation: str) -> dict[str, Any]:
    event = {
        "id": str(uuid.uuid4()),
        "seq": 1,
        "format": 1,
        "kind": "scan",
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "mono": 1.0,
        "life": "a life before",
        "method": "manual",
        "point": "nowhere",
        "items": [],
    }
    return {"installation": installation, "seq": 1, "id": event["id"], "event": event, "waiting": 1}


def force_sync(context: BrowserContext, page: Page, origin: str) -> None:
    """Let the browser believe that now is the moment for a Background Sync."""
    registrations: list[dict[str, Any]] = []
    protocol = context.new_cdp_session(page)
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    protocol.send("ServiceWorker.enable")
    for _ in range(50):
        if registrations:
            break
        page.wait_for_timeout(100)
    wanted = {"origin": origin, "registrationId": registrations[-1]["registrationId"]}
    protocol.send(
        "ServiceWorker.dispatchSyncEvent", {**wanted, "tag": "jianbao", "lastChance": False}
    )


def test_the_worker_empties_the_queue_without_a_page(
    service: Flask, site: Site, installed: Page, context: BrowserContext
) -> None:
    # A page of the service that is not the app: nothing but the worker can sync.
    installed.goto(f"{site.origin}/api/v1/problems")
    phone = enrol(service)
    record = a_scan(phone["id"])
    [stored] = installed.evaluate(STORE, [phone, record])
    assert stored["waiting"] == 1
    force_sync(context, installed, site.origin)
    until(installed, f"({STORE})([null, null]).then(([event]) => event.waiting === undefined)")
    [stored] = installed.evaluate(STORE, [None, None])
    assert (stored["state"], stored["code"]) == ("held", "unknown_point")
    with service.app_context(), db.engine.connect() as connection:
        kept = connection.execute(text("SELECT event_id FROM phone_events")).scalars().all()
    assert [uuid.UUID(str(each)) for each in kept] == [uuid.UUID(record["id"])]

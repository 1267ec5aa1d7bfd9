"""A phone as these tests have it: its clocks, its events, and the requests that it makes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

MORNING = datetime(2026, 7, 6, 1, tzinfo=UTC)


def instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(number: int, phone: int = 1) -> str:
    """A UUIDv7 that a phone of that number would make."""
    return str(uuid.UUID(int=(0x019F3A5F << 96) | (7 << 76) | (2 << 62) | (phone << 32) | number))


@dataclass
class Phone:
    """A phone that is always right about the time, unless `off` says by how much it is not."""

    installation: str
    token: str
    number: int = 1
    off: timedelta = timedelta()
    life: str = "k2v9"
    started: datetime = MORNING
    events: list[dict[str, Any]] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)

    def read_clock(self, at: datetime) -> None:
        self.readings.append(
            {
                **self._shown(at),
                "offset_ms": -self.off / timedelta(milliseconds=1),
                "error_ms": 40,
                "after": len(self.events),
            }
        )

    def record(self, kind: str, at: datetime, **fields: Any) -> dict[str, Any]:
        """Add an event to the queue."""
        number = len(self.events) + 1
        event = {
            "id": new_id(number, self.number),
            "seq": number,
            "format": 1,
            "kind": kind,
            **self._shown(at),
            **fields,
        }
        self.events.append(event)
        return event

    def scan(self, at: datetime, *items: tuple[str, str, int], **fields: Any) -> dict[str, Any]:
        handed = [{"title": title, "date": day, "copies": copies} for title, day, copies in items]
        return self.record("scan", at, **{"method": "camera", "items": handed, **fields})

    def _shown(self, at: datetime) -> dict[str, Any]:
        elapsed = (at - self.started) / timedelta(milliseconds=1)
        return {"at": instant(at + self.off), "mono": elapsed, "life": self.life}

    def body(self, events: Sequence[Any] | None = None, **more: Any) -> dict[str, Any]:
        """The request for some of the events (all of them by default)."""
        sent = self.started + timedelta(hours=10)
        return {
            "installation": self.installation,
            "app_version": "1.0.0",
            "sent": self._shown(sent),
            "highest": len(self.events),
            "waiting": len(self.events),
            "clock": self.readings,
            "events": self.events if events is None else events,
            **more,
        }

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def sync(
        self, client: FlaskClient, events: Sequence[Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Hand over the events and return the answer, which is a good one."""
        response = client.post("/api/v1/sync", json=self.body(events, **more), headers=self.headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json
        return answer

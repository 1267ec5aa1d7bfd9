"""Phones for benchmarks: enrolled straight in the database, with batches of scans to hand over."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, insert, select, text

from service.domain.crockford import random_code
from service.domain.labels import new_short_code
from service.domain.tokens import new_token, token_hash
from service.models import Installation, PointLabel
from service.models.engine import writing

SCANS: Final = 100
ITEMS: Final = 4
STEP: Final = timedelta(seconds=20)


@dataclass
class Phone:
    """An enrolled phone. `labels` are what it can scan, `titles` what it hands over."""

    installation: str
    token: str
    number: int
    labels: Sequence[str]
    titles: Sequence[str]
    sequence: int = 0

    def batch(self, day: date) -> bytes:
        """Return a sync with 100 new scans of the day, each with four items, as bytes to send."""
        began = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        first = self.sequence
        events = [self._scan(day, began) for _ in range(SCANS)]
        clock = [
            self._reading(began - STEP, first),
            self._reading(began + (self.sequence + 1) * STEP, self.sequence),
        ]
        content = {
            "installation": self.installation,
            "app_version": "1.0.0",
            "sent": {"at": clock[1]["at"], "mono": clock[1]["mono"], "life": "bench"},
            "highest": self.sequence,
            "waiting": SCANS,
            "clock": clock,
            "events": events,
        }
        return json.dumps(content).encode()

    def _scan(self, day: date, began: datetime) -> dict[str, Any]:
        self.sequence += 1
        at = began + self.sequence * timedelta(milliseconds=500)
        titles = [self.titles[number % len(self.titles)] for number in range(ITEMS)]
        return {
            "id": str(uuid.UUID(int=(self.number << 64) | (7 << 76) | (2 << 62) | self.sequence)),
            "seq": self.sequence,
            "format": 1,
            "kind": "scan",
            **self._shown(at),
            "position": {"lat": 29.4922, "lon": 106.3808, "accuracy_m": 12},
            "method": "camera",
            "label": self.labels[self.sequence % len(self.labels)],
            "items": [
                {
                    "title": title,
                    "date": (day - timedelta(days=number)).isoformat(),
                    "copies": 1 + number,
                }
                for number, title in enumerate(titles)
            ],
        }

    def _reading(self, at: datetime, after: int) -> dict[str, Any]:
        return {**self._shown(at), "offset_ms": 0, "error_ms": 40, "after": after}

    def _shown(self, at: datetime) -> dict[str, Any]:
        return {
            "at": at.isoformat(timespec="milliseconds"),
            "mono": at.timestamp() * 1000 % 1e10,
            "life": "bench",
        }


def enrol_phones(engine: Engine, count: int) -> list[Phone]:
    """Give couriers of the only branch phones, one each in turn, and every point a label."""
    now = datetime.now(UTC)
    phones = []
    with writing(engine) as connection:
        branch_id = connection.execute(text("SELECT id FROM branches")).scalar_one()
        points = connection.execute(text("SELECT id FROM points ORDER BY id")).scalars().all()
        titles = connection.execute(text("SELECT title_code FROM titles")).scalars().all()
        couriers = connection.execute(text("SELECT id FROM couriers ORDER BY id")).scalars().all()
        labels = [
            {"branch_id": branch_id, "point_id": point_id, "token": random_code(16)}
            | {"short_code": new_short_code(), "made_at": now}
            for point_id in points
        ]
        connection.execute(insert(PointLabel), labels)
        tokens = connection.execute(select(PointLabel.token)).scalars().all()
        for number in range(count):
            near = [tokens[(number * 20 + place) % len(tokens)] for place in range(20)]
            phone = Phone(str(uuid.uuid4()), new_token(), number + 1, near, titles)
            phones.append(phone)
            connection.execute(
                insert(Installation).values(
                    branch_id=branch_id,
                    installation_id=uuid.UUID(phone.installation),
                    courier_id=couriers[number % len(couriers)],
                    token_hash=token_hash(phone.token),
                    enrolled_at=now,
                )
            )
    return phones

"""A district for schedules: each has couriers, points and labels that no other one touches."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from service.domain.crockford import ALPHABET
from service.domain.labels import check_character
from service.models import PointLabel
from service.models.engine import writing
from service.operations.import_feed import import_feed

BRANCH = "JLP"
OFFICE = "BSY"
TITLES = ("1-1", "77-1", "22-2")
FIRST_DAY = date(2026, 6, 29)
DAYS = 14
POINTS = 6
COPIES = 1000
MADE_AT = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A delivery point with its label."""

    code: str
    token: str
    short_code: str


@dataclass(frozen=True)
class Slot:
    """What belongs to one schedule: couriers A and B, their routes, six points."""

    number: int

    def courier(self, letter: str) -> str:
        return f"{self.number:05}{letter}"

    def route(self, letter: str) -> str:
        return f"{self.number:05}R{letter}"

    @property
    def arrival_date(self) -> date:
        """A day whose issues only this schedule reports as arrived."""
        return date(2027, 1, 1) + timedelta(days=self.number)

    @property
    def places(self) -> Sequence[Place]:
        chance = random.Random(f"labels of {self.number}")
        made = []
        for index in range(POINTS):
            token = "".join(chance.choices(ALPHABET, k=16))
            free = "".join(chance.choices(ALPHABET, k=6))
            made.append(Place(f"{self.number:05}P{index}", token, free + check_character(free)))
        return made


def issues() -> list[tuple[str, str]]:
    """Return (title, date) of every issue that is owed everywhere."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    return [(title, day.isoformat()) for title in TITLES for day in days]


def fill(engine: Engine, folder: Path, slots: int) -> None:
    """Import the plan of so many slots into an empty migrated database, and give out the labels."""
    folder.mkdir()
    for name, rows in _feed([Slot(number) for number in range(slots)]).items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    import_feed(engine, folder)
    with writing(engine) as connection:
        known = connection.execute(text("SELECT point_code, id, branch_id FROM points")).all()
        points = {row.point_code: row for row in known}
        connection.execute(insert(PointLabel), list(_labels(slots, points)))


def _labels(slots: int, points: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(slots):
        for place in Slot(number).places:
            yield {
                "branch_id": points[place.code].branch_id,
                "point_id": points[place.code].id,
                "token": place.token,
                "short_code": place.short_code,
                "made_at": MADE_AT,
            }


def _feed(slots: Sequence[Slot]) -> dict[str, list[dict[str, Any]]]:
    # Far enough apart that no scan at one point is doubtful for another's sake.
    at = {"lat": "29.4800", "lon": "106.3670"}
    last_day = FIRST_DAY + timedelta(days=DAYS - 1)
    places = [(slot, index, place) for slot in slots for index, place in enumerate(slot.places)]
    couriers = [(slot, letter) for slot in slots for letter in "AB"]
    return {
        "feed_info": [
            {
                "feed_version": 1,
                "branch_code": BRANCH,
                "branch_name": "九龙坡区",
                "timezone": "Asia/Shanghai",
                "visit_gap_minutes": 30,
            }
        ],
        "towns": [{"town_code": "BSY", "name": "白市驿镇", **at}],
        "offices": [{"office_code": OFFICE, "name": "白市驿支局", "town_code": "BSY", **at}],
        "service_standards": [
            {
                "standard_code": "DAY",
                "name": "当日达",
                "day_kind": "calendar",
                "offset_days": 0,
                "due_time": "17:00",
            }
        ],
        "titles": [
            {
                "title_code": title,
                "name": title,
                "kind": "newspaper",
                "cn_number": "",
                "publication_rule": "FREQ=DAILY",
                "first_issue": "2026-01-01",
                "last_issue": "",
            }
            for title in TITLES
        ],
        "couriers": [
            {"courier_code": slot.courier(letter), "name": letter, "office_code": OFFICE}
            for slot, letter in couriers
        ],
        "points": [
            {
                "point_code": place.code,
                "name": place.code,
                "kind": "village_post",
                "town_code": "BSY",
                "village": "",
                "office_code": OFFICE,
                "standard_code": "DAY",
                **at,
            }
            for _slot, _index, place in places
        ],
        "routes": [
            {
                "route_code": slot.route(letter),
                "name": letter,
                "office_code": OFFICE,
                "courier_code": slot.courier(letter),
                "weekdays": "MO,TU,WE,TH,FR,SA,SU",
                "depart_time": "08:00",
                "valid_from": "",
                "valid_to": "",
            }
            for slot, letter in couriers
        ],
        "route_stops": [
            {
                "route_code": slot.route("A" if index < POINTS // 2 else "B"),
                "sequence": index % (POINTS // 2) + 1,
                "point_code": place.code,
                "minutes_after_departure": 20 * (index % (POINTS // 2) + 1),
            }
            for slot, index, place in places
        ],
        "subscriptions": [
            {
                "subscription_code": f"{place.code}-{title}",
                "point_code": place.code,
                "title_code": title,
                "copies": COPIES,
                "start_date": FIRST_DAY.isoformat(),
                "end_date": last_day.isoformat(),
                "payer": "",
            }
            for _slot, _index, place in places
            for title in TITLES
        ],
    }

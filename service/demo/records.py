"""What is written down of what happened: couriers' scans, and readers' words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from service.demo.calendar import TITLES, Season, at_minute
from service.demo.chance import happens, moved, stream, uuid7
from service.demo.layout import LON_SCALE
from service.demo.plan import Plan
from service.demo.rounds import Happened, Item, Visit
from service.demo.troubles import (
    CLOCK_ERROR_MINUTES,
    QUIET_ROUTES,
    UNLABELLED_POINT,
    WAITING_POINT,
    Planted,
)

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scan:
    """A reading of a label, as the service holds it."""

    id: str
    route_code: str
    courier_code: str
    point_code: str
    at: datetime
    position: Position | None
    accuracy_m: int | None
    method: str
    received_at: datetime
    clock: str | None
    label: str | None
    items: tuple[Item, ...]
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A reader's word on an issue."""

    id: str
    point_code: str
    item: Item
    at: datetime
    verdict: str
    channel: str
    voided_at: datetime | None = None


def scans_of(happened: Happened, plan: Plan, season: Season, seed: int) -> Iterator[Scan]:
    """Yield the scans of all visits in their order; a mistake is voided and scanned again."""
    offices = {office.code: (office.lat, office.lon) for office in plan.offices}
    planted = Planted(season)
    for visit, chance in _with_chance(happened.visits, seed, "scans"):
        if visit.is_scanned:
            phone = _Phone(visit, planted.clock(visit.route_code, visit.at.date()), chance)
            if visit.is_from_pile:
                yield phone.scan_at(offices[visit.office_code])
            elif visit.route_code in QUIET_ROUTES:
                yield phone.scan()
            else:
                yield from phone.scans_with_mistakes()


def _with_chance(visits: list[Visit], seed: int, name: str) -> Iterator[tuple[Visit, Random]]:
    """Yield each visit with the chance that the stops of its round share."""
    for (route_code, day), stops in groupby(visits, _round_of):
        chance = stream(seed, name, route_code, day)
        for visit in stops:
            yield visit, chance


def _round_of(visit: Visit) -> tuple[str, date]:
    return visit.route_code, visit.at.date()


@dataclass(slots=True)
class _Phone:
    """A courier's phone at one visit."""

    visit: Visit
    clock: str | None
    chance: Random

    def scans_with_mistakes(self) -> Iterator[Scan]:
        """Yield the scan, now and then with what a courier or a phone gets wrong."""
        what = self.chance.random()
        items = self.visit.items
        if what < 0.006 and items:
            wrong = tuple(item._replace(copies=item.copies + 1) for item in items)
            yield self.scan(items=wrong, voided_after=timedelta(seconds=25))
            yield self.scan(delay=timedelta(seconds=40))
        elif what < 0.009:
            yield self.scan()
            yield self.scan(delay=timedelta(seconds=30))
        elif what < 0.011:
            never_owed = Item(self.chance.choice(TITLES).code, self.visit.at.date(), 1)
            is_new = all(item[:2] != never_owed[:2] for item in items)
            yield self.scan(items=(*items, never_owed) if is_new else items)
        elif what < 0.014:
            yield self.scan_at(self.astray(600))
        elif what < 0.015:
            yield self.scan(label="retired")
        else:
            yield self.scan()

    def scan(
        self,
        *,
        items: tuple[Item, ...] | None = None,
        delay: timedelta = timedelta(0),
        voided_after: timedelta | None = None,
        label: str | None = None,
    ) -> Scan:
        """Return a scan at the point, mostly with a position."""
        has_position = not happens(self.chance, 0.03)
        position = self.astray(12) if has_position else None
        method = "manual" if happens(self.chance, 0.01) else "camera"
        at = self.visit.at + delay
        voided_at = at + voided_after if voided_after is not None else None
        return self._scan(at, position, method, items, voided_at, label)

    def scan_at(self, place: Position) -> Scan:
        """Return a scan that says the phone was within 6 m of a place."""
        position = self.astray(6, place)
        return self._scan(self.visit.at, position, "camera", None, None, None)

    def astray(self, metres: float, place: Position | None = None) -> Position:
        """Return a position at most so far from the point, or place, in each direction."""
        lat, lon = place or (self.visit.point.lat, self.visit.point.lon)
        return moved(
            lat,
            lon,
            north_m=self.chance.choice((-1, 1)) * self.chance.uniform(metres / 2, metres),
            east_m=self.chance.uniform(-metres, metres) / 2,
            lon_scale=LON_SCALE,
        )

    def _scan(
        self,
        at: datetime,
        position: Position | None,
        method: str,
        items: tuple[Item, ...] | None,
        voided_at: datetime | None,
        label: str | None,
    ) -> Scan:
        received_at = at + timedelta(seconds=self.chance.randrange(2, 30))
        if happens(self.chance, 0.2):  # no network on the way: sent in the evening
            received_at = at_minute(at.date(), 19 * 60) + timedelta(
                seconds=self.chance.randrange(0, 5400)
            )
        if self.clock == "unknown":
            at += timedelta(minutes=CLOCK_ERROR_MINUTES)
        return Scan(
            id=uuid7(_epoch_ms(at), self.chance),
            route_code=self.visit.route_code,
            courier_code=self.visit.courier_code,
            point_code=self.visit.point.code,
            at=at,
            position=position,
            accuracy_m=self.chance.randrange(4, 25) if position else None,
            method=method,
            received_at=received_at,
            clock=self.clock,
            label=label,
            items=self.visit.items if items is None else items,
            voided_at=voided_at,
        )


def confirmations_of(happened: Happened, season: Season, seed: int) -> Iterator[Confirmation]:
    """Yield readers' words on what was handed over, said before the season ends."""
    for visit, chance in _with_chance(happened.visits, seed, "readers"):
        for item in visit.items:
            word = _word(visit, item, chance)
            if word is not None and word.at < season.end():
                yield word


def _word(visit: Visit, item: Item, chance: Random) -> Confirmation | None:
    """Return what a reader says of an item, mostly nothing."""
    if visit.point.code == WAITING_POINT:
        return _word_two_days_later(visit, item, chance)
    if not visit.is_scanned:
        return _word_without_scan(visit, item, chance)
    is_usual = visit.point.code != UNLABELLED_POINT and not visit.is_from_pile
    return _usual_word(visit, item, chance) if is_usual and happens(chance, 0.012) else None


def _word_two_days_later(visit: Visit, item: Item, chance: Random) -> Confirmation | None:
    """The village post hands on when the committee next meets, two days after the courier."""
    if not happens(chance, 0.7):
        return None
    at = visit.at + timedelta(hours=48, seconds=chance.randrange(-5400, 5400))
    verdict = "late" if happens(chance, 0.4) else "received"
    return _confirmation(visit, item, at, verdict, 1, chance)


def _word_without_scan(visit: Visit, item: Item, chance: Random) -> Confirmation | None:
    """The paper came, whatever the scans say."""
    if not happens(chance, 0.6):
        return None
    at = visit.at + timedelta(seconds=chance.randrange(1800, 6 * 3600))
    return _confirmation(visit, item, at, "received", chance.randint(1, item.copies), chance)


def _usual_word(visit: Visit, item: Item, chance: Random) -> Confirmation:
    at = visit.at + timedelta(seconds=chance.randrange(1200, 30 * 3600))
    together = sum(other.title_code == item.title_code for other in visit.items)
    complaint = "bundled" if together >= 3 else "late" if item.issue < visit.at.date() else None
    verdict = complaint if complaint and happens(chance, 0.5) else "received"
    if happens(chance, 0.08):
        verdict = chance.choice(("missing", "missing", "damaged", "wrong"))
    word = _confirmation(visit, item, at, verdict, chance.randint(1, item.copies), chance)
    is_taken_back = happens(chance, 0.04)
    return replace(word, voided_at=at + timedelta(minutes=10)) if is_taken_back else word


def _confirmation(
    visit: Visit, item: Item, at: datetime, verdict: str, copies: int, chance: Random
) -> Confirmation:
    return Confirmation(
        id=uuid7(_epoch_ms(at), chance),
        point_code=visit.point.code,
        item=item._replace(copies=copies),
        at=at,
        verdict=verdict,
        channel=chance.choice(("label", "label", "label", "phone", "counter", "visit")),
    )


def _epoch_ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000

"""Who takes what: subscriptions and holds, made up point by point."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from service.demo import plan as parts
from service.demo.calendar import DAY, UNVERIFIED_DDDY_CODE, Season
from service.demo.chance import happens, stream
from service.demo.plan import Plan, Point, Subscription
from service.demo.troubles import UNLABELLED_POINT, WAITING_POINT

PARTY_DAILY = "1-1"
LOCAL_DAILY = "77-1"
PAYERS = ("中共九龙坡区委组织部", "中共九龙坡区委宣传部", "镇党委")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A title that a kind of point takes with some probability, and at most how many copies."""

    title_code: str
    probability: float
    most: int


_WISHES = {
    "unit": (
        _Wish(PARTY_DAILY, 0.9, 4),
        _Wish(LOCAL_DAILY, 0.8, 5),
        _Wish("1-16", 0.35, 1),
        _Wish("1-68", 0.35, 1),
        _Wish("2-371", 0.7, 3),
        _Wish(UNVERIFIED_DDDY_CODE, 0.7, 5),
    ),
    "village_post": (
        _Wish(PARTY_DAILY, 1.0, 2),
        _Wish(LOCAL_DAILY, 1.0, 3),
        _Wish("1-68", 0.2, 1),
        _Wish("2-371", 0.8, 1),
        _Wish(UNVERIFIED_DDDY_CODE, 0.9, 2),
    ),
    "household": (
        _Wish(LOCAL_DAILY, 1.0, 2),
        _Wish(PARTY_DAILY, 0.2, 1),
        _Wish("1-16", 0.1, 1),
    ),
    "agent": (
        _Wish(LOCAL_DAILY, 1.0, 5),
        _Wish(PARTY_DAILY, 0.8, 2),
        _Wish("1-16", 0.3, 1),
        _Wish("1-68", 0.4, 2),
    ),
}


def subscribe(plan: Plan, season: Season, seed: int) -> None:
    """Put subscriptions with their holds into the plan, in the order of the points."""
    carriers = {office.code: office.carrier for office in plan.offices}
    shared = _names_served_by_station(plan, carriers)
    for point in plan.points:
        chance = stream(seed, "subscriptions", point.code)
        wishes = list(_WISHES[point.kind])
        if carriers[point.office_code] == parts.STATION:
            wishes = [_Wish(LOCAL_DAILY, 1.0, 8)]
        elif point.name in shared:
            wishes = [wish for wish in wishes if wish.title_code != LOCAL_DAILY]
        for number, subscription in enumerate(_at(point, wishes, season, chance), start=1):
            code = f"{point.code}-S{number:02d}"
            plan.subscriptions.append(replace(subscription, code=code))


def _names_served_by_station(plan: Plan, carriers: dict[str, str]) -> set[str]:
    return {
        point.name.removesuffix("（发行站）")
        for point in plan.points
        if carriers[point.office_code] == parts.STATION
    }


def _at(
    point: Point, wishes: list[_Wish], season: Season, chance: Random
) -> Iterator[Subscription]:
    """Yield the subscriptions of a point, without codes; at least one runs from the first day."""
    taken = [wish for wish in wishes if happens(chance, wish.probability)] or wishes[:1]
    for number, wish in enumerate(taken):
        copies = chance.randint(1, wish.most)
        payer = _payer(point, chance)
        is_steady = number == 0 or point.code in (WAITING_POINT, UNLABELLED_POINT)
        terms = _year_by_year(season) if is_steady else _terms(season, chance)
        for start, end in terms:
            holds = () if is_steady else _holds(start, season, chance)
            yield Subscription("", point.code, wish.title_code, copies, start, end, payer, holds)


def _payer(point: Point, chance: Random) -> str | None:
    """Return who pays for a village's copies (集订分送), None where the reader does."""
    is_village = point.village is not None and point.kind in ("village_post", "unit")
    return chance.choice(PAYERS) if is_village and happens(chance, 0.6) else None


def _terms(season: Season, chance: Random) -> list[tuple[date, date | None]]:
    """Return when a subscription runs: mostly all season, now and then a part of it."""
    what = chance.random()
    if what < 0.06:
        return [(season.day(chance.randrange(10, 70)), None)]
    if what < 0.12:
        return [(season.first, season.day(chance.randrange(20, 80)))]
    if what < 0.30:
        return [(season.first, None)]
    return _year_by_year(season)


def _year_by_year(season: Season) -> list[tuple[date, date | None]]:
    """Return the calendar years of the season, as subscriptions are collected."""
    first_year_ends = date(season.first.year, 12, 31)
    terms: list[tuple[date, date | None]] = [(season.first, first_year_ends)]
    if season.last > first_year_ends:
        terms.append((first_year_ends + DAY, date(season.last.year, 12, 31)))
    return terms


def _holds(start: date, season: Season, chance: Random) -> tuple[tuple[date, date], ...]:
    if not happens(chance, 0.04):
        return ()
    first = max(start, season.day(chance.randrange(5, 75)))
    return ((first, first + chance.randrange(6, 14) * DAY),)

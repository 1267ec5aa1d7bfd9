"""The demo district: a season of ten towns, with known troubles in it."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from service.demo.calendar import (
    FIRST_ISSUE,
    TITLES,
    Season,
    holidays,
    publication_exceptions,
)
from service.demo.chance import happens, stream, uuid7
from service.demo.changes import change_plan
from service.demo.folder import FeedFolder
from service.demo.layout import lay_out
from service.demo.places import TOWNS
from service.demo.plan import STANDARDS, WEEKDAYS, Plan, Point, Route
from service.demo.records import Confirmation, Scan, confirmations_of, scans_of
from service.demo.rounds import Happened, Refusal, work
from service.demo.subscriptions import subscribe
from service.demo.troubles import PUNCTUAL_OFFICES, Truth
from service.demo.witness import Witness


def write_demo(out: Path, *, seed: int, until: date) -> Truth:
    """Write the demo district's feed into an empty or new folder; return what is true of it.

    The season ends with `until`, a date local to Asia/Shanghai, and has facts to the end of that
    day. Equal seeds and dates give equal bytes. FileExistsError when the folder holds anything.
    """
    season = Season.until(until)
    free_days = holidays(season)
    plan = lay_out(seed)
    change_plan(plan, season, free_days)
    subscribe(plan, season, seed)
    happened = work(plan, season, seed)
    scans = list(scans_of(happened, plan, season, seed))
    confirmations = list(confirmations_of(happened, season, seed))
    with FeedFolder(out) as feed:
        _write_promises(feed, season, free_days)
        _write_places(feed, plan)
        _write_routes(feed, plan)
        _write_subscriptions(feed, plan)
        _write_arrivals(feed, happened, seed)
        _write_scans(feed, scans)
        _write_attempts(feed, happened.refusals, seed)
        _write_confirmations(feed, confirmations, season.end())
    return Witness(season, plan, happened, scans, confirmations).truth(seed)


def _write_promises(feed: FeedFolder, season: Season, free_days: dict[date, str]) -> None:
    feed.add("feed_info", 1, "JLP", "九龙坡区", "Asia/Shanghai", 30)
    for title in TITLES:
        rule = title.publication_rule
        feed.add(
            "titles", title.code, title.name, title.kind, title.cn_number, rule, FIRST_ISSUE, None
        )
    for (code, day), change in publication_exceptions(season).items():
        feed.add("publication_exceptions", code, day, change)
    for day, kind in free_days.items():
        feed.add("holidays", day, kind)
    for standard in STANDARDS:
        feed.add(
            "service_standards",
            standard.code,
            standard.name,
            standard.day_kind,
            standard.offset_days,
            standard.due_time,
        )


def _write_places(feed: FeedFolder, plan: Plan) -> None:
    for town in TOWNS:
        feed.add("towns", town.code, town.name, town.lat, town.lon, town.area)
    for office in plan.offices:
        place = (office.town_code, office.lat, office.lon)
        feed.add("offices", office.code, office.name, *place, office.carrier)
    for point in plan.points:
        feed.add("points", *_point_cells(point))
    for change in plan.point_changes:
        feed.add("point_changes", *change)
    for courier in plan.couriers:
        feed.add("couriers", courier.code, courier.name, courier.office_code)


def _point_cells(point: Point) -> tuple[object, ...]:
    return (
        point.code,
        point.name,
        point.kind,
        point.town_code,
        point.village,
        point.office_code,
        point.standard_code,
        point.lat,
        point.lon,
    )


def _write_routes(feed: FeedFolder, plan: Plan) -> None:
    for route in plan.routes:
        _write_versions(feed, route)
        for sequence, stop in enumerate(route.stops, start=1):
            held = (stop.valid_from, stop.valid_to)
            feed.add("route_stops", route.code, sequence, stop.point.code, stop.minutes, *held)
    for (code, day), change in plan.route_exceptions.items():
        feed.add("route_exceptions", code, day, change)


def _write_versions(feed: FeedFolder, route: Route) -> None:
    for version in route.versions:
        feed.add(
            "routes",
            route.code,
            route.name,
            route.office_code,
            version.courier_code,
            ",".join(WEEKDAYS[day] for day in sorted(version.weekdays)),
            f"{version.depart_minute // 60:02d}:{version.depart_minute % 60:02d}",
            version.valid_from,
            version.valid_to,
        )


def _write_subscriptions(feed: FeedFolder, plan: Plan) -> None:
    for each in plan.subscriptions:
        what = (each.code, each.point_code, each.title_code, each.copies)
        feed.add("subscriptions", *what, each.start, each.end, each.payer)
        for first, last in each.holds:
            feed.add("holds", each.code, first, last)


def _write_arrivals(feed: FeedFolder, happened: Happened, seed: int) -> None:
    """Write when papers reached the offices; now and then somebody forgot to.

    Never where a planted trouble is told by the arrivals: an unrecorded one counts as there.
    """
    chance = stream(seed, "arrivals forgotten")
    for (office_code, title_code, issue), at in happened.arrivals.items():
        if not happens(chance, 0.004) or office_code in PUNCTUAL_OFFICES:
            feed.add("arrivals", office_code, title_code, issue, _iso(at))


def _write_scans(feed: FeedFolder, scans: Iterable[Scan]) -> None:
    for scan in scans:
        feed.add(
            "scans",
            scan.id,
            scan.courier_code,
            scan.point_code,
            _iso(scan.at),
            *(scan.position or (None, None)),
            scan.accuracy_m,
            scan.method,
            _iso(scan.received_at),
            scan.clock,
            scan.label,
        )
        for item in scan.items:
            feed.add("scan_items", scan.id, *item)
        if scan.voided_at is not None:
            feed.add("scan_voids", scan.id, _iso(scan.voided_at), "扫错")


def _write_attempts(feed: FeedFolder, refusals: Iterable[Refusal], seed: int) -> None:
    for each in refusals:
        chance = stream(seed, "attempt", each.point.code, each.at)
        attempt_id = uuid7(int(each.at.timestamp()) * 1000, chance)
        where = (each.point.lat, each.point.lon, chance.randrange(5, 30))
        who = (each.courier_code, each.point.code, _iso(each.at))
        feed.add("attempts", attempt_id, *who, each.reason, *where, each.note)


def _write_confirmations(
    feed: FeedFolder, confirmations: Iterable[Confirmation], end: datetime
) -> None:
    for word in confirmations:
        item = word.item
        feed.add(
            "confirmations",
            word.id,
            word.point_code,
            item.title_code,
            item.issue,
            _iso(word.at),
            word.verdict,
            item.copies,
            word.channel,
        )
        if word.voided_at is not None and word.voided_at < end:
            feed.add("confirmation_voids", word.id, _iso(word.voided_at))


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")

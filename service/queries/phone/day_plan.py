"""What a phone takes along for the day: rounds, stops, what is owed there, arrivals.

docs/sync-protocol.md, "Day plan". Days are day numbers, local to the branch.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from service.domain.instants import day_of, instant_of, local_day, milliseconds
from service.domain.tokens import token_hash
from service.models import Branch, Courier, Point, PointLabel, Title, Town
from service.models.engine import reading
from service.queries.identities import PhoneIdentity
from service.queries.phone.arrivals import DueArrival, due_arrivals
from service.queries.phone.owed import Issue, counted, expected, remaining
from service.queries.phone.planned_rounds import PlannedRound, planned_rounds

FORMAT: Final = 1
DAYS_BACK: Final = 14
MOST_DAYS: Final = 7
DEFAULT_DAYS: Final = 4


def day_plan(
    engine: Engine, phone: PhoneIdentity, hosts: Iterable[str], days: int, now: datetime
) -> dict[str, Any]:
    """Return the plan of the phone's courier for today and the days after it, `days` in all.

    Copies that other installations have scanned are taken off; the phone takes off its own.
    """
    with reading(engine) as connection:
        courier = _courier(connection, phone.courier_id)
        zone = ZoneInfo(courier.timezone)
        today = local_day(milliseconds(now), zone)
        until = today + days - 1
        rounds = planned_rounds(connection, phone.courier_id, zone, today, until)
        points = {stop.point_id for each in rounds for stop in each.stops}
        since = today - DAYS_BACK
        expectations = expected(connection, points, since, until)
        scanned = counted(connection, points, since, until, phone.installation)
        owed = remaining(expectations, scanned.by_others)
        offices = {courier.office_id, *(each.office_id for each in rounds)}
        undelivered = remaining(expectations, scanned.by_all)
        due = due_arrivals(connection, offices, undelivered, today, until)
        told = _points(connection, points)
        titles = _titles(connection, {issue[1] for issue in owed} | {each.title_id for each in due})
    codes = {id_: point["code"] for id_, point in told.items()}
    return {
        "format": FORMAT,
        "today": _date(today),
        "courier": {"code": courier.courier_code, "name": courier.name},
        "branch": {
            "code": courier.branch_code,
            "name": courier.branch_name,
            "timezone": courier.timezone,
        },
        "hosts": sorted(hosts),
        "titles": sorted(titles.values(), key=lambda title: title["code"]),
        "arrivals": [_told_arrival(each, titles) for each in due],
        "points": sorted(told.values(), key=lambda point: point["code"]),
        "rounds": [_told_round(each, codes) for each in rounds],
        "owed": _told_owed(owed, codes, titles),
    }


def _courier(connection: Connection, courier_id: int) -> Any:
    return connection.execute(
        select(
            Courier.courier_code,
            Courier.name,
            Courier.office_id,
            Branch.branch_code,
            Branch.branch_name,
            Branch.timezone,
        )
        .join(Branch, Courier.branch_id == Branch.id)
        .where(Courier.id == courier_id)
    ).one()


def _titles(connection: Connection, titles: Collection[int]) -> dict[int, dict[str, str]]:
    query = select(Title.id, Title.title_code, Title.name).where(Title.id.in_(titles))
    return {id_: {"code": code, "name": name} for id_, code, name in connection.execute(query)}


def _points(connection: Connection, points: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the points by id as the plan tells of them."""
    query = (
        select(
            Point.id,
            Point.point_code.label("code"),
            Point.name,
            Point.kind,
            Town.name.label("town"),
            Point.village,
            Point.lat,
            Point.lon,
        )
        .join(Town, Point.town_id == Town.id)
        .where(Point.id.in_(points))
    )
    found = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    labels = _labels(connection, points)
    for point in found.values():
        point.update(labels[point.pop("id")])
    return found


def _labels(
    connection: Connection, points: Collection[int]
) -> defaultdict[int, dict[str, list[str]]]:
    """Return the hashes by which a phone knows each point's labels.

    Never the tokens: a scan proves that the label was read. A retired code still names its point.
    """
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(
        lambda: {"labels": [], "retired_labels": [], "short_codes": []}
    )
    query = (
        select(PointLabel.point_id, PointLabel.token, PointLabel.short_code, PointLabel.retired_at)
        .where(PointLabel.point_id.in_(points))
        .order_by(PointLabel.id)
    )
    for point, token, short_code, retired_at in connection.execute(query):
        kind = "labels" if retired_at is None else "retired_labels"
        found[point][kind].append(token_hash(token))
        found[point]["short_codes"].append(token_hash(short_code))
    return found


def _told_arrival(due: DueArrival, titles: dict[int, dict[str, str]]) -> dict[str, Any]:
    return {
        "office": due.office_code,
        "office_name": due.office_name,
        "title": titles[due.title_id]["code"],
        "date": _date(due.day),
        "arrived_at": None if due.arrived_at is None else _instant(milliseconds(due.arrived_at)),
    }


def _told_round(planned: PlannedRound, codes: dict[int, str]) -> dict[str, Any]:
    return {
        "route": planned.route_code,
        "name": planned.name,
        "date": _date(planned.day),
        "departs_at": _instant(planned.departs_ms),
        "office": planned.office_code,
        "stops": [
            {
                "sequence": stop.sequence,
                "point": codes[stop.point_id],
                "planned_at": _instant(stop.planned_ms),
            }
            for stop in planned.stops
        ],
    }


def _told_owed(
    owed: dict[Issue, int], codes: dict[int, str], titles: dict[int, dict[str, str]]
) -> list[dict[str, Any]]:
    rows = sorted(
        (codes[point], titles[title]["code"], day, copies)
        for (point, title, day), copies in owed.items()
    )
    return [
        {"point": point, "title": title, "date": _date(day), "copies": copies}
        for point, title, day, copies in rows
    ]


def _date(day: int) -> str:
    return day_of(day).isoformat()


def _instant(epoch_ms: int) -> str:
    """Return an instant as 2026-07-06T01:30:00Z, with milliseconds where it has any."""
    instant = instant_of(epoch_ms)
    finest = "milliseconds" if instant.microsecond else "seconds"
    return instant.replace(tzinfo=None).isoformat(timespec=finest) + "Z"

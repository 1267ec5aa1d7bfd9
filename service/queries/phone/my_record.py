"""A courier's own rates by week, against the past of the routes. docs/sync-protocol.md."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Integer, or_, select, type_coerce

from service.domain.calendars import Validity, running_days
from service.domain.instants import day_number, day_of
from service.models import Branch, Route, RouteVersion
from service.models.engine import reading
from service.queries.ask import ask
from service.queries.identities import PhoneIdentity
from service.queries.phone.planned_rounds import changes_of
from service.queries.questions import RatesQuestion

WEEKS: Final = 13


@dataclass(frozen=True, slots=True)
class _Past:
    """The branch's code, the period (this week is the last), and whose each route's weeks were."""

    branch_code: str
    since: date
    until: date
    own_weeks: dict[str, set[str]]


def my_record(
    engine: Engine, facts: Path, phone: PhoneIdentity, now: datetime
) -> list[dict[str, Any]]:
    """Return the last 13 weeks of each of the courier's routes, from the published facts.

    A route is the courier's when one of its versions names the courier within these weeks. `own`
    says that the courier had the route for most of that week's rounds.
    """
    with reading(engine) as connection:
        past = _past(connection, phone, now)
    found = []
    for route, own_weeks in sorted(past.own_weeks.items()):
        question = RatesQuestion(
            by="week", since=past.since, until=past.until, route=route, branch=past.branch_code
        )
        for row in ask(engine, facts, question, now).rows:
            found.append(
                {
                    "route": route,
                    "week": row["key"],
                    "expected": row["expected"],
                    "delivered": row["delivered"],
                    "late_rate": row["late_rate"],
                    "bundled_rate": row["bundled_rate"],
                    "own": row["key"] in own_weeks,
                }
            )
    return found


def _past(connection: Connection, phone: PhoneIdentity, now: datetime) -> _Past:
    query = select(Branch.branch_code, Branch.timezone).where(Branch.id == phone.branch_id)
    code, zone = connection.execute(query).one()
    until = now.astimezone(ZoneInfo(zone)).date()
    since = until - timedelta(weeks=WEEKS - 1, days=until.weekday())
    days = day_number(since), day_number(until)
    return _Past(code, since, until, _own_weeks(connection, phone.courier_id, *days))


def _own_weeks(
    connection: Connection, courier_id: int, since: int, until: int
) -> dict[str, set[str]]:
    """Return route code → the weeks in which most rounds were the courier's."""
    routes = _routes_of(connection, courier_id, since, until)
    changes = changes_of(connection, routes, since, until)
    rounds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    own: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for version in connection.execute(
        _versions(since, until).where(RouteVersion.route_id.in_(routes))
    ):
        validity = Validity(version.valid_from, version.valid_to, version.weekdays)
        for day in running_days(validity, changes[version.route_id], since, until):
            week = _week(day)
            rounds[version.route_code][week] += 1
            own[version.route_code][week] += version.courier_id == courier_id
    return {
        code: {week for week, count in weeks.items() if own[code][week] * 2 > count}
        for code, weeks in rounds.items()
    }


def _routes_of(connection: Connection, courier_id: int, since: int, until: int) -> Collection[int]:
    query = _versions(since, until).where(RouteVersion.courier_id == courier_id)
    return {version.route_id for version in connection.execute(query)}


def _versions(since: int, until: int) -> Any:
    """Return the query for the versions that are valid at some time within [since, until]."""
    return (
        select(
            RouteVersion.route_id,
            Route.route_code,
            RouteVersion.courier_id,
            RouteVersion.valid_from,
            type_coerce(RouteVersion.valid_to, Integer).label("valid_to"),
            RouteVersion.weekdays,
        )
        .join(Route, RouteVersion.route_id == Route.id)
        .where(
            RouteVersion.valid_from <= until,
            or_(RouteVersion.valid_to.is_(None), RouteVersion.valid_to >= day_of(since)),
        )
    )


def _week(day: int) -> str:
    """Return the ISO week of a day as the figures write it: 2026-W28."""
    year, week, _ = day_of(day).isocalendar()
    return f"{year}-W{week:02}"

"""What is owed at some points on some days: expectations, and what scans have covered of them.

metrics.md: "expectation", "When an issue appears", "Counting". Worked out from the records of the
points at hand, for a phone that cannot wait for published facts. Days are day numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, Integer, Row, Select, case, func, or_, select, type_coerce

from service.domain.calendars import issue_days
from service.domain.instants import DAY_MS, day_of, instant_of
from service.models import (
    Hold,
    PhoneEvent,
    PublicationException,
    Scan,
    ScanItem,
    ScanVoid,
    Subscription,
    Title,
)

Issue = tuple[int, int, int]  # point id, title id, day
Points = Collection[int] | Select[int]  # ids, or a query for them
# How long before an issue's day its copies may have been handed over: a monthly comes out early.
EARLY_DAYS: Final = 40
# A rule is expanded up to a day that stays the same for weeks, and so from memory.
HORIZON_DAYS: Final = 64


def expected(connection: Connection, points: Points, since: int, until: int) -> dict[Issue, int]:
    """Return the copies owed of each issue of [since, until] at each of the points."""
    subscriptions = _subscriptions(connection, points, since, until)
    held = _held(connection, points, since, until)
    issues = _issues(connection, {row[2] for row in subscriptions}, since, until)
    found: defaultdict[Issue, int] = defaultdict(int)
    for id_, point, title, copies, start, end in subscriptions:
        for day in issues[title]:
            if start <= day and (end is None or day <= end) and (id_, day) not in held:
                found[point, title, day] += copies
    return dict(found)


@dataclass(frozen=True, slots=True)
class Counted:
    """Copies scanned of each issue: by anyone, and by anyone but one installation."""

    by_all: dict[Issue, int]
    by_others: dict[Issue, int]


def counted(
    connection: Connection, points: Collection[int], since: int, until: int, installation: int
) -> Counted:
    """Return the copies scanned of each issue of [since, until] at the points, voids left out."""
    first = instant_of((since - EARLY_DAYS) * DAY_MS)
    day = type_coerce(ScanItem.issue_date, Integer)
    is_own = func.coalesce(PhoneEvent.installation_id, 0) == installation
    own = case((is_own, ScanItem.copies), else_=0)
    query = (
        select(Scan.point_id, ScanItem.title_id, day, func.sum(ScanItem.copies), func.sum(own))
        .join(ScanItem, ScanItem.scan_id == Scan.id)
        .outerjoin(ScanVoid, ScanVoid.scan_id == Scan.id)
        .outerjoin(PhoneEvent, PhoneEvent.id == Scan.event)
        .where(Scan.point_id.in_(points), Scan.scanned_at >= first, ScanVoid.scan_id.is_(None))
        # The sum keeps databases from the index of a whole branch's issues by date.
        .where((day + 0).between(since, until))
        .group_by(Scan.point_id, ScanItem.title_id, day)
    )
    found = Counted({}, {})
    for point, title, number, copies, own_copies in connection.execute(query):
        found.by_all[point, title, number] = int(copies)
        found.by_others[point, title, number] = int(copies - own_copies)
    return found


def remaining(owed: dict[Issue, int], covered: dict[Issue, int]) -> dict[Issue, int]:
    """Return what is still owed of each issue, left out where nothing is."""
    left = ((issue, copies - covered.get(issue, 0)) for issue, copies in owed.items())
    return {issue: copies for issue, copies in left if copies > 0}


def _subscriptions(
    connection: Connection, points: Points, since: int, until: int
) -> list[Row[int, int, int, int, int, int | None]]:
    query = select(
        Subscription.id,
        Subscription.point_id,
        Subscription.title_id,
        Subscription.copies,
        type_coerce(Subscription.start_date, Integer),
        type_coerce(Subscription.end_date, Integer),
    ).where(
        Subscription.point_id.in_(points),
        Subscription.start_date <= day_of(until),
        or_(Subscription.end_date.is_(None), Subscription.end_date >= day_of(since)),
    )
    return list(connection.execute(query))


def _held(connection: Connection, points: Points, since: int, until: int) -> set[tuple[int, int]]:
    """Return the (subscription, day) pairs within [since, until] that a hold takes out."""
    query = (
        select(
            Hold.subscription_id,
            type_coerce(Hold.start_date, Integer),
            type_coerce(Hold.end_date, Integer),
        )
        .join(Subscription, Hold.subscription_id == Subscription.id)
        .where(
            Subscription.point_id.in_(points),
            Hold.start_date <= day_of(until),
            Hold.end_date >= day_of(since),
        )
    )
    return {
        (subscription, day)
        for subscription, start, end in connection.execute(query)
        for day in range(max(start, since), min(end, until) + 1)
    }


def _issues(
    connection: Connection, titles: Collection[int], since: int, until: int
) -> dict[int, tuple[int, ...]]:
    """Return each title's issue days within [since, until]."""
    changes: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for title, day, change in connection.execute(
        select(
            PublicationException.title_id,
            type_coerce(PublicationException.date, Integer),
            PublicationException.change,
        ).where(
            PublicationException.title_id.in_(titles),
            PublicationException.date.between(day_of(since), day_of(until)),
        )
    ):
        changes[title].append((day, change))
    query = select(
        Title.id,
        Title.publication_rule,
        type_coerce(Title.first_issue, Integer),
        type_coerce(Title.last_issue, Integer),
    ).where(Title.id.in_(titles))
    return {
        id_: _issue_days(rule, first, last, tuple(sorted(changes[id_])), since, until)
        for id_, rule, first, last in connection.execute(query)
    }


@lru_cache(maxsize=1024)
def _issue_days(
    rule: str,
    first: int,
    last: int | None,
    changes: Iterable[tuple[int, str]],
    since: int,
    until: int,
) -> tuple[int, ...]:
    horizon = (until // HORIZON_DAYS + 1) * HORIZON_DAYS
    days = issue_days(rule, first, last, dict(changes), horizon)
    return tuple(day for day in days if since <= day <= until)

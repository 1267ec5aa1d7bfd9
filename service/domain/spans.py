"""What is in force at a point from day to day: its promise, its office, its route."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FIRST_DAY = -1
LAST_DAY = 99_999


@dataclass(frozen=True, slots=True)
class Change:
    """From a day on, another promise or office; None leaves what was in force."""

    valid_from: int
    standard_id: int | None
    office_id: int | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A route that exists and has the point on the days [from_day, until_day]."""

    from_day: int
    until_day: int
    route_code: str
    route_id: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days [from_day, until_day] on which nothing in force at a point changes."""

    from_day: int
    until_day: int
    standard_id: int
    office_id: int
    route_id: int | None


def point_spans(
    standard_id: int,
    office_id: int,
    changes: Sequence[Change],
    memberships: Sequence[Membership],
) -> list[Span]:
    """Return a point's spans, which cover all days once, in order.

    `changes` are in the order of their first day. Of several routes the lowest-coded is the
    point's. metrics.md, "Rates".
    """
    spans = []
    pending = list(changes)
    for first, last in _pieces(changes, memberships):
        while pending and pending[0].valid_from <= first:
            change = pending.pop(0)
            standard_id = change.standard_id or standard_id
            office_id = change.office_id or office_id
        routes = [m for m in memberships if m.from_day <= first <= m.until_day]
        route = min(routes, key=lambda m: m.route_code, default=None)
        route_id = None if route is None else route.route_id
        spans.append(Span(first, last, standard_id, office_id, route_id))
    return spans


def _pieces(
    changes: Iterable[Change], memberships: Iterable[Membership]
) -> Iterable[tuple[int, int]]:
    """Yield the (first, last) days between which nothing can change."""
    starts = {FIRST_DAY}
    starts |= {max(FIRST_DAY, change.valid_from) for change in changes}
    for membership in memberships:
        starts |= {max(FIRST_DAY, membership.from_day), membership.until_day + 1}
    ordered = sorted(start for start in starts if start <= LAST_DAY)
    for first, following in zip(ordered, [*ordered[1:], LAST_DAY + 1], strict=True):
        yield first, following - 1

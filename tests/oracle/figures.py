"""Copies added up into rates (metrics.md, "Rates")."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.copies import Expectation, World
from tests.oracle.plans import standard_and_office

MILLISECOND = timedelta(milliseconds=1)
MILLISECONDS_PER_HOUR = 3_600_000


def milliseconds(elapsed: timedelta) -> int:
    return elapsed // MILLISECOND


def ratio(part: int, whole: int) -> float | None:
    """A rate with an empty denominator is null; 6 decimals."""
    return None if whole == 0 else round(float(Fraction(part, whole)), 6)


def hours(elapsed: int | None) -> float | None:
    """Milliseconds as hours."""
    return None if elapsed is None else ratio(elapsed, MILLISECONDS_PER_HOUR)


def quantile(values: list[tuple[int, int]], numerator: int, denominator: int) -> int | None:
    """The least value at which the running copies reach the quantile of their total; `values`
    are pairs of value and copies."""
    total = sum(copies for _, copies in values)
    running = 0
    for value, copies in sorted(values):
        running += copies
        if running * denominator >= total * numerator:
            return value
    return None


def period_key(by: str, day: date) -> str:
    if by == "day":
        return day.isoformat()
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day.year:04}-{day.month:02}"


def group_key(world: World, each: Expectation, by: str) -> str | None:
    """The group of a (point, issue) pair."""
    records = world.records
    point = records.points[each.point]
    standard, office = standard_and_office(records, each.point, each.issue)
    if by in ("day", "week", "month"):
        return period_key(by, each.issue)
    if by == "route":
        routes = world.plans.routes_with(each.point, each.issue)
        return routes[0] if routes else None
    return {
        "all": "all",
        "area": records.areas[point.town],
        "carrier": records.carriers[office],
        "town": point.town,
        "office": office,
        "point": each.point,
        "title": each.title,
        "standard": standard,
        "kind": point.kind,
    }[by]


def cohort(
    expectations: list[Expectation], since: date, until: date, as_of: datetime
) -> list[Expectation]:
    """Published in the period and due by `as_of`."""
    return [each for each in expectations if since <= each.issue <= until and each.due_at <= as_of]


def in_key_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By key in code-point order, null last."""
    return sorted(rows, key=lambda row: (row["key"] is None, row["key"] or ""))


def disputed(each: Expectation) -> int:
    """Rule 6: at most the copies counted."""
    return min(each.disputing, each.delivered)


def unscanned(each: Expectation) -> int:
    """Rule 6: at most the expected, less the copies counted, never below 0."""
    return max(min(each.affirming, each.copies) - each.delivered, 0)


def effective(each: Expectation) -> int:
    """Rule 8: per (point, issue)."""
    good = sum(c.copies for c in each.counted if not c.is_late and not c.is_bundled)
    return max(good - disputed(each), 0)


def handover_gap(each: Expectation) -> int | None:
    """Rule 6, in milliseconds."""
    if not each.counted or each.first_affirmed_at is None:
        return None
    first = min(counted.scan.at for counted in each.counted)
    return max(milliseconds(each.first_affirmed_at - first), 0)


def delivered_by(group: list[Expectation], days: int) -> int:
    """Copies delivered by due + `days` × 24 h."""
    return sum(
        counted.copies
        for each in group
        for counted in each.counted
        if counted.scan.at <= each.due_at + timedelta(hours=24 * days)
    )


def counts(group: list[Expectation]) -> dict[str, Any]:
    """The copies of a group, counted every way."""
    every = [counted for each in group for counted in each.counted]
    late = sum(counted.copies for counted in every if counted.is_late)
    delivered = sum(counted.copies for counted in every)
    return {
        "expected": sum(each.copies for each in group),
        "delivered": delivered,
        "on_time": delivered - late,
        "late": late,
        "undelivered": sum(each.undelivered for each in group),
        "bundled": sum(c.copies for c in every if c.is_bundled),
        "bundled_by_schedule": sum(c.copies for c in every if c.is_bundled_by_schedule),
        "stale": sum(c.copies for c in every if c.is_stale),
        "surplus": sum(each.surplus for each in group),
        "disputed": sum(disputed(each) for each in group),
        "effective": sum(effective(each) for each in group),
        "unscanned": sum(unscanned(each) for each in group),
        "within_days": {str(days): delivered_by(group, days) for days in (1, 2, 3)},
    }


def rates_of(n: dict[str, Any]) -> dict[str, float | None]:
    """metrics.md, the table of rates."""
    return {
        "late_rate": ratio(n["late"] + n["undelivered"], n["expected"]),
        "bundled_rate": ratio(n["bundled"], n["delivered"]),
        "excess_bundled_rate": ratio(n["bundled"] - n["bundled_by_schedule"], n["delivered"]),
        "stale_rate": ratio(n["stale"], n["delivered"]),
        "effective_rate": ratio(n["effective"], n["expected"]),
        "error_rate": ratio(n["disputed"] + n["surplus"], n["expected"]),
        "undelivered_rate": ratio(n["undelivered"], n["expected"]),
    }


def times_of(world: World, group: list[Expectation]) -> dict[str, float | None]:
    """Hours past due, hours to the reader's word, days of age."""
    late = [
        (milliseconds(counted.scan.at - each.due_at), counted.copies)
        for each in group
        for counted in each.counted
        if counted.is_late
    ]
    late_copies = sum(copies for _, copies in late)
    late_total = sum(value * copies for value, copies in late)
    gaps = [(gap, 1) for each in group if (gap := handover_gap(each)) is not None]
    ages = [
        ((world.records.local_date(counted.scan.at) - each.issue).days, counted.copies)
        for each in group
        for counted in each.counted
    ]
    age_total = sum(age * copies for age, copies in ages)
    return {
        "late_hours_mean": ratio(late_total, late_copies * MILLISECONDS_PER_HOUR),
        "late_hours_p50": hours(quantile(late, 1, 2)),
        "late_hours_p90": hours(quantile(late, 9, 10)),
        "handover_gap_hours_p50": hours(quantile(gaps, 1, 2)),
        "age_days_mean": ratio(age_total, sum(copies for _, copies in ages)),
    }


def tally(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Copies by cause; causes with 0 copies are left out."""
    copies_by_cause: Counter[str] = Counter()
    for cause, copies in pairs:
        if cause is not None and copies:
            copies_by_cause[cause] += copies
    return dict(copies_by_cause)


def causes_of(group: list[Expectation]) -> dict[str, dict[str, int]]:
    """metrics.md, Why: copies by cause."""
    late = [(c.late_cause, c.copies) for each in group for c in each.counted]
    undelivered = [(each.undelivered_cause, each.undelivered) for each in group]
    bundled = [(c.bundle_cause, c.copies) for each in group for c in each.counted]
    return {"late_causes": tally(late + undelivered), "bundle_causes": tally(bundled)}


def figures(world: World, group: list[Expectation], key: str | None) -> dict[str, Any]:
    """One object of the answer."""
    counted = counts(group)
    return {
        **counted,
        "key": key,
        **rates_of(counted),
        **times_of(world, group),
        **causes_of(group),
    }

"""The edges of the definitions that a drawn feed, asked a drawn question, touches."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tests.oracle.copies import Counted, Expectation, World, build_world, expectations_of, owed
from tests.oracle.feed_plans import Feed
from tests.oracle.feeds import Question
from tests.oracle.figures import disputed, effective, group_key, handover_gap, unscanned
from tests.oracle.marking import existing_scans, marks_of, sound_scans
from tests.oracle.oracle import planned_rounds
from tests.oracle.plans import DAY, rule_days, standard_and_office
from tests.oracle.records import Records, Scan, parse

MILLISECOND = timedelta(milliseconds=1)
LATE_CAUSES = ("schedule", "upstream", "slow_round", "left_behind", "missed_visit")
OTHER_CAUSES = ("schedule", "upstream", "left_behind", "missed_visit")
MARKS = ("far", "fast", "pile", "typed", "future_issue", "clock", "clock_unknown")
MARKS += ("unknown_label", "retired_label")

EDGES = frozenset(
    {
        "a millisecond less than the gap apart",
        "a millisecond more than the gap apart",
        "another office",
        "another standard",
        "area: null",
        "arrival a moment after departure",
        "arrival after as_of",
        "arrival at departure",
        "bundle of several causes",
        "bundled by schedule",
        "complete round",
        "counted before its date, which is after as_of",
        "delivered by several scans",
        "disputed",
        "due at as_of",
        "due in a doubled or skipped hour",
        "due in the skipped hour",
        "effective",
        "equal instants",
        "equal instants, one issue",
        "equal instants, upper-case id",
        "exactly the gap apart",
        "excess bundle",
        "extra",
        "extra before the first issue or after the last",
        "extra issue owed",
        "handed over a millisecond after due",
        "handed over a number of days after due",
        "handed over at due",
        "handed over before its date",
        "handover gap",
        "handover gap of nothing",
        "item never owed",
        "more disputed than counted",
        "more disputed than good",
        "more received than expected",
        "newest issue bundled by schedule",
        "overlapping holds",
        "partly delivered",
        "partly late",
        "round not due",
        "round not made",
        "round partly due",
        "round partly made",
        "round without a stop",
        "route: null",
        "scanned at as_of",
        "several subscriptions of one title",
        "skip",
        "stale",
        "stale by an issue not owed",
        "surplus",
        "two departures on a day",
        "two routes",
        "unscanned",
        "unsound scans",
        "upper-case id",
        "visit across midnight",
        "visit across months",
        "visit of one instant",
        "visit: another day",
        "visit: as by the calendar",
        "visit: no visit on the day due",
        "voided after as_of",
        "voided at as_of",
        "working: another day",
        "working: as by the calendar",
    }
)
EDGES |= {f"late: {cause}" for cause in LATE_CAUSES}
EDGES |= {f"{what}: {cause}" for cause in OTHER_CAUSES for what in ("undelivered", "bundled")}
EDGES |= {f"mark: {mark}" for mark in MARKS}


@dataclass
class Case:
    """A question put to a feed, worked out."""

    feed: Feed
    records: Records
    question: Question
    world: World
    every: list[Expectation]
    cohort: list[Expectation]
    """Those due by `as_of`, whatever the period."""


def build_case(feed: Feed, question: Question) -> Case:
    records = parse(feed)
    world = build_world(records, question.options["as_of"], question.options.get("scans", "all"))
    every = expectations_of(world)
    cohort = [each for each in every if each.due_at <= world.as_of]
    return Case(feed, records, question, world, every, cohort)


def edges_of(case: Case) -> set[str]:
    """The names of the edges a case touches."""
    found = set(scan_edges(case)) | set(plan_edges(case)) | set(round_edges(case))
    for each in case.cohort:
        found |= set(cause_edges(each)) | set(reader_edges(each)) | set(due_edges(case, each))
        for counted in each.counted:
            found |= set(copy_edges(case, each, counted))
    for each in case.every:
        if each.counted and each.issue > case.records.local_date(case.world.as_of):
            found.add("counted before its date, which is after as_of")
    return found


def cause_edges(each: Expectation) -> Iterator[str]:
    if each.undelivered:
        yield f"undelivered: {each.undelivered_cause}"
    if each.undelivered and each.counted:
        yield "partly delivered"
    if len(each.counted) > 1:
        yield "delivered by several scans"
    if each.surplus:
        yield "surplus"
    if any(c.is_late for c in each.counted) and not all(c.is_late for c in each.counted):
        yield "partly late"


def reader_edges(each: Expectation) -> Iterator[str]:
    if disputed(each):
        yield "disputed"
    if each.disputing > each.delivered:
        yield "more disputed than counted"
    if unscanned(each):
        yield "unscanned"
    if each.affirming > each.copies:
        yield "more received than expected"
    gap = handover_gap(each)
    if gap is not None:
        yield "handover gap" if gap else "handover gap of nothing"
    good = sum(c.copies for c in each.counted if not c.is_late and not c.is_bundled)
    if disputed(each) > good:
        yield "more disputed than good"
    if effective(each):
        yield "effective"


def copy_edges(case: Case, each: Expectation, counted: Counted) -> Iterator[str]:
    records, scan = case.records, counted.scan
    day = records.local_date(scan.at)
    if counted.is_late:
        yield f"late: {counted.late_cause}"
    if counted.bundle_cause is not None:
        yield f"bundled: {counted.bundle_cause}"
    if counted.is_bundled:
        yield "bundled by schedule" if counted.is_bundled_by_schedule else "excess bundle"
    if counted.is_bundled_by_schedule and counted.bundle_cause is None:
        yield "newest issue bundled by schedule"
    if counted.bundle_cause == "schedule" and not counted.is_bundled_by_schedule:
        yield "bundle of several causes"
    if counted.is_stale:
        newer = [issue for issue in case.world.issues[each.title] if each.issue < issue <= day]
        yield "stale"
        if not any(owed(records, each.point, each.title, issue) for issue in newer):
            yield "stale by an issue not owed"
    if scan.at == each.due_at:
        yield "handed over at due"
    if scan.at == each.due_at + MILLISECOND:
        yield "handed over a millisecond after due"
    if (scan.at - each.due_at) in (timedelta(hours=24), timedelta(hours=72)):
        yield "handed over a number of days after due"
    if day < each.issue:
        yield "handed over before its date"


def due_edges(case: Case, each: Expectation) -> Iterator[str]:
    records = case.records
    code, office = standard_and_office(records, each.point, each.issue)
    point = records.points[each.point]
    if code != point.standard:
        yield "another standard"
    if office != point.office:
        yield "another office"
    standard = records.standards[code]
    due_date = case.world.plans.due_date(standard, each.point, each.issue)
    calendar = due_date - each.issue == standard.offset_days * DAY
    if standard.day_kind != "calendar":
        yield f"{standard.day_kind}: {'as by the calendar' if calendar else 'another day'}"
    if standard.day_kind == "visit" and not case.world.plans.is_visit_day(each.point, due_date):
        yield "visit: no visit on the day due"
    yield from clock_edges(records, due_date, case, each)
    if each.due_at == case.world.as_of:
        yield "due at as_of"
    for grouping in ("route", "area"):
        if group_key(case.world, each, grouping) is None:
            yield f"{grouping}: null"
    is_extra = records.publication_exceptions.get((each.title, each.issue)) == "extra"
    if is_extra and each.issue not in rule_days(records.titles[each.title], each.issue):
        yield "extra issue owed"


def clock_edges(records: Records, due_date: date, case: Case, each: Expectation) -> Iterator[str]:
    code, _ = standard_and_office(records, each.point, each.issue)
    local = each.due_at.astimezone(records.timezone).replace(tzinfo=None)
    if (local.date(), local.time()) != (due_date, records.standards[code].due_time):
        yield "due in the skipped hour"
    later = local.replace(fold=1, tzinfo=records.timezone).utcoffset()
    if later != local.replace(tzinfo=records.timezone).utcoffset():
        yield "due in a doubled or skipped hour"


def scan_edges(case: Case) -> Iterator[str]:
    world, records = case.world, case.records
    existing = existing_scans(records, world.as_of)
    for scan in existing:
        yield from (f"mark: {mark}" for mark in marks_of(records, scan, existing))
    if len(sound_scans(records, existing)) < len(world.scans):
        yield "unsound scans"
    by_point: dict[str, list[Scan]] = {}
    for scan in world.scans:
        by_point.setdefault(scan.point, []).append(scan)
    for at_point in by_point.values():
        for one, other in pairwise(at_point):
            yield from pair_edges(case, one, other)
    ids = {scan.id for scan in world.scans}
    if any(row["scan_id"] != row["scan_id"].lower() for row in case.feed.get("scans", [])):
        yield "upper-case id"
    for scan in records.scans:
        voided_at = records.scan_voids.get(scan.id)
        if voided_at == world.as_of:
            yield "voided at as_of"
        if voided_at is not None and voided_at > world.as_of and scan.id in ids:
            yield "voided after as_of"
        if scan.at == world.as_of:
            yield "scanned at as_of"
    owed_pairs = {(each.point, each.title, each.issue) for each in case.every}
    for scan in world.scans:
        for item in records.items.get(scan.id, []):
            if (scan.point, item.title, item.issue) not in owed_pairs:
                yield "item never owed"


def pair_edges(case: Case, one: Scan, other: Scan) -> Iterator[str]:
    """Two scans that follow each other at a point."""
    records, visits = case.records, case.world.visits
    apart = other.at - one.at
    if apart == records.visit_gap:
        yield "exactly the gap apart"
    if apart == records.visit_gap + MILLISECOND:
        yield "a millisecond more than the gap apart"
    if apart == records.visit_gap - MILLISECOND:
        yield "a millisecond less than the gap apart"
    if not apart:
        yield "equal instants"
        issues = [{(i.title, i.issue) for i in records.items.get(s.id, [])} for s in (one, other)]
        raw = [row["scan_id"] for row in case.feed["scans"]]
        lower = [text.lower() for text in raw]
        if issues[0] & issues[1]:
            yield "equal instants, one issue"
        if raw[lower.index(one.id)] > raw[lower.index(other.id)]:
            yield "equal instants, upper-case id"
    days = records.local_date(one.at), records.local_date(other.at)
    if visits[one.id] == visits[other.id] and days[0] != days[1]:
        yield "visit across midnight"
        if days[0].month != days[1].month:
            yield "visit across months"
    if records.visit_gap == timedelta(0) and visits[one.id] == visits[other.id]:
        yield "visit of one instant"


def plan_edges(case: Case) -> Iterator[str]:
    world, records = case.world, case.records
    days = {each.issue for each in case.cohort}
    for point in records.points:
        routes = [world.plans.routes_with(point, day) for day in days]
        if any(len(each) > 1 for each in routes):
            yield "two routes"
        if any(len(set(world.plans.departures(point, day))) > 1 for day in days):
            yield "two departures on a day"
    departures = {at for p in records.points for d in days for at in world.plans.departures(p, d)}
    for arrived_at in records.arrivals.values():
        near = {"at": arrived_at, "a moment after": arrived_at - MILLISECOND}
        yield from (f"arrival {name} departure" for name, at in near.items() if at in departures)
        if arrived_at > world.as_of:
            yield "arrival after as_of"
    subscribed = Counter((each.point, each.title) for each in records.subscriptions)
    if subscribed and max(subscribed.values()) > 1:
        yield "several subscriptions of one title"
    for holds in records.holds.values():
        if any(one[1] >= other[0] for one, other in pairwise(sorted(holds))):
            yield "overlapping holds"
    for (title, day), change in records.publication_exceptions.items():
        first, last = records.titles[title].first_issue, records.titles[title].last_issue
        yield change
        if change == "extra" and (day < first or (last is not None and day > last)):
            yield "extra before the first issue or after the last"


def round_edges(case: Case) -> Iterator[str]:
    days = sorted({case.records.local_date(scan.at) for scan in case.world.scans})
    if not days:
        return
    for each in planned_rounds(case.records, days[0], days[-1], case.world.as_of):
        if not each.stops:
            yield "round without a stop"
        elif each.due < each.stops:
            yield "round partly due" if each.due else "round not due"
        elif each.made == each.stops:
            yield "complete round"
        elif each.made:
            yield "round partly made"
        else:
            yield "round not made"

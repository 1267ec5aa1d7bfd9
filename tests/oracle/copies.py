"""What happened to each copy (metrics.md, "What happened to each copy" and "Why")."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle.marking import existing_scans, sound_scans
from tests.oracle.plans import DAY, Plans, days_between, is_within, issue_days, standard_and_office
from tests.oracle.records import Confirmation, Records, Scan

DISPUTING = {"missing", "wrong", "damaged"}
AFFIRMING = {"received", "late", "bundled"}


@dataclass
class Counted:
    """The counted copies of one issue that one scan gave (rule 2)."""

    title: str
    issue: date
    scan: Scan
    visit: int
    copies: int
    is_late: bool
    is_stale: bool
    late_cause: str | None = None
    is_bundled: bool = False
    bundle_cause: str | None = None
    """Only copies of the older issues of a bundle have one."""
    is_bundled_by_schedule: bool = False


@dataclass
class Expectation:
    """Copies of one issue owed to one point, and what became of them."""

    point: str
    title: str
    issue: date
    copies: int
    due_at: datetime
    counted: list[Counted] = field(default_factory=list)
    surplus: int = 0
    undelivered_cause: str | None = None
    disputing: int = 0
    affirming: int = 0
    first_affirmed_at: datetime | None = None

    @property
    def delivered(self) -> int:
        return sum(counted.copies for counted in self.counted)

    @property
    def undelivered(self) -> int:
        return self.copies - self.delivered


@dataclass
class World:
    """Everything that exists at `as_of`."""

    records: Records
    plans: Plans
    as_of: datetime
    scans: list[Scan]
    """In order; only the sound ones when the others do not exist."""
    visits: dict[str, int]
    """The number of the visit of each scan, counted per point."""
    visited: set[tuple[str, date]]
    """Point and local date of every scan."""
    issues: dict[str, set[date]]
    """The issue days of each title, as far as they matter."""


def owed(records: Records, point: str, title: str, issue: date) -> int:
    """metrics.md, Words: the active subscriptions on the publication date, holds taken out."""
    copies = 0
    for subscription in records.subscriptions:
        if (subscription.point, subscription.title) != (point, title):
            continue
        holds = records.holds.get(subscription.code, [])
        is_held = any(is_within(issue, first, last) for first, last in holds)
        if is_within(issue, subscription.start, subscription.end) and not is_held:
            copies += subscription.copies
    return copies


def visits_of(scans: list[Scan], records: Records) -> dict[str, int]:
    """metrics.md, Words: each scan at most `visit_gap_minutes` after the one before it."""
    visits: dict[str, int] = {}
    last_at_point: dict[str, Scan] = {}
    for scan in scans:
        previous = last_at_point.get(scan.point)
        if previous is None:
            visits[scan.id] = 0
        elif scan.at - previous.at <= records.visit_gap:
            visits[scan.id] = visits[previous.id]
        else:
            visits[scan.id] = visits[previous.id] + 1
        last_at_point[scan.point] = scan
    return visits


def issues_that_matter(
    records: Records, scans: list[Scan], as_of: datetime
) -> dict[str, set[date]]:
    """The issue days up to the day of `as_of` (two days more, whatever the clocks do), and those
    later ones of which a scan has an item: no other can be counted, stale, bundled or due."""
    today = records.local_date(as_of) + 2 * DAY
    issues = {}
    for title in records.titles:
        handed_over = {
            item.issue
            for scan in scans
            for item in records.items.get(scan.id, [])
            if item.title == title
        }
        every = issue_days(records, title, max({today} | handed_over))
        issues[title] = {day for day in every if day <= today or day in handed_over}
    return issues


def build_world(records: Records, as_of: datetime, scans: str) -> World:
    """Rule 1, and the sound scans."""
    existing = existing_scans(records, as_of)
    if scans == "sound":
        existing = sound_scans(records, existing)
    return World(
        records=records,
        plans=Plans(records),
        as_of=as_of,
        scans=existing,
        visits=visits_of(existing, records),
        visited={(scan.point, records.local_date(scan.at)) for scan in existing},
        issues=issues_that_matter(records, existing, as_of),
    )


def expectations_of(world: World) -> list[Expectation]:
    """Every expectation, worked through rules 2 to 8."""
    records = world.records
    expectations = []
    pairs = sorted({(each.point, each.title) for each in records.subscriptions})
    for point, title in pairs:
        for issue in sorted(world.issues[title]):
            copies = owed(records, point, title, issue)
            if copies:
                due_at = world.plans.due_at(point, issue)
                expectations.append(Expectation(point, title, issue, copies, due_at))
    count_copies(world, expectations)
    mark_bundles(world, expectations)
    find_causes(world, expectations)
    hear_readers(world, expectations)
    return expectations


def count_copies(world: World, expectations: list[Expectation]) -> None:
    """Rules 2, 3 and 5."""
    by_key = {(each.point, each.title, each.issue): each for each in expectations}
    for scan in world.scans:
        for item in world.records.items.get(scan.id, []):
            expectation = by_key.get((scan.point, item.title, item.issue))
            if expectation is None:
                continue
            copies = min(item.copies, expectation.undelivered)
            expectation.surplus += item.copies - copies
            if copies:
                expectation.counted.append(
                    Counted(
                        title=item.title,
                        issue=item.issue,
                        scan=scan,
                        visit=world.visits[scan.id],
                        copies=copies,
                        is_late=scan.at > expectation.due_at,
                        is_stale=is_stale(world, item.title, item.issue, scan),
                    )
                )


def is_stale(world: World, title: str, issue: date, scan: Scan) -> bool:
    """Rule 5: a newer issue appeared on or before the local date of the hand-over."""
    handed_over_on = world.records.local_date(scan.at)
    return any(issue < newer <= handed_over_on for newer in world.issues[title])


def mark_bundles(world: World, expectations: list[Expectation]) -> None:
    """Rules 4 and 7."""
    by_visit: dict[tuple[str, str, int], list[Counted]] = {}
    for expectation in expectations:
        for counted in expectation.counted:
            key = (expectation.point, expectation.title, counted.visit)
            by_visit.setdefault(key, []).append(counted)
    for (point, _title, _visit), bundle in by_visit.items():
        newest = max(counted.issue for counted in bundle)
        older = [counted for counted in bundle if counted.issue != newest]
        if not older:
            continue
        for counted in older:
            last_day = world.records.local_date(counted.scan.at) - DAY
            counted.bundle_cause = cause(world, point, counted.title, counted.issue, last_day, None)
        by_schedule = all(counted.bundle_cause == "schedule" for counted in older)
        for counted in bundle:
            counted.is_bundled = True
            counted.is_bundled_by_schedule = by_schedule


def find_causes(world: World, expectations: list[Expectation]) -> None:
    """metrics.md, Why: one cause for each late or undelivered copy."""
    for each in expectations:
        last_day = world.records.local_date(each.due_at)
        for counted in each.counted:
            if counted.is_late:
                handed_over_on = world.records.local_date(counted.scan.at)
                counted.late_cause = cause(
                    world, each.point, each.title, each.issue, last_day, handed_over_on
                )
        if each.undelivered:
            each.undelivered_cause = cause(
                world, each.point, each.title, each.issue, last_day, None
            )


def cause(
    world: World,
    point: str,
    title: str,
    issue: date,
    last_day: date,
    late_handed_over_on: date | None,
) -> str:
    """metrics.md, Why: the first line that holds. `late_handed_over_on` is the day a late copy
    was handed over, None for undelivered copies and those of older issues in a bundle."""
    planned = [day for day in days_between(issue, last_day) if world.plans.is_visit_day(point, day)]
    if not planned:
        return "schedule"
    _, office = standard_and_office(world.records, point, issue)
    arrived_at = world.records.arrivals.get((office, title, issue))
    in_time = [
        day
        for day in planned
        if arrived_at is None or max(world.plans.departures(point, day)) >= arrived_at
    ]
    if not in_time:
        return "upstream"
    if late_handed_over_on is not None and late_handed_over_on <= last_day:
        return "slow_round"
    if any((point, day) in world.visited for day in in_time):
        return "left_behind"
    return "missed_visit"


def existing_confirmations(records: Records, as_of: datetime) -> list[Confirmation]:
    """Rule 1, for confirmations."""
    existing = []
    for confirmation in records.confirmations:
        voided_at = records.confirmation_voids.get(confirmation.id)
        is_voided = voided_at is not None and voided_at <= as_of
        if confirmation.at <= as_of and not is_voided:
            existing.append(confirmation)
    return existing


def hear_readers(world: World, expectations: list[Expectation]) -> None:
    """Rule 6: add up what readers say of each expectation."""
    by_key = {(each.point, each.title, each.issue): each for each in expectations}
    for word in existing_confirmations(world.records, world.as_of):
        expectation = by_key.get((word.point, word.title, word.issue))
        if expectation is None:
            continue
        if word.verdict in DISPUTING:
            expectation.disputing += word.copies
        if word.verdict in AFFIRMING:
            expectation.affirming += word.copies
            first = expectation.first_affirmed_at
            if first is None or word.at < first:
                expectation.first_affirmed_at = word.at

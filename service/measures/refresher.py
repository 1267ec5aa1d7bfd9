"""Dirty facts derived again and published, whole months at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from service.domain.instants import local_day, milliseconds, month_days, month_number
from service.measures import bounds, catalogue, dirty
from service.measures.catalogue import Version
from service.measures.context import EVERYTHING, needed_context
from service.measures.derivation import Stretch, derive_facts
from service.measures.engine import connect
from service.measures.moved import moved_by_scans
from service.measures.plan import Plan, read_plan, read_zone
from service.models.engine import reading, writing

# With more dirty months than these it is quicker to derive all of them at once.
FEW_MONTHS = 4


@dataclass(frozen=True)
class Work:
    """What a refresh has to do, as one snapshot of the database shows it."""

    replaced: Version | None
    marks: Mapping[int, int]
    scans: Mapping[int, int]
    stretches: tuple[tuple[int, int], ...]  # of days; the one stretch of everything when whole
    whole: bool
    true_from_ms: int
    true_until_ms: int | None
    horizon: int


def refresh(engine: Engine, facts: Path, branch_id: int, now: datetime) -> bool:
    """Derive and publish what is dirty of a branch; tell whether anything was.

    The published facts are then those of the records at `now`, for issues up to the end of the
    next month. Derivation and snapshot belong together: what is recorded meanwhile stays dirty.
    """
    catalogue.make_folder(facts)
    now_ms = milliseconds(now)
    while True:
        with reading(engine) as connection:
            if _is_fresh(connection, branch_id, now_ms):
                return False
            plan = read_plan(connection, branch_id)
            work = _work(connection, plan, now_ms)
            version = _derive(connection, plan, work, facts, now_ms)
        with writing(engine) as connection:
            if catalogue.publish(connection, work.replaced, version, now_ms):
                dirty.clear_months(connection, branch_id, work.marks)
                dirty.clear_scans(connection, work.scans)
                break
    catalogue.collect(facts, branch_id, work.replaced, version)
    return True


def refresh_all(engine: Engine, facts: Path, now: datetime) -> int:
    """Refresh every branch; return how many had something to do."""
    with reading(engine) as connection:
        branches = connection.execute(text("SELECT id FROM branches ORDER BY id")).scalars().all()
    return sum(refresh(engine, facts, branch_id, now) for branch_id in branches)


def _is_fresh(connection: Connection, branch_id: int, now_ms: int) -> bool:
    """Tell whether a branch has nothing to derive: asked every second or two, so in few queries."""
    current = catalogue.published(connection, branch_id)
    if current is None or _stale(current, now_ms) or dirty.marked_months(connection, branch_id):
        return False
    if dirty.is_untraced(connection, branch_id):
        return False
    return _horizon(now_ms, read_zone(connection, branch_id)) <= current.horizon


def _horizon(now_ms: int, zone: ZoneInfo) -> int:
    """Return the last day of the month after the local one."""
    return month_days(month_number(local_day(now_ms, zone)) + 1)[1]


def _work(connection: Connection, plan: Plan, now_ms: int) -> Work:
    current = catalogue.published(connection, plan.branch_id)
    marks = dirty.marked_months(connection, plan.branch_id)
    scans = dirty.untraced_scans(connection, plan.branch_id)
    horizon = _horizon(now_ms, plan.zone)
    whole = current is None or _stale(current, now_ms)
    moved = marks.keys() | (set() if whole else moved_by_scans(connection, plan, scans))
    whole = whole or dirty.EVERY_MONTH in moved
    if current is not None and not whole:
        horizon = max(horizon, current.horizon)
        months = {month for month in moved if month_days(month)[0] <= horizon}
        months |= set(range(month_number(current.horizon) + 1, month_number(horizon) + 1))
        whole = len(months) > FEW_MONTHS
    if whole:
        first = bounds.first_owed_day(connection, plan)
        stretches: tuple[tuple[int, int], ...] = (
            () if first is None or first > horizon else ((first, horizon),)
        )
    else:
        stretches = tuple(_runs(months))
    newest = bounds.newest_record(connection, plan.branch_id, now_ms)
    return Work(
        replaced=current,
        marks=marks,
        scans=scans,
        stretches=stretches,
        whole=whole,
        true_from_ms=-1 if newest is None else newest,
        true_until_ms=bounds.next_record(connection, plan.branch_id, now_ms),
        horizon=horizon,
    )


def _stale(current: Version, now_ms: int) -> bool:
    """Tell whether none of a version can be kept.

    Because records that were in the future have come to be, or the clock went back, or another
    release has written it.
    """
    passed = current.true_until_ms is not None and current.true_until_ms <= now_ms
    return passed or now_ms < current.true_from_ms or not current.readable


def _runs(months: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Yield the stretches of days that runs of consecutive months make."""
    ordered = sorted(months)
    start = 0
    for place, month in enumerate(ordered):
        if place + 1 == len(ordered) or ordered[place + 1] != month + 1:
            yield month_days(ordered[start])[0], month_days(month)[1]
            start = place + 1


def _derive(connection: Connection, plan: Plan, work: Work, facts: Path, now_ms: int) -> Version:
    name = catalogue.new_name()
    manifest: dict[int, str] = {}
    if work.replaced is not None and not work.whole:
        renewed = {
            month
            for since, until in work.stretches
            for month in range(month_number(since), month_number(until) + 1)
        }
        manifest = {m: file for m, file in work.replaced.manifest.items() if m not in renewed}
    for since, until in work.stretches:
        stretch = Stretch(since, until, now_ms)
        context = EVERYTHING if work.whole else needed_context(connection, plan, since, until)
        with connect(facts) as duck:
            derive_facts(duck, connection, plan, stretch, context)
            folder = catalogue.branch_folder(facts, plan.branch_id)
            manifest |= catalogue.write_months(duck, folder, name, since, until)
    return Version(
        plan.branch_id, name, manifest, work.true_from_ms, work.true_until_ms, work.horizon
    )

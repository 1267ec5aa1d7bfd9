"""The plan of a branch, read from the database and expanded day by day into small tables."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import Connection, text

from service.domain.calendars import (
    SEARCH_DAYS,
    Validity,
    due_day,
    issue_days,
    running_days,
    working_days,
)
from service.domain.instants import local_day, local_instant
from service.domain.spans import LAST_DAY, Change, Membership, point_spans

VISIT = "visit"

Rows = Callable[..., Iterable[tuple[Any, ...]]]
# Lists of issue days go on so far past the last hand-over that the issue after it is known, which
# decides whether it is stale: nothing newer than a hand-over's own day can.
NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Title:
    """When a title appears."""

    rule: str
    first_issue: int
    last_issue: int | None
    changes: dict[int, str]


@dataclass(frozen=True, slots=True)
class Standard:
    """By when an issue is due; `due_minute` is a local minute of the day."""

    day_kind: str
    offset_days: int
    due_minute: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a route."""

    route_id: int
    office_id: int
    depart_minute: int
    validity: Validity


@dataclass(frozen=True, slots=True)
class Stop:
    """A point on a route on the days [valid_from, valid_to]."""

    id: int
    route_id: int
    point_id: int
    minutes: int
    valid_from: int
    valid_to: int


@dataclass(frozen=True)
class Plan:
    """What a branch promised and planned, at the moment of reading."""

    branch_id: int
    zone: ZoneInfo
    visit_gap_minutes: int
    titles: dict[int, Title]
    holidays: dict[int, str]
    standards: dict[int, Standard]
    points: dict[int, tuple[int, int]]  # the first promise and office of each
    point_changes: dict[int, list[Change]]
    route_codes: dict[int, str]
    route_versions: list[Version]
    route_changes: dict[int, dict[int, str]]
    route_stops: list[Stop]
    _issue_days: dict[tuple[int, int], list[int]] = field(default_factory=dict, compare=False)
    _last_dues: dict[int, int] = field(default_factory=dict, compare=False)

    def issues(self, title_id: int, until: int) -> list[int]:
        """Return the title's issue days up to `until`, in order."""
        key = title_id, until
        if key not in self._issue_days:
            title = self.titles[title_id]
            self._issue_days[key] = issue_days(
                title.rule, title.first_issue, title.last_issue, title.changes, until
            )
        return self._issue_days[key]

    def issue_table(
        self,
        since: int,
        until: int,
        handed_until: int,
        besides: Collection[int],
        ahead: Iterable[tuple[int, int]],
    ) -> pa.Table:
        """Return (title_id, day, next_day, wanted) for the issues that the figures need.

        Wanted are those in [since, until]; the issues of the days `besides` come along, where they
        lie after `handed_until` those of the (title, day) pairs `ahead`. `next_day` is the title's
        next issue day, at least where that lies on or before `handed_until`.
        """
        last: defaultdict[int, int] = defaultdict(lambda: max(until, handed_until))
        for title_id, day in ahead:
            last[title_id] = max(last[title_id], day)
        rows = []
        for title_id in self.titles:
            days = self.issues(title_id, last[title_id])
            for place, day in enumerate(days, 1):
                wanted = since <= day <= until
                if wanted or day in besides:
                    following = days[place] if place < len(days) else NEVER
                    rows.append((title_id, day, following, wanted))
        return _table(
            rows, title_id=pa.int64(), day=pa.int64(), next_day=pa.int64(), wanted=pa.bool_()
        )

    def due_table(self, since: int, until: int) -> pa.Table:
        """Return (standard_id, day, due_ms, due_on): when issues of [since, until] are due.

        For promises in calendar and working days; `due_on` is the local date of the instant.
        """
        working = working_days(self.holidays, since, until + SEARCH_DAYS)
        rows = []
        for standard_id, standard in self.standards.items():
            if standard.day_kind == VISIT:
                continue
            counted = working if standard.day_kind == "working" else None
            for day in range(since, until + 1):
                due = due_day(day, standard.offset_days, counted)
                due_ms = local_instant(due, standard.due_minute, self.zone)
                rows.append((standard_id, day, due_ms, local_day(due_ms, self.zone)))
        return _table(
            rows, standard_id=pa.int64(), day=pa.int64(), due_ms=pa.int64(), due_on=pa.int64()
        )

    def last_due(self, until: int) -> int:
        """Return a day after which no issue of `until` or before is due."""
        if until not in self._last_dues:
            self._last_dues[until] = self._work_out_last_due(until)
        return self._last_dues[until]

    def _work_out_last_due(self, until: int) -> int:
        limit = until + SEARCH_DAYS
        by_days = [s for s in self.standards.values() if s.day_kind != VISIT]
        working = working_days(self.holidays, until, limit)
        days = [until]
        for standard in by_days:
            counted = working if standard.day_kind == "working" else None
            days.append(due_day(until, standard.offset_days, counted))
            days.append(until + standard.offset_days)
        offset = max(
            (s.offset_days for s in self.standards.values() if s.day_kind == VISIT), default=-1
        )
        if offset >= 0:
            days += [until + offset, *self._due_visits(until, offset)]
        # A local time may be read as one of the next day.
        return max(days) + 1

    def _due_visits(self, until: int, offset: int) -> Iterable[int]:
        """Yield, for each point, the (offset + 1)-th planned visit day on or after `until`."""
        limit = until + SEARCH_DAYS
        running: defaultdict[int, set[int]] = defaultdict(set)
        for version in self.route_versions:
            changes = self.route_changes.get(version.route_id, {})
            running[version.route_id] |= set(running_days(version.validity, changes, until, limit))
        planned: dict[int, set[int]] = {point_id: set() for point_id in self.points}
        for stop in self.route_stops:
            planned[stop.point_id] |= {
                day for day in running[stop.route_id] if stop.valid_from <= day <= stop.valid_to
            }
        for days in planned.values():
            # Where fewer are found, an earlier issue may have been promised any of them.
            yield sorted(days)[offset] if offset < len(days) else max(days, default=until)

    def visit_standard_table(self) -> pa.Table:
        """Return (standard_id, offset_days, due_minute) of the promises in planned visits."""
        rows = [
            (standard_id, standard.offset_days, standard.due_minute)
            for standard_id, standard in self.standards.items()
            if standard.day_kind == VISIT
        ]
        return _table(rows, standard_id=pa.int64(), offset_days=pa.int64(), due_minute=pa.int64())

    def local_time_table(self, since: int, until: int) -> pa.Table:
        """Return (day, minute, ms, on_day): the times at which promises in visits can be due."""
        minutes = {s.due_minute for s in self.standards.values() if s.day_kind == VISIT}
        rows = []
        for day in range(since, until + SEARCH_DAYS + 1):
            for minute in minutes:
                ms = local_instant(day, minute, self.zone)
                rows.append((day, minute, ms, local_day(ms, self.zone)))
        return _table(rows, day=pa.int64(), minute=pa.int64(), ms=pa.int64(), on_day=pa.int64())

    @cached_property
    def memberships(self) -> dict[int, list[Membership]]:
        """The days on which each point is on a route that exists."""
        versions = defaultdict(list)
        for version in self.route_versions:
            versions[version.route_id].append(version.validity)
        found = defaultdict(list)
        for stop in self.route_stops:
            for validity in versions[stop.route_id]:
                first = max(stop.valid_from, validity.valid_from)
                last = min(stop.valid_to, _end(validity.valid_to))
                if first <= last:
                    code = self.route_codes[stop.route_id]
                    found[stop.point_id].append(Membership(first, last, code, stop.route_id))
        return found

    def span_table(self) -> pa.Table:
        """Return (point_id, from_day, until_day, standard_id, office_id, route_id)."""
        rows = []
        for point_id, (standard_id, office_id) in self.points.items():
            changes = self.point_changes.get(point_id, [])
            for span in point_spans(
                standard_id, office_id, changes, self.memberships.get(point_id, [])
            ):
                rows.append(
                    (
                        point_id,
                        span.from_day,
                        span.until_day,
                        span.standard_id,
                        span.office_id,
                        span.route_id,
                    )
                )
        return _table(
            rows,
            point_id=pa.int64(),
            from_day=pa.int64(),
            until_day=pa.int64(),
            standard_id=pa.int64(),
            office_id=pa.int64(),
            route_id=pa.int64(),
        )

    def run_table(self, since: int, until: int) -> pa.Table:
        """Return (route_id, day, departs_ms, office_id) of the rounds planned in [since, until]."""
        rows = []
        for version in self.route_versions:
            changes = self.route_changes.get(version.route_id, {})
            for day in running_days(version.validity, changes, since, until):
                departs = local_instant(day, version.depart_minute, self.zone)
                rows.append((version.route_id, day, departs, version.office_id))
        return _table(
            rows, route_id=pa.int64(), day=pa.int64(), departs_ms=pa.int64(), office_id=pa.int64()
        )

    def stop_table(self) -> pa.Table:
        """Return (stop_id, route_id, point_id, minutes, from_day, until_day)."""
        rows = [
            (stop.id, stop.route_id, stop.point_id, stop.minutes, stop.valid_from, stop.valid_to)
            for stop in self.route_stops
        ]
        return _table(
            rows,
            stop_id=pa.int64(),
            route_id=pa.int64(),
            point_id=pa.int64(),
            minutes=pa.int64(),
            from_day=pa.int64(),
            until_day=pa.int64(),
        )


def read_zone(connection: Connection, branch_id: int) -> ZoneInfo:
    """Return the time zone that a branch's dates are local to."""
    query = text("SELECT timezone FROM branches WHERE id = :branch")
    return ZoneInfo(connection.execute(query, {"branch": branch_id}).scalar_one())


def read_plan(connection: Connection, branch_id: int) -> Plan:
    """Return the plan of a branch as the database holds it now."""

    def rows(columns: str, table: str, order: str = "") -> Iterable[tuple[Any, ...]]:
        select = f"SELECT {columns} FROM {table} WHERE branch_id = :branch {order}"
        return (tuple(row) for row in connection.execute(text(select), {"branch": branch_id}))

    gap = "SELECT visit_gap_minutes FROM branches WHERE id = :branch"
    return Plan(
        branch_id=branch_id,
        zone=read_zone(connection, branch_id),
        visit_gap_minutes=connection.execute(text(gap), {"branch": branch_id}).scalar_one(),
        titles=_titles(rows),
        holidays=dict(rows("date, kind", "holidays")),
        standards={
            id_: Standard(*promise)
            for id_, *promise in rows("id, day_kind, offset_days, due_minute", "service_standards")
        },
        points={id_: (s, o) for id_, s, o in rows("id, standard_id, office_id", "points")},
        point_changes=_point_changes(rows),
        route_codes=dict(rows("id, route_code", "routes")),
        route_versions=[
            Version(route, office, minute, Validity(first, last, weekdays))
            for route, office, minute, first, last, weekdays in rows(
                "route_id, office_id, depart_minute, valid_from, valid_to, weekdays",
                "route_versions",
            )
        ],
        route_changes=_by_day(rows("route_id, date, change", "route_exceptions")),
        route_stops=[
            Stop(id_, route, point, minutes, first, _end(last))
            for id_, route, point, minutes, first, last in rows(
                "id, route_id, point_id, minutes_after_departure, valid_from, valid_to",
                "route_stops",
            )
        ],
    )


def _titles(rows: Rows) -> dict[int, Title]:
    changes = _by_day(rows("title_id, date, change", "publication_exceptions"))
    return {
        id_: Title(rule, first, last, changes.get(id_, {}))
        for id_, rule, first, last in rows(
            "id, publication_rule, first_issue, last_issue", "titles"
        )
    }


def _point_changes(rows: Rows) -> dict[int, list[Change]]:
    changes = defaultdict(list)
    for point_id, *change in rows(
        "point_id, valid_from, standard_id, office_id",
        "point_changes",
        "ORDER BY point_id, valid_from",
    ):
        changes[point_id].append(Change(*change))
    return changes


def _by_day(rows: Iterable[tuple[Any, ...]]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for owner, day, change in rows:
        found[owner][day] = change
    return found


def _end(day: int | None) -> int:
    return LAST_DAY if day is None else day


def _table(rows: Sequence[tuple[object, ...]], **columns: pa.DataType) -> pa.Table:
    by_column = zip(*rows, strict=True) if rows else ((),) * len(columns)
    arrays = [pa.array(c, t) for c, t in zip(by_column, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))

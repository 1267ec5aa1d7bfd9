"""Holds what the service has against what couriers were told was recorded."""

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from service.domain.instants import day_number, day_of
from service.models.engine import reading
from tests.faults.schedules import Expected, Schedule

QUEUE_EMPTY_WITHIN_MS = 2 * 300_000
# A stored instant has whole milliseconds.
ROUNDING_MS = 1

EVENTS = """
SELECT phone_events.id, phone_events.event_id, phone_events.sequence, phone_events.kind,
  phone_events.raw, phone_events.happened_at, phone_events.earliest_at, phone_events.latest_at,
  phone_events.clock, installations.installation_id, couriers.courier_code,
  installations.id AS installation_row
FROM phone_events JOIN installations ON installations.id = phone_events.installation_id
JOIN couriers ON couriers.id = installations.courier_id
WHERE couriers.courier_code IN (:a, :b)
"""
INSTALLATIONS = """
SELECT installation_id, highest, have FROM installations
JOIN couriers ON couriers.id = installations.courier_id WHERE courier_code IN (:a, :b)
"""
SCANS = """
SELECT scans.id, scans.event, scans.scan_id, courier_code, point_code, scanned_at, method, label,
  scans.clock, voided_at
FROM scans JOIN couriers ON couriers.id = scans.courier_id JOIN points ON points.id = point_id
LEFT JOIN scan_voids ON scan_voids.scan_id = scans.id WHERE courier_code IN (:a, :b)
"""
ITEMS = """
SELECT scan_items.scan_id, title_code, issue_date, copies FROM scan_items
JOIN titles ON titles.id = title_id JOIN scans ON scans.id = scan_items.scan_id
JOIN couriers ON couriers.id = scans.courier_id WHERE courier_code IN (:a, :b)
"""
ATTEMPTS = """
SELECT event, courier_code, point_code, reason, note FROM attempts
JOIN couriers ON couriers.id = attempts.courier_id JOIN points ON points.id = point_id
WHERE courier_code IN (:a, :b)
"""
REPORTS = """
SELECT event, courier_code, route_code, date, round_reports.kind FROM round_reports
JOIN couriers ON couriers.id = round_reports.courier_id JOIN routes ON routes.id = route_id
WHERE courier_code IN (:a, :b)
"""
HELD = """
SELECT held_events.event, code, decision FROM held_events
JOIN installations ON installations.id = held_events.installation_id
JOIN couriers ON couriers.id = installations.courier_id WHERE courier_code IN (:a, :b)
"""
ARRIVALS = """
SELECT title_code, arrived_at FROM arrivals JOIN titles ON titles.id = title_id
WHERE issue_date = :day
"""

Event = Row[Any]
Items = dict[tuple[str, str], int]


@dataclass
class Verdict:
    """What is wrong, in words; and the copies that must reach the facts, by point and issue."""

    faults: list[str] = field(default_factory=list)
    handed: dict[str, Items] = field(default_factory=dict)
    recorded: int = 0
    extra: int = 0


class _Found:
    """Everything that the service has of one schedule's couriers."""

    def __init__(self, connection: Connection, schedule: Schedule) -> None:
        slot = schedule.slot
        couriers = {"a": slot.courier("A"), "b": slot.courier("B")}

        def rows(query: str) -> Sequence[Event]:
            return connection.execute(text(query), couriers).all()

        self.events: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in rows(EVENTS):
            self.events[_id(event.installation_id), _id(event.event_id)].append(event)
        self.installations = {_id(row.installation_id): row for row in rows(INSTALLATIONS)}
        self.scans = _by_event(rows(SCANS))
        self.items: dict[int, Items] = defaultdict(dict)
        for item in rows(ITEMS):
            self.items[item.scan_id][item.title_code, _day(item.issue_date)] = item.copies
        self.attempts = _by_event(rows(ATTEMPTS))
        self.reports = _by_event(rows(REPORTS))
        self.held = _by_event(row for row in rows(HELD) if row.decision is None)
        day = {"day": day_number(slot.arrival_date)}
        self.arrivals = connection.execute(text(ARRIVALS), day).all()


def judge(engine: Engine, schedule: Schedule, report: Mapping[str, Any]) -> Verdict:
    """Return what is wrong after a schedule whose phones have healed."""
    with reading(engine) as connection:
        return _Case(schedule, report, _Found(connection, schedule)).judged()


class _Case:
    def __init__(self, schedule: Schedule, report: Mapping[str, Any], found: _Found) -> None:
        self.schedule = schedule
        self.report = report
        self.found = found
        self.verdict = Verdict()
        # The rows of events that are spoken for, by the event's name.
        self.known: dict[str, Event] = {}

    def judged(self) -> Verdict:
        self.verdict.faults += self.report["complaints"]
        self._phones()
        tries: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for told in self.report["told"]:
            tries[told["name"]].append(told)
        for name, told in tries.items():
            self._recorded(name, told)
        self._extra(tries)
        for name, event in self.known.items():
            self._became(name, event, self.schedule.expected[name])
        self._records()
        self._arrivals()
        self._accounted()
        self._shown()
        return self.verdict

    def _wrong(self, words: str) -> None:
        self.verdict.faults.append(words)

    def _phones(self) -> None:
        for number, phone in enumerate(self.report["phones"]):
            empty = phone["emptyAfter"]
            if phone["waiting"] != 0 or empty is None or empty > QUEUE_EMPTY_WITHIN_MS:
                self._wrong(
                    f"stuck: phone {number} has {phone['waiting']} waiting, empty after {empty} ms;"
                    f" {phone['syncState']} {phone['enrolment']}"
                )
            if phone["unreadable"]:
                self._wrong(f"phone {number} cannot read {phone['unreadable']} of its records")
            if phone["lost"] and not phone["emptied"]:
                self._wrong(f"phone {number} names numbers lost: {phone['lost']}")

    def _recorded(self, name: str, tries: Sequence[Mapping[str, Any]]) -> None:
        """One event, whatever it took: the last try may have succeeded."""
        told = tries[-1]
        slow = [each for each in tries if each["outcome"] == "silent"]
        if slow:
            self._wrong(f"{name}: the courier was told nothing within 3 s")
        if told["outcome"] != "recorded":
            return
        self.verdict.recorded += 1
        rows = self.found.events.get((_id(told["installation"]), _id(told["id"])), [])
        if not rows:
            if not self._is_named(told):
                self._wrong(f"lost: {name} {told}")
            return
        if len(rows) > 1:
            self._wrong(f"stored {len(rows)} times: {name} {told}")
        [event, *_] = rows
        self.known[name] = event
        if event.sequence != told["seq"]:
            self._wrong(f"{name} has number {event.sequence}, the courier's phone {told['seq']}")
        if told["courier"] is not None and event.courier_code != told["courier"]:
            self._wrong(f"{name} is {told['courier']}'s, credited to {event.courier_code}")
        self._timed(name, event, tries[0]["from"], told["to"])

    def _timed(self, name: str, event: Event, begun: float, done: float) -> None:
        earliest, latest = event.earliest_at, event.latest_at
        if earliest is not None and earliest > done + ROUNDING_MS:
            self._wrong(f"{name} happened by {done}, stored as not before {earliest}")
        if latest is not None and latest < begun - ROUNDING_MS:
            self._wrong(f"{name} happened from {begun} on, stored as not after {latest}")
        if latest is None:
            self._wrong(f"{name} has no latest instant")

    def _is_named(self, told: Mapping[str, Any]) -> bool:
        """Whether phone and service say that this number is missing, as they must when emptied."""
        phone = self.report["phones"][told["phone"]]
        if not phone["emptied"]:
            return False
        on_phone = any(
            lost["installation"] == told["installation"]
            and any(first <= told["seq"] <= last for first, last in lost["ranges"])
            for lost in phone["lost"]
        )
        installation = self.found.installations.get(_id(told["installation"]))
        if installation is None:
            return False
        have = json.loads(installation.have)
        in_service = told["seq"] <= installation.highest and not any(
            first <= told["seq"] <= last for first, last in have
        )
        return on_phone and in_service

    def _extra(self, tries: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Events that nobody was told of: at most one for each recording that ended otherwise."""
        spoken_for = {event.id for event in self.known.values()}
        open_ = {
            name: told[-1]["phone"]
            for name, told in tries.items()
            if told[-1]["outcome"] != "recorded"
        }
        # A correction that failed in words may have been written whole, and so be two events.
        for name in list(open_):
            if f"{name}+" in self.schedule.expected:
                open_.setdefault(f"{name}+", open_[name])
        for rows in self.found.events.values():
            for event in rows:
                if event.id in spoken_for:
                    continue
                raw = json.loads(event.raw)
                match = next((name for name in open_ if self._is_of(raw, name)), None)
                if match is None:
                    self._wrong(f"nobody recorded {raw}")
                    continue
                del open_[match]
                self.known[match] = event
                self.verdict.extra += 1

    def _is_of(self, raw: Mapping[str, Any], name: str) -> bool:
        expected = self.schedule.expected[name]
        return raw["kind"] == expected.kind and (
            expected.kind == "void" or _contains(raw, expected.draft)
        )

    def _became(self, name: str, event: Event, expected: Expected) -> None:
        raw = json.loads(event.raw)
        if not _contains(raw, expected.draft) or raw["kind"] != expected.kind:
            self._wrong(f"{name} was {expected.draft}, stored as {raw}")
        held = self.found.held.get(event.id, [])
        if expected.held is not None:
            if [row.code for row in held] != [expected.held]:
                self._wrong(f"{name} is not held as {expected.held}: {held}")
            if self.found.scans.get(event.id) or self.found.attempts.get(event.id):
                self._wrong(f"{name} is held, and counted all the same")
            return
        if expected.kind == "void":
            self._undone(name, event, raw, held)
        elif held:
            self._wrong(f"{name} is held: {held}")
        elif expected.kind == "scan":
            self._scanned(name, event, expected)
        elif expected.kind == "attempt":
            wanted = (expected.point, expected.draft["reason"], expected.draft.get("note"))
            rows = self.found.attempts.get(event.id, [])
            found = [(row.point_code, row.reason, row.note) for row in rows]
            if found != [wanted] or rows[0].courier_code != event.courier_code:
                self._wrong(f"{name}: {found} instead of {wanted}")
        elif expected.kind.startswith("round_"):
            draft = expected.draft
            wanted = (draft["route"], draft["date"], expected.kind.removeprefix("round_"))
            rows = self.found.reports.get(event.id, [])
            found = [(row.route_code, _day(row.date), row.kind) for row in rows]
            if found != [wanted]:
                self._wrong(f"{name}: {found} instead of {wanted}")

    def _scanned(self, name: str, event: Event, expected: Expected) -> None:
        rows = self.found.scans.get(event.id, [])
        if len(rows) != 1:
            self._wrong(f"{name} became {len(rows)} scans")
            return
        [scan] = rows
        labels = {expected.label}
        if expected.draft.get("label") in self.schedule.retired:
            labels.add("retired")
        if expected.draft.get("code") is not None:
            labels.add("retired")
        if scan.label not in labels:
            self._wrong(f"{name} has the label {scan.label}, not {labels}")
        wanted = (event.courier_code, expected.point, expected.draft["method"])
        if (scan.courier_code, scan.point_code, scan.method) != wanted:
            self._wrong(f"{name}: {scan} instead of {wanted}")
        items = {(each["title"], each["date"]): each["copies"] for each in expected.draft["items"]}
        if self.found.items.get(scan.id, {}) != items:
            self._wrong(f"{name}: items {self.found.items.get(scan.id)} instead of {items}")
        if scan.voided_at is None and expected.point is not None:
            there = self.verdict.handed.setdefault(expected.point, {})
            for issue, copies in items.items():
                there[issue] = there.get(issue, 0) + copies

    def _undone(
        self, name: str, event: Event, raw: Mapping[str, Any], held: Sequence[Event]
    ) -> None:
        """The scan of the same installation is void; one that is held or lost keeps its void."""
        scans = self.found.events.get((_id(event.installation_id), _id(raw["scan"])), [])
        [scan, *_] = [*scans, None]
        rows = self.found.scans.get(scan.id, []) if scan is not None else []
        if rows:
            if held:
                self._wrong(f"{name} is held though its scan is there: {held}")
            if rows[0].voided_at is None:
                self._wrong(f"{name} does not void its scan")
        elif [row.code for row in held] != ["unknown_scan"]:
            self._wrong(f"{name} voids what is not there, and is held as {held}")

    def _records(self) -> None:
        """Every record has one event, and every event that is spoken for at most one record."""
        known = {event.id for event in self.known.values()}
        for kind in ("scans", "attempts", "reports"):
            for event, rows in getattr(self.found, kind).items():
                if event not in known or len(rows) > 1:
                    self._wrong(f"{kind}: {len(rows)} of one event: {rows}")
        voids = Counter(
            (_id(event.installation_id), json.loads(event.raw)["scan"])
            for name, event in self.known.items()
            if self.schedule.expected[name].kind == "void"
        )
        voided = [row for rows in self.found.scans.values() for row in rows if row.voided_at]
        if len(voided) > len(voids):
            self._wrong(f"{len(voided)} scans are void, {len(voids)} were undone")

    def _arrivals(self) -> None:
        earliest: dict[str, int] = {}
        for name, event in self.known.items():
            expected = self.schedule.expected[name]
            if expected.kind == "arrival":
                at, title = event.happened_at, expected.draft["title"]
                earliest[title] = min(at, earliest.get(title, at))
        found = {row.title_code: row.arrived_at for row in self.found.arrivals}
        if found != earliest:
            self._wrong(f"arrivals {found} instead of {earliest}")

    def _accounted(self) -> None:
        """Each installation's numbers are all there, and the service knows it."""
        emptied = any(phone["emptied"] for phone in self.report["phones"])
        numbers: dict[str, list[int]] = defaultdict(list)
        for (installation, _), rows in self.found.events.items():
            numbers[installation] += [row.sequence for row in rows]
        for key, installation in self.found.installations.items():
            seen = sorted(numbers[key])
            if len(set(seen)) < len(seen):
                self._wrong(f"one number for two events: {seen}")
            if emptied:
                continue
            if seen != list(range(1, len(seen) + 1)) or installation.highest != len(seen):
                self._wrong(f"numbers {seen}, the highest said to be {installation.highest}")
            if json.loads(installation.have) != ([[1, len(seen)]] if seen else []):
                self._wrong(f"the service thinks it has {installation.have} of {seen}")

    def _shown(self) -> None:
        there = {key for _, key in self.found.events}
        for shown in self.report["shown"]:
            if self.report["phones"][shown["phone"]]["emptied"]:
                continue
            for key in shown["ids"]:
                if _id(key) not in there:
                    self._wrong(f"shown as recorded, and nowhere: {key}")


def _contains(raw: Mapping[str, Any], draft: Mapping[str, Any]) -> bool:
    return all(raw.get(name) == value for name, value in draft.items())


def _by_event(rows: Iterable[Event]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for row in rows:
        found[row.event].append(row)
    return found


def _id(value: Any) -> str:
    return value.hex if isinstance(value, uuid.UUID) else str(value).replace("-", "")


def _day(number: int) -> str:
    return day_of(number).isoformat()

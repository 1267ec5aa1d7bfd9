"""A branch whose records alternate between two known states: every scan stands, or is voided.

Both states differ in two months, so that an answer made of both would show.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from service.domain.instants import day_number as number_of
from service.domain.instants import milliseconds, month_number
from service.measures import dirty
from service.models.engine import reading, writing
from service.queries.check import check
from tests.measures.conftest import Ledger
from tests.oracle.feed_plans import Feed
from tests.oracle.feeds import Question
from tests.oracle.questions import differences
from tests.oracle.records import parse

FIRST, LAST = date(2026, 6, 26), date(2026, 7, 5)
MONTHS = [month_number(number_of(FIRST)), month_number(number_of(LAST))]
VOIDED = datetime(2026, 7, 9, tzinfo=UTC)
NOW = datetime(2026, 7, 10, tzinfo=UTC)
POINTS = ("P1", "P2")
Rows = list[dict[str, Any]]


def question(**options: Any) -> Question:
    """The rates of every day as of NOW."""
    period = {"since": FIRST, "until": LAST, "as_of": NOW, "by": "day"}
    return Question("rates", {**period, **options})


def feed(branch: str = "B1", copies: int = 3) -> Feed:
    """A daily paper at two points, handed over every second day. Ids are the branch's own."""
    place = {"lat": "29.5", "lon": "106.4"}
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    scans: list[dict[str, str]] = []
    items: list[dict[str, str]] = []
    for place_no, point in enumerate(POINTS):
        for day in days[1::2]:
            scan_id = str(UUID(bytes=f"{branch:>5}{point}{day:%m%d}-----".encode()))
            scans.append({"scan_id": scan_id, "courier_code": "C", "point_code": point})
            scans[-1] |= {"scanned_at": f"{day}T1{place_no}:00:00+08:00", "method": "camera"}
            for issue in (day - timedelta(days=1), day):
                item = {"scan_id": scan_id, "title_code": "1-1", "issue_date": f"{issue}"}
                items.append({**item, "copies": str(copies)})
    return {
        "feed_info": [
            {"feed_version": "1", "branch_code": branch, "branch_name": branch}
            | {"timezone": "Asia/Shanghai", "visit_gap_minutes": "30"}
        ],
        "titles": [
            {"title_code": "1-1", "name": "日报", "kind": "newspaper"}
            | {"publication_rule": "FREQ=DAILY", "first_issue": "2020-01-01"}
        ],
        "towns": [{"town_code": "T", "name": "镇", **place}],
        "offices": [{"office_code": "O", "name": "支局", "town_code": "T", **place}],
        "service_standards": [
            {"standard_code": "S", "name": "当日", "day_kind": "calendar", "offset_days": "0"}
            | {"due_time": "17:00"}
        ],
        "points": [
            {"point_code": point, "name": point, "kind": "unit", "town_code": "T", **place}
            | {"office_code": "O", "standard_code": "S"}
            for point in POINTS
        ],
        "couriers": [{"courier_code": "C", "name": "员", "office_code": "O"}],
        "subscriptions": [
            {"subscription_code": point, "point_code": point, "title_code": "1-1"}
            | {"copies": str(copies), "start_date": f"{FIRST}", "end_date": f"{LAST}"}
            for point in POINTS
        ],
        "scans": scans,
        "scan_items": items,
    }


def undone(whole: Feed) -> Feed:
    """The feed with every scan voided."""
    voids = [{"scan_id": row["scan_id"], "voided_at": VOIDED.isoformat()} for row in whole["scans"]]
    return {**whole, "scan_voids": voids}


@dataclass
class Alternating:
    """The branch in a database; `stands` says in which of its two states it is."""

    ledger: Ledger
    code: str = "B1"
    stands: bool = True

    @classmethod
    def imported(cls, ledger: Ledger, code: str = "B1", copies: int = 3) -> "Alternating":
        whole = feed(code, copies)
        ledger.add(whole)
        return cls(ledger, code).with_truth(whole)

    def with_truth(self, whole: Feed) -> "Alternating":
        self.feeds = {True: whole, False: undone(whole)}
        self.truths = {state: self.truth_of(state) for state in (True, False)}
        return self

    def truth_of(self, state: bool, **options: Any) -> Rows:
        """What the oracle says of the records in a state."""
        return question(**options).answer(parse(self.feeds[state]))

    @property
    def id(self) -> int:
        return self.ledger.branch_id(self.code)

    def turn(self) -> bool:
        """Void every scan, or take that back; return the new state. Its months are dirty then."""
        branch = {"branch": self.id}
        with writing(self.ledger.engine) as connection:
            if self.stands:
                connection.execute(
                    text(
                        "INSERT INTO scan_voids (scan_id, branch_id, voided_at)"
                        f" SELECT id, branch_id, {milliseconds(VOIDED)} FROM scans"
                        " WHERE branch_id = :branch"
                    ),
                    branch,
                )
            else:
                connection.execute(text("DELETE FROM scan_voids WHERE branch_id = :branch"), branch)
            dirty.mark_months(connection, branch["branch"], MONTHS)
        self.stands = not self.stands
        return self.stands

    def refresh(self, now: datetime = NOW) -> bool:
        return self.ledger.refresh(self.code, now)

    def ask(self, **options: Any) -> Rows:
        return self.ledger.ask(self.code, question(**options), NOW)

    def shown(self) -> bool | None:
        """The state that the published figures show; None when they are neither's."""
        answer = self.ask()
        for state, truth in self.truths.items():
            if not differences(answer, truth):
                return state
        return None

    def marks(self) -> dict[int, int]:
        with reading(self.ledger.engine) as connection:
            return dirty.marked_months(connection, self.id)

    def files(self) -> set[Path]:
        """Every file of the branch's facts, published or not."""
        folder = self.ledger.facts / f"branch={self.id}"
        return {path for path in folder.rglob("*") if path.is_file()}

    def assert_sound(self) -> None:
        """What is published is what the records give, but for what waits."""
        assert check(self.ledger.engine, self.ledger.facts).clean

"""A written demo district, and the measures asked of it as on the command line."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.demo.district import write_demo
from service.demo.troubles import Truth
from tests.oracle import oracle
from tests.oracle.records import Records, Scan

SEED = 1
UNTIL = date(2026, 7, 12)


@dataclass(frozen=True)
class Demo:
    """A feed folder and what is true of it."""

    folder: Path
    truth: Truth


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "feed"
    return Demo(folder, write_demo(folder, seed=SEED, until=UNTIL))


@dataclass
class OracleMeasures:
    """`jianbao rates`, `rounds` and `marks` of a feed, as the oracle answers them.

    It reads only the points that the filters leave, one courier's day at a time for the marks (none
    here reaches over a night): the same figures, sooner.
    """

    folder: Path
    _records: Records | None = field(default=None)

    @property
    def records(self) -> Records:
        if self._records is None:
            self._records = oracle.load(self.folder)
        return self._records

    def rates(
        self,
        *,
        by: str,
        since: date,
        until: date,
        as_of: datetime,
        town: str | None = None,
        route: str | None = None,
        scans: str = "all",
    ) -> list[dict[str, Any]]:
        records = self.records
        on_route = {stop.point for stop in records.stops if route in (None, stop.route)}
        points = {code for code in on_route if town is None or records.points[code].town == town}
        narrow = _of_points(records, points, _recent_titles(records, since))
        return oracle.rates(
            narrow,
            by=by,
            since=since,
            until=until,
            as_of=as_of,
            town=town,
            route=route,
            scans=scans,
        )

    def rounds(self, *, by: str, since: date, until: date, as_of: datetime) -> list[dict[str, Any]]:
        return oracle.rounds(self.records, by=by, since=since, until=until, as_of=as_of)

    def marks(self, *, since: date, until: date, as_of: datetime) -> list[dict[str, Any]]:
        records = self.records
        by_day: dict[tuple[str, date], list[Scan]] = {}
        for scan in records.scans:
            by_day.setdefault((scan.courier, records.local_date(scan.at)), []).append(scan)
        found: list[dict[str, Any]] = []
        for scans in by_day.values():
            narrow = replace(records, scans=scans)
            found += oracle.marks(narrow, since=since, until=until, as_of=as_of)
        return sorted(found, key=lambda row: str(row["scan_id"]))


def _recent_titles(records: Records, since: date) -> Records:
    """Issues of before the subscriptions began are owed to nobody: leave them out."""
    titles = {
        code: replace(title, first_issue=max(title.first_issue, since))
        for code, title in records.titles.items()
    }
    return replace(records, titles=titles)


def _of_points(records: Records, points: set[str], base: Records) -> Records:
    return replace(
        base,
        points={code: point for code, point in base.points.items() if code in points},
        stops=[stop for stop in base.stops if stop.point in points],
        subscriptions=[each for each in base.subscriptions if each.point in points],
        scans=[scan for scan in base.scans if scan.point in points],
        confirmations=[each for each in base.confirmations if each.point in points],
    )


@pytest.fixture(scope="session")
def measures_of() -> Callable[[Path], OracleMeasures]:
    return OracleMeasures


@pytest.fixture(scope="session")
def measures(demo: Demo, measures_of: Callable[[Path], OracleMeasures]) -> OracleMeasures:
    return measures_of(demo.folder)

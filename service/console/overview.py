"""The first page's figures, from the same queries as the API."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from service.console.measures import Measure, caused, full_width, measure
from service.queries import names
from service.queries.ask import ask
from service.queries.names import BranchName, PointName
from service.queries.questions import RatesQuestion, RoundsQuestion
from service.wording import MainCause, main_cause, number
from service.wording import translated as _

WORST_POINTS: Final = 15
LEAST_KEPT_ROUTES: Final = 8
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a branch's places, by code."""

    towns: Mapping[str, str]
    routes: Mapping[str, str]
    points: Mapping[str, PointName]

    @classmethod
    def of(cls, engine: Engine, branch: str, day: date) -> "Names":
        """Return the names in force on a day local to the branch."""
        return cls(
            names.towns(engine, branch),
            names.routes(engine, branch, day),
            names.points(engine, branch, day),
        )


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of the whole branch, with its name and what it means."""

    code: str
    name: str
    meaning: str
    value: str
    counts: str


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town's figures."""

    code: str
    name: str
    expected: str
    late: Measure
    bundled: Measure
    excess: Measure
    stale: Measure
    effective: Measure


@dataclass(frozen=True, slots=True)
class PointRow:
    """One of the worst points."""

    code: str
    point: PointName
    town: str
    route: str
    expected: str
    failed: str
    late: Measure
    bundled: Measure
    stale: Measure
    main: MainCause | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A route's planned visits and rounds."""

    code: str
    name: str
    visits: Measure
    rounds: Measure


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page."""

    headlines: list[Headline]
    towns: list[TownRow]
    full_late: float
    full_bundled: float
    points: list[PointRow]
    rounds: RoundRow | None
    routes: list[RoundRow]


def overview(
    engine: Engine,
    facts: Path,
    question: RatesQuestion,
    rank: str,
    branch: BranchName,
    now: datetime,
) -> Overview:
    """Return the page's figures for a question whose period and branch are given.

    UnknownCode for a title that the branch does not have.
    """

    def rates(by: str) -> list[Row]:
        return ask(engine, facts, replace(question, by=by), now).rows

    def rounds(by: str) -> list[Row]:
        period = RoundsQuestion(by, question.since, question.until, question.as_of, branch.code)
        return ask(engine, facts, period, now).rows

    all_rows, town_rows = rates("all"), rates("town")
    known = Names.of(engine, branch.code, question.until or now.date())
    full_late = full_width(town_rows, "late_rate", "expected")
    full_bundled = full_width(town_rows, "bundled_rate", "delivered")
    return Overview(
        headlines=_headlines(all_rows[0]) if all_rows else [],
        towns=[_town(row, known.towns, full_late, full_bundled) for row in town_rows],
        full_late=full_late,
        full_bundled=full_bundled,
        points=_worst(rates("point"), rank, known),
        rounds=next((_round(row, {}) for row in rounds("all")), None),
        routes=_least_kept(rounds("route"), known.routes),
    )


def _headlines(row: Row) -> list[Headline]:
    expected, delivered = row["expected"], row["delivered"]
    excess = row["bundled"] - row["bundled_by_schedule"]

    def of(code: str, name: str, meaning: str, copies: int, total: int) -> Headline:
        share = measure(copies, total)
        return Headline(code, name, meaning, share.text, share.counts)

    owed = _("Copies of issues of this period that were due by now.")
    handed_over = _("%(copies)s handed over", copies=number(delivered))
    late = _("After the promised time, or not at all.")
    bundled = _("Several issues of one paper handed over at once.")
    avoidable = _("Bundles that the plan did not make: better work would mend them.")
    stale = _("A newer issue was already out.")
    effective = _("On time, not bundled, not disputed by readers.")
    return [
        Headline("expected", _("Owed"), owed, number(expected), handed_over),
        of("late", _("Late"), late, row["late"] + row["undelivered"], expected),
        of("bundled", _("Bundled"), bundled, row["bundled"], delivered),
        of("excess", _("Excess bundles"), avoidable, excess, delivered),
        of("stale", _("Stale"), stale, row["stale"], delivered),
        of("effective", _("Effective"), effective, row["effective"], expected),
    ]


def _late(row: Row, full: float) -> Measure:
    copies = row["late"] + row["undelivered"]
    return caused(copies, row["expected"], row["late_causes"], full)


def _bundled(row: Row, full: float) -> Measure:
    return caused(row["bundled"], row["delivered"], row["bundle_causes"], full)


def _town(
    row: Row, town_names: Mapping[str, str], full_late: float, full_bundled: float
) -> TownRow:
    code = row["key"]
    return TownRow(
        code=code,
        name=town_names.get(code, code),
        expected=number(row["expected"]),
        late=_late(row, full_late),
        bundled=_bundled(row, full_bundled),
        excess=measure(row["bundled"] - row["bundled_by_schedule"], row["delivered"]),
        stale=measure(row["stale"], row["delivered"]),
        effective=measure(row["effective"], row["expected"]),
    )


def _worst(rows: list[Row], rank: str, known: Names) -> list[PointRow]:
    """The points with most copies late or never handed over, or most copies in bundles."""

    def failed(row: Row) -> int:
        return int(row["bundled"] if rank == "bundled" else row["late"] + row["undelivered"])

    worst = sorted((row for row in rows if failed(row)), key=lambda row: (-failed(row), row["key"]))
    found = []
    for row in worst[:WORST_POINTS]:
        point = known.points[row["key"]]
        found.append(
            PointRow(
                code=row["key"],
                point=point,
                town=known.towns[point.town_code],
                route=known.routes.get(point.route_code or "", ""),
                expected=number(row["expected"]),
                failed=number(failed(row)),
                late=_late(row, 1.0),
                bundled=_bundled(row, 1.0),
                stale=measure(row["stale"], row["delivered"]),
                main=main_cause(row["bundle_causes" if rank == "bundled" else "late_causes"]),
            )
        )
    return found


def _least_kept(rows: list[Row], route_names: Mapping[str, str]) -> list[RoundRow]:
    kept = [row for row in rows if row["visits_kept"] is not None and row["visits_kept"] < 1]
    kept.sort(key=lambda row: (row["visits_kept"], row["key"]))
    return [_round(row, route_names) for row in kept[:LEAST_KEPT_ROUTES]]


def _round(row: Row, route_names: Mapping[str, str]) -> RoundRow:
    return RoundRow(
        code=row["key"],
        name=route_names.get(row["key"], row["key"]),
        visits=_kept(row["made_visits"], row["planned_visits"]),
        rounds=_kept(row["complete_rounds"], row["planned_rounds"]),
    )


def _kept(made: int, planned: int) -> Measure:
    share = measure(made, planned)
    counts = _("%(made)s of %(planned)s", made=number(made), planned=number(planned))
    return replace(share, counts=counts)

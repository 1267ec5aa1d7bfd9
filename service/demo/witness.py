"""The true figures of the planted troubles, told by what happened."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.demo.calendar import Season
from service.demo.plan import Plan
from service.demo.records import Confirmation, Scan
from service.demo.rounds import Happened, Visit
from service.demo.troubles import (
    ASTRAY_ROUTE,
    HILLY_ROUTE,
    LATE_OFFICE,
    LATE_ROUTES,
    MONDAY,
    PILING_ROUTE,
    SKIPPING_ROUTE,
    UNLABELLED_POINT,
    UNLABELLED_ROUTE,
    WAITING_POINT,
    WAITING_ROUTE,
    Planted,
    Trouble,
    Truth,
)

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Witness:
    """Everything that was planned, happened and was written down."""

    season: Season
    plan: Plan
    happened: Happened
    scans: Sequence[Scan]
    confirmations: Sequence[Confirmation]

    def truth(self, seed: int) -> Truth:
        """Return the true figures of every planted trouble."""
        return Truth(
            seed=seed,
            since=self.season.first,
            until=self.season.last,
            as_of=self.season.end(),
            troubles=(
                self.skipped_rounds(),
                self.twice_a_week(),
                self.late_mondays(),
                self.pile_of_labels(),
                self.late_hand_over(),
                self.missing_scans(),
                self.clock_off(),
            ),
        )

    def skipped_rounds(self) -> Trouble:
        """Tell how many rounds were planned, and on how many the courier went."""
        rounds = [each for each in self.happened.rounds if each.route_code == SKIPPING_ROUTE]
        made = sum(each.was_made for each in rounds)
        return Trouble(
            "skipped_rounds",
            "每三个班期漏跑一个",
            "a route that skips a day in three",
            self.season.first,
            self.season.last,
            {
                "planned_rounds": len(rounds),
                "complete_rounds": made,
                "rounds_kept": _ratio(made, len(rounds)),
            },
            routes=(SKIPPING_ROUTE,),
        )

    def twice_a_week(self) -> Trouble:
        """Tell how many copies came several issues at once because the plan has it so."""
        visits = self.visits_on(HILLY_ROUTE)
        delivered = _copies(visits)
        bundled = sum(_copies_in_bundles(visit) for visit in visits)
        return Trouble(
            "twice_a_week",
            "日报每周只跑两班的山区段道",
            "a hilly route run twice a week for a daily paper",
            self.season.first,
            self.season.last,
            {
                "delivered": delivered,
                "bundled": bundled,
                "bundled_by_schedule": bundled,
                "bundled_rate": _ratio(bundled, delivered),
                "excess_bundled_rate": _ratio(0, delivered),
            },
            routes=(HILLY_ROUTE,),
        )

    def late_mondays(self) -> Trouble:
        """Tell how many copies of Monday's issues came after the rounds had left."""
        served = {point.code for point in self.plan.points if point.office_code == LATE_OFFICE}
        upstream = sum(
            item.copies
            for point_code, item in self.happened.published
            if point_code in served and item.issue.weekday() == MONDAY
        )
        return Trouble(
            "late_mondays",
            "逢周一邮车晚到",
            "a truck late on Mondays",
            self.season.first,
            self.season.last,
            {"late_causes.upstream": upstream},
            offices=(LATE_OFFICE,),
            routes=LATE_ROUTES,
        )

    def pile_of_labels(self) -> Trouble:
        """Tell which scans were made at the office, and how many copies they claim."""
        visits = [visit for visit in self.visits_on(PILING_ROUTE) if visit.is_from_pile]
        at = {(visit.point.code, visit.at) for visit in visits}
        ids = [scan.id for scan in self.scans if (scan.point_code, scan.at) in at]
        return Trouble(
            "pile_of_labels",
            "在支局对着标签照片扫码",
            "a courier who scans a sheet of photographed labels at the office",
            Planted(self.season).piles_since,
            self.season.last,
            {"copies_claimed": _copies(visits)},
            routes=(PILING_ROUTE,),
            marked_scans={"pile": tuple(sorted(ids))},
        )

    def late_hand_over(self) -> Trouble:
        """Tell how long papers lay at the village post before readers had them."""
        came = {
            item[:2]: visit.at
            for visit in self.visits_on(WAITING_ROUTE)
            if visit.point.code == WAITING_POINT
            for item in visit.items
        }
        gaps = sorted(
            (word.at - came[word.item[:2]]).total_seconds() / SECONDS_AN_HOUR
            for word in self.confirmations
            if word.point_code == WAITING_POINT
        )
        return Trouble(
            "late_hand_over",
            "村邮站隔两天才转交",
            "a village post that hands on two days later",
            self.season.first,
            self.season.last,
            {
                "issues_confirmed": len(gaps),
                "handover_gap_hours_p50": gaps[(len(gaps) - 1) // 2],
            },
            routes=(WAITING_ROUTE,),
            points=(WAITING_POINT,),
        )

    def missing_scans(self) -> Trouble:
        """Tell how many copies no scan speaks of, and how many of them readers had."""
        unscanned = [visit for visit in self.happened.visits if not visit.is_scanned]
        never_came = sum(self.happened.still_owed[UNLABELLED_POINT].values())
        confirmed = sum(
            word.item.copies for word in self.confirmations if word.point_code == UNLABELLED_POINT
        )
        return Trouble(
            "missing_scans",
            "报纸到了而没有扫码",
            "a point with missing scans though the paper came",
            Planted(self.season).unlabelled_since,
            self.season.last,
            {"undelivered": _copies(unscanned) + never_came, "unscanned": confirmed},
            routes=(UNLABELLED_ROUTE,),
            points=(UNLABELLED_POINT,),
        )

    def clock_off(self) -> Trouble:
        """Tell which scans were made by a phone whose clock was off."""
        planted = Planted(self.season)
        ids = {
            mark: tuple(sorted(scan.id for scan in self.scans if scan.clock == clock))
            for mark, clock in (("clock", "corrected"), ("clock_unknown", "unknown"))
        }
        return Trouble(
            "clock_off",
            "手机时钟偏差四十分钟",
            "a phone whose clock is 40 minutes off",
            planted.astray_since,
            planted.astray_until,
            {"clock": len(ids["clock"]), "clock_unknown": len(ids["clock_unknown"])},
            routes=(ASTRAY_ROUTE,),
            marked_scans=ids,
        )

    def visits_on(self, route_code: str) -> list[Visit]:
        """Return the visits of one route, in order."""
        return [visit for visit in self.happened.visits if visit.route_code == route_code]


def _copies(visits: Iterable[Visit]) -> int:
    return sum(item.copies for visit in visits for item in visit.items)


def _copies_in_bundles(visit: Visit) -> int:
    issues = Counter(item.title_code for item in visit.items)
    return sum(item.copies for item in visit.items if issues[item.title_code] >= 2)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None

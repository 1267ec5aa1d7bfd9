"""The routes of a drawn feed, their versions, stops and exceptions."""

from datetime import date

from tests.oracle.feed_plans import DAY, Maker, unique
from tests.oracle.plans import Plans, days_between, is_working_day
from tests.oracle.records import WEEKDAYS, Row, optional_date, parse

WEEKDAY_SETS = [
    ",".join(WEEKDAYS),
    ",".join(WEEKDAYS),
    "MO,WE,FR",
    "TU,TH,SA,SU",
    "MO,TU,WE,TH,FR",
    "SU",
]


def add_routes(make: Maker) -> None:
    make.feed["routes"] = []
    make.feed["route_stops"] = []
    for code in ["R2", "R10", "R1"][: make.pick([1, 2, 3, 2, 3, 0])]:
        for version in versions(make, code):
            add_unless_overlapping(make.feed["routes"], version, [["route_code"]])
        add_stops(make, code)
    codes = make.codes("routes", "route_code")
    exceptions = [
        {
            "route_code": make.pick(codes),
            "date": str(make.day()),
            "change": make.pick(["skip", "extra"]),
        }
        for _ in make.several(0, 4)
        if codes
    ]
    make.feed["route_exceptions"] = unique(exceptions, "route_code", "date")


def add_unless_overlapping(rows: list[Row], row: Row, keys: list[list[str]]) -> None:
    """Add a row with a validity, unless a row alike in all columns of one of `keys` is valid on
    one of its days."""
    for other in rows:
        alike = any(all(row[column] == other[column] for column in key) for key in keys)
        if alike and overlap(row, other):
            return
    rows.append(row)


def overlap(one: Row, other: Row) -> bool:
    starts = [optional_date(row, "valid_from") or date.min for row in (one, other)]
    ends = [optional_date(row, "valid_to") or date.max for row in (one, other)]
    return max(starts) <= min(ends)


def periods(make: Maker) -> list[tuple[str, str]]:
    """First and last days that follow each other, with or without a gap."""
    turn, later = make.pick(make.core), make.pick([1, 2, 5]) * DAY
    return make.pick(
        [
            [("", "")],
            [("", "")],
            [("", "")],
            [("", str(turn - DAY)), (str(turn), "")],
            [("", str(turn)), (str(turn + later), str(turn + later + DAY))],
            [(str(make.first), str(turn)), (str(turn + DAY), str(turn + later))],
            [(str(turn), "")],
            [("", str(turn))],
        ]
    )


def versions(make: Maker, code: str) -> list[Row]:
    return [
        {
            "route_code": code,
            "name": code,
            "office_code": make.pick(make.codes("offices", "office_code")),
            "courier_code": make.pick(["", *make.codes("couriers", "courier_code")]),
            "weekdays": make.pick(WEEKDAY_SETS),
            "depart_time": make.time(),
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        for valid_from, valid_to in periods(make)
    ]


def add_stops(make: Maker, code: str) -> None:
    """A stop may change its point, its sequence or its minutes from one day to the next."""
    for number in make.several(1, 4):
        point = make.pick(make.codes("points", "point_code"))
        for valid_from, valid_to in periods(make):
            if make.one_in(5):
                point = make.pick(make.codes("points", "point_code"))
            stop = {
                "route_code": code,
                "sequence": str(number * 5 + 1 + (make.pick([0, 1]) if valid_from else 0)),
                "point_code": point,
                "minutes_after_departure": make.pick(["0", "7", "30", "1440"]),
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
            keys = [["route_code", "sequence"], ["route_code", "point_code"]]
            add_unless_overlapping(make.feed["route_stops"], stop, keys)


def stretch_standards(make: Maker) -> None:
    """Sometimes an offset such that the 62 days have just enough working or visit days, or just
    too few."""
    for row in make.feed["service_standards"]:
        if row["day_kind"] == "calendar" or not make.one_in(3):
            continue
        records = parse(make.feed)
        point, first = make.pick(make.codes("points", "point_code")), make.pick(make.core)
        plans = Plans(records)
        fits = [
            plans.is_visit_day(point, day)
            if row["day_kind"] == "visit"
            else is_working_day(records, day)
            for day in days_between(first, first + 61 * DAY)
        ]
        row["offset_days"] = str(min(max(sum(fits) + make.pick([-1, -1, 0]), 0), 60))

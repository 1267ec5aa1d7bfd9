"""The first half of a drawn feed: what is promised and planned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from tests.oracle.records import WEEKDAYS, Row

Feed = dict[str, list[Row]]
T = TypeVar("T")

DAY = timedelta(days=1)
SETTINGS = [
    ("Europe/Berlin", date(2026, 3, 29), ["02:00", "02:30", "03:00"]),
    ("Europe/Berlin", date(2026, 10, 25), ["02:00", "02:30", "03:00"]),
    ("America/New_York", date(2026, 3, 8), ["02:00", "02:30", "03:00"]),
    ("America/New_York", date(2026, 11, 1), ["01:00", "01:30", "02:00"]),
    ("Australia/Lord_Howe", date(2026, 4, 5), ["01:30", "01:45", "02:00"]),
    ("Australia/Lord_Howe", date(2026, 10, 4), ["02:00", "02:15", "02:30"]),
    ("America/Santiago", date(2026, 4, 4), ["23:00", "23:30", "23:59"]),
    ("America/Santiago", date(2026, 9, 6), ["00:00", "00:30", "01:00"]),
    ("Asia/Shanghai", date(2026, 4, 1), ["00:00"]),
    ("Asia/Shanghai", date(2026, 12, 31), ["23:59"]),
]
"""Zone, a day on which something happens to its dates or clocks, hot times of that day."""

USUAL_TIMES = ["12:00", "17:00", "00:00", "23:59", "09:00"]
LATITUDES = ["29.5", "29.504", "29.508", "29.5012", "29.95"]
"""Three points 440 m from each other, one close to the first, one 50 km off; one meridian."""


@dataclass
class Choices:
    """Where every choice comes from: hypothesis, or a seed."""

    number: Callable[[int, int], int]
    """One from the first to the second, both included; the first is the simplest."""

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def one_in(self, times: int) -> bool:
        return self.number(1, times) == times

    def several(self, least: int, most: int) -> range:
        return range(self.number(least, most))


@cache
def numbers(least: int, most: int) -> st.SearchStrategy[int]:
    """Kept, since making a strategy takes longer than drawing from it."""
    return st.integers(least, most)


def drawn_choices(draw: st.DrawFn) -> Callable[[int, int], int]:
    return lambda least, most: draw(numbers(least, most))


@dataclass
class Maker(Choices):
    """Chooses, and remembers what it chose: where and around which days the feed plays."""

    zone: str = ""
    change: date = date.min
    times: list[str] = field(default_factory=list)
    core: list[date] = field(default_factory=list)
    """The few days around which everything is crowded together."""
    first: date = date.min
    last: date = date.min
    feed: Feed = field(default_factory=dict)

    def day(self) -> date:
        """Nearly always one of the core's."""
        if self.one_in(8):
            return self.pick([self.first, self.last, self.last + 3 * DAY])
        return self.pick(self.core)

    def time(self) -> str:
        return self.pick(self.times)

    def codes(self, file: str, column: str) -> list[str]:
        return sorted({row[column] for row in self.feed.get(file, [])})


def choose_setting(make: Maker) -> None:
    make.zone, make.change, hot_times = make.pick(SETTINGS)
    make.times = hot_times * 2 + USUAL_TIMES
    make.core = [make.change + days * DAY for days in (-3, -2, -1, 0, 1, 2, 3)]
    make.first = make.change - make.pick([7, 10, 21]) * DAY
    make.last = make.change + make.pick([7, 10, 21]) * DAY


def add_promises(make: Maker) -> None:
    """Everything but routes, in an order in which references exist."""
    gap = make.pick(["30", "0", "1", "5", "60", "1440"])
    make.feed["feed_info"] = [
        {
            "feed_version": "1",
            "branch_code": "B",
            "branch_name": "区",
            "timezone": make.zone,
            "visit_gap_minutes": gap,
        }
    ]
    make.feed["titles"] = [title(make, code) for code in ["1-1", "77-1", "1-10"][: _count(make, 3)]]
    make.feed["publication_exceptions"] = unique(
        [publication_exception(make) for _ in make.several(0, 4)], "title_code", "date"
    )
    make.feed["holidays"] = unique(
        [
            {"date": str(make.day()), "kind": make.pick(["holiday", "workday"])}
            for _ in make.several(0, 4)
        ],
        "date",
    )
    add_places(make)
    add_points(make)
    make.feed["subscriptions"] = [subscription(make, n) for n in make.several(1, 6)]
    make.feed["holds"] = unique(
        [hold(make) for _ in make.several(0, 3)], "subscription_code", "start_date"
    )


def _count(make: Maker, most: int) -> int:
    return make.pick([*range(1, most + 1), most])


def unique(rows: list[Row], *columns: str) -> list[Row]:
    """The first row of each key."""
    kept: dict[tuple[str, ...], Row] = {}
    for row in rows:
        kept.setdefault(tuple(row[column] for column in columns), row)
    return list(kept.values())


def rules(make: Maker) -> list[str]:
    """Rules of every frequency that fall on days of the core."""
    day, later = make.change, make.change + 2 * DAY
    weekday = WEEKDAYS[day.weekday()]
    return [
        "FREQ=DAILY;INTERVAL=2",
        f"FREQ=DAILY;COUNT={make.pick([1, 5, 12, 40])}",
        f"FREQ=DAILY;UNTIL={later:%Y%m%d}",
        f"FREQ=DAILY;BYMONTH={day.month}",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
        f"FREQ=WEEKLY;BYDAY={weekday},MO;COUNT=4",
        "FREQ=MONTHLY",
        f"FREQ=MONTHLY;BYMONTHDAY={day.day},{later.day},-1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
        f"FREQ=MONTHLY;BYDAY=1{weekday},-1{weekday}",
        f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}",
        f"FREQ=YEARLY;BYWEEKNO={day.isocalendar().week};BYDAY=MO,WE,SU",
        f"FREQ=YEARLY;BYYEARDAY={day.timetuple().tm_yday},-1",
    ]


def title(make: Maker, code: str) -> Row:
    rule = "FREQ=DAILY" if make.pick([True, True, True, False]) else make.pick(rules(make))
    starts = [make.first, make.first - 60 * DAY, make.change, make.core[0], date(2024, 2, 29)]
    first = make.pick(starts)
    last = make.day() if make.one_in(4) else None
    return {
        "title_code": code,
        "name": f"报{code}",
        "kind": make.pick(["newspaper", "magazine"]),
        "cn_number": "",
        "publication_rule": rule,
        "first_issue": str(first),
        "last_issue": str(max(first, last)) if last else "",
    }


def publication_exception(make: Maker) -> Row:
    return {
        "title_code": make.pick(make.codes("titles", "title_code")),
        "date": str(make.day()),
        "change": make.pick(["skip", "extra"]),
    }


def add_places(make: Maker) -> None:
    make.feed["towns"] = [
        {
            "town_code": code,
            "name": code,
            "lat": "29.5",
            "lon": "106.4",
            "area": make.pick(["", "西部", "Area"]),
        }
        for code in ["T1", "t0", "镇0"][: _count(make, 3)]
    ]
    make.feed["offices"] = [
        {
            "office_code": code,
            "name": code,
            "town_code": make.pick(make.codes("towns", "town_code")),
            "lat": "29.5",
            "lon": "106.4",
            "carrier": make.pick(["", "邮政", "发行站"]),
        }
        for code in ["O1", "O0"][: _count(make, 2)]
    ]
    make.feed["couriers"] = [
        {
            "courier_code": code,
            "name": "人",
            "office_code": make.pick(make.codes("offices", "office_code")),
        }
        for code in ["C1", "C2"][: _count(make, 2)]
    ]


def add_points(make: Maker) -> None:
    make.feed["service_standards"] = [
        standard(make, code) for code in ["S1", "S2", "S3"][: _count(make, 3)]
    ]
    make.feed["points"] = [
        {
            "point_code": f"P{n}",
            "name": f"点{n}",
            "kind": make.pick(["village_post", "unit", "household", "agent"]),
            "town_code": make.pick(make.codes("towns", "town_code")),
            "village": "",
            "office_code": make.pick(make.codes("offices", "office_code")),
            "standard_code": make.pick(make.codes("service_standards", "standard_code")),
            "lat": LATITUDES[n] if n < 3 else make.pick(LATITUDES[3:]),
            "lon": "106.4",
        }
        for n in range(_count(make, 4))
    ]
    changes = [point_change(make) for _ in make.several(0, 3)]
    make.feed["point_changes"] = unique(changes, "point_code", "valid_from")


def standard(make: Maker, code: str) -> Row:
    return {
        "standard_code": code,
        "name": code,
        "day_kind": make.pick(["calendar", "visit", "working"]),
        "offset_days": make.pick([*"0000111223", "30", "60"]),
        "due_time": make.time(),
    }


def point_change(make: Maker) -> Row:
    standard_code = make.pick(make.codes("service_standards", "standard_code"))
    office_code = make.pick(make.codes("offices", "office_code"))
    which = make.pick(["both", "standard", "office"])
    points = make.codes("points", "point_code")
    return {
        "point_code": make.pick(points[:1] * 3 + points),
        "valid_from": str(make.day()),
        "standard_code": "" if which == "office" else standard_code,
        "office_code": "" if which == "standard" else office_code,
    }


def subscription(make: Maker, number: int) -> Row:
    start = make.pick([make.first, make.first - 30 * DAY, make.core[0], make.change])
    end = max(start, make.day()) if make.one_in(3) else None
    points = make.codes("points", "point_code")
    points += points[: 2 * (number < 4)]
    return {
        "subscription_code": f"SUB{number}",
        "point_code": make.pick(points),
        "title_code": make.pick(make.codes("titles", "title_code")),
        "copies": make.pick(["1", "2", "3", "5", "20", "100000"]),
        "start_date": str(start),
        "end_date": str(end) if end else "",
        "payer": make.pick(["", "区委组织部"]),
    }


def hold(make: Maker) -> Row:
    start = make.day()
    return {
        "subscription_code": make.pick(make.codes("subscriptions", "subscription_code")),
        "start_date": str(start),
        "end_date": str(start + make.pick([0, 1, 3]) * DAY),
    }

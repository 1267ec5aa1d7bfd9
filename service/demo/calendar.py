"""The season of the demo: its titles, the days they appear on, and the working days."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped,unused-ignore]
from dateutil.rrule import rrulestr

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
SEASON_DAYS = 92
FIRST_ISSUE = date(2024, 1, 1)
DUE_DATE_SEARCH = timedelta(days=62)
"""How far metrics.md looks for a working day: holidays are written that far ahead."""


@dataclass(frozen=True, slots=True)
class Season:
    """The days that the demo has facts of, both ends included."""

    first: date
    last: date

    @classmethod
    def until(cls, last: date) -> "Season":
        """Return the season that ends with this day."""
        return cls(last - (SEASON_DAYS - 1) * DAY, last)

    def days(self) -> Iterator[date]:
        """Every day in turn."""
        return (self.first + number * DAY for number in range((self.last - self.first).days + 1))

    def day(self, number: int) -> date:
        """Return the day with this number; the first is day 0."""
        return self.first + number * DAY

    def end(self) -> datetime:
        """Return the instant at which the last day is over, local time."""
        return at_minute(self.last + DAY, 0)


@dataclass(frozen=True, slots=True)
class Title:
    """A newspaper or periodical as the feed has it."""

    code: str
    name: str
    kind: str
    cn_number: str
    publication_rule: str


UNVERIFIED_DDDY_CODE = "DDDY"
"""当代党员's postal code is not verified: these letters stand in for it and cannot be mistaken."""

TITLES = (
    Title("1-1", "人民日报", "newspaper", "11-0065", "FREQ=DAILY"),
    Title("1-16", "光明日报", "newspaper", "11-0026", "FREQ=DAILY"),
    Title("1-68", "经济日报", "newspaper", "11-0014", "FREQ=DAILY"),
    Title("77-1", "重庆日报", "newspaper", "50-0001", "FREQ=DAILY"),
    Title("2-371", "求是", "magazine", "11-1000/D", "FREQ=MONTHLY;BYMONTHDAY=1,16"),
    Title(
        UNVERIFIED_DDDY_CODE, "当代党员", "magazine", "50-1022/D", "FREQ=MONTHLY;BYMONTHDAY=1,16"
    ),
)


def at_minute(day: date, minute: int) -> datetime:
    """Return the instant of a local minute of a day; 24 × 60 and more run into the next."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minute)


def publication_exceptions(season: Season) -> dict[tuple[str, date], str]:
    """Return the days on which a title did not appear, or appeared out of turn: made up."""
    return {
        ("77-1", season.day(23)): "skip",
        ("1-16", season.day(44)): "skip",
        ("1-68", season.day(44)): "skip",
        (UNVERIFIED_DDDY_CODE, _day_between_issues(season.day(56))): "extra",
    }


def issue_days(season: Season) -> dict[date, list[str]]:
    """Return which titles appeared on each day of the season, in the order of TITLES."""
    appeared: dict[date, list[str]] = {day: [] for day in season.days()}
    changes = publication_exceptions(season)
    for title in TITLES:
        regular = _regular_issues(title, season)
        for day in season.days():
            change = changes.get((title.code, day))
            if change == "extra" or (day in regular and change is None):
                appeared[day].append(title.code)
    return appeared


def holidays(season: Season) -> dict[date, str]:
    """Return holidays and shifted working days, to the end of the longest search for a due date.

    A year that chinesecalendar does not know has none, with a UserWarning: Monday to Friday then.
    """
    known: dict[date, str] = {}
    day = season.first
    unknown: set[int] = set()
    while day <= season.last + DUE_DATE_SEARCH:
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            unknown.add(day.year)
        if day in chinese_calendar.holidays:
            known[day] = "holiday"
        elif day in chinese_calendar.workdays:
            known[day] = "workday"
        day += DAY
    for year in sorted(unknown):
        warnings.warn(
            f"chinesecalendar does not know the holidays of {year}: Monday to Friday are taken"
            " for its working days",
            stacklevel=2,
        )
    return known


def _regular_issues(title: Title, season: Season) -> set[date]:
    midnight = datetime.min.time()
    rule = rrulestr(title.publication_rule, dtstart=datetime.combine(FIRST_ISSUE, midnight))
    first, last = (datetime.combine(day, midnight) for day in (season.first, season.last))
    return {issue.date() for issue in rule.between(first, last, inc=True)}


def _day_between_issues(day: date) -> date:
    """Return the day itself, or the next when a semimonthly issue falls on it anyway."""
    return day + DAY if day.day in (1, 16) else day

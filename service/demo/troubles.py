"""The troubles planted in the demo: where and when each is, and what is true of it.

The true figures come from what the generator did, never from the rules of the measures: it knows
which rounds it left out, and when each copy was really handed over.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from service.demo.calendar import Season

SKIPPING_ROUTE = "TJ-01"
HILLY_ROUTE = "TGY-03"
LATE_OFFICE = "SB-Y"
LATE_ROUTES = ("SB-01", "SB-02")
PILING_ROUTE = "BSY-03"
WAITING_ROUTE = "ZM-02"
WAITING_POINT = "ZM-014"
UNLABELLED_ROUTE = "BF-01"
UNLABELLED_POINT = "BF-005"
ASTRAY_ROUTE = "JF-02"

QUIET_ROUTES = frozenset(
    {
        SKIPPING_ROUTE,
        HILLY_ROUTE,
        *LATE_ROUTES,
        PILING_ROUTE,
        WAITING_ROUTE,
        UNLABELLED_ROUTE,
        ASTRAY_ROUTE,
    }
)
"""Nothing goes wrong on these by chance, so that what does is the planted trouble alone."""

PUNCTUAL_OFFICES = frozenset({LATE_OFFICE, "TGY-Y"})
"""No truck to these is late by chance, and all their arrivals are recorded."""

SAME_DAY = frozenset({"SB", "BF"})
"""Towns whose points at the seat are all promised the paper on its day: a late truck makes every
copy late, and everything published up to the last day is due."""

WEEKDAYS = {
    SKIPPING_ROUTE: frozenset(range(6)),
    HILLY_ROUTE: frozenset({1, 4}),
    "SB-01": frozenset(range(6)),
    "SB-02": frozenset({0, 2, 4}),
    PILING_ROUTE: frozenset({0, 2, 4}),
    UNLABELLED_ROUTE: frozenset(range(6)),
}
"""The weekdays (0 = Monday) that a planted trouble needs its route to run on."""

MONDAY = 0
FRIDAY = 4
CLOCK_ERROR_MINUTES = 40


@dataclass(frozen=True, slots=True)
class Planted:
    """Which trouble strikes when, in one season."""

    season: Season

    def skips_round(self, route_code: str, number: int) -> bool:
        """Return whether the courier stays away from the planned round with this number (0 …)."""
        return route_code == SKIPPING_ROUTE and number % 3 == 2

    def truck_is_late(self, office_code: str, day: date) -> bool:
        """Return whether the truck comes after the rounds have left."""
        return office_code == LATE_OFFICE and day.weekday() == MONDAY

    @property
    def piles_since(self) -> date:
        """The first day on which labels may be read from a pile."""
        return self.season.day(45)

    def reads_from_pile(self, route_code: str, day: date) -> bool:
        """Return whether the courier scans photographs of the labels instead of going round."""
        is_day = day.weekday() == FRIDAY and day >= self.piles_since
        return route_code == PILING_ROUTE and is_day

    @property
    def unlabelled_since(self) -> date:
        """The day from which the point's label is gone."""
        return self.season.day(50)

    def leaves_no_scan(self, point_code: str, day: date) -> bool:
        """Return whether what is handed over at the point that day is not scanned."""
        return point_code == UNLABELLED_POINT and day >= self.unlabelled_since

    def clock(self, route_code: str, day: date) -> str | None:
        """Return what is known of the clock of the route's phone that day, as the feed says it."""
        if route_code != ASTRAY_ROUTE or not self.astray_since <= day <= self.astray_until:
            return None
        is_unknown = self.season.day(30) <= day <= self.season.day(34)
        return "unknown" if is_unknown else "corrected"

    @property
    def astray_since(self) -> date:
        """The first day on which the phone's clock is off."""
        return self.season.day(20)

    @property
    def astray_until(self) -> date:
        """The last day on which the phone's clock is off."""
        return self.season.day(49)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One planted trouble: where and when it is, and the figures that are true of it.

    The figures have the names that metrics.md gives them, over the whole season as of its end.
    """

    code: str
    zh: str
    en: str
    since: date
    until: date
    figures: dict[str, int | float | None]
    offices: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    marked_scans: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By mark, the ids of the scans that must bear it, sorted."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a written demo district; `as_of` is the end of its last day."""

    seed: int
    since: date
    until: date
    as_of: datetime
    troubles: tuple[Trouble, ...]

    def of(self, code: str) -> Trouble:
        """Return the trouble with this code; KeyError when none has it."""
        for trouble in self.troubles:
            if trouble.code == code:
                return trouble
        raise KeyError(code)


def truth_as_json(truth: Truth) -> str:
    """Return the truth as a JSON object, dates and instants in ISO 8601."""
    return json.dumps(asdict(truth), ensure_ascii=False, indent=1, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is neither a date nor an instant")

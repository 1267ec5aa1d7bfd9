"""What a manager has chosen to see: the branch, the period and the title."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from marshmallow import EXCLUDE, Schema, ValidationError

from service.domain import problems
from service.domain.problems import Fault, fault
from service.queries.fields import Choice, Code, LocalDate, faults
from service.queries.questions import DEFAULT_PERIOD
from service.wording import translated as _

RANKINGS: Final = ("late", "bundled")
FIELDS: Final = ("branch", "since", "until", "title", "rank")
Period = tuple[date, date]


class FilterSchema(Schema):
    """The page's form; parameters that it does not have are left alone."""

    class Meta:
        unknown = EXCLUDE

    branch = Code()
    since = LocalDate()
    until = LocalDate()
    title = Code()
    rank = Choice(RANKINGS, metadata={})


@dataclass
class Filters:
    """What was chosen; a field that is wrong is left out, with its text and what is wrong in it."""

    branch: str | None = None
    since: date | None = None
    until: date | None = None
    title: str | None = None
    rank: str = "late"
    faults: dict[str, Fault] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def complain(self, name: str, what: Fault) -> None:
        """Say what is wrong in a field and leave the field out."""
        self.faults[name] = what
        setattr(self, name, None)

    def shown(self, name: str, day: date) -> str:
        """Return what stands in the field of a date: as typed where the period is wrong."""
        wrong = "since" in self.faults or "until" in self.faults
        return self.typed.get(name, "") if wrong else day.isoformat()

    def settle(self, last: Period) -> Period:
        """Return the period to show: as chosen, and where left open around the last records."""
        if self.since and self.until and self.since > self.until:
            wrong = fault(problems.SINCE_AFTER_UNTIL, since=self.since, until=self.until)
            self.complain("since", wrong)
            self.until = None
        until = self.until or (max(last[1], self.since) if self.since else last[1])
        since = self.since or until - DEFAULT_PERIOD + timedelta(days=1)
        self.since, self.until = since, until
        return since, until


def read(values: Mapping[str, str]) -> Filters:
    """Return what a query string chooses; an empty field is one not filled in."""
    typed = {name: values[name].strip() for name in FIELDS if values.get(name, "").strip()}
    wrong: dict[str, Fault] = {}
    try:
        chosen = FilterSchema().load(typed)
    except ValidationError as error:
        wrong = faults(error.messages_dict)
        chosen = error.valid_data if isinstance(error.valid_data, dict) else {}
    filters = Filters(**chosen, faults=wrong, typed=typed)
    if "rank" in wrong:
        del filters.faults["rank"]
    return filters


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A period to choose with one click."""

    label: str
    since: date
    until: date
    chosen: bool


def shortcuts(last: date, shown: Period) -> list[Shortcut]:
    """Return the usual periods, all of which end with the newest record."""
    season = (last.month - 1) // 3 * 3 + 1
    periods = [
        (_("7 days"), last - timedelta(days=6)),
        (_("30 days"), last - timedelta(days=29)),
        (_("This month"), last.replace(day=1)),
        (_("This quarter"), last.replace(month=season, day=1)),
    ]
    return [Shortcut(label, since, last, (since, last) == shown) for label, since in periods]

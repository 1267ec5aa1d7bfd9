"""The three questions, as the command line and the API take them, and the days they ask about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, post_load

from service.domain import problems
from service.domain.failures import WrongQuestion
from service.domain.problems import fault
from service.queries.fields import Choice, Code, LocalDate, OffsetInstant, faults

RATE_GROUPINGS: Final = (
    "all",
    "area",
    "carrier",
    "town",
    "office",
    "route",
    "point",
    "title",
    "standard",
    "kind",
    "day",
    "week",
    "month",
)
ROUND_GROUPINGS: Final = ("all", "office", "route", "day", "week", "month")
SCANS: Final = ("all", "sound")
DEFAULT_PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MarksQuestion:
    """Which scans are doubtful? Dates are local to the branch, `as_of` is aware.

    None is "not given": `resolved` fills it in.
    """

    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class RoundsQuestion:
    """Which planned rounds were kept? `by` is one of ROUND_GROUPINGS."""

    by: str
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class RatesQuestion:
    """What happened to each copy? `by` is one of RATE_GROUPINGS, `scans` one of SCANS."""

    by: str
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    title: str | None = None
    town: str | None = None
    route: str | None = None
    scans: str = "all"
    branch: str | None = None


Question = RatesQuestion | RoundsQuestion | MarksQuestion
AnyQuestion = TypeVar("AnyQuestion", RatesQuestion, RoundsQuestion, MarksQuestion)


def resolved(question: AnyQuestion, branch: str, zone: ZoneInfo, now: datetime) -> AnyQuestion:
    """Return the question with nothing left open.

    `as_of` is by default now, `until` the local date of `as_of`, `since` 30 days before `until`.
    WrongQuestion when the period ends before it starts.
    """
    as_of = question.as_of or now.astimezone(UTC)
    until = question.until or as_of.astimezone(zone).date()
    since = question.since or until - DEFAULT_PERIOD
    if since > until:
        raise WrongQuestion({"since": fault(problems.SINCE_AFTER_UNTIL, since=since, until=until)})
    return replace(question, since=since, until=until, as_of=as_of, branch=branch)


def load(schema: type["QuestionSchema"], values: Mapping[str, Any]) -> Any:
    """Return the question that the values ask; WrongQuestion names each one that is wrong."""
    try:
        return schema().load(values)
    except ValidationError as error:
        raise WrongQuestion(faults(error.messages_dict)) from error


def _described(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


class QuestionSchema(Schema):
    """What every question has."""

    class Meta:
        unknown = RAISE
        # Fields are loaded, and errors listed, in the order written here.

    error_messages = {"unknown": fault(problems.UNKNOWN_PARAMETER)}  # type: ignore[dict-item]  # noqa: RUF012

    since = LocalDate(
        metadata=_described(
            "First publication date of the period (marks: first local date of a scan), included; "
            "local to the branch. 30 days before `until` when left out."
        )
    )
    until = LocalDate(
        metadata=_described(
            "Last date of the period, included. The local date of `as_of` when left out."
        )
    )
    as_of = OffsetInstant(
        metadata=_described(
            "What was known then: later scans, voids and confirmations do not exist, and what is "
            "not yet due is in no count. With an offset or Z; a + that arrives as a space is "
            "understood. Now when left out.",
            example="2026-07-14T00:00:00+08:00",
        )
    )
    branch = Code(
        metadata=_described(
            "Code of the branch (机构). May be left out where there is only one.",
            minLength=1,
            maxLength=200,
        )
    )


def _required(choices: tuple[str, ...], text: str) -> Choice:
    missing: Any = fault(problems.MISSING)
    return Choice(
        choices, required=True, error_messages={"required": missing}, metadata=_described(text)
    )


def _filter(what: str) -> Code:
    text = f"Only {what} with this code."
    return Code(metadata=_described(text, minLength=1, maxLength=200))


class RatesQuestionSchema(QuestionSchema):
    """Parameters of `rates`."""

    by = _required(
        RATE_GROUPINGS, "What to group by. Days, weeks (ISO) and months are of publication."
    )
    title = _filter("the title (报刊)")
    town = _filter("points of the town (镇)")
    route = _filter("points of the route (段道)")
    scans = Choice(
        SCANS,
        load_default="all",
        metadata=_described(
            "`sound` leaves out scans marked far, fast, pile or clock_unknown: they do not exist."
        ),
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> RatesQuestion:
        return RatesQuestion(**values)


class RoundsQuestionSchema(QuestionSchema):
    """Parameters of `rounds`."""

    by = _required(ROUND_GROUPINGS, "What to group by.")

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> RoundsQuestion:
        return RoundsQuestion(**values)


class MarksQuestionSchema(QuestionSchema):
    """Parameters of `marks`."""

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> MarksQuestion:
        return MarksQuestion(**values)

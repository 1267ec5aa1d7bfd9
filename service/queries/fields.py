"""The parameters of a question: marshmallow fields that say what is wrong in two languages.

A field raises ValidationError with a list of one Fault; `faults` flattens what a schema found.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from marshmallow import ValidationError, fields

from service.domain import problems
from service.domain.problems import Fault, FieldProblem, fault

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100
LONGEST_TEXT: Final = 200

# What no database keeps: NUL, and half a character out of a JSON escape.
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE
)
# In a query a + means a space: 2026-04-12T12:00:00+02:00 written bare arrives like this.
LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)", re.ASCII)


def refused(problem: FieldProblem, **values: object) -> ValidationError:
    """Return the error of one field."""
    return ValidationError([fault(problem, **values)])


def faults(messages: Mapping[str, Any] | Sequence[Any]) -> dict[str, Fault]:
    """Return the first fault of each parameter from a schema's normalized messages."""
    found: dict[str, Fault] = {}
    for name, value in dict(messages).items():
        while isinstance(value, list) and value:
            value = value[0]
        found[name] = value if isinstance(value, Fault) else fault(problems.NOT_A_TEXT)
    return found


class Code(fields.String):
    """A code as the feed has it: 1 to 200 characters, upper and lower case differ."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if value == "":
            raise refused(problems.EMPTY)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or UNWRITABLE.search(value):
            raise refused(problems.NOT_A_TEXT)
        return value


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, choices: Sequence[str], *, metadata: dict[str, Any], **kwargs: Any) -> None:
        self.choices = tuple(choices)
        super().__init__(metadata={"enum": list(choices), **metadata}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if value not in self.choices:
            choices = ", ".join(self.choices)
            raise refused(problems.NOT_A_CHOICE, value=value, choices=choices)
        return str(value)


class LocalDate(fields.Date):
    """A date YYYY-MM-DD, local to the branch, from 1970 to 2100."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value if DATE.fullmatch(value) else "")
        except (TypeError, ValueError) as error:
            raise refused(problems.NOT_A_DATE, value=value) from error
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise refused(problems.DATE_OUT_OF_RANGE, value=value)
        return day


class OffsetInstant(fields.AwareDateTime):
    """An instant with an offset or Z, from 1970 to 2100; aware, in the offset it was given in."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        try:
            text = INSTANT.fullmatch(LOST_PLUS.sub("+", value))
            instant = datetime.fromisoformat(text[0].upper() if text else "")
            year = instant.astimezone(UTC).year
        except OverflowError as error:
            raise refused(problems.INSTANT_OUT_OF_RANGE, value=value) from error
        except (TypeError, ValueError) as error:
            raise refused(problems.NOT_AN_INSTANT, value=value) from error
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise refused(problems.INSTANT_OUT_OF_RANGE, value=value)
        return instant

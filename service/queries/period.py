"""The stretch of days and the instant that a question asks about, as the pipeline counts them."""

from typing import NamedTuple

from service.domain.instants import day_number, milliseconds
from service.queries.questions import Question


class Period(NamedTuple):
    """Day numbers, both in, local to the branch; `as_of_ms` in epoch milliseconds."""

    since: int
    until: int
    as_of_ms: int


def period_of(question: Question) -> Period:
    """Return the period of a question; ValueError when the question leaves it open."""
    if question.since is None or question.until is None or question.as_of is None:
        raise ValueError("the question has not been resolved")
    return Period(
        day_number(question.since), day_number(question.until), milliseconds(question.as_of)
    )

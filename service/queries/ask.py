"""One way to put a question, for the command line, the API and the pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic

from sqlalchemy import Engine

from service.queries import figures
from service.queries.names import BranchName, branch_of
from service.queries.questions import (
    AnyQuestion,
    Question,
    RatesQuestion,
    RoundsQuestion,
    resolved,
)


@dataclass(frozen=True, slots=True)
class Answer(Generic[AnyQuestion]):
    """The rows of an answer, and the question with its branch, period and `as_of` filled in."""

    question: AnyQuestion
    branch: BranchName
    rows: list[dict[str, Any]]


def ask(
    engine: Engine,
    facts: Path,
    question: AnyQuestion,
    now: datetime,
    visible: Collection[int] | None = None,
) -> Answer[AnyQuestion]:
    """Return the answer to a question about one of the visible branches; `now` is aware.

    UnknownBranch, NoBranch, SeveralBranches, UnknownCode; WrongQuestion when since is after until.
    """
    branch = branch_of(engine, question.branch, visible)
    whole = resolved(question, branch.code, branch.zone, now)
    return Answer(whole, branch, _rows(engine, facts, whole, now))


def _rows(engine: Engine, facts: Path, question: Question, now: datetime) -> list[dict[str, Any]]:
    match question:
        case RatesQuestion():
            return figures.rates(engine, facts, question, now)
        case RoundsQuestion():
            return figures.rounds(engine, facts, question, now)
        case _:
            return figures.marks(engine, facts, question, now)

"""docs/api.md says what the service does (house rule 9)."""

import re
from pathlib import Path

from service.domain.problems import CATALOGUE, FIELD_PROBLEMS
from service.queries.questions import (
    RATE_GROUPINGS,
    ROUND_GROUPINGS,
    MarksQuestionSchema,
    RatesQuestionSchema,
    RoundsQuestionSchema,
)

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text()


def codes(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_the_table_of_errors_is_the_catalogue() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$", API, re.MULTILINE)
    assert rows == [
        (problem.code, str(problem.status), problem.title.en, problem.title.zh)
        for problem in CATALOGUE.values()
    ]
    listed = re.search(r"^Of a parameter: (.+?)\n\n", API, re.MULTILINE | re.DOTALL)
    assert listed is not None
    assert codes(listed[1]) == [problem.code for problem in FIELD_PROBLEMS]


def test_the_table_of_parameters_is_the_schemas() -> None:
    asked = {
        "rates": set(RatesQuestionSchema().fields),
        "rounds": set(RoundsQuestionSchema().fields),
        "marks": set(MarksQuestionSchema().fields),
    }
    table = API.split("## Parameters")[1].split("\n\n")[1]
    told: dict[str, set[str]] = {name: set() for name in asked}
    for row in table.splitlines()[2:]:
        names, questions = row.split("|")[1:3]
        for question in asked if "all" in questions else questions.split(","):
            told[question.strip()] |= set(codes(names))
    assert told == asked


def test_the_groupings_are_all_there() -> None:
    rates = re.search(r"`by` of rates: (.+?)\. `by` of rounds: (.+?)\.\n", API, re.DOTALL)
    assert rates is not None
    assert codes(rates[1]) == list(RATE_GROUPINGS)
    assert codes(rates[2]) == list(ROUND_GROUPINGS)


def test_the_glossary_has_every_cause_and_mark() -> None:
    from service.queries.answers import CAUSES, MARKS

    glossary = (DOCS / "glossary.md").read_text()
    for word in (*CAUSES, *MARKS):
        assert word in glossary or word.replace("_", " ") in glossary

"""The pipeline gives what the oracle gives, to the last copy, on feeds full of edge cases.

The oracle (tests/oracle) was written from the definitions by someone who had not read the pipeline.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from tests.measures.conftest import Ledger
from tests.oracle.feed_plans import Feed
from tests.oracle.feeds import Question, feed_of, question_of
from tests.oracle.records import parse

SEEDS_A_TEST = 8
QUESTIONS = 5
# When the facts are published, seen from the instant of a question: the published facts answer it,
# or they are derived for it.
WHEN = [timedelta(0), timedelta(days=3), timedelta(days=200), -timedelta(days=2), -timedelta(90)]


# What differs by database is how rows are read: fewer seeds show that on PostgreSQL.
@pytest.mark.parametrize(
    ("database_kind", "block"),
    [*(("sqlite", block) for block in range(6)), *(("postgresql", block) for block in range(6, 8))],
    indirect=["database_kind"],
)
def test_the_pipeline_agrees_with_the_oracle(ledger: Ledger, block: int) -> None:
    for seed in range(block * SEEDS_A_TEST, (block + 1) * SEEDS_A_TEST):
        agree(ledger, seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(250))
def test_the_pipeline_agrees_with_the_oracle_for_long(ledger: Ledger, block: int) -> None:
    for seed in range(1000 + block * SEEDS_A_TEST, 1000 + (block + 1) * SEEDS_A_TEST):
        agree(ledger, seed)


def agree(ledger: Ledger, seed: int) -> None:
    feed = branch_of_seed(seed)
    records, branch = parse(feed), ledger.add(feed)
    asked = list(questions_of(seed, feed))
    now = asked[0].options["as_of"] + Random(seed).choice(WHEN)
    ledger.refresh(branch, now)
    for number, question in enumerate(asked):
        found = ledger.differences(branch, question, records, now)
        assert not found, f"seed {seed}, question {number} {question}, published {now}: {found[:5]}"


def branch_of_seed(seed: int) -> Feed:
    """The feed of a seed as a branch of its own: several in one database must not mix."""
    ours = f"-{0x8000 + seed:04x}-"
    feed = {
        name: [{c: v.replace("-8000-", ours) for c, v in row.items()} for row in rows]
        for name, rows in feed_of(seed).items()
    }
    feed["feed_info"][0]["branch_code"] = f"B{seed}"
    return feed


def questions_of(seed: int, feed: Feed) -> Iterator[Question]:
    for number in range(QUESTIONS):
        yield question_of(seed * QUESTIONS + number, feed)

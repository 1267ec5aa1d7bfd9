"""Months derived again after changes give what derivation from scratch gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from service.measures import dirty
from service.models.engine import reading
from tests.measures.conftest import Ledger
from tests.measures.syncing import by_phone, send, without
from tests.measures.test_parity import branch_of_seed
from tests.oracle.feed_plans import Feed
from tests.oracle.feeds import Question
from tests.oracle.records import Records, parse

SEEDS_A_TEST = 5
SEEDS_WITH_PHONES = 2
STEPS = 4
RECORDS = ("arrivals", "scans", "scan_voids", "attempts", "confirmations", "confirmation_voids")


@pytest.mark.parametrize(
    ("database_kind", "block"),
    [*(("sqlite", block) for block in range(4)), ("postgresql", 4)],
    indirect=["database_kind"],
)
def test_any_sequence_of_partial_refreshes_equals_derivation_from_scratch(
    ledger: Ledger, block: int
) -> None:
    for seed in range(block * SEEDS_A_TEST, (block + 1) * SEEDS_A_TEST):
        grow(ledger, seed)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(200))
def test_long_sequences_of_partial_refreshes(ledger: Ledger, block: int) -> None:
    for seed in range(5000 + block * SEEDS_A_TEST, 5000 + (block + 1) * SEEDS_A_TEST):
        grow(ledger, seed, phones=seed % 2 == 1)


def test_a_scan_marks_only_months_near_it(ledger: Ledger) -> None:
    """Otherwise the test above would show nothing: everything would be derived each time."""
    whole = branch_of_seed(0)
    first, *others = stages(whole, Random(0))
    branch = ledger.add(first)
    ledger.refresh(branch, last_instant(whole))
    ledger.add(others[-1])
    with reading(ledger.engine) as connection:
        marks = dirty.marked_months(connection, ledger.branch_id(branch))
    assert marks
    assert dirty.EVERY_MONTH not in marks


@pytest.mark.parametrize(
    ("database_kind", "block"),
    [("sqlite", 50), ("sqlite", 51), ("postgresql", 52)],
    indirect=["database_kind"],
)
def test_what_phones_hand_over_in_between_equals_derivation_from_scratch_too(
    ledger: Ledger, block: int
) -> None:
    sent = sum(
        grow(ledger, seed, phones=True)
        for seed in range(block * SEEDS_WITH_PHONES, (block + 1) * SEEDS_WITH_PHONES)
    )
    assert sent > 0


def grow(ledger: Ledger, seed: int, *, phones: bool = False) -> int:
    """Import a feed piece by piece, refresh after each piece, compare with the oracle.

    With `phones`, scans that phones could have sent come as their events; return how many.
    """
    whole = branch_of_seed(seed)
    random = Random(seed)
    now = last_instant(whole)
    known: Feed = {}
    sent = 0
    for stage in stages(whole, random):
        scans, voids = by_phone(stage, known) if phones and known else ([], [])
        branch = ledger.add(without(stage, scans))
        if scans:
            # As it is: what was imported before is published, what phones send is not traced.
            ledger.refresh(branch, now)
            send(ledger.engine, ledger.branch_id(branch), stage, scans, voids)
        known, sent = stage, sent + len(scans)
        ledger.refresh(branch, now)
        records = parse(stage)
        for question in everything(records, now):
            found = ledger.differences(branch, question, records, now)
            assert not found, f"seed {seed}: {question}: {found[:5]}"
    return sent


def stages(whole: Feed, random: Random) -> Iterator[Feed]:
    """The feed with ever more of its records of fact, in any order; the last is the whole."""
    share = {
        (name, tuple(row.values())): random.randrange(STEPS)
        for name in RECORDS
        for row in whole.get(name, [])
    }
    for step in range(STEPS):
        stage = dict(whole)
        for name in RECORDS:
            rows = whole.get(name, [])
            stage[name] = [r for r in rows if share[name, tuple(r.values())] <= step]
        for name, key, of in (
            ("scan_items", "scan_id", "scans"),
            ("scan_voids", "scan_id", "scans"),
            ("confirmation_voids", "confirmation_id", "confirmations"),
        ):
            known = {row[key].lower() for row in stage[of]}
            rows = stage.get(name, [])
            stage[name] = [row for row in rows if row[key].lower() in known]
        yield {name: rows for name, rows in stage.items() if rows}


def last_instant(feed: Feed) -> datetime:
    """An instant after every record of a feed."""
    instants = [
        datetime.fromisoformat(value)
        for name in RECORDS
        for row in feed.get(name, [])
        for column, value in row.items()
        if column.endswith("_at") and value
    ]
    return max(instants, default=datetime(2026, 6, 1, tzinfo=UTC)) + timedelta(days=1)


def everything(records: Records, now: datetime) -> Iterator[Question]:
    """All figures by point and title and day, with all scans and with the sound ones."""
    period = {"since": date(2025, 1, 1), "until": date(2027, 12, 31), "as_of": now}
    for scans in ("all", "sound"):
        for by in ("point", "title", "day"):
            yield Question("rates", {**period, "by": by, "scans": scans})

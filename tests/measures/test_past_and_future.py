"""Figures as of the past are derived once; records in the future wait until time passes them."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.measures import reader
from service.measures.derivation import derive_facts
from tests.measures.alternating import FIRST, LAST, NOW, Alternating, feed, question
from tests.measures.conftest import Ledger
from tests.oracle.questions import differences
from tests.oracle.records import parse

PAST = datetime(2026, 7, 3, tzinfo=UTC)


@pytest.fixture
def branch(ledger: Ledger) -> Alternating:
    """A branch whose scans all stand, published."""
    branch = Alternating.imported(ledger)
    assert branch.refresh()
    return branch


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one whenever a question has facts derived."""
    found: list[object] = []

    def noted(*args: Any) -> None:
        found.append(args)
        derive_facts(*args)

    monkeypatch.setattr(reader, "derive_facts", noted)
    return found


def shelves(branch: Alternating) -> list[Path]:
    return list((branch.ledger.facts / "past" / f"branch={branch.id}").iterdir())


# --- The past ----------------------------------------------------------------------------------


def test_figures_as_of_now_are_read_and_those_as_of_the_past_derived_once(
    branch: Alternating, derivations: list[object]
) -> None:
    assert branch.shown() is True
    assert len(derivations) == 0
    for by in ("day", "point", "all"):
        answer = branch.ask(as_of=PAST, by=by)
        assert differences(answer, branch.truth_of(True, as_of=PAST, by=by)) == []
    assert len(derivations) == 1
    assert branch.ask(as_of=PAST) != branch.ask()


def test_instants_between_the_same_two_records_share_what_was_derived(
    branch: Alternating, derivations: list[object]
) -> None:
    """Only what is due by then differs, and that is asked of the facts."""
    answers = []
    for hours in (4, 8, 10, 45):  # since the scans of 3 July, up to those of 5 July
        as_of = PAST + timedelta(hours=hours)
        answers.append(branch.ask(as_of=as_of))
        assert differences(answers[-1], branch.truth_of(True, as_of=as_of)) == []
    assert len(derivations) == 1
    assert answers[0] == answers[1] != answers[2] != answers[3]
    branch.ask(as_of=PAST)
    assert len(derivations) == 2


def test_only_the_months_that_are_missing_are_derived(
    branch: Alternating, derivations: list[Any]
) -> None:
    june = {"since": FIRST, "until": date(2026, 6, 30)}
    branch.ask(as_of=PAST, **june)
    branch.ask(as_of=PAST)
    branch.ask(as_of=PAST, since=date(2026, 7, 1), until=LAST)
    stretches = [(args[3].since, args[3].until) for args in derivations]
    assert [until - since + 1 for since, until in stretches] == [30, 31]


def test_months_in_which_nothing_is_owed_are_kept_as_files_that_nobody_reads(
    branch: Alternating, derivations: list[object]
) -> None:
    far = {"since": FIRST, "until": date(2027, 12, 31), "as_of": datetime(2028, 1, 1, tzinfo=UTC)}
    for _time in range(2):
        assert differences(branch.ask(**far), branch.truth_of(True, **far)) == []
    assert len(derivations) == 1
    sizes = [path.stat().st_size for shelf in shelves(branch) for path in shelf.iterdir()]
    assert len(sizes) == len(range(5, 24))
    assert sum(size == 0 for size in sizes) == len(sizes) - 2


def test_a_late_sync_makes_what_was_derived_of_the_past_worthless(
    ledger: Ledger, derivations: list[object]
) -> None:
    whole = feed()
    synced = {row["scan_id"] for row in whole["scans"][1:]}
    early = {
        **whole,
        **{
            name: [row for row in whole[name] if row["scan_id"] in synced]
            for name in ("scans", "scan_items")
        },
    }
    branch = Alternating(ledger).with_truth(whole)
    ledger.add(early)
    branch.refresh()
    before = question(as_of=PAST).answer(parse(early))
    assert differences(branch.ask(as_of=PAST), before) == []
    ledger.add(whole)
    after = branch.truth_of(True, as_of=PAST)
    assert after != before
    assert differences(branch.ask(as_of=PAST), after) == []
    assert len(derivations) == 2
    branch.refresh()
    assert differences(branch.ask(as_of=PAST), after) == []


def test_shelves_of_older_states_of_the_records_are_forgotten(
    branch: Alternating, derivations: list[object]
) -> None:
    for number in range(6):
        assert differences(branch.ask(as_of=PAST), branch.truth_of(True, as_of=PAST)) == []
        assert len(shelves(branch)) <= reader.KEPT_STATES
        # The folders' times decide which are older; let them be apart.
        for age, shelf in enumerate(sorted(shelves(branch), key=mtime, reverse=True)):
            os.utime(shelf, (1_000_000 + number * 10 - age,) * 2)
        branch.turn()
        branch.refresh()
    assert len(derivations) == 6
    assert len(shelves(branch)) == reader.KEPT_STATES


def mtime(path: Path) -> float:
    return path.stat().st_mtime


def test_a_shelf_that_is_forgotten_while_it_is_filled_does_not_spoil_the_answer(
    branch: Alternating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Phones sync and others ask while a long derivation is under way."""
    under_way = True

    def slowly(*args: Any) -> None:
        nonlocal under_way
        derive_facts(*args)
        if under_way:
            under_way = False
            for _ in range(reader.KEPT_STATES):
                branch.turn()
                branch.ask(as_of=PAST)

    monkeypatch.setattr(reader, "derive_facts", slowly)
    assert differences(branch.ask(as_of=PAST), branch.truth_of(True, as_of=PAST)) == []
    assert not under_way


def test_two_who_forget_the_same_shelf_do_not_disturb_each_other(branch: Alternating) -> None:
    branch.ask(as_of=PAST)
    [shelf] = shelves(branch)
    shelf.with_name("gone").symlink_to("nowhere")  # listed, but no longer there
    branch.turn()
    assert differences(branch.ask(as_of=PAST), branch.truth_of(True, as_of=PAST)) == []


def test_before_the_first_record_there_is_an_answer_too(branch: Alternating) -> None:
    as_of = datetime(2026, 6, 27, tzinfo=UTC)
    truth = branch.truth_of(True, as_of=as_of)
    assert truth
    assert differences(branch.ask(as_of=as_of), truth) == []
    assert branch.ask(as_of=datetime(2026, 1, 1, tzinfo=UTC)) == []


# --- The future --------------------------------------------------------------------------------


def instants(branch: Alternating) -> Iterator[datetime]:
    """Before, at and after every scan of the last days, and their voids."""
    for row in branch.feeds[False]["scans"][-2:]:
        at = datetime.fromisoformat(row["scanned_at"])
        yield from (at - timedelta(milliseconds=1), at, at + timedelta(hours=1))
    voided = datetime.fromisoformat(branch.feeds[False]["scan_voids"][0]["voided_at"])
    yield from (voided - timedelta(milliseconds=1), voided, NOW)


def test_records_in_the_future_are_in_no_figures_until_time_passes_them(ledger: Ledger) -> None:
    """A feed may bring them, and a phone whose clock is ahead."""
    branch = Alternating.imported(ledger)
    branch.turn()
    records = parse(branch.feeds[False])
    seen = []
    for now in sorted(instants(branch)):
        ledger.refresh(branch.code, now)
        for as_of in (now, now - timedelta(hours=30), now + timedelta(hours=30)):
            asked = question(as_of=as_of)
            found = ledger.differences(branch.code, asked, records, now)
            assert not found, f"published {now}, as of {as_of}: {found[:3]}"
        branch.assert_sound()
        seen.append(str(branch.ask(as_of=now, by="all")))
    assert len(set(seen)) > 4


def test_time_alone_makes_facts_stale_when_it_passes_a_record(
    ledger: Ledger, derivations: list[object]
) -> None:
    branch = Alternating.imported(ledger)
    scans = sorted(row["scanned_at"] for row in branch.feeds[True]["scans"])
    last = datetime.fromisoformat(scans[-1])
    assert branch.refresh(last - timedelta(milliseconds=1))
    assert not branch.refresh(last - timedelta(milliseconds=1))
    derivations.clear()
    assert branch.ask(as_of=last - timedelta(milliseconds=1))
    assert derivations == []  # the published ones hold it
    branch.ask(as_of=last)
    assert len(derivations) == 1  # they do not hold this one yet
    assert branch.refresh(last)
    assert not branch.refresh(last)
    branch.ask(as_of=last)
    branch.ask(as_of=last + timedelta(days=3))
    assert len(derivations) == 1


def test_a_clock_that_goes_back_has_the_facts_derived_again(ledger: Ledger) -> None:
    branch = Alternating.imported(ledger)
    assert branch.refresh(NOW)
    assert branch.refresh(PAST)
    records = parse(branch.feeds[True])
    assert not ledger.differences(branch.code, question(as_of=PAST), records, PAST)
    branch.assert_sound()

"""Published facts: whoever reads while they are refreshed sees the old or the new ones."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.instants import milliseconds
from service.measures import catalogue, dirty, reader, refresher
from service.models.engine import reading, writing
from service.operations.refresh_facts import refresh_dirty
from tests.measures.alternating import MONTHS, NOW, VOIDED, Alternating
from tests.measures.conftest import Ledger
from tests.measures.refreshing import (
    PROCESSES,
    ask_until_told,
    noting,
    refresh_until_killed,
)
from tests.oracle.questions import differences

TURNS = 8
PATIENCE = 60
# One refresh of two months, step by step.
A_FILE = ["write", "sync", "rename", "sync"]
A_REFRESH = ["derive", *A_FILE, *A_FILE, "publish", "clear", "commit", "collect"]


@pytest.fixture
def branch(ledger: Ledger) -> Alternating:
    """A branch whose scans all stand, published."""
    branch = Alternating.imported(ledger)
    assert branch.refresh()
    return branch


def version_of(branch: Alternating) -> catalogue.Version:
    with reading(branch.ledger.engine) as connection:
        version = catalogue.published(connection, branch.id)
    assert version is not None
    return version


def url_of(branch: Alternating) -> str:
    return branch.ledger.engine.url.render_as_string(hide_password=False)


# --- Readers -----------------------------------------------------------------------------------


def test_figures_are_those_of_the_last_refresh_and_true(branch: Alternating) -> None:
    """The two states differ in both months; otherwise the tests below would show nothing."""
    old, new = branch.truths[True], branch.truths[False]
    assert len(old) == len(new) == 10
    assert all(one != other for one, other in zip(old, new, strict=True))
    assert branch.shown() is True
    assert len(version_of(branch).manifest) == 2
    branch.turn()
    assert branch.shown() is True
    assert branch.refresh()
    assert branch.shown() is False
    assert not branch.refresh()


def test_readers_see_the_old_or_the_new_figures_never_a_mixture_or_an_error(
    branch: Alternating,
) -> None:
    told, told_process = threading.Event(), PROCESSES.Event()
    receiving, sending = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(
        target=ask_until_told,
        args=(url_of(branch), branch.ledger.folder, branch.code, told_process, sending),
    )

    def ask() -> set[bool | None]:
        shown = set()
        while not told.is_set():
            shown.add(branch.shown())
        return shown

    process.start()
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(ask) for _ in range(2)]
        try:
            for _ in range(TURNS):
                branch.turn()
                branch.refresh()
        finally:
            told.set()
            told_process.set()
        assert [reader_.result(PATIENCE) for reader_ in readers] == [{True, False}] * 2
    assert receiving.poll(PATIENCE)
    asked, answers = receiving.recv()
    process.join(PATIENCE)
    assert asked > TURNS
    assert [
        answer
        for answer in answers
        if not any(differences(answer, truth) == [] for truth in branch.truths.values())
    ] == []


def test_a_reader_whose_files_are_collected_before_it_opens_them_gets_the_new_figures(
    branch: Alternating, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, overtaken = reader.files, 0

    def slow_files(*args: Any) -> Any:
        nonlocal overtaken
        found = files(*args)
        if overtaken < 2:
            overtaken += 1
            branch.turn()
            branch.refresh()
            for path in found:
                path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(reader, "files", slow_files)
    assert branch.shown() is True
    assert overtaken == 2


# --- A refresh that is killed ------------------------------------------------------------------


def test_a_refresh_takes_its_steps_in_the_order_that_survives_a_power_cut(
    branch: Alternating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file whole on the disk, then its name, and only then the row that names them all."""
    steps: list[str] = []
    for owner, name, replacement in list(noting(steps.append)):
        monkeypatch.setattr(owner, name, replacement)
    branch.turn()
    branch.refresh()
    assert steps == A_REFRESH


def test_the_folders_of_new_files_are_on_the_disk_before_the_row_names_them(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = Alternating.imported(ledger)
    synced = []
    sync, publish = catalogue.sync, catalogue.publish
    monkeypatch.setattr(catalogue, "sync", lambda path: (synced.append(path), sync(path)))

    def publish_after(*args: Any) -> bool:
        folder = catalogue.branch_folder(ledger.facts, branch.id)
        made = [ledger.folder, ledger.facts, folder, folder / "month=2026-06"]
        assert [path for path in made if path not in synced] == []
        return publish(*args)

    monkeypatch.setattr(catalogue, "publish", publish_after)
    assert branch.refresh()


def test_a_kill_before_any_step_leaves_the_old_figures_and_the_next_refresh_brings_the_new(
    branch: Alternating,
) -> None:
    committed = A_REFRESH.index("commit") + 1
    for step, label in enumerate(A_REFRESH):
        old, new = branch.stands, branch.turn()
        args = (url_of(branch), branch.ledger.folder, branch.code, NOW, step)
        process = PROCESSES.Process(target=refresh_until_killed, args=args)
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL, f"{step} {label}"
        assert branch.shown() is (new if step >= committed else old), f"{step} {label}"
        branch.assert_sound()
        assert branch.refresh() is (step < committed)
        assert branch.shown() is new, f"{step} {label}"
    branch.assert_sound()


# --- Old files ---------------------------------------------------------------------------------


def test_what_killed_refreshes_left_is_collected(
    branch: Alternating, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in (A_REFRESH.index("sync"), A_REFRESH.index("publish")):
        branch.turn()
        args = (url_of(branch), branch.ledger.folder, branch.code, NOW, step)
        process = PROCESSES.Process(target=refresh_until_killed, args=args)
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL
    assert len(branch.files()) == 2 + 1 + 2
    assert any(path.suffix == ".writing" for path in branch.files())
    monkeypatch.setattr(catalogue, "GRACE_SECONDS", -1)
    branch.turn()
    branch.refresh()
    assert branch.files() == current_files(branch)


def test_replaced_files_stay_for_their_grace_however_old_they_are(branch: Alternating) -> None:
    """Somebody may have asked just before they were replaced."""
    old = branch.files()
    grow_old(old, 2 * catalogue.GRACE_SECONDS)
    branch.turn()
    branch.refresh()
    assert old < branch.files()
    grow_old(old, catalogue.GRACE_SECONDS - 60)
    branch.turn()
    branch.refresh()
    assert old < branch.files()
    grow_old(old, catalogue.GRACE_SECONDS + 60)
    branch.turn()
    branch.refresh()
    assert old & branch.files() == set()
    assert current_files(branch) < branch.files()


def test_files_of_the_current_version_are_never_collected(
    branch: Alternating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "GRACE_SECONDS", -1)
    first = current_files(branch)
    grow_old(first, 10 * 365 * 86_400)
    with writing(branch.ledger.engine) as connection:
        dirty.mark_months(connection, branch.id, MONTHS[:1])
    branch.refresh()
    assert len(first & current_files(branch)) == 1  # the other month's
    assert branch.files() == current_files(branch)
    assert branch.shown() is True


def current_files(branch: Alternating) -> set[Path]:
    folder = catalogue.branch_folder(branch.ledger.facts, branch.id)
    return {folder / file for file in version_of(branch).manifest.values()}


def grow_old(files: Iterable[Path], seconds: float) -> None:
    then = time.time() - seconds
    for path in files:
        os.utime(path, (then, then))


# --- Two refreshers ----------------------------------------------------------------------------


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Let something happen between a refresh's derivation and its publication, once."""

    def arrange(happening: Callable[[], Any]) -> None:
        derive, waiting = refresher._derive, [happening]

        def derive_slowly(*args: Any) -> Any:
            version = derive(*args)
            if waiting:
                waiting.pop()()
            return version

        monkeypatch.setattr(refresher, "_derive", derive_slowly)

    return arrange


def in_another_thread(action: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result(PATIENCE)


def test_of_two_refreshers_the_one_with_the_older_records_does_not_win(
    branch: Alternating, overtaken: Callable[[Callable[[], Any]], None]
) -> None:
    versions = []

    def overtake() -> None:
        branch.turn()
        assert in_another_thread(branch.refresh)
        versions.append(version_of(branch))

    overtaken(overtake)
    branch.turn()
    assert not branch.refresh()  # what it wanted to publish is no longer true
    assert version_of(branch) == versions[0]
    assert branch.marks() == {}
    assert branch.shown() is branch.stands is True
    branch.assert_sound()


def test_of_two_first_refreshers_one_publishes(
    ledger: Ledger, overtaken: Callable[[Callable[[], Any]], None]
) -> None:
    branch = Alternating.imported(ledger)

    def overtake() -> None:
        branch.turn()
        assert in_another_thread(branch.refresh)

    overtaken(overtake)
    assert not branch.refresh()
    assert branch.marks() == {}
    assert branch.shown() is False
    branch.assert_sound()


def test_refreshers_at_once_end_with_one_true_version(branch: Alternating) -> None:
    done = threading.Event()

    def refresh() -> None:
        while not done.is_set():
            branch.refresh()

    with ThreadPoolExecutor(2) as pool:
        refreshers = [pool.submit(refresh) for _ in range(2)]
        try:
            for _ in range(TURNS):
                branch.turn()
                assert branch.shown() is not None
        finally:
            done.set()
        for each in refreshers:
            each.result(PATIENCE)
    branch.turn()
    assert branch.refresh()
    assert branch.marks() == {}
    assert branch.shown() is branch.stands
    branch.assert_sound()


# --- Marks -------------------------------------------------------------------------------------


def test_what_is_recorded_during_a_refresh_stays_dirty(
    branch: Alternating, overtaken: Callable[[Callable[[], Any]], None]
) -> None:
    def record() -> None:
        branch.turn()
        with writing(branch.ledger.engine) as connection:
            dirty.mark_months(connection, branch.id, [MONTHS[0] - 1])

    overtaken(lambda: in_another_thread(record))
    branch.turn()
    assert branch.refresh()
    assert branch.shown() is False
    assert branch.marks() == {MONTHS[0] - 1: 1, MONTHS[0]: 2, MONTHS[1]: 2}
    assert branch.refresh()
    assert branch.marks() == {}
    assert branch.shown() is True


def test_a_mark_of_a_month_far_ahead_is_taken_back_and_its_facts_come_with_time(
    branch: Alternating,
) -> None:
    with writing(branch.ledger.engine) as connection:
        dirty.mark_months(connection, branch.id, [MONTHS[0] + 40])
    assert branch.refresh()
    assert branch.marks() == {}
    assert branch.refresh(NOW + timedelta(days=40))  # for the months that have come into sight
    assert not branch.refresh(NOW + timedelta(days=40))


# --- Several branches --------------------------------------------------------------------------


def test_branches_in_one_database_do_not_see_each_other(ledger: Ledger) -> None:
    """Their codes are the same; what is owed, when it is refreshed and what is voided is not."""
    first = Alternating.imported(ledger, "B1")
    second = Alternating.imported(ledger, "B2", copies=5)
    assert first.truths != second.truths
    assert first.refresh()
    assert (first.marks(), second.marks()) == ({}, {dirty.EVERY_MONTH: 1})
    assert second.refresh()
    assert (first.shown(), second.shown()) == (True, True)
    before, files = version_of(second), second.files()
    first.turn()
    assert second.marks() == {}
    assert first.refresh()
    assert not second.refresh()
    assert (first.shown(), second.shown()) == (False, True)
    assert (version_of(second), second.files()) == (before, files)
    assert version_of(first).true_from_ms == milliseconds(VOIDED)
    with writing(ledger.engine) as connection:
        dirty.mark_everything(connection, second.id)
    assert second.refresh()
    assert version_of(second).true_from_ms == before.true_from_ms < milliseconds(VOIDED)
    second.turn()
    assert refresh_dirty(ledger.engine, ledger.facts, NOW) == 1
    assert (first.shown(), second.shown()) == (False, False)
    for branch in (first, second):
        assert branch.ask(as_of=NOW - timedelta(days=2), by="all") == branch.truth_of(
            True, as_of=NOW - timedelta(days=2), by="all"
        )
        branch.assert_sound()

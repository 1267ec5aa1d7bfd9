"""What other processes do in the tests of publication: refresh until killed, ask until told."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import wraps
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.measures import catalogue, dirty, refresher
from tests.measures.alternating import NOW, question
from tests.measures.conftest import Ledger

# Processes that begin without an open database or DuckDB connection, and soon.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.measures.refreshing"])

Note = Callable[[str], None]
# What a refresh does once it has read the records, in the modules that call it.
STEPS = [
    (refresher, "derive_facts", "derive"),
    (catalogue, "copy_facts", "write"),
    (catalogue, "sync", "sync"),
    (Path, "rename", "rename"),
    (catalogue, "publish", "publish"),
    (dirty, "clear_months", "clear"),
    (catalogue, "collect", "collect"),
]


def noting(note: Note) -> Iterator[tuple[Any, str, Any]]:
    """Yield (owner, name, replacement): the steps of a refresh, each noted before it is done."""

    def noted(function: Callable[..., Any], label: str) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            note(label)
            return function(*args, **options)

        return call

    for owner, name, label in STEPS:
        yield owner, name, noted(getattr(owner, name), label)
    begin: Callable[[Engine], AbstractContextManager[Any]] = refresher.writing

    @contextmanager
    def writing(engine: Engine) -> Iterator[Any]:
        with begin(engine) as connection:
            yield connection
            note("commit")

    yield refresher, "writing", writing


def refresh_until_killed(url: str, folder: Path, branch: str, now: datetime, at: int) -> None:
    """Refresh, and die like kill -9 before the step of that number."""
    done = 0

    def die_in_time(_label: str) -> None:
        nonlocal done
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    for owner, name, replacement in list(noting(die_in_time)):
        setattr(owner, name, replacement)
    ledger = Ledger(url, folder)
    ledger.refresh(branch, now)
    ledger.close()


def ask_until_told(url: str, folder: Path, branch: str, told: Event, answers: Connection) -> None:
    """Ask the same question over and over; send the different answers, and how many there were."""
    ledger = Ledger(url, folder)
    found: list[Any] = []
    asked = 0
    while not told.is_set():
        try:
            answer: Any = ledger.ask(branch, question(), NOW)
        except Exception as error:  # it is for the test to tell
            answer = repr(error)
        asked += 1
        if answer not in found:
            found.append(answer)
    ledger.close()
    answers.send((asked, found))

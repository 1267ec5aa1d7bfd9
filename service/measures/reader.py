"""The facts that answer a question: published ones, or those of another `as_of`, derived once."""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlalchemy import Connection, Engine

from service.domain.instants import month_days, month_number
from service.measures import bounds, catalogue, dirty
from service.measures.context import EVERYTHING, needed_context
from service.measures.derivation import Stretch, derive_facts
from service.measures.engine import connect
from service.measures.plan import read_plan
from service.models.engine import reading

# With more months than these, all records are read at once.
FEW_MONTHS = 4
KEPT_STATES = 3
# Some thirty years of months, or as many instants asked about.
MOST_FILES = 400


@dataclass(frozen=True)
class Question:
    """Facts of issues of the days [since, until] as the records stood at as_of_ms."""

    branch_id: int
    since: int
    until: int
    as_of_ms: int


def files(engine: Engine, facts: Path, question: Question) -> list[Path]:
    """Return the Parquet files that hold the facts asked for (and perhaps others of their months).

    Published ones where they are true for the question; otherwise they are derived now, and kept
    beside for the next question of that kind until the records change.
    """
    folder = catalogue.branch_folder(facts, question.branch_id)
    with reading(engine) as connection:
        version = catalogue.published(connection, question.branch_id)
        if version is not None and version.holds(question.as_of_ms, question.until):
            return [folder / file for file in version.files(question.since, question.until)]
        return _derived(connection, facts, question, version)


def _derived(
    connection: Connection, facts: Path, question: Question, version: catalogue.Version | None
) -> list[Path]:
    """Return files of whole months, derived as of the newest record at or before as_of."""
    plan = read_plan(connection, question.branch_id)
    newest = bounds.newest_record(connection, question.branch_id, question.as_of_ms)
    as_of_ms = -1 if newest is None else newest
    first = bounds.first_owed_day(connection, plan)
    if first is None or first > question.until:
        return []
    months = range(
        month_number(max(question.since, first)),
        month_number(question.until) + 1,
    )
    shelf = _shelf(facts, question.branch_id, _state(connection, question.branch_id, version))
    kept = {month: shelf / f"{as_of_ms}-{month}.parquet" for month in months}
    missing = [month for month, path in kept.items() if not path.exists()]
    if missing:
        since, until = month_days(missing[0])[0], month_days(missing[-1])[1]
        stretch = Stretch(since, until, as_of_ms)
        context = (
            EVERYTHING
            if len(missing) > FEW_MONTHS
            else needed_context(connection, plan, since, until)
        )
        with connect(facts) as duck:
            derive_facts(duck, connection, plan, stretch, context)
            filled = catalogue.months_of_facts(duck, since, until)
            for month in missing:
                _keep(duck, kept[month], month, empty=month not in filled)
        _make_room(shelf, set(kept.values()))
    return [path for path in kept.values() if path.stat().st_size]


def _keep(duck: duckdb.DuckDBPyConnection, path: Path, month: int, *, empty: bool) -> None:
    """Keep the facts of a month; those of an empty one are an empty file, which nobody reads."""
    # Not before the derivation: while it lasts, questions of newer states may forget this one.
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.stem}.{os.getpid()}-{threading.get_ident()}.writing")
    if empty:
        aside.touch()
    else:
        catalogue.copy_facts(duck, aside, *month_days(month))
    aside.rename(path)


def _make_room(shelf: Path, needed: set[Path]) -> None:
    """Delete the oldest files of a shelf with too many; who still needs one derives it again."""
    files = _oldest_first(shelf.glob("*.parquet"))
    for path in files[: max(0, len(files) - MOST_FILES)]:
        if path not in needed:
            path.unlink(missing_ok=True)


def _state(connection: Connection, branch_id: int, version: catalogue.Version | None) -> str:
    """Return a name for the state of the records.

    Each change marks months or scans, or makes a version.
    """
    marks = sorted(dirty.marked_months(connection, branch_id).items())
    scans = dirty.untraced_state(connection, branch_id)
    state = json.dumps([catalogue.FORMAT, version and version.name, marks, scans])
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def _shelf(facts: Path, branch_id: int, state: str) -> Path:
    """Return the folder of what was derived in a state of the records; forget older states."""
    parent = facts / "past" / f"branch={branch_id}"
    shelf = parent / state
    if not shelf.exists() and parent.exists():
        states = _oldest_first(parent.iterdir())
        for old in states[: 1 - KEPT_STATES]:
            shutil.rmtree(old, ignore_errors=True)
    return shelf


def _oldest_first(paths: Iterable[Path]) -> list[Path]:
    """Return those that no other process has deleted meanwhile."""
    found = []
    for path in paths:
        with suppress(FileNotFoundError):
            found.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(found)]

"""A branch in a database of its own, asked as the command line and the API ask."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from service.measures import dirty
from service.models.engine import engine_options, prepare, reading, writing
from service.operations.import_feed import import_feed
from service.operations.refresh_facts import refresh_facts
from service.queries.ask import ask
from service.queries.branches import branch_id_of
from service.queries.questions import MarksQuestion, RatesQuestion, RoundsQuestion
from tests.oracle.feeds import Question, write_feed
from tests.oracle.questions import differences
from tests.oracle.records import Records

KINDS = {"rates": RatesQuestion, "rounds": RoundsQuestion, "marks": MarksQuestion}


class Ledger:
    """The records of one branch and what is published of them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine: Engine = create_engine(url, **engine_options(url))
        prepare(self.engine)
        self.folder = folder
        self.facts = folder / "facts"

    def add(self, feed: dict[str, list[dict[str, str]]]) -> str:
        """Import a feed; return its branch's code. Nothing is published yet."""
        shutil.rmtree(self.folder / "feed", ignore_errors=True)
        self.add_folder(write_feed(feed, self.folder / "feed"))
        return feed["feed_info"][0]["branch_code"]

    def add_folder(self, folder: Path) -> None:
        import_feed(self.engine, folder, staging_folder=self.folder)

    def refresh(self, branch: str, now: datetime) -> bool:
        return refresh_facts(self.engine, self.facts, self.branch_id(branch), now)

    def derive_from_scratch(self, branch: str, now: datetime) -> None:
        with writing(self.engine) as connection:
            dirty.mark_everything(connection, self.branch_id(branch))
        self.refresh(branch, now)

    def branch_id(self, branch: str) -> int:
        with reading(self.engine) as connection:
            return branch_id_of(connection, branch)

    def ask(self, branch: str, question: Question, now: datetime) -> list[dict[str, Any]]:
        """Answer `rates`, `rounds` or `marks`."""
        asked = KINDS[question.name](**question.options, branch=branch)
        return ask(self.engine, self.facts, asked, now).rows

    def differences(
        self, branch: str, question: Question, records: Records, now: datetime
    ) -> list[str]:
        """Where the service's answer is not the oracle's."""
        return differences(self.ask(branch, question, now), question.answer(records))

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture
def ledger(migrated_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """An empty branch on SQLite and on PostgreSQL."""
    ledger = Ledger(migrated_url, tmp_path)
    yield ledger
    ledger.close()

"""Whether the service answers as the oracle does, feed after drawn feed; prints where it does not.

The oracle (tests/oracle) is a second implementation of docs/metrics.md that shares no code with the
service. A seed that fails is printed with the question and a feed from which no row can be left
out.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import flask_migrate
from benchmarks._places import DATABASES, ROOT
from sqlalchemy import Engine, create_engine, make_url, text
from toolchain.postgres import Server

from service.app import create_app
from service.config import Config
from service.extensions import db
from service.models.engine import engine_options, prepare
from service.operations.import_feed import import_feed
from service.operations.refresh_facts import refresh_facts
from service.queries.ask import ask
from service.queries.questions import MarksQuestion, RatesQuestion, RoundsQuestion

# By name: mypy holds this folder to strict types, and would hold the tests that it imports to them.
feeds = import_module("tests.oracle.feeds")
oracle = import_module("tests.oracle.oracle")
wording = import_module("tests.oracle.questions")
records = import_module("tests.oracle.records")
smaller = import_module("tests.oracle.smaller")

Feed = dict[str, list[dict[str, str]]]
Question = Any  # tests.oracle.feeds.Question

KINDS = {"rates": RatesQuestion, "rounds": RoundsQuestion, "marks": MarksQuestion}
EVERY: Final = 100
TEMPLATE: Final = "parity_template"


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    failed = []
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="jianbao-parity-") as name,
        _service(options.database, Path(name)) as service,
    ):
        for seed in range(options.start, options.start + options.seeds):
            if not _agrees(service, seed, options.groupings):
                failed.append(seed)
            if (seed - options.start + 1) % EVERY == 0:
                print(f"… seed {seed}, {time.monotonic() - started:.0f} s", flush=True)
    print(
        f"{options.seeds} seeds from {options.start} on {options.database}:"
        f" {len(failed)} failed {failed or ''}"
    )
    return 1 if failed else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench parity", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many (%(default)s)")
    parser.add_argument("--from", dest="start", type=int, default=0, help="the first seed")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument(
        "--groupings", type=int, default=4, help="of each question, besides its own (%(default)s)"
    )
    return parser.parse_args(arguments)


def _agrees(service: "Service", seed: int, groupings: int) -> bool:
    feed = feeds.feed_of(seed)
    questions = _questions(seed, feed, groupings)
    # Every other seed's facts are published as of the instant asked about: both ways are tried,
    # published facts and those derived for a past instant.
    now = questions[0].options["as_of"] if seed % 2 else datetime.now(UTC)
    found = _first_difference(service, feed, now, questions)
    if found is None:
        return True
    question, lines = found
    print(f"\nseed {seed}: jianbao {' '.join(question.command())}")
    print("\n".join(f"    {line}" for line in lines[:20]))
    try:
        reduced = smaller.smallest(
            feed, lambda less: bool(_first_difference(service, less, now, [question]))
        )
    except Exception as error:
        print(f"    (could not be reduced: {error!r})")
        reduced = feed
    for name, rows in reduced.items():
        print(f"  {name}.csv")
        print("\n".join(f"    {row}" for row in rows), flush=True)
    return False


def _questions(seed: int, feed: Feed, groupings: int) -> list[Question]:
    """Return the seed's question, and for rates and rounds the same by some other groupings."""
    question = feeds.question_of(seed, feed)
    known = {"rates": oracle.GROUPINGS, "rounds": oracle.ROUND_GROUPINGS}.get(question.name, [])
    found = [question]
    for number in range(min(groupings, len(known))):
        options = {**question.options, "by": known[(seed * groupings + number) % len(known)]}
        if question.name == "rates":
            options["scans"] = ("all", "sound")[(seed + number) % 2]
        found.append(replace(question, options=options))
    return found


def _first_difference(
    service: "Service", feed: Feed, now: datetime, questions: list[Question]
) -> tuple[Question, list[str]] | None:
    known = records.parse(feed)
    with service.told(feed, now) as told:
        for question in questions:
            if lines := wording.differences(told.answer(question), question.answer(known)):
                return question, lines
    return None


@dataclass(frozen=True)
class Told:
    """The service with one feed's records."""

    engine: Engine
    facts: Path

    def answer(self, question: Question) -> list[dict[str, Any]]:
        asked = KINDS[question.name](**question.options)
        return ask(self.engine, self.facts, asked, datetime.now(UTC)).rows


class Service:
    """Empty migrated databases, one a feed, on SQLite or in a PostgreSQL of our own."""

    def __init__(self, folder: Path, server_url: str | None) -> None:
        self.folder = folder
        self.server_url = server_url
        self.number = 0
        if server_url is None:
            self.template = f"sqlite:///{folder / 'template.db'}"
        else:
            self._execute(f"CREATE DATABASE {TEMPLATE}")
            self.template = self._named(TEMPLATE)
        _migrate(self.template, folder)

    @contextmanager
    def told(self, feed: Feed, now: datetime) -> Iterator[Told]:
        """Give the service with the feed imported and its figures published as of `now`."""
        self.number += 1
        folder = self.folder / "data"
        folder.mkdir()
        url = self._new_database(folder)
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        try:
            facts = folder / "facts"
            imported = import_feed(
                engine, feeds.write_feed(feed, folder / "feed"), staging_folder=folder
            )
            refresh_facts(engine, facts, imported.branch_id, now)
            yield Told(engine, facts)
        finally:
            engine.dispose()
            shutil.rmtree(folder)
            if self.server_url is not None:
                self._execute(f"DROP DATABASE parity_{self.number} WITH (FORCE)")

    def _new_database(self, folder: Path) -> str:
        if self.server_url is None:
            shutil.copy(self.folder / "template.db", folder / "jianbao.db")
            return f"sqlite:///{folder / 'jianbao.db'}"
        name = f"parity_{self.number}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._named(name)

    def _named(self, name: str) -> str:
        assert self.server_url is not None
        return make_url(self.server_url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        assert self.server_url is not None
        engine = create_engine(self.server_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def _service(database: str, folder: Path) -> Iterator[Service]:
    if database == "sqlite":
        yield Service(folder, None)
        return
    with Server() as server:
        yield Service(folder, server.url)


def _migrate(url: str, folder: Path) -> None:
    app = create_app(Config(data=folder, database_url=url))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

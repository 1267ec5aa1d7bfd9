"""Many schedules against one life of the service, each judged, and the facts at its end."""

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import make_url

from service.app import create_app
from service.config import Config
from service.extensions import db
from service.operations.refresh_facts import refresh_dirty
from service.queries.ask import ask
from service.queries.check import check
from service.queries.questions import RatesQuestion
from tests.faults import district
from tests.faults.district import COPIES, DAYS, FIRST_DAY, Slot
from tests.faults.judge import Items, judge
from tests.faults.life import ROOT, Database, Life, living
from tests.faults.player import playing
from tests.faults.schedules import draw

# When everything of every schedule is over, on every clock.
AFTERWARDS = datetime(2026, 8, 1, tzinfo=UTC)


@dataclass
class Tally:
    """What came of the schedules: faults by seed, and how much was tried."""

    faults: dict[int, list[str]] = field(default_factory=dict)
    schedules: int = 0
    recorded: int = 0
    extra: int = 0
    kills: int = 0
    mishaps: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Add another life's."""
        self.faults |= other.faults
        for name in ("schedules", "recorded", "extra", "kills"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mishap, count in other.mishaps.items():
            self.mishaps[mishap] = self.mishaps.get(mishap, 0) + count

    def words(self) -> str:
        """Return what failed, with seeds."""
        return "\n".join(
            f"seed {seed}: {fault}" for seed, faults in self.faults.items() for fault in faults[:6]
        )


@dataclass(frozen=True)
class Bundle:
    """The app's core as one script, and the harness that runs it."""

    core: Path
    harness: Path


class Districts:
    """Filled databases, one a life, copied from one that is filled once."""

    def __init__(self, folder: Path, slots: int, template: Database) -> None:
        self.folder = folder
        self.slots = slots
        self.template = template
        self.number = 0
        data = folder / "template-data"
        app = create_app(Config(data=data, database_url=template.url))
        with app.app_context():
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
            district.fill(db.engine, folder / "feed", slots)
            db.engine.dispose()

    @contextmanager
    def life(self, **how: Any) -> Iterator[Life]:
        """Give a service over a district of its own; `how`: what Life takes besides."""
        self.number += 1
        folder = self.folder / f"life{self.number}"
        folder.mkdir()
        database = self._copied(folder)
        try:
            with living(Life(folder, database, **how)) as life:
                yield life
        finally:
            database.forget()

    def _copied(self, folder: Path) -> Database:
        if self.template.execute is None:
            database = Database(f"sqlite:///{folder / 'jianbao.db'}")
            self.template.save(folder / "jianbao.db")
            return database
        name = f"{make_url(self.template.url).database}_{self.number}"
        source = make_url(self.template.url)
        self.template.execute(f"CREATE DATABASE {name} TEMPLATE {source.database}")
        url = source.set(database=name).render_as_string(hide_password=False)
        return Database(url, self.template.execute)


def play(
    life: Life,
    bundle: Bundle,
    seeds: Sequence[int],
    *,
    players: int = 1,
    service_faults: str | None = None,
    faults: Sequence[str] | None = None,
    enough: int | None = None,
    first_slot: int = 0,
) -> Tally:
    """Play a schedule a seed against the life, judge each, then the facts of all of them.

    `enough`: stop after so many seeds with faults, and do not look at the facts.
    """
    waiting: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
    for slot, seed in enumerate(seeds, first_slot):
        waiting.put((slot, seed))
    tally = Tally()
    handed: dict[str, Items] = {}
    lock = threading.Lock()
    errors: list[BaseException] = []

    def work() -> None:
        with playing(bundle.core, bundle.harness, life.port) as player:
            while not errors and (enough is None or len(tally.faults) < enough):
                try:
                    slot, seed = waiting.get_nowait()
                except queue.Empty:
                    return
                schedule = draw(seed, Slot(slot), service_faults, faults)
                report = player.play(schedule.as_json(), life.answer)
                verdict = judge(life.engine, schedule, report)
                with lock:
                    tally.schedules += 1
                    tally.recorded += verdict.recorded
                    tally.extra += verdict.extra
                    _count(tally.mishaps, schedule.steps, report)
                    handed.update(verdict.handed)
                    if verdict.faults:
                        tally.faults[seed] = verdict.faults

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(players)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    tally.kills = life.kills
    if enough is None and (wrong := facts_differ(life, handed)):
        tally.faults[-1] = wrong
    return tally


def _count(
    mishaps: dict[str, int], steps: Iterable[Mapping[str, Any]], report: Mapping[str, Any]
) -> None:
    for step in steps:
        name = step.get("what", step["do"])
        mishaps[name] = mishaps.get(name, 0) + 1
    for line in report["log"]:
        name = line.rpartition(" ")[2]
        if name.isalpha():
            mishaps[name] = mishaps.get(name, 0) + 1
    for told in report["told"]:
        name = f"{told['outcome']} {told.get('reason', '')}".strip()
        mishaps[name] = mishaps.get(name, 0) + 1


def facts_differ(life: Life, handed: Mapping[str, Items]) -> list[str]:
    """Return where the published facts are not what was handed over, or not what records give."""
    facts = life.config.facts
    refresh_dirty(life.engine, facts, AFTERWARDS)
    last = FIRST_DAY + timedelta(days=DAYS - 1)
    question = RatesQuestion(by="point", since=FIRST_DAY, until=last, as_of=AFTERWARDS)
    answer = ask(life.engine, facts, question, AFTERWARDS).rows
    wrong = []
    for row in answer:
        items = handed.get(str(row["key"]), {})
        delivered = sum(min(COPIES, copies) for copies in items.values())
        surplus = sum(max(0, copies - COPIES) for copies in items.values())
        if (row["delivered"], row["surplus"]) != (delivered, surplus):
            wrong.append(
                f"{row['key']}: the facts have {row['delivered']} delivered and {row['surplus']}"
                f" surplus, {delivered} and {surplus} were handed over"
            )
    checked = check(life.engine, facts)
    if not checked.clean or checked.waiting:
        wrong.append(f"jianbao check: {checked}")
    if not checked.compared:
        wrong.append("jianbao check has compared nothing")
    return wrong

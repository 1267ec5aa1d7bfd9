"""Hypothesis strategies: whole feeds, small but nasty, and questions to ask of them.

Everything is crowded around a few days and a few hot instants (due, departures, midnights, the
scan before plus the visit gap), so that coincidences are the rule and not the exception.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.feed_facts import MILLISECOND, NOTHING, add_facts, hot_instants
from tests.oracle.feed_plans import (
    DAY,
    Choices,
    Feed,
    Maker,
    add_promises,
    choose_setting,
    drawn_choices,
)
from tests.oracle.feed_routes import add_routes, stretch_standards
from tests.oracle.plans import Plans
from tests.oracle.records import Records, parse

REQUIRED = {"feed_info", "titles", "towns", "offices", "service_standards", "points"} | {
    "subscriptions"
}


def make_feed(number: Callable[[int, int], int]) -> Feed:
    make = Maker(number)
    choose_setting(make)
    add_promises(make)
    add_routes(make)
    stretch_standards(make)
    add_facts(make)
    return {name: rows for name, rows in make.feed.items() if rows or name in REQUIRED}


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A valid feed: file name without `.csv` → rows. Optional files without rows are absent.

    Hypothesis tries many variations of each feed it thinks of and shrinks failures; for breadth,
    `feed_of` makes another feed of every seed, several times as fast.
    """
    return make_feed(drawn_choices(draw))


def feed_of(seed: int) -> Feed:
    return make_feed(Random(seed).randint)


def write_feed(feed: Feed, folder: Path) -> Path:
    """Write a feed as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in feed.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@dataclass(frozen=True)
class Question:
    """`rates`, `rounds` or `marks`, with options as the oracle's functions take them."""

    name: str
    options: dict[str, Any]

    def command(self) -> list[str]:
        """The same question as words of a command line, without the program's name."""
        words = [self.name]
        for option, value in self.options.items():
            if value is not None:
                text = value.isoformat() if isinstance(value, date) else value
                words += [f"--{option.replace('_', '-')}", text]
        return words

    def answer(self, records: Records) -> list[dict[str, Any]]:
        """What the oracle says."""
        ask = {"rates": oracle.rates, "rounds": oracle.rounds, "marks": oracle.marks}[self.name]
        return ask(records, **self.options)


def core_days(records: Records) -> list[date]:
    """The days on which something was scanned, or promised."""
    days = {records.local_date(scan.at) for scan in records.scans}
    days |= {subscription.start for subscription in records.subscriptions}
    return sorted(days)


def as_of_pools(records: Records) -> list[list[datetime]]:
    """The instants at which an answer may change, by kind."""
    plans = Plans(records)
    days = core_days(records)
    issued = sorted({item.issue for items in records.items.values() for item in items})
    issued = issued[-3:] or days[-1:]
    points = sorted({each.point for each in records.subscriptions})
    pools = [
        sorted({scan.at for scan in records.scans}),
        sorted(plans.due_at(point, day) for point in points for day in issued),
        sorted({each.at for each in records.confirmations}),
        sorted(records.confirmation_voids.values()),
        sorted(records.scan_voids.values()),
    ]
    return [pool for pool in [*pools, *pools[2:], hot_instants(plans, days[-7:])[0]] if pool]


def choose_as_of(choices: Choices, records: Records) -> datetime:
    """After everything, or exactly at an instant that counts, or a moment before or after."""
    if choices.pick([False, True, True]):
        pool = choices.pick(as_of_pools(records))
        later_half = pool[len(pool) // 2 :]
        instant = choices.pick(choices.pick([later_half, pool]))
        steps = [NOTHING, NOTHING, NOTHING, MILLISECOND, -MILLISECOND, timedelta(microseconds=999)]
        instant += choices.pick(steps)
    else:
        days = choices.pick([75, 5, 2, 75])
        instant = datetime.combine(core_days(records)[-1], time(12), UTC) + days * DAY
    written = instant.astimezone(choices.pick([UTC, records.timezone])).isoformat()
    return datetime.fromisoformat(written)


def make_question(choices: Choices, feed: Feed, names: tuple[str, ...]) -> Question:
    records = parse(feed)
    name = choices.pick(names or ("rates", "rates", "rates", "rounds", "marks"))
    as_of = choose_as_of(choices, records)
    since, until = choose_period(choices, records)
    options: dict[str, Any] = {"since": since, "until": until, "as_of": as_of}
    if name == "rates":
        options["by"] = choices.pick(oracle.GROUPINGS)
        options["scans"] = choices.pick(["all", "all", "sound"])
        options.update(choose_filters(choices, records))
    if name == "rounds":
        options["by"] = choices.pick(oracle.ROUND_GROUPINGS)
    if since is not None and until is None and since > records.local_date(as_of):
        options["since"] = None
    return Question(name, options)


@st.composite
def questions(draw: st.DrawFn, feed: Feed, names: tuple[str, ...] = ()) -> Question:
    """A question of one of the kinds named (any, when none is)."""
    return make_question(Choices(drawn_choices(draw)), feed, names)


def question_of(seed: int, feed: Feed, names: tuple[str, ...] = ()) -> Question:
    return make_question(Choices(Random(seed).randint), feed, names)


def choose_period(choices: Choices, records: Records) -> tuple[date | None, date | None]:
    """Everything, a few days, a single day, or the defaults."""
    days = core_days(records)
    how = choices.pick(["wide", "wide", "wide", "wide", "days", "day", "default", "open"])
    if how == "wide":
        return days[0] - 40 * DAY, days[-1] + 80 * DAY
    if how == "default":
        return None, None
    first, last = sorted([choices.pick(days), choices.pick(days)])
    if how == "day":
        return first, first
    return first, (None if how == "open" else last)


def choose_filters(choices: Choices, records: Records) -> dict[str, str | None]:
    """No filter as a rule, or the code of a title, town or route that exists."""
    codes = {
        "title": sorted(records.titles),
        "town": sorted(records.areas),
        "route": Plans(records).route_codes(),
    }
    return {
        name: choices.pick(known) if known and choices.one_in(8) else None
        for name, known in codes.items()
    }

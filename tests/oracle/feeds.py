"""Hypothesis strategies: whole feeds, small but nasty, and questions to ask of them.

Everything is crowded around a few days and a few hot instants (due, departures, midnights, the
scan before plus the visit gap), so that coincidences are the rule and not the exception.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.feed_facts import MILLISECOND, NOTHING, add_facts, hot_instants
from tests.oracle.feed_plans import DAY, Feed, Maker, add_promises, choose_setting
from tests.oracle.feed_routes import add_routes
from tests.oracle.plans import Plans
from tests.oracle.records import Records, parse

REQUIRED = {"feed_info", "titles", "towns", "offices", "service_standards", "points"} | {
    "subscriptions"
}


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A valid feed: file name without `.csv` → rows. Optional files without rows are absent."""
    make = Maker(draw)
    choose_setting(make)
    add_promises(make)
    add_routes(make)
    add_facts(make)
    return {name: rows for name, rows in make.feed.items() if rows or name in REQUIRED}


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
        sorted(records.scan_voids.values()),
        sorted({each.at for each in records.confirmations}),
        sorted(records.confirmation_voids.values()),
        hot_instants(plans, days[-7:])[0],
    ]
    return [pool for pool in pools if pool]


@st.composite
def as_ofs(draw: st.DrawFn, records: Records) -> datetime:
    """After everything, or exactly at an instant that counts, or a moment before or after."""
    if draw(st.integers(0, 2)) == 0:
        last = core_days(records)[-1]
        days = draw(st.sampled_from([75, 5, 2, 75]))
        instant = datetime.combine(last, time(12), UTC) + timedelta(days=days)
    else:
        steps = [NOTHING, NOTHING, NOTHING, MILLISECOND, -MILLISECOND, timedelta(microseconds=999)]
        pool = draw(st.sampled_from(as_of_pools(records)))
        later_half = pool[len(pool) // 2 :]
        instant = draw(st.sampled_from(draw(st.sampled_from([later_half, pool]))))
        instant += draw(st.sampled_from(steps))
    return instant.astimezone(draw(st.sampled_from([UTC, ZoneInfo(records.timezone.key)])))


@st.composite
def questions(draw: st.DrawFn, feed: Feed, names: tuple[str, ...] = ()) -> Question:
    """A question of one of the kinds named (any, when none is)."""
    records = parse(feed)
    name = draw(st.sampled_from(names or ("rates", "rates", "rates", "rounds", "marks")))
    as_of = draw(as_ofs(records))
    since, until = draw(periods(records))
    options: dict[str, Any] = {"since": since, "until": until, "as_of": as_of}
    if name == "rates":
        options["by"] = draw(st.sampled_from(oracle.GROUPINGS))
        options["scans"] = draw(st.sampled_from(["all", "all", "sound"]))
        options.update(draw(filters(records)))
    if name == "rounds":
        options["by"] = draw(st.sampled_from(oracle.ROUND_GROUPINGS))
    if since is not None and until is None and since > records.local_date(as_of):
        options["since"] = None
    return Question(name, options)


@st.composite
def periods(draw: st.DrawFn, records: Records) -> tuple[date | None, date | None]:
    """Everything, a few days, a single day, or the defaults."""
    days = core_days(records)
    how = draw(st.sampled_from(["wide", "wide", "wide", "days", "day", "default", "open"]))
    if how == "wide":
        return days[0] - 40 * DAY, days[-1] + 80 * DAY
    if how == "default":
        return None, None
    first, last = sorted(draw(st.tuples(st.sampled_from(days), st.sampled_from(days))))
    if how == "day":
        return first, first
    return first, (None if how == "open" else last)


@st.composite
def filters(draw: st.DrawFn, records: Records) -> dict[str, str | None]:
    """No filter as a rule, or the code of a title, town or route that exists."""
    codes = {
        "title": sorted(records.titles),
        "town": sorted(records.areas),
        "route": Plans(records).route_codes(),
    }
    return {
        name: draw(st.sampled_from(known)) if known and draw(st.integers(0, 7)) == 7 else None
        for name, known in codes.items()
    }

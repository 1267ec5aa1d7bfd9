"""How fast a district's year is imported, derived and asked about; --write puts it into the docs.

Sizes and what is measured how: docs/performance.md.
"""

import argparse
import http.client
import json
import re
import socket
import statistics
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import _report
from benchmarks._by_hand import ByHand, same
from benchmarks._places import DATABASES, Place, place
from sqlalchemy import Engine

from service.demo.scale import write_district_year
from service.domain.instants import day_number, milliseconds, month_number
from service.measures import reader
from service.measures.reader import Question
from service.models.engine import reading
from service.queries.ask import ask
from service.queries.branches import branch_id_of
from service.queries.questions import RATE_GROUPINGS, RatesQuestion

POINTS: Final = 2000
DAYS: Final = 365
TIMES: Final = 7
BRANCH: Final = "SCALE"
ZONE: Final = "+08:00"
# Long enough for all that was promised to be due.
AFTER = timedelta(days=1)
LONG_AGO = timedelta(days=100)
START_SECONDS = 60


@dataclass(frozen=True)
class Year:
    """The question that everything is measured with: all of a year, as of the day after it."""

    since: date
    until: date

    @property
    def as_of(self) -> datetime:
        """Midnight after the last day."""
        return datetime.fromisoformat(f"{self.until + AFTER}T00:00:00{ZONE}")

    @property
    def long_ago(self) -> datetime:
        """An instant in the middle of the year."""
        return self.as_of - LONG_AGO

    def question(self, by: str, as_of: datetime) -> RatesQuestion:
        """Return `rates` by a grouping."""
        return RatesQuestion(by=by, since=self.since, until=self.until, as_of=as_of, branch=BRANCH)


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    until = date.fromisoformat(options.until) if options.until else _yesterday()
    year = Year(until - timedelta(days=DAYS - 1), until)
    with place(options.database) as here:
        counts = write_district_year(
            here.folder / "feed", seed=1, points=max(1, round(POINTS * options.scale)), until=until
        )
        _say(f"{counts.scan_items:,} items of {counts.scans:,} scans written")
        figures: dict[str, Any] = {"district": asdict(counts), **_import(here)}
        _say(f"{figures['rows']:,} rows imported")
        month = month_number(day_number(until - timedelta(days=45)))
        figures |= _derive(here, month)
        _say("facts derived")
        with here.engine() as engine:
            figures["database"] = _report.database(engine)
            figures["groupings"] = _ask(here, engine, year)
            figures |= _ask_of_the_past(here, engine, year)
    shown = _report.report(figures, options.scale)
    print(shown)
    if options.write:
        _report.write(shown)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench measures", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of 2,000 points (%(default)s)")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--until", help="last day of the year (yesterday)")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    return parser.parse_args(arguments)


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _import(here: Place) -> dict[str, Any]:
    """Run `jianbao import` and return its rows, and when they and their figures were there.

    The command says what it imported when that is committed, and ends when figures are published.
    """
    started = time.perf_counter()
    rows, committed = 0, 0.0
    with here.start("-m", "service", "import", here.folder / "feed") as command:
        assert command.stdout is not None
        for line in command.stdout:
            committed = time.perf_counter() - started
            rows += int(re.findall(r": ([0-9]+) new", line)[0])
    if command.returncode:
        raise RuntimeError(f"jianbao import ended with status {command.returncode}")
    return {"rows": rows, "imported": committed, "published": time.perf_counter() - started}


def _derive(here: Place, month: int) -> dict[str, float]:
    """Derive in a fresh process, which says how long that took and how much memory."""
    with here.start(Path(__file__).with_name("_derive.py"), str(month)) as child:
        assert child.stdout is not None
        took: dict[str, float] = json.loads(child.stdout.read() or "{}")
    if child.returncode:
        raise RuntimeError(f"the derivation ended with status {child.returncode}")
    return took


def _ask(here: Place, engine: Engine, year: Year) -> list[dict[str, Any]]:
    """Ask by every grouping, in this process, over HTTP and by hand."""
    facts, as_of_ms = here.config.facts, milliseconds(year.as_of)
    since, until = day_number(year.since), day_number(year.until)
    with reading(engine) as connection:
        branch_id = branch_id_of(connection, BRANCH)
    files = reader.files(engine, facts, Question(branch_id, since, until, as_of_ms))
    with reading(engine) as connection:
        by_hand = ByHand(connection, files)
    found = []
    with _served(here) as ask_over_http:
        for by in RATE_GROUPINGS:
            question = year.question(by, year.as_of)
            rows = ask(engine, facts, question, datetime.now(UTC)).rows
            if not same(by_hand.ask(by, since, until, as_of_ms), rows):
                raise RuntimeError(f"by {by}, SQL by hand says something else")
            ways = {
                "asked": lambda asked=question: ask(engine, facts, asked, datetime.now(UTC)),
                "http": lambda asked=question: ask_over_http(asked),
                "by_hand": lambda by=by: by_hand.ask(by, since, until, as_of_ms),
                "from_files": lambda by=by: by_hand.ask(
                    by, since, until, as_of_ms, from_files=True
                ),
            }
            size = {"by": by, "groups": len(rows), "rows": by_hand.rows}
            found.append({**size, **_medians(ways)})
    return found


def _ask_of_the_past(here: Place, engine: Engine, year: Year) -> dict[str, float]:
    """Ask as of an instant that the published facts do not hold: derived first, then kept."""
    question = year.question("town", year.long_ago)

    def asked() -> object:
        return ask(engine, here.config.facts, question, datetime.now(UTC))

    return {"past_first": _seconds(asked), "past_again": _medians({"again": asked})["again"]}


def _medians(ways: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each way, after one call to warm up.

    They take turns, so that what else the machine does falls on all of them.
    """
    for call in ways.values():
        call()
    rounds = [{name: _seconds(call) for name, call in ways.items()} for _ in range(TIMES)]
    return {name: statistics.median(each[name] for each in rounds) for name in ways}


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@contextmanager
def _served(here: Place) -> Iterator[Callable[[RatesQuestion], bytes]]:
    """Serve with one worker, and give what asks it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = ("-m", "service", "serve", "--port", str(port), "--workers", "1")
    server = here.start(*words, log=here.folder / "serve.log")

    def ask_over_http(question: RatesQuestion) -> bytes:
        given = {name: value for name, value in asdict(question).items() if value is not None}
        given["as_of"] = given["as_of"].isoformat()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        with closing(connection):
            connection.request("GET", f"/api/v1/rates?{urllib.parse.urlencode(given)}")
            response = connection.getresponse()
            body = response.read()
        if response.status != 200:
            raise RuntimeError(f"HTTP {response.status}: {body.decode()}")
        return body

    try:
        _wait_for(port)
        yield ask_over_http
    finally:
        server.terminate()
        server.communicate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise RuntimeError("the service did not start")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

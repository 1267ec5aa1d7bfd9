"""How fast phones' events are taken in, with a year behind them; --write puts it into the docs.

What is measured how: docs/performance.md.
"""

import argparse
import http.client
import json
import random
import shutil
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from benchmarks import _report
from benchmarks._phones import SCANS, Phone, enrol_phones
from benchmarks._places import DATABASES, Place, place
from benchmarks._plain import PlainWriter
from sqlalchemy import Engine

from service.demo.scale import write_district_year

POINTS: Final = 2000
BATCHES: Final = 40
PHONES: Final = 50
SPREAD_SECONDS: Final = 10
ROUNDS: Final = 3
START_SECONDS: Final = 60
# A week of records, and a year of them: what a sync costs must not follow.
HISTORIES: Final = (7, 365)
BUDGETS: Final = {
    "median": ("one sync of 100 scans with 4 items each, over HTTP, median", "ms", 50.0, "at most"),
    "ratio": ("rows written a second, against a plain `executemany`", "%", 30.0, "at least"),
    "p95": ("50 phones' syncs of that size within 10 s, 95th percentile", "ms", 200.0, "at most"),
}


@dataclass(frozen=True)
class Measured:
    """Seconds of each sync over HTTP and of its rows written plainly, and of syncs all at once."""

    days: int
    scans: int
    alone: Sequence[float]
    plain: Sequence[float]
    rows: int
    together: Sequence[float]

    def values(self) -> dict[str, float]:
        """What the budgets are about."""
        return {
            "median": statistics.median(self.alone) * 1000,
            "ratio": statistics.median(self.plain) / statistics.median(self.alone) * 100,
            "p95": statistics.quantiles(self.together, n=20)[-1] * 1000,
        }


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    found = []
    for days in HISTORIES:
        with place(options.database) as here:
            found.append(_measure(here, days, max(20, round(POINTS * options.scale))))
            with here.engine() as engine:
                database = _report.database(engine)
        print(f"{days} days: {found[-1].values()}", file=sys.stderr, flush=True)
    shown = _shown(found, database, options.scale)
    print(shown)
    if options.write:
        _report.write(shown, f"sync on {options.database}")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench sync", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of 2,000 points (%(default)s)")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    return parser.parse_args(arguments)


def _measure(here: Place, days: int, points: int) -> Measured:
    until = datetime.now(UTC).date() - timedelta(days=1)
    feed = here.folder / "feed"
    scans = write_district_year(feed, seed=1, points=points, days=days, until=until).scans
    with here.start("-m", "service", "import", feed) as command:
        command.communicate()
    shutil.rmtree(feed)
    with here.engine() as engine:
        phones = enrol_phones(engine, PHONES + 1)
        alone, plain, rows = _alone(here, engine, phones[0], until)
        together = _together(here, phones[1:], until)
    return Measured(days, scans, alone, plain, rows, together)


def _alone(
    here: Place, engine: Engine, phone: Phone, day: date
) -> tuple[list[float], list[float], int]:
    """One phone, one sync after another; the rows of each are then written plainly, elsewhere.

    They take turns, so that what else the machine does falls on both.
    """
    alone, plain, rows = [], [], 0
    with PlainWriter(engine, here.folder) as writer, _web_server(here) as port:
        for _ in range(BATCHES + 1):
            body = phone.batch(day)
            with closing(_connection(port)) as connection:
                started = time.perf_counter()
                answer = _post(connection, phone, body)
                alone.append(time.perf_counter() - started)
            _check(answer)
            seconds, written = writer.write_what_came()
            plain.append(seconds)
            rows += written
    # The first ones warm up.
    return alone[1:], plain[1:], rows


def _together(here: Place, phones: Sequence[Phone], day: date) -> list[float]:
    """All phones within ten seconds, several times, with the refresher at work beside."""
    took: list[float] = []
    chance = random.Random(1)  # noqa: S311

    def hand_over(phone: Phone, body: bytes, at: float) -> None:
        time.sleep(max(0.0, at - time.monotonic()))
        started = time.perf_counter()
        with closing(_connection(port)) as connection:
            answer = _post(connection, phone, body)
        took.append(time.perf_counter() - started)
        _check(answer)

    with _served(here) as port:
        for _ in range(ROUNDS):
            begin = time.monotonic() + 1
            threads = [
                threading.Thread(
                    target=hand_over,
                    args=(phone, phone.batch(day), begin + chance.uniform(0, SPREAD_SECONDS)),
                )
                for phone in phones
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    if len(took) != ROUNDS * len(phones):
        raise RuntimeError("a sync failed")
    return took


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def _post(connection: http.client.HTTPConnection, phone: Phone, body: bytes) -> bytes:
    headers = {"Authorization": f"Bearer {phone.token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/sync", body, headers)
    return connection.getresponse().read()


def _check(answer: bytes) -> None:
    """RuntimeError unless every scan was accepted."""
    results: list[dict[str, Any]] = json.loads(answer).get("results", [])
    if [each["status"] for each in results] != ["accepted"] * SCANS:
        raise RuntimeError(f"not all accepted: {answer[:1000].decode()}")


@contextmanager
def _served(here: Place) -> Iterator[int]:
    """`jianbao serve`: two workers and the refresher."""
    port = _free_port()
    with _running(here, port, "-m", "service", "serve", "--port", str(port), "--workers", "2"):
        yield port


@contextmanager
def _web_server(here: Place) -> Iterator[int]:
    """Its web server with one worker, without the refresher."""
    port = _free_port()
    words = ["-m", "gunicorn", "--config", "python:service.cli.gunicorn_settings"]
    words += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "service.app:create_app()"]
    with _running(here, port, *words):
        yield port


@contextmanager
def _running(here: Place, port: int, *words: str) -> Iterator[None]:
    server = here.start(*words, log=here.folder / "serve.log")
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), closing(_connection(port)) as connection:
            connection.request("GET", "/api/v1/clock")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the service did not start")


def _shown(found: Sequence[Measured], database: str, scale: float) -> str:
    told = f"{database}; {_report.machine()}."
    if scale != 1:
        told += f" **Scale {scale:g}: the budgets are for scale 1.**"
    heads = [f"with {each.days} days of history ({each.scans:,} scans)" for each in found]
    lines = [f"| | {' | '.join(heads)} | budget | |", f"|---|{'---:|' * (len(found) + 1)}---|"]
    for name, (words, unit, limit, side) in BUDGETS.items():
        values = [each.values()[name] for each in found]
        met = all(value <= limit if side == "at most" else value >= limit for value in values)
        reached = " | ".join(f"{value:,.0f} {unit}" for value in values)
        verdict = "" if met else "**not met**"
        lines.append(f"| {words} | {reached} | {side} {limit:g} {unit} | {verdict} |")
    rates = [f"{each.rows / sum(each.alone):,.0f}" for each in found]
    lines.append(f"| rows written a second, one phone after another | {' | '.join(rates)} | | |")
    return "\n\n".join([told, "\n".join(lines)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Seeded schedules of faults: the app's core against the real service, for as long as you like.

What befalls phones, network, storage and service is drawn from seeds (tests/faults). Of ten lives
of the service seven have many phones at once, three have their service killed or restored from
backups; half of them are on PostgreSQL. Prints what was played, and every seed with a fault.
"""

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url
from toolchain.postgres import Server

# By name: mypy holds this folder to strict types, and would hold the tests that it imports to them.
campaign = import_module("tests.faults.campaign")
life = import_module("tests.faults.life")
player = import_module("tests.faults.player")

TOGETHER: Final = 150
ALONE: Final = 30
# By the number of a life, modulo: what befalls its service.
SERVICE_FAULTS: Final = {7: "kill", 8: "restore", 9: "kill"}


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    ends = time.monotonic() + options.minutes * 60
    tally = campaign.Tally()
    with (
        tempfile.TemporaryDirectory(prefix="jianbao-faults-") as name,
        Server() as server,
    ):
        folder = Path(name)
        bundle = campaign.Bundle(player.build(folder / "app"), folder / "app" / "run.mjs")
        districts = [_sqlite(folder / "sqlite"), _postgresql(folder / "postgresql", server.url)]
        if options.seed is not None:
            kind = None if options.service_faults == "none" else options.service_faults
            with districts[options.database == "postgresql"].life() as one:
                tally = campaign.play(one, bundle, [options.seed], service_faults=kind)
            print(tally.words() or "no fault")
            return 1 if tally.faults else 0
        number = 0
        while time.monotonic() < ends:
            _play(tally, districts[number // 5 % 2], bundle, options.start + 1000 * number, number)
            number += 1
            _tell(tally)
    print(tally.words())
    return 1 if tally.faults else 0


def _play(tally: Any, districts: Any, bundle: Any, seed: int, number: int) -> None:
    """Play one life's schedules and add what came of them."""
    faults = SERVICE_FAULTS.get(number % 10)
    count = TOGETHER if faults is None else ALONE
    with districts.life() as one:
        players = 2 if faults is None else 1
        seeds = range(seed, seed + count)
        tally.add(campaign.play(one, bundle, seeds, players=players, service_faults=faults))


def _tell(tally: Any) -> None:
    print(
        f"{tally.schedules:,} schedules, {tally.recorded:,} events recorded, {tally.kills} kills of"
        f" the service: {len(tally.faults)} with faults",
        flush=True,
    )


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="how long (%(default)s)")
    parser.add_argument("--from", dest="start", type=int, default=5_000_000, help="the first seed")
    parser.add_argument("--seed", type=int, help="play only this one again")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--service-faults",
        choices=["none", "kill", "restore"],
        default="none",
        help="with --seed: what befell the service",
    )
    return parser.parse_args(arguments)


def _sqlite(folder: Path) -> Any:
    folder.mkdir()
    return campaign.Districts(
        folder, TOGETHER, life.Database(f"sqlite:///{folder / 'template.db'}")
    )


def _postgresql(folder: Path, maintenance: str) -> Any:
    folder.mkdir()
    address = make_url(maintenance).set(drivername="postgresql")

    def execute(statement: str) -> None:
        plain = address.render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())

    execute("CREATE DATABASE faults")
    url = make_url(maintenance).set(database="faults").render_as_string(hide_password=False)
    return campaign.Districts(folder, TOGETHER, life.Database(url, execute))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

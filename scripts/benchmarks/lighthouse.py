"""Lighthouse's performance of the app's first page, a round and the camera, on its mobile profile.

Served by `jianbao serve` in the demonstration district, loaded by an enrolled phone that keeps
nothing of the app. With --write it stands in docs/performance.md; fails where a median is below 95.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._report import machine, write
from playwright.sync_api import sync_playwright
from toolchain import web
from toolchain.browser import ensure_chromium
from toolchain.steps import ROOT

# By name: mypy holds this folder to strict types, and would hold the tests that it imports to them.
filming = import_module("tests.browser.film")
phones = import_module("tests.browser.phone")
stations = import_module("tests.browser.station")

PACKAGE = ROOT / "scripts" / "lighthouse"
LEAST = 95


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    web.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(PACKAGE))
    with tempfile.TemporaryDirectory(prefix="jianbao-lighthouse-") as name:
        told = measured(Path(name), options.runs)
    text = _report(told)
    print(text)
    if options.write:
        write(text, "lighthouse")
    return 0 if all(median(each["scores"]) >= LEAST for each in told.values()) else 1


def measured(folder: Path, runs: int) -> dict[str, Any]:
    """Return scores (0 to 100) and metrics (milliseconds) by screen."""
    today = datetime.now(stations.SHANGHAI).date()
    with stations.station(folder, today) as station, sync_playwright() as playwright:
        phone = phones.Phone(playwright, ensure_chromium(), folder / "profile")
        film = filming.shoot(folder / "wall.mjpeg", [filming.PAUSE])
        port = stations.free_port()
        page = phone.open(station.enrolment(), film, arguments=[f"--remote-debugging-port={port}"])
        page.get_by_test_id("go").click()
        page.get_by_test_id("round").first.wait_for()
        page.goto("about:blank")
        screens = {
            "start": station.app,
            "round": f"{station.app}#/round/{stations.ROUTE}/{today}",
            "camera": f"{station.app}#/scan/{stations.ROUTE}/{today}",
        }
        command = ["node", PACKAGE / "run.js", str(port), str(runs), *screens.values()]
        done = subprocess.run(
            command, env={**os.environ, **web.node_path()}, capture_output=True, text=True
        )
        phone.close()
        if done.returncode:
            raise RuntimeError(done.stderr)
        answer = json.loads(done.stdout)
        return {screen: answer[address] for screen, address in screens.items()}


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench lighthouse", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of each screen (%(default)s)")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    return parser.parse_args(arguments)


def _report(told: dict[str, Any]) -> str:
    metrics = list(next(iter(told.values()))["metrics"])
    lines = [f"{machine()}.", ""]
    lines.append("| | performance, median | of | " + " | ".join(metrics) + " | |")
    lines.append("|---|---:|---|" + "---:|" * len(metrics) + "---|")
    for screen, each in told.items():
        score = median(each["scores"])
        values = " | ".join(f"{each['metrics'][name]:,} ms" for name in metrics)
        verdict = "" if score >= LEAST else "**not met**"
        runs = ", ".join(map(str, each["scores"]))
        lines.append(f"| {screen} | {score:g} | {runs} | {values} | {verdict} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the app weighs and how long a courier waits, on a slowed-down page without a network.

Builds nothing: what scripts/run or scripts/test built is measured (courier_pwa/dist), served by
`jianbao serve` in the demonstration district. With --write it stands in docs/performance.md.
"""

import argparse
import sys
import tempfile
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._report import Budget, machine, write
from playwright.sync_api import expect, sync_playwright
from toolchain.browser import ensure_chromium

# By name: mypy holds this folder to strict types, and would hold the tests that it imports to them.
budgets = import_module("tests.browser.test_budgets")
filming = import_module("tests.browser.film")
phones = import_module("tests.browser.phone")
stations = import_module("tests.browser.station")
timing = import_module("tests.browser.timing")

STARTS = 7
SCANS = 4
BUDGETS = {
    "shell": Budget("the app's shell, gzip", "KB", 40, digits=1),
    "decoder": Budget("the decoder, gzip", "KB", 430, digits=0),
    "sent": Budget("the decoder as it is sent, brotli", "KB", 340, digits=0),
    "usable": Budget("offline start to a usable camera page, median", "ms", 1000, digits=0),
    "recorded": Budget("decoded label to recorded card, median", "ms", 150, digits=0),
    "worst": Budget("the same, the slowest", "ms", 300, digits=0),
}


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="jianbao-app-") as name:
        figures = {**_weights(), **_waits(Path(name))}
    text = _report(figures)
    print(text)
    if options.write:
        write(text, "app")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench app", description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    return parser.parse_args(arguments)


def _weights() -> dict[str, float]:
    weigh = budgets.gzipped
    assets = list(budgets.DIST.glob("assets/*"))
    other_language = min(
        ([each for each in assets if each.name.startswith(prefix)] for prefix in ("zh", "en")),
        key=lambda files: sum(weigh(each) for each in files if each.suffix == ".js"),
    )
    parts = budgets.decoder()
    screens = [
        each
        for each in assets
        if each.suffix in (".js", ".css") and each not in parts and each not in other_language
    ]
    return {
        "shell": sum(map(weigh, budgets.shell())) / budgets.KB,
        "all": sum(map(weigh, screens)) / budgets.KB,
        "decoder": sum(map(weigh, parts)) / budgets.KB,
        "sent": sum(map(budgets.sent, parts)) / budgets.KB,
    }


def _waits(folder: Path) -> dict[str, float]:
    today = datetime.now(stations.SHANGHAI).date()
    film = folder / "labels.mjpeg"
    with stations.station(folder, today) as station, sync_playwright() as playwright:
        expect.set_options(timeout=phones.FOREVER)
        labels = list(station.labels(budgets.ROUTE).values())[:SCANS]
        pause, shot = filming.PAUSE, filming.Shot
        filming.shoot(film, [pause, *(each for one in labels for each in (shot(one), pause))])
        told = []
        for number in range(STARTS):
            # A phone of its own: what another has recorded is not recorded again.
            phone = phones.Phone(playwright, ensure_chromium(), folder / f"profile{number}")
            told.append(_wait(station, phone, film, today))
            phone.close()
    scans = [each for one in told for each in one.recorded]
    return {
        "usable": median(each.usable for each in told),
        "recorded": median(scans),
        "worst": max(scans),
    }


def _wait(station: Any, phone: Any, film: Path, today: date) -> Any:
    """Return what one start and the scans after it took."""
    page = phone.open(station.enrolment(budgets.COURIER), film)
    page.get_by_test_id("go").click()
    expect(page.get_by_test_id("round").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page = phone.open("about:blank", film)
    phone.context.set_offline(True)
    return timing.waits(page, station.app, budgets.ROUTE, today, SCANS)


def _report(figures: dict[str, float]) -> str:
    lines = [f"Main thread slowed down {timing.SLOWDOWN} times; {machine()}.", ""]
    lines += ["| | reached | at most | |", "|---|---:|---:|---|"]
    for name, budget in BUDGETS.items():
        value = figures[name]
        verdict = "" if budget.is_met(value) else "**not met**"
        reached = f"{value:,.{budget.digits}f} {budget.unit}"
        lines.append(f"| {budget.name} | {reached} | {budget.limit:g} {budget.unit} | {verdict} |")
    lines += ["", f"With all screens, in one language: {figures['all']:.1f} KB gzip."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Labels read from bad photos: the app's decoder against the best others, in Chromium.

Draws photos of labels in trouble (tests/photos), 1280 × 720, holds each before the worker that the
app ships and gives it to the other decoders. Prints what each read and how long a frame took;
with --write it stands in docs/performance.md.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._pictures import build, packages, png, served
from benchmarks._report import machine, write
from playwright.sync_api import Browser, Page, sync_playwright
from toolchain.browser import ensure_chromium

# By name: mypy holds this folder to strict types, and would hold the tests that it imports to them.
pictures = import_module("tests.photos.pictures")

FRAMES = 7  # as many as the camera page reads in about a second
OURS, HELD = "first frame", "held a second"
OTHERS = ("jsqr", "qr-scanner", "zbar")
NAMES = (OURS, HELD, *OTHERS)


@dataclass
class Tally:
    """What one way of reading made of the photos."""

    read: dict[tuple[str, int], int]
    times: list[float]
    wrong: int = 0

    def count(self, kinds: Sequence[str], degrees: Sequence[int]) -> int:
        return sum(self.read[kind, degree] for kind in kinds for degree in degrees)


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="jianbao-decoder-") as name,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=ensure_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        tallies = _measured(browser, Path(name), options.seed, options.each)
        browser.close()
    text = _report(tallies, options.each)
    print(text)
    if options.write:
        write(text, "decoder")
    return 1 if tallies[HELD].wrong or tallies[OURS].wrong else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench decoder", description=__doc__)
    parser.add_argument(
        "--each", type=int, default=5, help="photos of each kind and degree (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    return parser.parse_args(arguments)


def _measured(browser: Browser, folder: Path, seed: int, each: int) -> dict[str, Tally]:
    packages()
    build("ours.html", folder / "ours")
    build("others.html", folder / "others")
    tallies = {name: Tally(defaultdict(int), []) for name in NAMES}
    shown: dict[str, bytes] = {}
    with served(folder, shown) as address:
        ours, others = browser.new_page(), browser.new_page()
        ours.goto(f"{address}/ours/ours.html")
        others.goto(f"{address}/others/others.html")
        for number, photo in enumerate(_photos(seed, each)):
            shown["/photo.png"] = png(photo.image)
            if number == 0:  # once unmeasured: code is compiled, memory is had
                _hold(
                    ours,
                    f"{address}/photo.png",
                    photo,
                    {name: Tally(defaultdict(int), []) for name in NAMES},
                )
            _hold(ours, f"{address}/photo.png?{number}", photo, tallies)
            for name in OTHERS:
                answer = others.evaluate(
                    "([name, address]) => read(name, address)",
                    [name, f"{address}/photo.png?{number}"],
                )
                _tell(
                    tallies[name], photo, [answer["text"]] if answer["text"] else [], answer["ms"]
                )
    return tallies


def _photos(seed: int, each: int) -> Iterator[Any]:
    yield from pictures.label_photos(seed, each)
    yield from pictures.empty_photos(seed, each)


def _hold(page: Page, address: str, photo: Any, tallies: dict[str, Tally]) -> None:
    answer = page.evaluate("([address, frames]) => hold(address, frames)", [address, FRAMES])
    first = answer["texts"] if answer["frame"] == 1 else []
    _tell(tallies[OURS], photo, first, answer["times"][0])
    _tell(tallies[HELD], photo, answer["texts"], median(answer["times"]))


def _tell(tally: Tally, photo: Any, texts: list[str], milliseconds: float) -> None:
    tally.times.append(milliseconds)
    if photo.text in texts:
        tally.read[photo.kind, photo.degree] += 1
    tally.wrong += len([text for text in texts if text != photo.text])


def _report(tallies: dict[str, Tally], each: int) -> str:
    kinds = list(pictures.KINDS)
    total = len(kinds) * len(pictures.DEGREES) * each
    lines = [
        f"{total} photos of labels, 1280 × 720, and {len(pictures.nothing.SIGHTS) * each} without"
        f" one; {machine()}.",
        "",
        "| | "
        + " | ".join(f"ours, {name}" if name in (OURS, HELD) else name for name in NAMES)
        + " |",
        "|---|" + "---|" * len(NAMES),
    ]
    for kind in kinds:
        cells = [
            " ".join(f"{tallies[name].read[kind, degree]}" for degree in pictures.DEGREES)
            for name in NAMES
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    rates = [tallies[name].count(kinds, pictures.DEGREES) / total for name in NAMES]
    best = max(rates[2:])
    lines.append("| **read** | " + " | ".join(f"**{rate:.0%}**" for rate in rates) + " |")
    lines.append(
        "| against the best other | " + " | ".join(f"{rate / best:.2f}" for rate in rates) + " |"
    )
    lines.append(
        "| milliseconds a frame, median | "
        + " | ".join(f"{median(tallies[name].times):.0f}" for name in NAMES)
        + " |"
    )
    lines.append(
        "| read wrongly, or where nothing is | "
        + " | ".join(f"{tallies[name].wrong}" for name in NAMES)
        + " |"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How long the courier waits: to the camera after the app's start, to the card after a read.

Measured in the page, its main thread slowed down by Chromium, without a network.
"""

import re
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Page, expect

SLOWDOWN = 4
# Told when the camera's picture is there and the decoder reads it.
_WATCH = """
new MutationObserver(() => {
  if (!window.usable && document.querySelector('[data-testid=aim][data-ready=true]')) {
    window.usable = performance.now();
  }
}).observe(document, {subtree: true, childList: true, attributes: true});
"""
_MARKS = "(name) => performance.getEntriesByName(name).map((each) => each.startTime)"
# The first read of a label comes after the wall between two; later ones only say that it is there.
_GAP_MS = 400


@dataclass(frozen=True)
class Waits:
    """Milliseconds: one of the start, one for each scan."""

    usable: float
    recorded: list[float]


def waits(page: Page, app: str, route: str, day: date, scans: int) -> Waits:
    """Start the app anew at its camera, let it read that many labels of the film."""
    slow = page.context.new_cdp_session(page)
    page.add_init_script(_WATCH)
    page.goto("about:blank")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(f"{app}#/scan/{route}/{day}")
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(rf"^{scans}\s*/"))
    decoded, recorded = (
        page.evaluate(_MARKS, f"jianbao:{name}") for name in ("decoded", "recorded")
    )
    usable = page.evaluate("window.usable")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return Waits(usable, _after_first_reads(decoded, recorded))


def _after_first_reads(decoded: list[float], recorded: list[float]) -> list[float]:
    firsts = [
        at
        for before, at in zip([-_GAP_MS, *decoded], decoded, strict=False)
        if at - before >= _GAP_MS
    ]
    return [at - max(first for first in firsts if first <= at) for at in recorded]

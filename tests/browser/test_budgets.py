"""What the app may weigh and how long a courier may wait (issue 4), with room for a busy machine.

The figures themselves come from `scripts/bench app` and stand in docs/performance.md.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import expect

from tests.browser.film import PAUSE, Shot, shoot
from tests.browser.phone import Phone
from tests.browser.station import WORKSPACE, Station
from tests.browser.timing import waits

DIST = WORKSPACE / "dist"
ROUTE, COURIER = "HY-03", "HY-03-C"
KB = 1000
# Budgets are 1 s and 150 ms on a machine that does nothing else; here others run tests.
BUSY = 4


def test_the_shell_weighs_at_most_40_kb() -> None:
    assert sum(map(gzipped, shell())) <= 40 * KB


def test_the_decoder_weighs_at_most_430_kb_and_340_kb_as_it_is_sent() -> None:
    assert sum(map(gzipped, decoder())) <= 430 * KB
    assert sum(map(sent, decoder())) <= 340 * KB


def decoder() -> list[Path]:
    parts = [*DIST.glob("assets/worker-*.js"), *DIST.glob("assets/zxing_reader-*.wasm")]
    assert len(parts) == 2
    return parts


def shell() -> Iterator[Path]:
    """What the first screen needs: the page, what it names, the heavier language."""
    page = DIST / "index.html"
    named = re.findall(r'(?:src|href)="/app/(assets/[^"]+)"', page.read_text())
    assert any(name.endswith(".js") for name in named)
    assert any(name.endswith(".css") for name in named)
    yield page
    yield from (DIST / name for name in named)
    yield max((*DIST.glob("assets/zh-*.js"), *DIST.glob("assets/en-*.js")), key=gzipped)


def gzipped(file: Path) -> int:
    return file.with_name(file.name + ".gz").stat().st_size


def sent(file: Path) -> int:
    """Bytes of what a browser gets that knows brotli."""
    return file.with_name(file.name + ".br").stat().st_size


def test_a_courier_hardly_waits_on_a_slow_phone_without_a_network(
    service: Station, phone: Phone, today: date, tmp_path: Path
) -> None:
    labels = list(service.labels(ROUTE).values())[:4]
    shots = [PAUSE, *(shot for label in labels for shot in (Shot(label), PAUSE))]
    page = phone.open(service.enrolment(COURIER), shoot(tmp_path / "labels.mjpeg", shots))
    page.get_by_test_id("go").click()
    expect(page.get_by_test_id("round").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    assert phone.context is not None
    phone.context.set_offline(True)
    told = waits(page, service.app, ROUTE, today, len(labels))
    assert told.usable <= 1000 * BUSY
    assert median(told.recorded) <= 150 * BUSY


def test_the_app_can_be_installed(service: Station, phone: Phone) -> None:
    page = phone.open(service.app)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    asked = page.context.new_cdp_session(page)
    assert asked.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = asked.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{service.app}manifest.webmanifest"
